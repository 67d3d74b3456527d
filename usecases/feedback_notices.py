"""What messages about feedback tell their readers, as things stand when they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.feedback import (
    FeedbackAskedNotice,
    FeedbackNotice,
    FeedbackRequest,
    FeedbackSavedNotice,
)
from domain.notices import NoticeKind
from domain.people import Member
from domain.screens import Pointless
from storage import feedback, feedback_requests, people
from storage.unit_of_work import Reading
from usecases import feedback_cards


def _there(
    work: Reading, _kind: NoticeKind, given: UUID, reader: Member, _revision: int
) -> FeedbackNotice | Pointless:
    found = feedback.by_id(work.connection, given)
    if found is None:
        return Pointless("feedback_gone")
    if found.withdrawn_at is None and not feedback_cards.may_open(work, reader, found):
        return Pointless("no_longer_shared")
    return FeedbackNotice(reader, feedback_cards.card(work, reader, found))


def _saved(
    work: Reading, _kind: NoticeKind, given: UUID, reader: Member, _revision: int
) -> FeedbackSavedNotice | Pointless:
    found = feedback.by_id(work.connection, given)
    if found is None:
        return Pointless("feedback_gone")
    return FeedbackSavedNotice(reader, feedback_cards.card(work, reader, found), found.permalink)


def _asked(
    work: Reading, _kind: NoticeKind, request: UUID, reader: Member, _revision: int
) -> FeedbackAskedNotice | Pointless:
    found = feedback_requests.by_id(work.connection, request)
    if found is None:
        return Pointless("request_gone")
    if not people.can_act(work.connection, found.asker):
        return Pointless("asker_left")
    asker = people.member(work.connection, found.asker)
    asked = FeedbackRequest(found.id, asker, reader, found.answered_at, found.withdrawn_at)
    return FeedbackAskedNotice(reader, asked)


_Reader = Callable[
    [Reading, NoticeKind, UUID, Member, int],
    FeedbackNotice | FeedbackAskedNotice | FeedbackSavedNotice | Pointless,
]

FEEDBACK_READERS: Mapping[NoticeKind, _Reader] = {
    NoticeKind.FEEDBACK_THERE: _there,
    NoticeKind.FEEDBACK_SAVED: _saved,
    NoticeKind.FEEDBACK_ASKED: _asked,
}
