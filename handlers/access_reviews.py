"""`/accord access-review`: what one answers for, how a review goes, starting one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from domain.access_reviews import NothingToReview, ReviewPage, ReviewReport, RevokeAccess
from handlers.answers import replace, show, show_view, stale_message_mended, turn_page
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Pressed, Submission
from handlers.pressed_buttons import meant
from handlers.sent_forms import carry_out_form, in_its_place
from messages import access_review_forms as forms
from messages.access_review_presses import ReviewAction, review_button
from messages.access_reviews import (
    SEVERAL,
    nothing_message,
    page_view,
    report_message,
    waiting_on,
)
from messages.form_state import FormState
from messages.outcomes import message_view
from messages.presses import HIGHEST, Press
from usecases import access_reviews


def access_review_feature(desk: Desk) -> Feature:
    return Feature(
        name="access",
        words=partial(_words, desk),
        press=partial(_press, desk),
        submit=partial(_submit, desk),
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


# Dialogs


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    match submission.callback:
        case forms.START:
            FormState.parse(submission.metadata, forms.START)
            report = access_reviews.start_review(desk.store, submission.origin)
            return in_its_place(message_view(report_message(report, asking.reader), asking.reader))
        case forms.CONFIRM_THESE:
            state = FormState.parse(submission.metadata, forms.CONFIRM_THESE)
            page = access_reviews.confirm_accesses(
                desk.store, submission.origin, state.id_of("review"), _numbers_in(state)
            )
            return in_its_place(page_view(page, asking.reader))
        case _:
            return carry_out_form(
                forms.REVOKE, submission, asking, partial(_revoked, desk, submission, asking)
            )


def _revoked(
    desk: Desk, submission: Submission, asking: Asking, command: RevokeAccess, state: FormState
) -> AckBody:
    page = access_reviews.revoke_access(
        desk.store, submission.origin, state.id_of("review"), state.version or 0, command
    )
    return in_its_place(page_view(page, asking.reader))


def _numbers_in(state: FormState) -> set[int]:
    return {min(state.number_of(name), HIGHEST) for name in state.refs}


# Buttons


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


def _confirm(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    page = access_reviews.confirm_accesses(desk.store, pressed.origin, press.thing, [press.number])
    turn_page(desk, pressed, page_view(page, asking.reader))


def _confirm_these(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    page = access_reviews.review_page(desk.store, pressed.origin, press.thing, press.number)
    several = len(waiting_on(page)) >= SEVERAL
    view = forms.confirm_view(page, asking.reader) if several else page_view(page, asking.reader)
    turn_page(desk, pressed, view)


def _revoke(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    page, one = access_reviews.access_to_revoke(
        desk.store, pressed.origin, press.thing, press.number
    )
    turn_page(desk, pressed, forms.revoke_view(page, one, asking.reader))


def _start(desk: Desk, pressed: Pressed, asking: Asking, _press: Press) -> None:
    plan = access_reviews.plan_review(desk.store, pressed.origin)
    show_view(desk, pressed, forms.start_view(plan, asking.reader))


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
    ReviewAction.BACK: _turn,
    ReviewAction.CONFIRM: _confirm,
    ReviewAction.CONFIRM_THESE: _confirm_these,
    ReviewAction.REVOKE: _revoke,
    ReviewAction.START: _start,
    ReviewAction.REFRESH: _refresh,
}
