"""Who asked whom for feedback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, and_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from storage.conflicts import insert_new
from storage.tables.feedback import FeedbackAsked


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A request as stored."""

    id: UUID
    asker: UUID
    asked: UUID
    answered_at: datetime | None
    withdrawn_at: datetime | None


_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    FeedbackAsked.id,
    FeedbackAsked.asker_id,
    FeedbackAsked.asked_id,
    FeedbackAsked.answered_at,
    FeedbackAsked.withdrawn_at,
)


def _open() -> ColumnElement[bool]:
    return and_(FeedbackAsked.answered_at.is_(None), FeedbackAsked.withdrawn_at.is_(None))


def ask(connection: Connection, asker: UUID, asked: UUID, at: datetime) -> AskedRow | None:
    """Store a request; None where the one has an open request to the other already."""
    request = uuid4()
    stored = connection.execute(
        insert_new(connection, FeedbackAsked)
        .values(id=request, asker_id=asker, asked_id=asked, at=at)
        .returning(FeedbackAsked.id)
    )
    return None if stored.first() is None else AskedRow(request, asker, asked, None, None)


def by_id(connection: Connection, request: UUID, *, lock: bool = False) -> AskedRow | None:
    wanted = select(*_COLUMNS).where(FeedbackAsked.id == request)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else AskedRow(*row)


def open_between(connection: Connection, asker: UUID, asked: UUID) -> AskedRow | None:
    """The request of the one to the other that nobody has answered yet."""
    row = connection.execute(
        select(*_COLUMNS).where(
            FeedbackAsked.asker_id == asker, FeedbackAsked.asked_id == asked, _open()
        )
    ).one_or_none()
    return None if row is None else AskedRow(*row)


def open_of(connection: Connection, person: UUID, limit: int) -> tuple[list[AskedRow], ...]:
    """The latest open requests by the person, and to them."""
    return tuple(
        [
            AskedRow(*row)
            for row in connection.execute(
                select(*_COLUMNS)
                .where(side == person, _open())
                .order_by(FeedbackAsked.at.desc(), FeedbackAsked.id)
                .limit(limit)
            )
        ]
        for side in (FeedbackAsked.asker_id, FeedbackAsked.asked_id)
    )


def open_by(connection: Connection, asker: UUID) -> list[UUID]:
    """What the person has asked for and nobody has answered yet."""
    wanted = select(FeedbackAsked.id).where(FeedbackAsked.asker_id == asker, _open())
    return list(connection.scalars(wanted))


def answer(connection: Connection, asker: UUID, asked: UUID, at: datetime) -> list[UUID]:
    """Feedback was given: whatever the one had asked the other is answered; returns those."""
    return list(
        connection.scalars(
            update(FeedbackAsked)
            .where(FeedbackAsked.asker_id == asker, FeedbackAsked.asked_id == asked, _open())
            .values(answered_at=at)
            .returning(FeedbackAsked.id)
        )
    )


def withdraw(connection: Connection, request: UUID, at: datetime) -> bool:
    """The asker takes it back; False where it was answered or taken back already."""
    changed = connection.execute(
        update(FeedbackAsked)
        .where(FeedbackAsked.id == request, _open())
        .values(withdrawn_at=at)
        .returning(FeedbackAsked.id)
    )
    return changed.first() is not None
