"""Feedback in the database, sealed under the key of whom it is about. Each kind has its table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute

from domain.feedback import FeedbackAudience, FeedbackKind, ReaderCapacity
from domain.sensitivity import Sensitivity
from storage.sealing import Place, Sealer
from storage.tables.feedback import EvaluationFeedback, FeedbackReader, SupportFeedback

_Table = SupportFeedback | EvaluationFeedback
_TABLES: Mapping[FeedbackKind, type[_Table]] = {
    FeedbackKind.SUPPORT: SupportFeedback,
    FeedbackKind.EVALUATION: EvaluationFeedback,
}


@dataclass(frozen=True, slots=True)
class Feedback:
    """One piece of feedback; `words` are still sealed."""

    kind: FeedbackKind
    id: UUID
    giver: UUID
    about: UUID
    goal: UUID | None
    audience: FeedbackAudience
    words: bytes | None
    author: UUID | None
    permalink: str | None
    at: datetime
    made_at: datetime
    withdrawn_at: datetime | None


def words_place(kind: FeedbackKind, feedback: UUID) -> Place:
    return Place(_TABLES[kind].__tablename__, feedback, "words")


def _columns(kind: FeedbackKind) -> tuple[InstrumentedAttribute[Any], ...]:
    table = _TABLES[kind]
    return (
        table.id,
        table.giver_id,
        table.about_id,
        table.goal_id,
        table.audience,
        table.words,
        table.author_id,
        table.permalink,
        table.at,
        table.made_at,
        table.withdrawn_at,
    )


def add(
    connection: Connection,
    sealer: Sealer,
    feedback: Feedback,
    words: str | None,
    readers: Mapping[UUID, ReaderCapacity],
) -> Feedback:
    """Store feedback with its `words`, which take the place of the sealed ones, and return it."""
    sealed = None
    if words is not None:
        place = words_place(feedback.kind, feedback.id)
        sealed = sealer.seal(place, feedback.about, Sensitivity.CONFIDENTIAL, words)
    connection.execute(
        insert(_TABLES[feedback.kind]).values(
            id=feedback.id,
            giver_id=feedback.giver,
            about_id=feedback.about,
            goal_id=feedback.goal,
            audience=feedback.audience,
            words=sealed,
            author_id=feedback.author,
            permalink=feedback.permalink,
            at=feedback.at,
            made_at=feedback.made_at,
        )
    )
    rows = [
        {"feedback_id": feedback.id, "person_id": person, "capacity": capacity}
        for person, capacity in readers.items()
    ]
    if rows:
        connection.execute(insert(FeedbackReader), rows)
    return replace(feedback, words=sealed)


def by_id(connection: Connection, feedback: UUID, *, lock: bool = False) -> Feedback | None:
    """The feedback of either kind; held until the commit with `lock`."""
    for kind, table in _TABLES.items():
        wanted = select(*_columns(kind)).where(table.id == feedback)
        row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
        if row is not None:
            return Feedback(kind, *row)
    return None


def is_erased(feedback: Feedback) -> bool:
    """Whether what it said is gone, though nobody took it back: erased, or purged."""
    nothing_left = feedback.words is None and feedback.permalink is None
    return feedback.withdrawn_at is None and nothing_left


def open_words(sealer: Sealer, feedback: Feedback) -> str | None:
    if feedback.words is None:
        return None
    return sealer.open(words_place(feedback.kind, feedback.id), feedback.words)


def readers(connection: Connection, feedback: UUID) -> dict[UUID, ReaderCapacity]:
    """Whom the giver let read it."""
    rows = connection.execute(
        select(FeedbackReader.person_id, FeedbackReader.capacity).where(
            FeedbackReader.feedback_id == feedback
        )
    )
    return {person: capacity for person, capacity in rows}  # noqa: C416 - rows are not tuples


def opened_by(connection: Connection, feedback: UUID) -> list[tuple[UUID, datetime]]:
    """Who of those has opened it, and when first, in that order."""
    rows = connection.execute(
        select(FeedbackReader.person_id, FeedbackReader.read_at)
        .where(FeedbackReader.feedback_id == feedback, FeedbackReader.read_at.is_not(None))
        .order_by(FeedbackReader.read_at, FeedbackReader.person_id)
    )
    return [(person, at) for person, at in rows if at is not None]


def was_read(connection: Connection, feedback: UUID) -> bool:
    found = connection.execute(
        select(FeedbackReader.person_id)
        .where(FeedbackReader.feedback_id == feedback, FeedbackReader.read_at.is_not(None))
        .limit(1)
    )
    return found.first() is not None


def mark_read(connection: Connection, feedback: UUID, person: UUID, at: datetime) -> None:
    connection.execute(
        update(FeedbackReader)
        .where(
            FeedbackReader.feedback_id == feedback,
            FeedbackReader.person_id == person,
            FeedbackReader.read_at.is_(None),
        )
        .values(read_at=at)
    )


def withdraw(connection: Connection, feedback: Feedback, at: datetime) -> None:
    """The giver takes it back: what it said and where it came from are gone."""
    table = _TABLES[feedback.kind]
    connection.execute(
        update(table)
        .where(table.id == feedback.id)
        .values(words=None, permalink=None, withdrawn_at=at)
    )


def given_by(
    connection: Connection, giver: UUID, limit: int, before: Feedback | None = None
) -> list[Feedback]:
    """What somebody gave and did not take back, newest first, from the latest or `before` one."""
    found: list[Feedback] = []
    for kind, table in _TABLES.items():
        rows = connection.execute(
            select(*_columns(kind))
            .where(table.giver_id == giver, table.withdrawn_at.is_(None), _older(table, before))
            .order_by(table.at.desc(), table.id)
            .limit(limit)
        )
        found += [Feedback(kind, *row) for row in rows]
    return _newest(found, limit)


def evaluations_of(connection: Connection, about: UUID, limit: int) -> list[Feedback]:
    """The latest feedback for an evaluation about somebody that was not taken back."""
    table = EvaluationFeedback
    rows = connection.execute(
        select(*_columns(FeedbackKind.EVALUATION))
        .where(table.about_id == about, table.withdrawn_at.is_(None))
        .order_by(table.at.desc(), table.id)
        .limit(limit)
    )
    return [Feedback(FeedbackKind.EVALUATION, *row) for row in rows]


def received_by(
    connection: Connection,
    reader: UUID,
    limit: int,
    capacities: Collection[ReaderCapacity] = tuple(ReaderCapacity),
    before: Feedback | None = None,
) -> list[Feedback]:
    """What somebody was let read, newest first, from the latest or `before` one."""
    found: list[Feedback] = []
    for kind, table in _TABLES.items():
        rows = connection.execute(
            select(*_columns(kind))
            .join(FeedbackReader, FeedbackReader.feedback_id == table.id)
            .where(
                FeedbackReader.person_id == reader,
                FeedbackReader.capacity.in_(capacities),
                table.withdrawn_at.is_(None),
                _older(table, before),
            )
            .order_by(table.at.desc(), table.id)
            .limit(limit)
        )
        found += [Feedback(kind, *row) for row in rows]
    return _newest(found, limit)


def _older(table: type[_Table], before: Feedback | None) -> ColumnElement[bool]:
    """What comes after this one in a list that begins with the newest."""
    if before is None:
        return true()
    same = and_(table.at == before.at, table.id > before.id)
    return or_(table.at < before.at, same)


def _newest(found: list[Feedback], limit: int) -> list[Feedback]:
    by_id = sorted(found, key=lambda feedback: feedback.id)
    return sorted(by_id, key=lambda feedback: feedback.at, reverse=True)[:limit]
