"""Under which keys an access review's messages to somebody are known."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from domain.notices import NoticeKind
from storage import outbox
from storage.unit_of_work import Reading

ASKING = (
    NoticeKind.ACCESS_REVIEW,
    NoticeKind.ACCESS_REVIEW_REMINDER,
    NoticeKind.ACCESS_REVIEW_LAST_REMINDER,
)


def asked_key(review: UUID, person: UUID) -> str:
    """The key of the one message that asks a person."""
    return f"access_review:{review}:{person}"


def reminder_key(review: UUID, person: UUID) -> str:
    return f"access_review:{review}:{person}:reminder"


def last_reminder_key(review: UUID, person: UUID) -> str:
    return f"access_review:{review}:{person}:last_reminder"


def put_off_key(review: UUID, person: UUID, day: date) -> str:
    """Of the reminder on the day to which their deadline was put off."""
    return f"{last_reminder_key(review, person)}:{day.isoformat()}"


def message_keys(work: Reading, review: UUID, whom: Collection[UUID]) -> list[str]:
    """Of every message that asks these people in this review; the others need no change."""
    return outbox.keys_of(work.connection, ASKING, review, whom)
