"""`/accord security`: one's own one-time codes."""

from __future__ import annotations

import re
from functools import partial

from domain.approvals import ResetCodes
from domain.errors import InvalidInput
from domain.one_time_codes import TypedCode
from handlers.answers import show_view
from handlers.confirming import next_dialog, or_codes_first
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.sent_forms import carry_out_form
from messages.approval_forms import ask_view
from messages.form_state import FormState
from messages.help import help_message, opener_message
from messages.outcomes import outcome_view
from messages.presses import Press
from messages.security_forms import (
    OPEN,
    RESET,
    RESET_OPEN,
    SET_UP,
    codes_view,
    open_button,
    reset_button,
    reset_view,
    set_up_words,
)
from messages.surfaces import View
from usecases import code_resets, security

_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,30})(?:\|[^>]*)?>")


def security_feature(desk: Desk) -> Feature:
    return Feature(
        name="security",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord security`, and `/accord security @name` for somebody who lost their phone."""
    words = command.words.strip()
    if words:
        return _reset(desk, command, asking, words)
    opener = open_button(asking.reader)
    if command.trigger is None:
        # Words cannot open a dialog, and a key is shown nowhere else.
        return opener_message(opener, asking.reader)
    codes = security.my_codes(desk.store, command.origin)
    return Dialog(codes_view(codes, asking.reader), opener)


def _reset(desk: Desk, command: Command, asking: Asking, words: str) -> Reply:
    mention = _MENTION.fullmatch(words)
    if mention is None:
        if words.startswith("@"):
            # Slack makes a mention only of a name that was picked from its list.
            raise InvalidInput("name_not_picked")
        return help_message("accord", asking.reader)
    person = code_resets.person_to_reset(desk.store, command.origin, mention[1])
    opener = reset_button(person, asking.reader)
    return Dialog(reset_view(person, asking.reader), opener)


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    if pressed.action == RESET_OPEN:
        subject = Press.parse(pressed.value).thing
        person = code_resets.person_to_reset(desk.store, pressed.origin, subject)
        show_view(desk, pressed, reset_view(person, asking.reader))
        return
    if pressed.action != OPEN:
        raise InvalidInput("form_state")
    codes = security.my_codes(desk.store, pressed.origin)
    show_view(desk, pressed, codes_view(codes, asking.reader))


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    if submission.callback == RESET.name:
        return _reset_sent(desk, submission, asking)
    if submission.callback != SET_UP.name:
        raise InvalidInput("form_state")

    def act(command: TypedCode, state: FormState) -> AckBody:
        security.set_up_codes(desk.store, submission.origin, command, state.version or 0)
        return outcome_view(set_up_words(asking.reader), asking.reader)

    return carry_out_form(SET_UP, submission, asking, act)


def _reset_sent(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    origin = submission.origin

    def act(command: ResetCodes, state: FormState) -> AckBody:
        def plan() -> View:
            asked = code_resets.plan_reset(desk.store, origin, state.id_of("person"), command)
            return ask_view(asked, asking.reader)

        return next_dialog(or_codes_first(desk, origin, asking, plan))

    return carry_out_form(RESET, submission, asking, act)
