"""What could not be delivered, behind `/accord cases`: trying again, dismissing."""

from __future__ import annotations

from functools import partial

from pydantic import BaseModel

from domain.dead_letters import Cause, DismissLetters, Picked, Settled
from domain.errors import InvalidInput, NotAllowed
from domain.origin import Origin
from handlers.answers import replace, show, show_view, turn_page
from handlers.desk import Desk, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.sent_forms import carry_out
from messages.dead_letter_presses import LetterAction, cause_in
from messages.dead_letters import (
    FORMS,
    again_message,
    dismiss_all_view,
    dismiss_view,
    dismissed_words,
    each_view,
    letters_message,
)
from messages.form_state import FormState
from messages.outcomes import outcome_view
from messages.presses import Press
from messages.surfaces import Message
from usecases import dead_letters


def letter_feature(desk: Desk) -> Feature:
    return Feature(
        name="letters",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
    )


def letters_for(desk: Desk, origin: Origin, asking: Asking) -> Message | None:
    """What an administrator finds in `/accord cases` beside corrections; None for others."""
    page = dead_letters.letter_page(desk.store, origin)
    return None if page is None else letters_message(page, asking.reader)


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    return _page(desk, command.origin, asking)


def _page(desk: Desk, origin: Origin, asking: Asking) -> Message:
    found = letters_for(desk, origin, asking)
    if found is None:
        raise NotAllowed("letters_of_administrators")
    return found


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    try:
        action = LetterAction(pressed.action)
    except ValueError:
        raise InvalidInput("form_state") from None
    press = Press.parse(pressed.value)
    match action:
        case LetterAction.LIST:
            show(desk, pressed, _page(desk, pressed.origin, asking), asking.reader)
        case LetterAction.AGAIN:
            _again(desk, pressed, asking, Picked(letter=press.thing))
        case LetterAction.AGAIN_ALL:
            _again(desk, pressed, asking, Picked(cause=cause_in(press)[0]))
        case LetterAction.DISMISS:
            show_view(desk, pressed, dismiss_view(press.thing, asking.reader))
        case LetterAction.DISMISS_ALL:
            _dismiss_all(desk, pressed, asking, cause_in(press)[0])
        case LetterAction.EACH | LetterAction.MORE:
            _each(desk, pressed, asking, press)


def _again(desk: Desk, pressed: Pressed, asking: Asking, picked: Picked) -> None:
    settled = dead_letters.try_letters_again(desk.store, pressed.origin, picked)
    page = dead_letters.letter_page(desk.store, pressed.origin)
    replace(desk, pressed, again_message(settled, page, asking.reader), asking.reader)


def _dismiss_all(desk: Desk, pressed: Pressed, asking: Asking, cause: Cause) -> None:
    page = dead_letters.letters_of(desk.store, pressed.origin, cause, 0)
    show_view(desk, pressed, dismiss_all_view(page.group, asking.reader))


def _each(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    cause, offset = cause_in(press)
    page = dead_letters.letters_of(desk.store, pressed.origin, cause, offset)
    view = each_view(page, offset, asking.reader)
    if pressed.action == LetterAction.MORE:
        turn_page(desk, pressed, view)
    else:
        show_view(desk, pressed, view)


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(_form: object, command: BaseModel, state: FormState) -> AckBody:
        if not isinstance(command, DismissLetters):
            raise InvalidInput("form_state")
        settled: Settled = dead_letters.dismiss_letters(
            desk.store, submission.origin, _meant(state), command
        )
        return outcome_view(dismissed_words(settled, asking.reader), asking.reader)

    return carry_out(FORMS, submission, asking, act)


def _meant(state: FormState) -> Picked:
    """What the dialog was opened for."""
    letter = state.ids.get("letter")
    if letter is not None:
        return Picked(letter=letter)
    try:
        cause = Cause(state.refs.get("cause", ""))
    except ValueError:
        raise InvalidInput("form_state") from None
    return Picked(cause=cause, newest=state.version)
