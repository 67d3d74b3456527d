"""*Change status*: the dialog about the state of a goal, from a button or `/goal status`."""

from __future__ import annotations

from domain.goal_status import MoveGoal
from handlers.answers import show_view, turn_page
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking
from handlers.payloads import Command, Pressed, Submission
from handlers.sent_forms import carry_out_form, in_its_place
from messages.form_state import FormState
from messages.goal_status import STATUS, moved_message, status_view
from messages.help import reference_needed
from messages.outcomes import message_view
from messages.presses import GoalAction, Press, goal_button
from messages.submissions import typed_values
from usecases import goal_status


def status(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    """Answer `/goal status G-12`."""
    if not rest:
        return reference_needed("goal", "status", asking.reader)
    found = goal_status.moves_of(desk.store, command.origin, rest)
    card = found.card
    opener = goal_button(
        GoalAction.STATUS, asking.reader, card.id, card.version, about=card.reference
    )
    return Dialog(status_view(found, asking.reader), opener)


def status_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = goal_status.moves_of(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, status_view(found, asking.reader))


def changes_dialog(pressed: Pressed) -> bool:
    """Whether another move was chosen, which asks for other things."""
    return pressed.action == STATUS.action("move")


def change_dialog(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    """The inputs that the chosen move needs; what was typed stays."""
    view = pressed.view or {}
    state = FormState.parse(str(view.get("private_metadata")), STATUS.name)
    found = goal_status.moves_of(desk.store, pressed.origin, state.id_of("goal"))
    typed = typed_values(STATUS, view)
    turn_page(desk, pressed, status_view(found, asking.reader, state, typed))


def submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(command: MoveGoal, state: FormState) -> AckBody:
        card = goal_status.move_goal(
            desk.store, submission.origin, state.id_of("goal"), command, state.token
        )
        return in_its_place(message_view(moved_message(card, asking.reader), asking.reader))

    return carry_out_form(STATUS, submission, asking, act)
