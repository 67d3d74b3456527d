"""`/accord agreements`: the register of agreements with employee representatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID, uuid4

from pydantic import BaseModel

from domain.agreements import AgreementCard, ChangeAgreement, RefuseAgreement, RegisterAgreement
from domain.errors import InvalidInput
from domain.origin import Origin
from domain.references import ReferenceKind, parse_reference
from handlers.answers import replace, show_view, stale_message_mended
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Lookup, Pressed, Submission
from handlers.pressed_buttons import meant
from handlers.sent_forms import carry_out, expanded, in_its_place
from messages.agreement_presses import AgreementAction, agreement_button
from messages.agreements import (
    CHANGE,
    FORMS,
    REGISTER,
    agreement_view,
    agreements_view,
    change_view,
    done_message,
    no_such_message,
    refuse_view,
    register_view,
)
from messages.cycle_forms import unit_options
from messages.form_state import FormState
from messages.outcomes import message_view
from messages.presses import Press
from messages.scope import scope_view
from usecases import agreements, scope


def agreement_feature(desk: Desk) -> Feature:
    return Feature(
        name="agreements",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        look_up=partial(_look_up, desk),
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord agreements`, also with a reference behind it."""
    typed, reader = command.words.strip(), asking.reader
    opener = agreement_button(AgreementAction.LIST, reader, style="primary")
    if not typed:
        page = agreements.agreement_page(desk.store, command.origin)
        return Dialog(agreements_view(page, reader), opener)
    number = parse_reference(typed, ReferenceKind.AGREEMENT)
    card = number and agreements.agreement_by_number(desk.store, command.origin, number)
    if not card:
        return no_such_message(typed[:20], reader)
    return Dialog(
        agreement_view(card, reader),
        agreement_button(AgreementAction.OPEN, reader, card.id, style="primary"),
    )


def _look_up(desk: Desk, lookup: Lookup, _asking: Asking) -> AckBody:
    return unit_options(agreements.units_to_choose(desk.store, lookup.origin, lookup.words))


# Buttons


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    for form in (REGISTER, CHANGE):
        if pressed.action == form.more_action:
            expanded(desk, pressed, asking, form)
            return
    act = meant(_PRESSES, pressed)
    with stale_message_mended(desk, pressed):
        act(desk, pressed, asking, Press.parse(pressed.value))


def _list(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    page = agreements.agreement_page(desk.store, pressed.origin)
    show_view(desk, pressed, agreements_view(page, asking.reader))


def _open(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = agreements.look_at_agreement(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, agreement_view(card, asking.reader))


def _register(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    agreements.require_may_register(desk.store, pressed.origin)
    show_view(desk, pressed, register_view(uuid4(), asking.reader))


def _change(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = agreements.agreement_to_change(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, change_view(card, asking.reader))


def _confirm(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    subject = press.thing
    card = agreements.confirm_agreement(desk.store, pressed.origin, subject, press.number)
    replace(desk, pressed, done_message(card, asking.reader), asking.reader)


def _refuse(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    subject = press.thing
    card = agreements.agreement_to_refuse(desk.store, pressed.origin, subject, press.number)
    show_view(desk, pressed, refuse_view(card, press.number, asking.reader))


def _withdraw(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    subject = press.thing
    card = agreements.withdraw_agreement(desk.store, pressed.origin, subject, press.number)
    replace(desk, pressed, done_message(card, asking.reader), asking.reader)


def _scope(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    page = scope.scope_page(desk.store, pressed.origin)
    show_view(desk, pressed, scope_view(page, asking.reader))


_PRESSES: Mapping[AgreementAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    AgreementAction.LIST: _list,
    AgreementAction.OPEN: _open,
    AgreementAction.REGISTER: _register,
    AgreementAction.CHANGE: _change,
    AgreementAction.CONFIRM: _confirm,
    AgreementAction.REFUSE: _refuse,
    AgreementAction.WITHDRAW: _withdraw,
    AgreementAction.SCOPE: _scope,
}


# Dialogs


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(_form: object, command: BaseModel, state: FormState) -> AckBody:
        origin, agreement = submission.origin, state.id_of("agreement")
        return _done(_sent(desk, origin, agreement, command, state), asking)

    return carry_out(FORMS, submission, asking, act)


def _sent(
    desk: Desk, origin: Origin, agreement: UUID, command: BaseModel, state: FormState
) -> AgreementCard:
    if isinstance(command, RegisterAgreement):
        return agreements.register_agreement(desk.store, origin, agreement, command)
    if isinstance(command, ChangeAgreement):
        base = state.number_of("base")
        return agreements.change_agreement(desk.store, origin, agreement, base, command)
    if isinstance(command, RefuseAgreement):
        number = state.number_of("number")
        return agreements.refuse_agreement(desk.store, origin, agreement, number, command)
    raise InvalidInput("form_state")


def _done(card: AgreementCard, asking: Asking) -> AckBody:
    return in_its_place(message_view(done_message(card, asking.reader), asking.reader))
