"""`/goal share G-12` and *Share*: with whom a goal is shared, and taking it back."""

from __future__ import annotations

from domain.goal_sharing import ShareGoal
from handlers.answers import show_view, turn_page
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking
from handlers.payloads import Command, Pressed, Submission
from handlers.sent_forms import Reading, carry_out_form, in_its_place
from messages.form_state import FormState
from messages.goal_sharing import (
    SHARE,
    share_view,
    shared_words,
    taken_back_words,
    title_words,
)
from messages.help import reference_needed
from messages.presses import GoalAction, Press, goal_button
from usecases import sharing


def share(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    """Answer `/goal share G-12`."""
    if not rest:
        return reference_needed("goal", "share", asking.reader)
    found = sharing.sharing_of(desk.store, command.origin, rest)
    card = found.card
    opener = goal_button(
        GoalAction.SHARE, asking.reader, card.id, card.version, about=card.reference
    )
    return Dialog(share_view(found, asking.reader), opener)


def share_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = sharing.sharing_of(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, share_view(found, asking.reader))


def stop_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    """In the dialog, whose state names the goal; the button names the person."""
    metadata = (pressed.view or {}).get("private_metadata")
    state = FormState.parse(str(metadata), SHARE.name)
    goal, person = state.id_of("goal"), press.thing
    found = sharing.stop_sharing(desk.store, pressed.origin, goal, person)
    turn_page(desk, pressed, share_view(found, asking.reader, taken_back_words(asking.reader)))


def show_title_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    _title(desk, pressed, asking, press, visible=True)


def hide_title_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    _title(desk, pressed, asking, press, visible=False)


def _title(desk: Desk, pressed: Pressed, asking: Asking, press: Press, *, visible: bool) -> None:
    found = sharing.show_title(desk.store, pressed.origin, press.thing, visible=visible)
    said = title_words(found, asking.reader)
    turn_page(desk, pressed, share_view(found, asking.reader, said))


def submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(command: ShareGoal, state: FormState) -> AckBody:
        found = sharing.share_goal(desk.store, submission.origin, command, state.token)
        return in_its_place(share_view(found, asking.reader, shared_words(found, asking.reader)))

    def reading(state: FormState) -> Reading:
        return Reading(defaults={"goal": state.id_of("goal")})

    return carry_out_form(SHARE, submission, asking, act, reading)
