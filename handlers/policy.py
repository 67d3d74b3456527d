"""`/accord policy`: the rules, those of another day, every version; changing them by two people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from pydantic import BaseModel

from domain.approvals import ToConfirm
from domain.errors import InvalidInput
from domain.policy_text import LONGEST, policy_text, read_policy_text
from domain.policy_versions import AskPast, ProposeDocument, ProposeSettings, WithdrawVersion
from domain.uploads import FIELD, text_of
from handlers.answers import show_view, turn_page
from handlers.confirming import next_dialog, or_codes_first
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.pressed_buttons import meant
from handlers.sent_forms import carry_out
from messages.approval_forms import ask_view
from messages.form_state import FormState
from messages.forms import Form
from messages.outcomes import outcome_view
from messages.policy import (
    DOCUMENT,
    FORMS,
    day_needed,
    day_view,
    document_view,
    policy_link_view,
    policy_view,
    settings_view,
    versions_view,
    withdraw_view,
    withdrawn_words,
)
from messages.policy_mistakes import mistakes_words
from messages.policy_presses import PolicyAction, policy_button
from messages.policy_record import policy_record_view
from messages.presses import Press
from messages.submissions import FieldErrors, typed_values
from messages.surfaces import View
from usecases import policy_changes, policy_links, policy_pages, policy_record

MISTAKES_AT_ONCE = 10
MOST_BYTES = 4 * LONGEST
"""What that many characters may take in UTF-8."""


def policy_feature(desk: Desk) -> Feature:
    return Feature(
        name="policy",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord policy`, also with a day behind it."""
    typed = command.words.strip()
    try:
        day = date.fromisoformat(typed) if typed else None
    except ValueError:
        return day_needed(typed, asking.reader)
    page = policy_pages.policy_page(desk.store, command.origin, day)
    opener = policy_button(PolicyAction.OPEN, asking.reader, style="primary")
    return Dialog(policy_view(page, asking.reader), opener)


