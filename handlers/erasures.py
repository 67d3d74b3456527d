"""`/accord erase @name`: erasing what is held on somebody."""

from __future__ import annotations

import re
from functools import partial
from uuid import UUID

from domain.erasure import AskErasure, ErasurePlan
from domain.errors import InvalidInput
from domain.origin import Origin
from handlers.answers import show_view
from handlers.confirming import next_dialog, or_codes_first
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.sent_forms import carry_out_form
from messages.approval_forms import ask_view
from messages.erasures import ERASE, OPEN, all_kept_words, erase_button, erase_view
from messages.form_state import FormState
from messages.outcomes import outcome_view
from messages.presses import Press
from messages.surfaces import View
from usecases import erasures

_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,30})(?:\|[^>]*)?>")
# As Slack passes on an address that was typed, and as it stands in plain words.
_ADDRESS = re.compile(r"(?:<mailto:[^|>]+\|)?([^\s|<>@]+@[^\s|<>@]+)>?")


def erasure_feature(desk: Desk) -> Feature:
    return Feature(
        name="erasures",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
        accord_words={"erase": partial(_words, desk)},
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    """Answer `/accord erase @name`; whoever has left may be named by their e-mail address."""
    words = command.words.strip()
    found = _MENTION.fullmatch(words) or _ADDRESS.fullmatch(words)
    if found is None:
        raise InvalidInput("name_not_picked" if words.startswith("@") else "erase_whom")
    person = erasures.person_to_erase(desk.store, command.origin, found[1])
    return Dialog(erase_view(person, asking.reader), erase_button(person, asking.reader))


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    subject = Press.parse(pressed.value).subject
    if pressed.action != OPEN or subject is None:
        raise InvalidInput("form_state")
    person = erasures.person_to_erase(desk.store, pressed.origin, subject)
    show_view(desk, pressed, erase_view(person, asking.reader))


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(command: AskErasure, state: FormState) -> AckBody:
        return _planned(desk, submission.origin, state.id_of("person"), command, asking)

    return carry_out_form(ERASE, submission, asking, act)


class _AllKept(Exception):
    def __init__(self, plan: ErasurePlan) -> None:
        super().__init__()
        self.plan = plan


def _planned(
    desk: Desk, origin: Origin, person: UUID, command: AskErasure, asking: Asking
) -> AckBody:
    def confirm() -> View:
        plan = erasures.plan_erasure(desk.store, origin, person, command)
        if isinstance(plan, ErasurePlan):
            raise _AllKept(plan)
        return ask_view(plan, asking.reader)

    try:
        return next_dialog(or_codes_first(desk, origin, asking, confirm))
    except _AllKept as kept:
        return outcome_view(all_kept_words(kept.plan, asking.reader), asking.reader)
