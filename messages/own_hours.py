"""What people read about when they are written to, and the dialog in which they choose it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.own_hours import AS_USUAL, ChooseHours, ListDay, OwnTimes, clock
from messages.blocks import actions, context, section
from messages.cover_presses import CoverAction, cover_button
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Choice, Select, TimeOfDay
from messages.policy_settings import WEEKDAYS
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import View

_TIMES = (
    TimeOfDay("starts", N_("Not before"), hint=N_("Empty: shortly after your day begins.")),
    TimeOfDay("quiet_from", N_("Quiet from")),
    TimeOfDay("quiet_to", N_("Quiet until"), hint=N_("May lie after midnight.")),
)
_LIST_DAYS: Mapping[ListDay, str] = {
    ListDay.AS_USUAL: N_("As usual"),
    **{ListDay(str(day)): name for day, name in WEEKDAYS.items()},
    ListDay.NEVER: N_("No list"),
}
_LIST = Select(
    "list_day",
    N_("List of your people"),
    options=tuple(Choice(day.value, name) for day, name in _LIST_DAYS.items()),
)
HOURS = Form(
    name="cover_hours",
    title=N_("Your times"),
    submit=N_("Save"),
    model=ChooseHours,
    inputs=_TIMES,
)
HOURS_LEADING = Form(
    name="cover_hours_leading",
    title=N_("Your times"),
    submit=N_("Save"),
    model=ChooseHours,
    inputs=(*_TIMES, _LIST),
)
FORMS: Mapping[str, Form[Any]] = {form.name: form for form in (HOURS, HOURS_LEADING)}


def hours_view(times: OwnTimes, reader: Reader) -> View:
    """*Your times*, as they are now."""
    form = HOURS_LEADING if times.list_choices else HOURS
    values: dict[str, object] = {
        "starts": times.hours.starts,
        "quiet_from": times.hours.quiet_from,
        "quiet_to": times.hours.quiet_to,
    }
    choices: dict[str, list[Choice]] = {}
    if times.list_choices:
        offered = {day.value: reader.gettext(_LIST_DAYS[day]) for day in times.list_choices}
        choices["list_day"] = [Choice(value, label) for value, label in offered.items()]
        chosen = times.hours.list_day
        values["list_day"] = chosen if chosen in times.list_choices else ListDay.AS_USUAL
    small = reader.say(
        N_(
            "Times of the clock where you are. They move what I write by myself, within your "
            "working day; nothing is lost. What a colleague does reaches you at once: Slack's own "
            "pause of notifications holds that back."
        )
    )
    return render_form(
        form,
        reader,
        FormState.new(form.name),
        values=values,
        choices=choices,
        outro=[context(small)],
    )


def hours_blocks(times: OwnTimes, reader: Reader) -> list[Block]:
    """When they are written to, what comes next, and the way to change it."""
    lines = [
        reader.say(
            N_("What I write by myself comes in one message a day, on working days from %(at)s."),
            at=clock(times.opens),
        )
    ]
    hours = times.hours
    if not times.followed:
        lines.append(
            reader.say(
                N_("Your own times leave nothing of your working day, so I don't follow them now.")
            )
        )
    elif hours.quiet_from is not None and hours.quiet_to is not None:
        words = N_("Quiet from %(first)s to %(last)s.")
        lines.append(reader.say(words, first=clock(hours.quiet_from), last=clock(hours.quiet_to)))
    lines += _list_line(times, reader)
    lines.append(_next_line(times, reader))
    buttons = [cover_button(CoverAction.CHOOSE_HOURS, reader)]
    if hours != AS_USUAL:
        buttons.append(cover_button(CoverAction.HOURS_AS_USUAL, reader))
    return [
        section(reader.say(N_("*When I write to you*"))),
        section(Safe("\n").join(lines)),
        actions(*buttons),
    ]


def _list_line(times: OwnTimes, reader: Reader) -> list[Safe]:
    if times.list_on is not None:
        day = reader.gettext(_LIST_DAYS[times.list_on])
        return [reader.say(N_("The list of your people comes on %(day)s."), day=day)]
    if times.list_choices:
        return [reader.say(N_("You get no list of your people. `/checkin team` shows it."))]
    return []


def _next_line(times: OwnTimes, reader: Reader) -> Safe:
    if times.next_check_in is None:
        return reader.say(N_("No check-in is planned."))
    day = reader.weekday(times.next_check_in)
    return reader.say(N_("Your next check-in comes on %(day)s."), day=day)


def hours_saved(reader: Reader) -> Safe:
    return reader.say(N_("Saved. It holds from now on."))