def policy_record_words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord audit policy`."""
    found = policy_record.record_of_policy(desk.store, command.origin)
    opener = policy_button(PolicyAction.OPEN, asking.reader)
    return Dialog(policy_record_view(found, asking.reader), opener)


# Buttons


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    act = meant(_PRESSES, pressed)
    act(desk, pressed, asking, Press.parse(pressed.value).number)


def _open(desk: Desk, pressed: Pressed, asking: Asking, _number: int) -> None:
    page = policy_pages.policy_page(desk.store, pressed.origin)
    show_view(desk, pressed, policy_view(page, asking.reader))


def _versions(desk: Desk, pressed: Pressed, asking: Asking, _number: int) -> None:
    page = policy_pages.versions_page(desk.store, pressed.origin)
    show_view(desk, pressed, versions_view(page, asking.reader))


def _more_versions(desk: Desk, pressed: Pressed, asking: Asking, number: int) -> None:
    page = policy_pages.versions_page(desk.store, pressed.origin, number)
    turn_page(desk, pressed, versions_view(page, asking.reader))


def _day(desk: Desk, pressed: Pressed, asking: Asking, _number: int) -> None:
    show_view(desk, pressed, day_view(asking.reader))


def _settings(desk: Desk, pressed: Pressed, asking: Asking, _number: int) -> None:
    policy = policy_changes.settings_to_change(desk.store, pressed.origin)
    show_view(desk, pressed, settings_view(policy, asking.reader))


def _document(desk: Desk, pressed: Pressed, asking: Asking, _number: int) -> None:
    policy = policy_changes.settings_to_change(desk.store, pressed.origin)
    show_view(desk, pressed, document_view(policy, asking.reader))


def _get(desk: Desk, pressed: Pressed, asking: Asking, _number: int) -> None:
    link = policy_links.ask_for_policy(desk.store, pressed.origin)
    url = f"{desk.address()}/exports/{link.token}"
    show_view(desk, pressed, policy_link_view(link, url, asking.reader))


def _withdraw(desk: Desk, pressed: Pressed, asking: Asking, number: int) -> None:
    planned = policy_pages.version_to_withdraw(desk.store, pressed.origin, number)
    show_view(desk, pressed, withdraw_view(planned, asking.reader))


def _more_record(desk: Desk, pressed: Pressed, asking: Asking, number: int) -> None:
    found = policy_record.record_of_policy(desk.store, pressed.origin, number)
    turn_page(desk, pressed, policy_record_view(found, asking.reader))


_PRESSES: Mapping[PolicyAction, Callable[[Desk, Pressed, Asking, int], None]] = {
    PolicyAction.OPEN: _open,
    PolicyAction.VERSIONS: _versions,
    PolicyAction.MORE_VERSIONS: _more_versions,
    PolicyAction.DAY: _day,
    PolicyAction.SETTINGS: _settings,
    PolicyAction.DOCUMENT: _document,
    PolicyAction.GET: _get,
    PolicyAction.WITHDRAW: _withdraw,
    PolicyAction.MORE_RECORD: _more_record,
}


# Dialogs


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    origin = submission.origin

    def confirmed(plan: Callable[[], ToConfirm]) -> AckBody:
        def view() -> View:
            return ask_view(plan(), asking.reader)

        return next_dialog(or_codes_first(desk, origin, asking, view))

    def act(_form: Form[Any], command: BaseModel, state: FormState) -> AckBody:
        if isinstance(command, ProposeSettings):
            return confirmed(lambda: policy_changes.plan_settings(desk.store, origin, command))
        if isinstance(command, ProposeDocument):
            return _document_sent(desk, submission, asking, command, confirmed)
        if isinstance(command, WithdrawVersion):
            number = state.number_of("number")
            policy_changes.withdraw_version(desk.store, origin, number, command)
            return outcome_view(withdrawn_words(number, asking.reader), asking.reader)
        if isinstance(command, AskPast):
            page = policy_pages.policy_page(desk.store, origin, command.day)
            return next_dialog(policy_view(page, asking.reader))
        raise InvalidInput("form_state")

    answer = carry_out(FORMS, submission, asking, act)
    if submission.callback == DOCUMENT.name:
        return _with_mistakes(submission, asking, answer)
    return answer


def _with_mistakes(submission: Submission, asking: Asking, answer: AckBody) -> AckBody:
    """What is wrong in the text that was typed is told besides what is wrong around it."""
    if not answer or answer.get("response_action") != "errors":
        return answer
    typed = str(typed_values(DOCUMENT, submission.view).get("text", ""))
    mistakes = read_policy_text(typed).mistakes
    state = FormState.parse(submission.metadata, DOCUMENT.name)
    block = DOCUMENT.block_now("text", state)
    if not mistakes or block in answer["errors"]:
        return answer
    told = mistakes_words(mistakes, asking.reader, MISTAKES_AT_ONCE)
    return FieldErrors({**answer["errors"], block: told}).response()


def _document_sent(
    desk: Desk,
    submission: Submission,
    asking: Asking,
    command: ProposeDocument,
    confirmed: Callable[[Callable[[], ToConfirm]], AckBody],
) -> AckBody:
    field, text = _text_sent(desk, submission, command)
    checked = read_policy_text(text)
    document = checked.policy
    if document is None:
        told = mistakes_words(checked.mistakes, asking.reader, MISTAKES_AT_ONCE)
        state = FormState.parse(submission.metadata, DOCUMENT.name)
        # All of them, so that nobody has to send it again and again to hear of the next one.
        return FieldErrors({DOCUMENT.block_now(field, state): told}).response()
    return confirmed(
        lambda: policy_changes.plan_document(
            desk.store, submission.origin, document, command.valid_from, command.reason
        )
    )


def _text_sent(desk: Desk, submission: Submission, command: ProposeDocument) -> tuple[str, str]:
    """Where the document was given, and its text; a text that nobody changed was not given."""
    standing = policy_changes.settings_to_change(desk.store, submission.origin)
    typed = command.text.strip()
    if not command.file:
        if not typed:
            raise InvalidInput("policy_nothing_given", field="text")
        return "text", command.text
    if typed and typed.splitlines() != policy_text(standing).strip().splitlines():
        raise InvalidInput("policy_text_and_file", field=FIELD)
    data = desk.uploads.read(command.file[0], submission.origin.slack_user, most=MOST_BYTES)
    return FIELD, text_of(data)
