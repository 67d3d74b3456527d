"""`/accord access-review`: what one answers for, how a review goes, starting one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from domain.access_reviews import Answer, NothingToReview, ReviewPage, ReviewReport
from domain.errors import InvalidInput
from handlers.answers import replace, show, show_view, stale_message_mended, turn_page
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.pressed_buttons import meant
from messages.access_review_presses import ReviewAction, review_button
from messages.access_reviews import nothing_message, page_view, report_message
from messages.presses import Press
from usecases import access_reviews


def access_review_feature(desk: Desk) -> Feature:
    return Feature(
        name="access",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=_submit,
        accord_words={"access-review": partial(_words, desk)},
    )


def _words(desk: Desk, command: Command, asking: Asking) -> Reply:
    found = access_reviews.review_for(desk.store, command.origin)
    match found:
        case ReviewReport():
            return report_message(found, asking.reader)
        case NothingToReview():
            return nothing_message(found, asking.reader)
        case ReviewPage():
            opener = review_button(
                ReviewAction.OPEN, asking.reader, found.review.id, style="primary"
            )
            return Dialog(page_view(found, asking.reader), opener)


def _submit(_submission: Submission, _asking: Asking) -> AckBody:
    raise InvalidInput("form_state")


def _press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    act = meant(_PRESSES, pressed)
    act(desk, pressed, asking, Press.parse(pressed.value))


def _open(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    with stale_message_mended(desk, pressed):
        page = access_reviews.review_page(desk.store, pressed.origin, press.thing, 0)
    show_view(desk, pressed, page_view(page, asking.reader))


def _turn(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    page = access_reviews.review_page(desk.store, pressed.origin, press.thing, press.number)
    turn_page(desk, pressed, page_view(page, asking.reader))


def _answer(answer: Answer, desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    page = access_reviews.answer_access(
        desk.store, pressed.origin, press.thing, press.number, answer
    )
    turn_page(desk, pressed, page_view(page, asking.reader))


def _start(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    report = access_reviews.start_review(desk.store, pressed.origin)
    replace(desk, pressed, report_message(report, asking.reader), asking.reader)


def _refresh(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    found = access_reviews.review_for(desk.store, pressed.origin)
    if isinstance(found, ReviewReport):
        replace(desk, pressed, report_message(found, asking.reader), asking.reader)
    else:
        show(desk, pressed, nothing_message(NothingToReview(None), asking.reader), asking.reader)


_PRESSES: Mapping[ReviewAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    ReviewAction.OPEN: _open,
    ReviewAction.MORE: _turn,
    ReviewAction.EARLIER: _turn,
    ReviewAction.CONFIRM: partial(_answer, Answer.CONFIRMED),
    ReviewAction.REVOKE: partial(_answer, Answer.REVOKED),
    ReviewAction.START: _start,
    ReviewAction.REFRESH: _refresh,
}
