"""Changing the state of a goal: the dialog that asks for what the chosen move needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.goal_status import BY_MOVE, CHOSEN, REASON_LIMIT, Move, MoveGoal, Need
from domain.goals import GoalCard
from domain.screens import GoalMoves
from messages.blocks import actions, context, section
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.goal_notices import after_settling, settled_words
from messages.goal_words import goal_line, state_text
from messages.i18n import N_
from messages.inputs import Choice, Date, ExternalSelect, LongText, Select
from messages.names import NAMES
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View

_INPUTS = {
    Need.SUCCESSOR: ExternalSelect(
        "successor", N_("In its place"), min_query=1, hint=N_("The goal that counts instead.")
    ),
    Need.REASON: LongText(
        "reason", N_("Reason"), max_length=REASON_LIMIT, hint=N_("The other side reads this.")
    ),
    Need.UNTIL: Date("until", N_("Counts again from"), hint=N_("It goes on by itself that day.")),
    Need.NOTE: LongText(
        "note",
        N_("How did it end?"),
        max_length=REASON_LIMIT,
        hint=N_("Whoever looks at it later reads this: what helped, what got in the way."),
    ),
}

STATUS = Form(
    name="goal_status",
    title=N_("Change status"),
    submit=N_("Save"),
    model=MoveGoal,
    inputs=(
        Select(
            "move",
            N_("What happens to it?"),
            options=tuple(Choice(move.value, NAMES[move]) for move in CHOSEN),
            dispatch=True,
        ),
        *_INPUTS.values(),
    ),
)

WHAT_IT_MEANS: Mapping[Move, str] = {
    Move.DROP: N_("The draft leaves your list. You can take it out again."),
    Move.RESTORE: N_("It is your draft again. Propose it when you are ready."),
    Move.COMPLETE: N_("It is done, with the value that it has now. No more check-ins."),
    Move.PAUSE: N_("No check-ins meanwhile, and it counts nowhere. It goes on by itself."),
    Move.RESUME: N_("It counts again, and check-ins go on."),
    Move.SUPERSEDE: N_(
        "Another goal counts instead. This one stays to be read, and counts nowhere."
    ),
    Move.DEPRECATE: N_(
        "What it was for is no longer wanted. It stays to be read, and counts nowhere."
    ),
    Move.ABANDON: N_("It will not be reached, and nobody tries any more. It stays to be read."),
    Move.REOPEN: N_("It is active again as it was agreed, and check-ins go on."),
}


def status_view(
    found: GoalMoves,
    reader: Reader,
    state: FormState | None = None,
    typed: Mapping[str, object] | None = None,
) -> View:
    """The moves that are possible now, and the inputs of the one that is chosen."""
    values = dict(typed or {})
    offered = [one for one in CHOSEN if one in found.moves]
    chosen = _chosen(offered, values.get("move"))
    values["move"] = chosen.value
    state = state or FormState.new(STATUS.name, ids={"goal": found.card.id})
    intro: list[Block] = [
        section(
            goal_line(found.card, reader)
            + Safe("\n")
            + reader.say(N_("Now: %(state)s"), state=state_text(found.card, reader))
        )
    ]
    return render_form(
        _form_for(chosen),
        reader,
        state,
        values=values,
        choices={"move": [Choice(move.value, reader.gettext(NAMES[move])) for move in offered]},
        intro=intro,
        outro=(context(reader.say(WHAT_IT_MEANS[chosen])),),
    )


def _chosen(offered: Sequence[Move], typed: object) -> Move:
    """What is chosen in the dialog, else the first that is offered."""
    value = typed.value if isinstance(typed, Choice) else typed
    return next((move for move in offered if move == value), offered[0])


def _form_for(move: Move) -> Form[MoveGoal]:
    """The form with what this move needs, all of it required."""
    needs = BY_MOVE[move].needs
    needed = tuple(replace(_INPUTS[need], optional=False) for need in needs)
    return replace(STATUS, inputs=(STATUS.inputs[0], *needed))


def moved_message(card: GoalCard, reader: Reader) -> Message:
    """What has just happened, with the way back where there is one."""
    words = settled_words(card, reader) + Safe(". ") + after_settling(card, reader)
    about = card.reference
    buttons = [goal_button(GoalAction.SHOW, reader, card.id, card.version, about=about)]
    if card.may_move:
        buttons.append(goal_button(GoalAction.STATUS, reader, card.id, card.version, about=about))
    return Message(words, [section(words), actions(*buttons)])
