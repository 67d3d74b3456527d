"""`/goal share G-12` and *Share*: with whom a goal is shared, and taking it back."""

from __future__ import annotations

from uuid import UUID

from domain.errors import InvalidInput
from handlers.answers import show_view, turn_page
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking
from handlers.payloads import Command, Pressed, Submission
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
from messages.submissions import FieldErrors, field_errors, parse_submission
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
    found = sharing.sharing_of(desk.store, pressed.origin, _id(press.subject))
    show_view(desk, pressed, share_view(found, asking.reader))


def stop_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    """In the dialog, whose state names the goal; the button names the person."""
    metadata = (pressed.view or {}).get("private_metadata")
    state = FormState.parse(str(metadata), SHARE.name)
    goal, person = _id(state.ids.get("goal")), _id(press.subject)
    found = sharing.stop_sharing(desk.store, pressed.origin, goal, person)
    turn_page(desk, pressed, share_view(found, asking.reader, taken_back_words(asking.reader)))


def show_title_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    _title(desk, pressed, asking, press, visible=True)


def hide_title_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    _title(desk, pressed, asking, press, visible=False)


def _title(desk: Desk, pressed: Pressed, asking: Asking, press: Press, *, visible: bool) -> None:
    found = sharing.show_title(desk.store, pressed.origin, _id(press.subject), visible=visible)
    said = title_words(found, asking.reader)
    turn_page(desk, pressed, share_view(found, asking.reader, said))


def submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    state = FormState.parse(submission.metadata, SHARE.name)
    defaults = {"goal": _id(state.ids.get("goal"))}
    parsed = parse_submission(SHARE, submission.view, asking.reader, defaults=defaults)
    if isinstance(parsed, FieldErrors):
        return parsed.response()
    try:
        found = sharing.share_goal(desk.store, submission.origin, parsed, state.token)
    except InvalidInput as error:
        if error.field is None:
            raise
        return field_errors(SHARE, submission.view, error, asking.reader).response()
    view = share_view(found, asking.reader, shared_words(found, asking.reader))
    return {"response_action": "update", "view": view.payload()}


def _id(found: UUID | None) -> UUID:
    if found is None:
        raise InvalidInput("form_state")
    return found
