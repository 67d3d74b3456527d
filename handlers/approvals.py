"""Requests for approval: confirming what one asks for, approving, refusing, withdrawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from pydantic import BaseModel

from domain.approvals import RefuseApproval
from domain.errors import InvalidInput
from domain.one_time_codes import TypedCode
from domain.origin import Origin
from handlers.answers import replace, show_view, stale_message_mended
from handlers.confirming import or_codes_first
from handlers.desk import Desk, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.pressed_buttons import meant
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
from messages.submissions import FieldErrors, field_errors, parse_submission
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


def _refuse(desk: Desk, pressed: Pressed, asking: Asking, approval: UUID) -> None:
    card = approvals.look_to_refuse(desk.store, pressed.origin, approval)
    show_view(desk, pressed, refuse_view(card, asking.reader))


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


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    form = _FORMS.get(submission.callback)
    if form is None:
        raise InvalidInput("form_state")
    state = FormState.parse(submission.metadata, form.name)
    parsed = parse_submission(form, submission.view, asking.reader)
    if isinstance(parsed, FieldErrors):
        return parsed.response()
    try:
        return _sent(desk, submission.origin, parsed, state, asking)
    except InvalidInput as error:
        if error.field != "code":
            raise
        return field_errors(form, submission.view, error, asking.reader).response()


_FORMS: Mapping[str, Form[BaseModel]] = {form.name: form for form in (ASK, APPROVE, REFUSE)}


def _sent(
    desk: Desk, origin: Origin, parsed: BaseModel, state: FormState, asking: Asking
) -> AckBody:
    try:
        approval = state.ids["approval"]
        challenge = state.ids["challenge"] if state.form != REFUSE.name else approval
    except KeyError:
        raise InvalidInput("form_state") from None
    if isinstance(parsed, RefuseApproval):
        card = approvals.refuse(desk.store, origin, approval, parsed)
    elif isinstance(parsed, TypedCode) and state.form == ASK.name:
        card = approvals.ask(desk.store, origin, approval, challenge, parsed)
        return {"response_action": "update", "view": asked_view(card, asking.reader).payload()}
    elif isinstance(parsed, TypedCode):
        card = approvals.approve(desk.store, origin, approval, challenge, parsed)
    else:
        raise InvalidInput("form_state")
    view = settled_view(card, asking.reader)
    return {"response_action": "update", "view": view.payload()}
