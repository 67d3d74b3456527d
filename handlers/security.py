"""`/accord security`: one's own one-time codes."""

from __future__ import annotations

from functools import partial

from domain.errors import InvalidInput
from handlers.answers import show_view
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Lookup, Pressed, Submission
from messages.form_state import FormState
from messages.help import opener_message
from messages.outcomes import outcome_view
from messages.security_forms import OPEN, SET_UP, codes_view, open_button, set_up_words
from messages.submissions import FieldErrors, field_errors, parse_submission
from usecases import security


def security_feature(desk: Desk) -> Feature:
    return Feature(
        name="security",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        look_up=_look_up,
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord security`."""
    opener = open_button(asking.reader)
    if command.trigger is None:
        # Words cannot open a dialog, and a key is shown nowhere else.
        return opener_message(opener, asking.reader)
    codes = security.my_codes(desk.store, command.origin)
    return Dialog(codes_view(codes, asking.reader), opener)


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    if pressed.action != OPEN:
        raise InvalidInput("form_state")
    codes = security.my_codes(desk.store, pressed.origin)
    show_view(desk, pressed, codes_view(codes, asking.reader))


def _look_up(_lookup: Lookup, _asking: Asking) -> AckBody:
    return {"options": []}


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    if submission.callback != SET_UP.name:
        raise InvalidInput("form_state")
    state = FormState.parse(submission.metadata, SET_UP.name)
    parsed = parse_submission(SET_UP, submission.view, asking.reader)
    if isinstance(parsed, FieldErrors):
        return parsed.response()
    try:
        security.set_up_codes(desk.store, submission.origin, parsed, state.version or 0)
    except InvalidInput as error:
        return field_errors(SET_UP, submission.view, error, asking.reader).response()
    return outcome_view(set_up_words(asking.reader), asking.reader)
