"""Who asked whom for feedback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select, update

from storage.tables.feedback import FeedbackAsked


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A request as stored."""

    id: UUID
    asker: UUID
    asked: UUID
    answered_at: datetime | None


_COLUMNS = (
    FeedbackAsked.id,
    FeedbackAsked.asker_id,
    FeedbackAsked.asked_id,
    FeedbackAsked.answered_at,
)


def ask(connection: Connection, asker: UUID, asked: UUID, at: datetime) -> AskedRow:
    request = uuid4()
    connection.execute(
        insert(FeedbackAsked).values(id=request, asker_id=asker, asked_id=asked, at=at)
    )
    return AskedRow(request, asker, asked, None)


def by_id(connection: Connection, request: UUID) -> AskedRow | None:
    row = connection.execute(select(*_COLUMNS).where(FeedbackAsked.id == request)).one_or_none()
    return None if row is None else AskedRow(*row)


def open_between(connection: Connection, asker: UUID, asked: UUID) -> AskedRow | None:
    """The request of the one to the other that nobody has answered yet."""
    row = connection.execute(
        select(*_COLUMNS)
        .where(
            FeedbackAsked.asker_id == asker,
            FeedbackAsked.asked_id == asked,
            FeedbackAsked.answered_at.is_(None),
        )
        .limit(1)
    ).one_or_none()
    return None if row is None else AskedRow(*row)


def answer(connection: Connection, asker: UUID, asked: UUID, at: datetime) -> list[UUID]:
    """Feedback was given: whatever the one had asked the other is answered; returns those."""
    return list(
        connection.scalars(
            update(FeedbackAsked)
            .where(
                FeedbackAsked.asker_id == asker,
                FeedbackAsked.asked_id == asked,
                FeedbackAsked.answered_at.is_(None),
            )
            .values(answered_at=at)
            .returning(FeedbackAsked.id)
        )
    )
