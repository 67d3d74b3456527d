"""`/goal align G-2 to G-1 40 %` and *Align*: which goal another one serves, and how much of it."""

from __future__ import annotations

import re

from domain.alignment import AlignGoal
from domain.errors import Refused
from domain.measures import TypedNumber
from handlers.answers import show_view
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking
from handlers.payloads import Command, Pressed, Submission
from handlers.sent_forms import Reading, carry_out_form, in_its_place
from messages.form_state import FormState, fresh_token
from messages.goal_alignment import ALIGN, align_view, aligned_message
from messages.help import reference_needed
from messages.numbers import NumberError, parse_number
from messages.outcomes import message_view
from messages.presses import GoalAction, Press, goal_button
from messages.submissions import model_troubles
from usecases import alignment

_TO_ANOTHER = re.compile(r"(?P<goal>\S+)\s+(?:to|an|zu)\s+(?P<parent>\S+)(?:\s+(?P<share>.+))?")


def align(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    """Answer `/goal align G-2`, with a dialog, or `/goal align G-2 to G-1 40 %`, at once."""
    if not rest:
        return reference_needed("goal", "align", asking.reader)
    named = _TO_ANOTHER.fullmatch(rest)
    if named is None:
        found = alignment.alignment_of(desk.store, command.origin, rest)
        card = found.card
        opener = goal_button(
            GoalAction.ALIGN, asking.reader, card.id, card.version, about=card.reference
        )
        return Dialog(align_view(found, asking.reader), opener)
    share = _share(named["share"])
    found = alignment.alignment_of(desk.store, command.origin, named["goal"], named["parent"])
    wanted = {
        "goal": found.card.id,
        "aligned_to": found.named.id if found.named else None,
        "contribution": share,
    }
    said = model_troubles(AlignGoal, wanted, {})
    if not isinstance(said, AlignGoal):
        raise Refused(said[0][1])
    done = alignment.align_goal(desk.store, command.origin, said, fresh_token())
    return aligned_message(done, asking.reader)


def _share(typed: str | None) -> TypedNumber | None:
    if typed is None:
        return None
    try:
        return parse_number(typed)
    except NumberError as error:
        raise Refused("contribution_unit") from error


def align_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = alignment.alignment_of(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, align_view(found, asking.reader))


def submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(command: AlignGoal, state: FormState) -> AckBody:
        found = alignment.align_goal(desk.store, submission.origin, command, state.token)
        return in_its_place(message_view(aligned_message(found, asking.reader), asking.reader))

    def reading(state: FormState) -> Reading:
        return Reading(defaults={"goal": state.id_of("goal")})

    return carry_out_form(ALIGN, submission, asking, act, reading)
