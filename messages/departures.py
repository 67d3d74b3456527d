"""Somebody leaves: who and when, what ends and what stays, who is told, taking it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from domain.departures import (
    ConfirmLeaving,
    Departure,
    DepartureNotice,
    LastDay,
    Leaving,
)
from domain.roles import REASON_LIMIT, Lacking, RoleHeld
from messages.approval_words import place_words
from messages.blocks import actions, context, divider, section, sections
from messages.departure_presses import DepartureAction, departure_button
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Date, ExternalSelect, LongText
from messages.names import NAMES
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates

NAMED = 5
PICK = Form(
    name="departures_pick",
    title=N_("Somebody leaves"),
    submit=N_("See what ends"),
    model=LastDay,
    inputs=(
        ExternalSelect("who", N_("Who"), hint=N_("Type a name or an e-mail address.")),
        Date(
            "last_day",
            N_("Last day"),
            hint=N_("Their access ends when it is over. For at once, choose yesterday."),
        ),
    ),
)
CONFIRM = Form(
    name="departures_confirm",
    title=N_("Somebody leaves"),
    submit=N_("Enter it"),
    model=ConfirmLeaving,
    inputs=(
        LongText(
            "reason",
            N_("Reason"),
            max_length=REASON_LIMIT,
            hint=N_("For the record; nobody is told."),
        ),
    ),
)
RETURN = Form(
    name="departures_return",
    title=N_("Take it back"),
    submit=N_("Take it back"),
    model=ConfirmLeaving,
    inputs=CONFIRM.inputs,
)
FORMS: Mapping[str, Form[BaseModel]] = {form.name: form for form in (PICK, CONFIRM, RETURN)}


def leaving_blocks(leaving: Sequence[Leaving], reader: Reader) -> list[Block]:
    """Whose last day is entered, each with the way back, and the way to enter another."""
    blocks: list[Block] = [divider()]
    for one in leaving:
        words = N_("%(name)s has left; the last day was %(day)s.")
        if not one.left:
            words = N_("%(name)s leaves; the last day is %(day)s.")
        action = DepartureAction.BACK if one.left else DepartureAction.STAYS
        name = one.person.name
        button = departure_button(action, reader, one.person.id, about=name)
        told = reader.say(words, name=name, day=one.last_day)
        blocks.append(section(told, accessory=button))
    blocks.append(actions(departure_button(DepartureAction.ENTER, reader)))
    return blocks


def pick_view(reader: Reader) -> View:
    """Who leaves, and when; nothing happens before what ends was shown."""
    words = reader.say(N_("Nothing is changed before you have seen what ends and what stays."))
    return render_form(PICK, reader, FormState.new(PICK.name), outro=[context(words)])


def confirm_view(found: Departure, reader: Reader, *, moved_on: bool = False) -> View:
    """What ends with the last day and what stays; sent, exactly this happens."""
    blocks: list[Block] = []
    if moved_on:
        words = N_("Something has changed meanwhile, so nothing was entered. Now it would be:")
        blocks.append(section(reader.say(words)))
    blocks.append(section(_when(found, reader)))
    ends = [Safe("• %s") % line for line in _ending(found, reader)]
    heading = reader.say(N_("*What ends*"))
    blocks += sections(Safe("\n").join([heading, *ends]))
    stays = [Safe("• %s") % line for line in _staying(found, reader)]
    blocks += sections(Safe("\n").join([reader.say(N_("*What stays*")), *stays]))
    if found.lacking is not None:
        blocks.append(section(_without_them(found.lacking, reader)))
    state = FormState.new(
        CONFIRM.name,
        ids={"person": found.person.id},
        refs={"last_day": found.last_day.isoformat(), "digest": found.digest},
    )
    return render_form(CONFIRM, reader, state, intro=blocks)


def _when(found: Departure, reader: Reader) -> Safe:
    name, day = found.person.name, found.last_day
    if found.at_once:
        words = N_("*%(name)s has left*; the last day was %(day)s. All this ends at once:")
        return reader.say(words, name=name, day=day)
    words = N_(
        "*%(name)s leaves*; the last day is %(day)s. All this ends when that day is over "
        "everywhere on earth; until then nothing changes:"
    )
    told = reader.say(words, name=name, day=day)
    if found.entered is not None:
        before = N_("The last day that is entered now is %(day)s.")
        told += Safe(" ") + reader.say(before, day=found.entered)
    return told


def _ending(found: Departure, reader: Reader) -> Iterator[Safe]:
    """What there is, each kind in a line; and the account, which everybody has."""
    ends = found.ends
    yield reader.say(N_("They can do nothing here any more, and no message reaches them."))
    if ends.roles:
        yield reader.say(N_("Roles: %(roles)s"), roles=_roles(ends.roles, reader))
    if ends.deputies:
        yield reader.say(N_("Nobody stands in for them: %(names)s"), names=_some(ends.deputies))
    if ends.stands_in_for:
        yield reader.say(
            N_("They stand in for nobody: %(names)s, who are told"),
            names=_some(ends.stands_in_for),
        )
    counted = (
        (
            ends.shares,
            reader.ngettext(
                "%(count)s goal shared with them", "%(count)s goals shared with them", ends.shares
            ),
        ),
        (
            ends.cases,
            reader.ngettext(
                "%(count)s goal that they were asked to decide; somebody else is asked",
                "%(count)s goals that they were asked to decide; somebody else is asked",
                ends.cases,
            ),
        ),
        (
            ends.help_asked,
            reader.ngettext(
                "%(count)s negotiation that they were to help with; another facilitator can be "
                "asked",
                "%(count)s negotiations that they were to help with; another facilitator can be "
                "asked",
                ends.help_asked,
            ),
        ),
        (
            ends.rhythms,
            reader.ngettext(
                "Check-ins on %(count)s goal of theirs: nobody is asked any more",
                "Check-ins on %(count)s goals of theirs: nobody is asked any more",
                ends.rhythms,
            ),
        ),
    )
    yield from (_counted(told, count, reader) for count, told in counted if count)


def _counted(told: str, count: int, reader: Reader) -> Safe:
    return Safe(told) % {"count": reader.number(count)}


def _roles(held: Sequence[RoleHeld], reader: Reader) -> str:
    return "; ".join(
        f"{reader.gettext(NAMES[one.role])} {place_words(one.place, reader)}" for one in held
    )


def _some(names: Sequence[str]) -> str:
    more = ", …" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _staying(found: Departure, reader: Reader) -> Iterator[Safe]:
    if found.open_goals:
        told = reader.ngettext(
            "%(count)s open goal: whoever leads them decides what becomes of it",
            "%(count)s open goals: whoever leads them decides what becomes of each",
            found.open_goals,
        )
        yield _counted(told, found.open_goals, reader)
    if found.reports:
        told = reader.ngettext(
            "%(count)s person who reports to them, until they get another manager; what waits for "
            "an answer goes to whoever answers next",
            "%(count)s people who report to them, until they get another manager; what waits for "
            "an answer goes to whoever answers next",
            found.reports,
        )
        yield _counted(told, found.reports, reader)
    yield reader.say(
        N_("All that is on record, until its time is over: `/accord retention`. Nothing is erased.")
    )


def _without_them(lacking: Lacking, reader: Reader) -> Safe:
    if lacking is Lacking.ASKER:
        words = N_(
            "*Without them nobody is left who can ask for a role.* Give somebody else theirs "
            "first, else whoever runs Accord has to help: `accord roles ask`."
        )
    else:
        words = N_(
            "*Without them nobody is left who can approve a role.* Give somebody else theirs "
            "first, else whoever runs Accord has to help: `accord roles ask`."
        )
    return reader.say(words)


def entered_words(found: Departure, reader: Reader) -> Safe:
    name = found.person.name
    if found.at_once:
        words = N_(
            "%(name)s has left; what they were given has ended. Whoever leads them is told. If "
            "that was wrong, `/accord people` brings them back, but not their roles."
        )
        return reader.say(words, name=name)
    words = N_(
        "Entered: %(name)s leaves; the last day is %(day)s. They and whoever leads them are told. "
        "Until then `/accord people` takes it back."
    )
    return reader.say(words, name=name, day=found.last_day)


def return_view(leaving: Leaving, reader: Reader) -> View:
    """What taking it back does, and what it does not."""
    name = leaving.person.name
    words = N_(
        "*%(name)s stays*: the last day, %(day)s, counts no more. Nothing has ended yet, and "
        "whoever was told hears of it."
    )
    if leaving.left:
        words = N_(
            "*%(name)s is back*: they can act here again, and check-ins on their goals go on. What "
            "ended with %(day)s stays ended: roles take two people again, deputies and shared "
            "goals whoever gave them."
        )
    state = FormState.new(RETURN.name, ids={"person": leaving.person.id})
    intro = section(reader.say(words, name=name, day=leaving.last_day))
    return render_form(RETURN, reader, state, intro=(intro,))


def returned_words(leaving: Leaving, reader: Reader) -> Safe:
    words = N_("%(name)s is back.") if leaving.left else N_("%(name)s stays.")
    told = N_("Whoever was told of the last day hears of it.")
    return reader.say(words, name=leaving.person.name) + Safe(" ") + reader.say(told)


def departure_message(notice: DepartureNotice, reader: Reader, templates: Templates) -> Message:
    """To the person, or to who leads them; why is told to nobody."""
    day = notice.last_day
    return templates.render(
        "people/departure",
        reader,
        own=notice.own,
        name=notice.person.name,
        leaves=day is not None,
        left=notice.left,
        day=reader.day(day) if day is not None else "",
        open_goals=notice.open_goals,
        ask=", ".join(notice.whom_to_ask),
    ).message()
