"""`/goal upward G-2` and *Propose upward*; the manager's *Take up* and *Decline*."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.adoption import LeaveGoal, Offered, OfferGoal
from handlers import goal_dialogs
from handlers.answers import show_view, stale_message_mended
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking
from handlers.payloads import Command, Pressed, Submission
from handlers.sent_forms import Reading, carry_out_form
from messages.form_state import FormState
from messages.goal_adoption import (
    LEAVE,
    OFFER,
    leave_view,
    left_words,
    offer_view,
    offered_words,
)
from messages.help import reference_needed
from messages.outcomes import outcome_view
from messages.presses import GoalAction, Press, goal_button
from usecases import adoption, goals


def offer(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    """Answer `/goal upward G-2`."""
    if not rest:
        return reference_needed("goal", "upward", asking.reader)
    found = adoption.offer_of(desk.store, command.origin, rest)
    card = found.card
    opener = goal_button(
        GoalAction.OFFER, asking.reader, card.id, card.version, about=card.reference
    )
    return Dialog(offer_view(found, asking.reader), opener)


def _offer_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = adoption.offer_of(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, offer_view(found, asking.reader))


def _adopt_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    """*New goal* with what the proposed one says; once it is sent, that one serves it."""
    with stale_message_mended(desk, pressed):
        adoption.require_asked(desk.store, pressed.origin, press.thing)
    card = goals.show_goal(desk.store, pressed.origin, press.thing)
    view = goal_dialogs.copied_goal(
        desk, pressed.origin, asking, card, ids={goal_dialogs.ADOPTED: card.id}
    )
    show_view(desk, pressed, view)


def _leave_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    with stale_message_mended(desk, pressed):
        adoption.require_asked(desk.store, pressed.origin, press.thing)
    card = goals.show_goal(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, leave_view(Offered(card, card.owner), asking.reader))


PRESSES: Mapping[GoalAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    GoalAction.OFFER: _offer_pressed,
    GoalAction.ADOPT: _adopt_pressed,
    GoalAction.LEAVE: _leave_pressed,
}


def _reading(state: FormState) -> Reading:
    return Reading(defaults={"goal": state.id_of("goal")})


def submit_offer(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(command: OfferGoal, state: FormState) -> AckBody:
        found = adoption.offer_goal(desk.store, submission.origin, command, state.token)
        return outcome_view(offered_words(found, asking.reader), asking.reader)

    return carry_out_form(OFFER, submission, asking, act, _reading)


def submit_leave(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(command: LeaveGoal, state: FormState) -> AckBody:
        adoption.leave_goal(desk.store, submission.origin, command, state.token)
        return outcome_view(left_words(asking.reader), asking.reader)

    return carry_out_form(LEAVE, submission, asking, act, _reading)
