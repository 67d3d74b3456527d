"""`/accord retention`: whose time is over, and asking to purge them."""

from __future__ import annotations

from functools import partial
from typing import Any

from domain.approvals import ToConfirm
from domain.errors import InvalidInput, Refused
from domain.retention import AskKindPurge, AskPurge
from handlers.answers import show_view
from handlers.confirming import next_dialog, or_codes_first
from handlers.desk import Desk, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.sent_forms import carry_out
from messages.approval_forms import ask_view
from messages.form_state import FormState
from messages.forms import Form
from messages.retention import OPEN, PURGE, purge_view, retention_message
from messages.retention_kinds import PREVIEW, PURGE_KIND, preview_view
from usecases import purges, retention

FORMS = {form.name: form for form in (PURGE, PURGE_KIND)}


def retention_feature(desk: Desk) -> Feature:
    return Feature(
        name="retention",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord retention`."""
    return retention_message(retention.retention_page(desk.store, command.origin), asking.reader)


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    page = retention.retention_page(desk.store, pressed.origin)
    if pressed.action == PREVIEW:
        show_view(desk, pressed, preview_view(page, asking.reader))
        return
    if pressed.action != OPEN:
        raise InvalidInput("form_state")
    if not page.preview.due:
        raise Refused("purge_nobody")
    show_view(desk, pressed, purge_view(page, asking.reader))


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    origin = submission.origin

    def plan(command: AskPurge) -> ToConfirm:
        if isinstance(command, AskKindPurge):
            return purges.plan_kind_purge(desk.store, origin, command)
        return retention.plan_purge(desk.store, origin, command)

    def act(_form: Form[Any], command: Any, _state: FormState) -> AckBody:
        return next_dialog(
            or_codes_first(desk, origin, asking, lambda: ask_view(plan(command), asking.reader))
        )

    return carry_out(FORMS, submission, asking, act)
