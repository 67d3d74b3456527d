"""`/accord retention`: whose time is over, and asking to purge them."""

from __future__ import annotations

from functools import partial

from domain.errors import InvalidInput, Refused
from handlers.answers import show_view
from handlers.confirming import next_dialog, or_codes_first
from handlers.desk import Desk, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from messages.approval_forms import ask_view
from messages.form_state import FormState
from messages.retention import OPEN, PURGE, purge_view, retention_message
from messages.submissions import FieldErrors, parse_submission
from usecases import retention


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
    if pressed.action != OPEN:
        raise InvalidInput("form_state")
    page = retention.retention_page(desk.store, pressed.origin)
    if not page.preview.due:
        raise Refused("purge_nobody")
    show_view(desk, pressed, purge_view(page, asking.reader))


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    if submission.callback != PURGE.name:
        raise InvalidInput("form_state")
    FormState.parse(submission.metadata, PURGE.name)
    parsed = parse_submission(PURGE, submission.view, asking.reader)
    if isinstance(parsed, FieldErrors):
        return parsed.response()
    origin = submission.origin
    view = or_codes_first(
        desk,
        origin,
        asking,
        lambda: ask_view(retention.plan_purge(desk.store, origin, parsed), asking.reader),
    )
    return next_dialog(view)
