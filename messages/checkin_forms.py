"""The check-in dialog: up to eight goals with their last values, and the support part once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from domain.checkins import CheckIn, CheckInScreen, SeenGoal, goal_key
from domain.errors import InvalidInput
from domain.goal_commands import PROSE_LIMIT
from domain.measures import Doubt
from messages.blocks import context, section
from messages.checkin_words import last_value_line, read_by
from messages.form_state import FormState
from messages.forms import NO_VALUES, Form, render_form
from messages.goal_words import doubt_text
from messages.i18n import N_
from messages.inputs import Choice, Input, LongText, Number, Select
from messages.reading import Reader
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
NO_NUMBERS: Mapping[str, float] = MappingProxyType({})
NO_DOUBTS: Mapping[str, Doubt] = MappingProxyType({})
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


def check_in_form(
    goals: Mapping[str, str], reader: Reader, *, confidence: bool = True, notes: bool = True
) -> Form[CheckIn]:
    """The form for these goals: `goal_key` → reference.

    `confidence` and `notes` only where somebody reads them.
    """
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
        if confidence:
            hint = N_("1: very unsure, 5: very sure. Only you and your manager see this.")
            inputs.append(Select(f"goals.{key}.confidence", sure, options=_LEVELS, hint=hint))
    return replace(CHECK_IN, inputs=(*inputs, *(CHECK_IN.inputs if notes else ())))


def check_in_view(
    screen: CheckInScreen,
    reader: Reader,
    *,
    first: Sequence[Safe] = (),
    values: Mapping[str, object] = NO_VALUES,
    notes: bool = True,
    sure: Mapping[str, float] = NO_NUMBERS,
    doubts: Mapping[str, Doubt] = NO_DOUBTS,
) -> View:
    """The dialog with the last value of every goal in view.

    `first` stands above it all; `values` are what was typed before, where it is shown again.
    `doubts` are asked back about, by input; `sure` are numbers that were before, by `goal_key`.
    """
    keys = {goal_key(due.card.number): due.card for due in screen.goals}
    form = check_in_form(
        {key: card.reference for key, card in keys.items()},
        reader,
        confidence=screen.manager is not None,
        notes=notes and screen.manager is not None,
    )
    reads = {} if screen.manager is None else {_READS: screen.manager.id.hex}
    state = FormState.new(
        form.name,
        ids={key.lower(): card.id for key, card in keys.items()},
        refs={key.lower(): str(card.revision) for key, card in keys.items()} | reads,
    ).asked_about(
        {key.lower(): number for key, number in sure.items()}
        | {name.split(".")[1].lower(): doubt.value.value for name, doubt in doubts.items()}
    )
    headings = {
        f"goals.{key}.value": section(last_value_line(card, reader)) for key, card in keys.items()
    }
    intro = [*(section(words) for words in first), context(read_by(screen.manager, reader))]
    if screen.more:
        words = reader.ngettext(
            "%(count)s more goal is due; it comes when these are saved: `/checkin`.",
            "%(count)s more goals are due; they come when these are saved: `/checkin`.",
            screen.more,
        )
        intro.append(context(Safe(words) % {"count": reader.number(screen.more)}))
    outro = (context(reader.say(N_("Nothing is required: what you leave empty is not reported."))),)
    return render_form(
        form,
        reader,
        state,
        values=values,
        intro=intro,
        notes={name: doubt_text(doubt, reader) for name, doubt in doubts.items()},
        headings=headings,
        outro=outro,
    )


_READS = "manager"


def goals_in(state: FormState) -> dict[str, SeenGoal]:
    """The goals of a dialog that came back. Raises InvalidInput for what we never sent."""
    try:
        return {
            key.upper(): SeenGoal(goal, int(state.refs[key])) for key, goal in state.ids.items()
        }
    except (KeyError, ValueError):
        raise InvalidInput("form_state") from None


def sure_in(state: FormState) -> dict[str, float]:
    """The numbers that the dialog asked back about, by `goal_key`."""
    return {key.upper(): number for key, number in state.sure.items()}


def reader_in(state: FormState) -> UUID | None:
    """Whom the dialog named as the reader of the support part."""
    named = state.refs.get(_READS)
    try:
        return None if named is None else UUID(hex=named)
    except ValueError:
        raise InvalidInput("form_state") from None


def other_reader_note(manager: str, reader: Reader) -> Safe:
    """Above a dialog whose support part somebody else would read now than it said."""
    return reader.say(
        N_(
            "*Nothing was saved yet.* Since you opened this, %(manager)s has become your manager "
            "and would read your confidence, blockers and support. What you typed is still here: "
            "please look again, then save."
        ),
        manager=manager,
    )
