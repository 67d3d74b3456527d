"""The check-in dialog: up to eight goals with their last values, and the support part once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from domain.checkins import CheckIn, CheckInScreen, SeenGoal, SupportKind, SupportRead, goal_key
from domain.errors import InvalidInput
from domain.goal_commands import PROSE_LIMIT
from messages.blocks import context, section
from messages.checkin_words import last_value_line, read_by
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Choice, Input, LongText, Number, Select
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe
from messages.surfaces import View

_LEVELS = tuple(
    Choice(level, level, description)
    for level, description in (
        ("1", N_("very unsure")),
        ("2", N_("rather unsure")),
        ("3", N_("open")),
        ("4", N_("rather sure")),
        ("5", N_("very sure")),
    )
)
_ONLY_THE_MANAGER = N_("Only your manager reads this; it never counts in an evaluation.")

CHECK_IN = Form(
    name="checkin_report",
    title=N_("Check-in"),
    submit=N_("Save"),
    model=CheckIn,
    inputs=(
        LongText("blockers", N_("Blockers"), max_length=PROSE_LIMIT, hint=_ONLY_THE_MANAGER),
        LongText("support", N_("Support needed"), max_length=PROSE_LIMIT, hint=_ONLY_THE_MANAGER),
    ),
)
"""What is asked once; the inputs of the goals come before it, see `check_in_form`."""


def check_in_form(goals: Mapping[str, str], reader: Reader, *, support: bool) -> Form[CheckIn]:
    """The form for these goals: `goal_key` → reference. `support` only where somebody reads it."""
    inputs: list[Input] = []
    for key, reference in goals.items():
        one = len(goals) == 1
        named = {"reference": reference}
        value = reader.write(N_("Value") if one else N_("Value of %(reference)s"), **named)
        changed = reader.write(
            N_("What changed") if one else N_("What changed in %(reference)s"), **named
        )
        sure = reader.write(N_("Confidence") if one else N_("Confidence in %(reference)s"), **named)
        inputs += [
            Number(f"goals.{key}.value", value),
            LongText(f"goals.{key}.what_changed", changed, max_length=PROSE_LIMIT),
        ]
        if support:
            hint = N_("Only you and your manager see this.")
            inputs.append(Select(f"goals.{key}.confidence", sure, options=_LEVELS, hint=hint))
    return replace(CHECK_IN, inputs=(*inputs, *(CHECK_IN.inputs if support else ())))


def check_in_view(screen: CheckInScreen, reader: Reader) -> View:
    """The dialog with the last value of every goal in view."""
    keys = {goal_key(due.card.number): due.card for due in screen.goals}
    form = check_in_form(
        {key: card.reference for key, card in keys.items()},
        reader,
        support=screen.manager is not None,
    )
    state = FormState.new(
        form.name,
        ids={key.lower(): card.id for key, card in keys.items()},
        refs={key.lower(): str(card.revision) for key, card in keys.items()},
    )
    headings = {
        f"goals.{key}.value": section(last_value_line(card, reader)) for key, card in keys.items()
    }
    intro: list[Block] = [context(read_by(screen.manager, reader))]
    if screen.more:
        words = reader.ngettext(
            "%(count)s more goal is due; it comes when these are saved: `/checkin`.",
            "%(count)s more goals are due; they come when these are saved: `/checkin`.",
            screen.more,
        )
        intro.append(context(Safe(words) % {"count": reader.number(screen.more)}))
    outro = (context(reader.say(N_("Nothing is required: what you leave empty is not reported."))),)
    return render_form(form, reader, state, intro=intro, headings=headings, outro=outro)


def goals_in(state: FormState) -> dict[str, SeenGoal]:
    """The goals of a dialog that came back. Raises InvalidInput for what we never sent."""
    try:
        return {
            key.upper(): SeenGoal(goal, int(state.refs[key])) for key, goal in state.ids.items()
        }
    except (KeyError, ValueError):
        raise InvalidInput("form_state") from None


_KINDS = {
    SupportKind.BLOCKERS: N_("Blockers"),
    SupportKind.SUPPORT: N_("Support needed"),
}
_MOST_WORDS = 40


def support_view(read: SupportRead, reader: Reader) -> View:
    """What is in the way, what would help, and the replies; shown in a dialog only."""
    blocks: list[Block] = []
    if not read.words:
        blocks.append(section(reader.say(N_("There is nothing here any more."))))
    for said in read.words[-_MOST_WORDS:]:
        title = reader.gettext(_KINDS[said.kind]) if said.kind else reader.gettext(N_("Reply"))
        words = N_("*%(title)s* · %(name)s, %(when)s (edited)")
        blocks.append(
            section(
                reader.say(
                    words if said.edited else N_("*%(title)s* · %(name)s, %(when)s"),
                    title=title,
                    name=said.author.name,
                    when=said.at,
                )
            )
        )
        blocks.append(rich_text(quote(said.text or reader.gettext(N_("(taken back)")))))
    blocks.append(
        context(
            reader.say(
                N_(
                    "Read by %(owner)s and %(manager)s alone, never in an evaluation. That you "
                    "opened it is noted; both can see that. To answer, reply in the thread of the "
                    "message; what is typed there also lives in Slack."
                ),
                owner=read.owner.name,
                manager=read.manager.name,
            )
        )
    )
    title = reader.gettext(N_("Support"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))
