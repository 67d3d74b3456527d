"""Changes of the rules before representatives: looking, objecting, having none, taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from uuid import uuid4

from pydantic import BaseModel

from domain.errors import InvalidInput
from domain.objections import ChangeCard, RaiseObjection, WithdrawObjection
from handlers.answers import replace, show_view, stale_message_mended
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.pressed_buttons import meant
from handlers.sent_forms import carry_out, in_its_place
from messages.form_state import FormState
from messages.objection_presses import ObjectionAction, change_button
from messages.objections import (
    FORMS,
    change_view,
    done_message,
    no_change_message,
    raise_view,
    withdraw_view,
)
from messages.outcomes import message_view
from messages.presses import Press
from usecases import objections


def objection_feature(desk: Desk) -> Feature:
    return Feature(
        name="objections",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord objections`: the version that waits, with what was said of it."""
    card = objections.change_that_waits(desk.store, command.origin)
    if card is None:
        return no_change_message(asking.reader)
    opener = change_button(ObjectionAction.LOOK, asking.reader, card.head.number, style="primary")
    return Dialog(change_view(card, asking.reader), opener)


# Buttons


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    act = meant(_PRESSES, pressed)
    with stale_message_mended(desk, pressed):
        act(desk, pressed, asking, Press.parse(pressed.value))


def _look(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = objections.look_at_change(desk.store, pressed.origin, press.number)
    show_view(desk, pressed, change_view(card, asking.reader))


def _object(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = objections.change_to_object_to(desk.store, pressed.origin, press.number)
    show_view(desk, pressed, raise_view(card, uuid4(), asking.reader))


def _none(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = objections.say_no_objection(desk.store, pressed.origin, press.number)
    replace(desk, pressed, done_message(card, asking.reader), asking.reader)


def _undo(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = objections.undo_objection(desk.store, pressed.origin, press.thing)
    replace(desk, pressed, done_message(card, asking.reader), asking.reader)


def _withdraw(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    objection = press.thing
    card = objections.objection_to_withdraw(desk.store, pressed.origin, objection)
    show_view(desk, pressed, withdraw_view(card, objection, asking.reader))


_PRESSES: Mapping[ObjectionAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    ObjectionAction.LOOK: _look,
    ObjectionAction.OBJECT: _object,
    ObjectionAction.NONE: _none,
    ObjectionAction.UNDO: _undo,
    ObjectionAction.WITHDRAW: _withdraw,
}


# Dialogs


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(_form: object, command: BaseModel, state: FormState) -> AckBody:
        origin, objection = submission.origin, state.id_of("objection")
        if isinstance(command, RaiseObjection):
            number = state.number_of("number")
            return _done(
                objections.raise_objection(desk.store, origin, number, objection, command), asking
            )
        if isinstance(command, WithdrawObjection):
            return _done(
                objections.withdraw_objection(desk.store, origin, objection, command), asking
            )
        raise InvalidInput("form_state")

    return carry_out(FORMS, submission, asking, act)


def _done(card: ChangeCard, asking: Asking) -> AckBody:
    return in_its_place(message_view(done_message(card, asking.reader), asking.reader))
