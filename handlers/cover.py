"""`/accord settings`: when one is written to, days away and deputies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from pydantic import BaseModel

from domain.cover import NameDeputy, OwnCover, TakeLeave
from domain.errors import InvalidInput
from domain.origin import Origin
from domain.own_hours import ChooseHours
from handlers.answers import replace, show_view, stale_message_mended, turn_page
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.pressed_buttons import meant
from handlers.sent_forms import carry_out
from messages.blocks import section
from messages.cover import (
    delegation_over,
    deputy_named,
    leave_ended,
    leave_entered,
    settings_view,
)
from messages.cover_forms import FORMS, deputy_view, leave_view
from messages.cover_presses import CoverAction, cover_button
from messages.form_state import FormState
from messages.own_hours import FORMS as HOURS_FORMS
from messages.own_hours import hours_saved, hours_view
from messages.presses import Press
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View
from usecases import own_cover, own_hours


def cover_feature(desk: Desk) -> Feature:
    return Feature(
        name="cover",
        words=partial(_settings, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        accord_words={"settings": partial(_settings, desk)},
    )


def _settings(desk: Desk, command: Command, asking: Asking) -> Reply:
    found = own_cover.own_cover(desk.store, command.origin)
    view = _view(desk, command.origin, asking, found)
    return Dialog(view, cover_button(CoverAction.OPEN, asking.reader, style="primary"))


def _view(
    desk: Desk, origin: Origin, asking: Asking, found: OwnCover, said: Safe | None = None
) -> View:
    return settings_view(found, own_hours.own_times(desk.store, origin), asking.reader, said)


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    act = meant(_PRESSES, pressed)
    act(desk, pressed, asking, Press.parse(pressed.value))


def _open(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    found = own_cover.own_cover(desk.store, pressed.origin)
    show_view(desk, pressed, _view(desk, pressed.origin, asking, found))


def _leave_form(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    _show_here(desk, pressed, leave_view(asking.reader))


def _deputy_form(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    found = own_cover.own_cover(desk.store, pressed.origin)
    own_cover.require_may_name(found.reader)
    leave = next(iter(found.away), None)
    days = (max(leave.first_day, found.today), leave.last_day) if leave is not None else None
    _show_here(desk, pressed, deputy_view(asking.reader, days))


def _show_here(desk: Desk, pressed: Pressed, view: View) -> None:
    """In the dialog that was pressed in; from a message, in a new one."""
    if pressed.in_dialog:
        turn_page(desk, pressed, view)
    else:
        show_view(desk, pressed, view)


def _end_leave(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = own_cover.end_leave(desk.store, pressed.origin, press.thing)
    said = leave_ended(asking.reader)
    _show_here(desk, pressed, _view(desk, pressed.origin, asking, found, said))


def _end_delegation(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    with stale_message_mended(desk, pressed):
        found = own_cover.end_delegation(desk.store, pressed.origin, press.thing)
    words = delegation_over(asking.reader)
    if pressed.in_dialog:
        turn_page(desk, pressed, _view(desk, pressed.origin, asking, found, words))
    else:
        replace(desk, pressed, Message(words, [section(words)]), asking.reader)


def _hours_form(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    times = own_hours.own_times(desk.store, pressed.origin)
    _show_here(desk, pressed, hours_view(times, asking.reader))


def _hours_as_usual(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    own_hours.hours_as_usual(desk.store, pressed.origin)
    found = own_cover.own_cover(desk.store, pressed.origin)
    said = hours_saved(asking.reader)
    _show_here(desk, pressed, _view(desk, pressed.origin, asking, found, said))


_PRESSES: Mapping[CoverAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    CoverAction.OPEN: _open,
    CoverAction.TAKE_LEAVE: _leave_form,
    CoverAction.END_LEAVE: _end_leave,
    CoverAction.NAME_DEPUTY: _deputy_form,
    CoverAction.END_DEPUTY: _end_delegation,
    CoverAction.STEP_DOWN: _end_delegation,
    CoverAction.CHOOSE_HOURS: _hours_form,
    CoverAction.HOURS_AS_USUAL: _hours_as_usual,
}


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    """Read the dialog, act, and show the settings as they are now."""

    def act(_form: object, command: BaseModel, state: FormState) -> AckBody:
        found, said = _save(desk, submission.origin, command, state.token, asking.reader)
        view = _view(desk, submission.origin, asking, found, said)
        return {"response_action": "update", "view": view.payload()}

    return carry_out({**FORMS, **HOURS_FORMS}, submission, asking, act)


def _save(
    desk: Desk, origin: Origin, command: BaseModel, token: str, reader: Reader
) -> tuple[OwnCover, Safe]:
    match command:
        case ChooseHours():
            own_hours.choose_hours(desk.store, origin, command, token)
            return own_cover.own_cover(desk.store, origin), hours_saved(reader)
        case TakeLeave():
            found = own_cover.take_leave(desk.store, origin, command, token)
            return found, leave_entered(found, reader)
        case NameDeputy():
            return own_cover.name_deputy(desk.store, origin, command, token), deputy_named(reader)
    raise InvalidInput("form_state")
