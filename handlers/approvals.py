"""Requests for approval: confirming what one asks for, approving, refusing, withdrawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from pydantic import BaseModel

from domain.approvals import RefuseApproval
from domain.errors import InvalidInput
from domain.one_time_codes import TypedCode
from handlers.answers import replace, show_view, stale_message_mended
from handlers.confirming import or_codes_first
from handlers.desk import Desk, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.pressed_buttons import meant
from handlers.sent_forms import carry_out, in_its_place
from messages.approval_forms import (
    APPROVE,
    ASK,
    REFUSE,
    approve_view,
    ask_view,
    asked_view,
    read_view,
    refuse_view,
    settled_message,
    settled_view,
)
from messages.approval_notices import approvals_message
from messages.approval_presses import ApprovalAction
from messages.form_state import FormState
from messages.forms import Form
from messages.presses import Press
from usecases import approvals


def approval_feature(desk: Desk) -> Feature:
    return Feature(
        name="approval",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        accord_words={"approvals": partial(_words, desk)},
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord approvals`."""
    return approvals_message(approvals.my_approvals(desk.store, command.origin), asking.reader)


# Buttons


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    subject = Press.parse(pressed.value).subject
    act = meant(_PRESSES, pressed)
    if subject is None:
        raise InvalidInput("form_state")
    with stale_message_mended(desk, pressed):
        act(desk, pressed, asking, subject)


def _approve(desk: Desk, pressed: Pressed, asking: Asking, approval: UUID) -> None:
    view = or_codes_first(
        desk,
        pressed.origin,
        asking,
        lambda: approve_view(approvals.look(desk.store, pressed.origin, approval), asking.reader),
    )
    show_view(desk, pressed, view)
    if view.callback_id == APPROVE.name:
        _set_aside(desk, pressed, asking, approval)


def _refuse(desk: Desk, pressed: Pressed, asking: Asking, approval: UUID) -> None:
    card = approvals.look_to_refuse(desk.store, pressed.origin, approval)
    show_view(desk, pressed, refuse_view(card, asking.reader))
    _set_aside(desk, pressed, asking, approval)


def _set_aside(desk: Desk, pressed: Pressed, asking: Asking, approval: UUID) -> None:
    """In a list that only its reader sees, the request gives way to the dialog that it opened.

    Messages are brought up to date by the outbox; such a list nobody can find any more once the
    dialog is sent, and its buttons would stay.
    """
    if pressed.origin.clicked is None and pressed.response_url is not None:
        listed = approvals.my_approvals(desk.store, pressed.origin)
        replace(desk, pressed, approvals_message(listed, asking.reader, approval), asking.reader)


def _withdraw(desk: Desk, pressed: Pressed, asking: Asking, approval: UUID) -> None:
    card = approvals.withdraw(desk.store, pressed.origin, approval)
    replace(desk, pressed, settled_message(card, asking.reader), asking.reader)


def _read(desk: Desk, pressed: Pressed, asking: Asking, approval: UUID) -> None:
    card = approvals.own_request(desk.store, pressed.origin, approval)
    show_view(desk, pressed, read_view(card, asking.reader))


def _again(desk: Desk, pressed: Pressed, asking: Asking, approval: UUID) -> None:
    view = or_codes_first(
        desk,
        pressed.origin,
        asking,
        lambda: ask_view(approvals.ask_again(desk.store, pressed.origin, approval), asking.reader),
    )
    show_view(desk, pressed, view)


_PRESSES: Mapping[ApprovalAction, Callable[[Desk, Pressed, Asking, UUID], None]] = {
    ApprovalAction.APPROVE: _approve,
    ApprovalAction.REFUSE: _refuse,
    ApprovalAction.WITHDRAW: _withdraw,
    ApprovalAction.READ: _read,
    ApprovalAction.AGAIN: _again,
}


# Dialogs


_FORMS: Mapping[str, Form[BaseModel]] = {form.name: form for form in (ASK, APPROVE, REFUSE)}


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    origin = submission.origin

    def act(form: Form[BaseModel], command: BaseModel, state: FormState) -> AckBody:
        approval = state.id_of("approval")
        if isinstance(command, RefuseApproval):
            card = approvals.refuse(desk.store, origin, approval, command)
            return in_its_place(settled_view(card, asking.reader))
        if not isinstance(command, TypedCode):
            raise InvalidInput("form_state")
        challenge = state.id_of("challenge")
        if form is ASK:
            card = approvals.ask(desk.store, origin, approval, challenge, command)
            return in_its_place(asked_view(card, asking.reader))
        card = approvals.approve(desk.store, origin, approval, challenge, command)
        return in_its_place(settled_view(card, asking.reader))

    return carry_out(_FORMS, submission, asking, act)
