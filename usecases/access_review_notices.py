"""What messages about access reviews tell their readers, as things stand when they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from domain.access_reviews import AccessReviewNotice, ReviewReport
from domain.notices import NoticeKind
from domain.people import Member
from domain.screens import Pointless
from storage import access_reviews, outbox
from storage.unit_of_work import Reading
from usecases.access_reviews import may_follow, report_of


def _asked(
    work: Reading, kind: NoticeKind, review: UUID, reader: Member, _revision: int
) -> AccessReviewNotice | Pointless:
    """Pointless where nothing is left to answer, unless it was sent; then it says how it ended."""
    head = access_reviews.by_id(work.connection, review)
    if head is None:
        return Pointless("review_gone")
    count = access_reviews.count_of(work.connection, review, reader.id)
    if not count.open and not outbox.was_shown(work.connection, kind, review, reader.id):
        return Pointless("answered")
    return AccessReviewNotice(
        reader,
        replace(head, answer_by=count.answer_by or head.answer_by),
        total=count.total,
        open=count.open,
        ended=count.ended,
        reminder=kind is not NoticeKind.ACCESS_REVIEW,
        last=kind is NoticeKind.ACCESS_REVIEW_LAST_REMINDER,
    )


def _closed(
    work: Reading, _kind: NoticeKind, review: UUID, reader: Member, _revision: int
) -> ReviewReport | Pointless:
    head = access_reviews.by_id(work.connection, review)
    if head is None or not may_follow(work, reader):
        return Pointless("follows_no_more")
    return replace(report_of(work, reader, head), can_start=False)


_Reader = Callable[
    [Reading, NoticeKind, UUID, Member, int], AccessReviewNotice | ReviewReport | Pointless
]

ACCESS_REVIEW_READERS: Mapping[NoticeKind, _Reader] = {
    NoticeKind.ACCESS_REVIEW: _asked,
    NoticeKind.ACCESS_REVIEW_REMINDER: _asked,
    NoticeKind.ACCESS_REVIEW_LAST_REMINDER: _asked,
    NoticeKind.ACCESS_REVIEW_CLOSED: _closed,
}
