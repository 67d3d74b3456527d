"""Announcing a phase: the dialog, the look before it goes, and what can be done afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from domain.announcements import Announce, CorrectAnnouncement
from domain.origin import Origin
from handlers.answers import replace, show_view, stale_message_mended, turn_page
from handlers.desk import Desk, Reply
from handlers.features import AckBody, Asking
from handlers.payloads import Pressed, Submission
from handlers.pressed_buttons import meant
from handlers.sent_forms import Reading, carry_out_form, in_its_place
from messages.announcement_forms import (
    ANNOUNCE,
    CONFIRM,
    CORRECT,
    UNSEEN,
    announce_view,
    choices_of,
    confirm_view,
    correct_view,
    draft_values,
)
from messages.announcement_words import sent_words, writing_language
from messages.announcements import (
    corrected_words,
    noted_message,
    people_view,
    status_message,
    whole_view,
)
from messages.cycle_presses import LISTS, CycleAction
from messages.form_state import FormState
from messages.outcomes import outcome_view
from messages.presses import Press
from messages.submissions import typed_values
from messages.surfaces import View
from usecases import announcement_status, announcement_steering, announcements
from usecases.announcement_notices import one_announced


def start(desk: Desk, origin: Origin, asking: Asking) -> View:
    """The dialog, with an earlier draft if there is one."""
    return announce_view(announcements.start_announcement(desk.store, origin), asking.reader)


def latest(desk: Desk, origin: Origin, asking: Asking) -> Reply:
    """How the newest announcement goes."""
    return status_message(announcement_status.latest_status(desk.store, origin), asking.reader)


# Buttons


def press(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    if pressed.action in _CHANGES_FORM:
        _change_form(desk, pressed, asking)
        return
    if pressed.action == CycleAction.ANNOUNCE:
        show_view(desk, pressed, start(desk, pressed.origin, asking))
        return
    carried = Press.parse(pressed.value)
    meant(_PRESSES, pressed)(desk, pressed, asking, carried.thing, carried.number)


_CHANGES_FORM = frozenset(
    {ANNOUNCE.more_action, ANNOUNCE.action("audience"), ANNOUNCE.action("send_at")}
)


def _change_form(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    """*More detail*, or another audience or time: the inputs that they need appear."""
    view = pressed.view or {}
    state = FormState.parse(str(view.get("private_metadata")), ANNOUNCE.name)
    if pressed.action == ANNOUNCE.more_action:
        state = state.expand()
    screen = announcements.start_announcement(desk.store, pressed.origin)
    changed = announce_view(screen, asking.reader, state, typed_values(ANNOUNCE, view))
    desk.update_view(str(view.get("id")), str(view.get("hash")), changed)


def _test(desk: Desk, pressed: Pressed, asking: Asking, announcement: UUID, _number: int) -> None:
    count = announcements.send_test(desk.store, pressed.origin, announcement)
    plan = announcements.plan_of(desk.store, pressed.origin, announcement)
    turn_page(desk, pressed, confirm_view(plan, asking.reader, tested=count))


def _change(desk: Desk, pressed: Pressed, asking: Asking, announcement: UUID, _number: int) -> None:
    plan = announcements.plan_of(desk.store, pressed.origin, announcement)
    screen = announcements.start_announcement(desk.store, pressed.origin)
    state = FormState.new(ANNOUNCE.name, ids={"draft": announcement}, expanded=True)
    turn_page(desk, pressed, announce_view(screen, asking.reader, state, draft_values(plan)))


def _status(desk: Desk, pressed: Pressed, asking: Asking, announcement: UUID, _number: int) -> None:
    status = announcement_status.status_of(desk.store, pressed.origin, announcement)
    replace(desk, pressed, status_message(status, asking.reader), asking.reader)


def _stop(desk: Desk, pressed: Pressed, asking: Asking, announcement: UUID, _number: int) -> None:
    with stale_message_mended(desk, pressed):
        announcement_steering.stop_announcement(desk.store, pressed.origin, announcement)
    _status(desk, pressed, asking, announcement, 0)


def _resume(desk: Desk, pressed: Pressed, asking: Asking, announcement: UUID, _number: int) -> None:
    with stale_message_mended(desk, pressed):
        announcement_steering.send_the_rest(desk.store, pressed.origin, announcement)
    _status(desk, pressed, asking, announcement, 0)


def _correct(desk: Desk, pressed: Pressed, asking: Asking, announcement: UUID, _: int) -> None:
    head, texts = announcement_steering.texts_to_correct(desk.store, pressed.origin, announcement)
    show_view(desk, pressed, correct_view(head, texts, asking.reader))


def _read_all(desk: Desk, pressed: Pressed, asking: Asking, announcement: UUID, _: int) -> None:
    notice = one_announced(desk.store, pressed.origin, announcement)
    show_view(desk, pressed, whole_view(notice, asking.reader))


def _for_me(
    desk: Desk, pressed: Pressed, asking: Asking, announcement: UUID, _: int, *, after_all: bool
) -> None:
    announcement_steering.say_not_for_me(
        desk.store, pressed.origin, announcement, for_me_after_all=after_all
    )
    replace(desk, pressed, noted_message(asking.reader), asking.reader)


def _list(desk: Desk, pressed: Pressed, asking: Asking, announcement: UUID, start_: int) -> None:
    which = LISTS[CycleAction(pressed.action)]
    found = announcement_status.people_behind(
        desk.store, pressed.origin, announcement, which, start_
    )
    view = people_view(found, asking.reader)
    if pressed.in_dialog:
        turn_page(desk, pressed, view)
    else:
        show_view(desk, pressed, view)


_Act = Callable[[Desk, Pressed, Asking, UUID, int], None]

_PRESSES: Mapping[CycleAction, _Act] = {
    CycleAction.TEST: _test,
    CycleAction.CHANGE: _change,
    CycleAction.STATUS: _status,
    CycleAction.REFRESH: _status,
    CycleAction.STOP: _stop,
    CycleAction.RESUME: _resume,
    CycleAction.CORRECT: _correct,
    CycleAction.READ_ALL: _read_all,
    CycleAction.NOT_FOR_ME: partial(_for_me, after_all=False),
    CycleAction.FOR_ME: partial(_for_me, after_all=True),
    **dict.fromkeys(LISTS, _list),
}


# Dialogs


def submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    if submission.callback == CONFIRM:
        return _confirmed(desk, submission, asking)
    if submission.callback == ANNOUNCE.name:
        return _written(desk, submission, asking)
    return _corrected(desk, submission, asking)


def _written(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    origin, reader = submission.origin, asking.reader

    def reading(_state: FormState) -> Reading:
        screen = announcements.start_announcement(desk.store, origin)
        return Reading({"now": origin.now}, UNSEEN, choices_of(screen, reader))

    def act(command: Announce, state: FormState) -> AckBody:
        plan = announcements.plan_announcement(
            desk.store, origin, command, writing_language(reader), state.ids.get("draft")
        )
        return in_its_place(confirm_view(plan, reader))

    return carry_out_form(ANNOUNCE, submission, asking, act, reading)


def _corrected(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(command: CorrectAnnouncement, state: FormState) -> AckBody:
        done = announcement_steering.correct_announcement(
            desk.store, submission.origin, state.id_of("announcement"), command, state.token
        )
        return outcome_view(corrected_words(done, asking.reader), asking.reader)

    return carry_out_form(CORRECT, submission, asking, act)


def _confirmed(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    state = FormState.parse(submission.metadata, CONFIRM)
    plan = announcements.confirm_announcement(
        desk.store, submission.origin, state.id_of("announcement"), state.token
    )
    return outcome_view(sent_words(plan, asking.reader), asking.reader)
