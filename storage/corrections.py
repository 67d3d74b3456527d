"""Cases about what is held on people, in the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from domain.corrections import CorrectionAbout, CorrectionState
from domain.sensitivity import Sensitivity
from storage.sealing import Opener, Place, Sealer
from storage.tables.corrections import Correction
from storage.tables.goals import Goal


@dataclass(frozen=True, slots=True)
class StoredCorrection:
    """A case as stored; `words` and `answer` are still sealed."""

    id: UUID
    asker: UUID
    about: CorrectionAbout
    thing: UUID | None
    words: bytes
    state: CorrectionState
    asked_at: datetime
    answer_by: datetime
    remind_at: datetime | None
    escalated_at: datetime | None
    answered_by: UUID | None
    answered_at: datetime | None
    answer: bytes | None

    @property
    def open(self) -> bool:
        return self.state is CorrectionState.OPEN


_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Correction.id,
    Correction.asker_id,
    Correction.about,
    Correction.thing_id,
    Correction.words,
    Correction.state,
    Correction.asked_at,
    Correction.answer_by,
    Correction.remind_at,
    Correction.escalated_at,
    Correction.answered_by_id,
    Correction.answered_at,
    Correction.answer,
)


def correction_place(correction: UUID, column: str) -> Place:
    return Place("correction", correction, column)


def add(
    connection: Connection,
    sealer: Sealer,
    *,
    correction: UUID,
    asker: UUID,
    about: CorrectionAbout,
    thing: UUID | None,
    words: str,
    asked_at: datetime,
    answer_by: datetime,
    remind_at: datetime,
) -> None:
    place = correction_place(correction, "words")
    connection.execute(
        insert(Correction).values(
            id=correction,
            asker_id=asker,
            about=about,
            thing_id=thing,
            words=sealer.seal(place, asker, Sensitivity.CONFIDENTIAL, words),
            state=CorrectionState.OPEN,
            asked_at=asked_at,
            answer_by=answer_by,
            remind_at=remind_at,
        )
    )


def by_id(
    connection: Connection, correction: UUID, *, lock: bool = False
) -> StoredCorrection | None:
    """The case; held until the commit with `lock`."""
    wanted = select(*_COLUMNS).where(Correction.id == correction)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else StoredCorrection(*row)


def open_of(connection: Connection, asker: UUID) -> list[StoredCorrection]:
    """The person's own cases that nobody has answered, oldest first."""
    return _open(connection, Correction.asker_id == asker)


def open_of_others(
    connection: Connection, but: UUID, after: StoredCorrection | None, limit: int
) -> list[StoredCorrection]:
    """Cases of everybody else that nobody has answered, oldest first, behind the case `after`."""
    others = Correction.asker_id != but
    if after is not None:
        same = and_(Correction.asked_at == after.asked_at, Correction.id > after.id)
        others &= or_(Correction.asked_at > after.asked_at, same)
    return _open(connection, others, limit)


def _open(
    connection: Connection, which: ColumnElement[bool], limit: int | None = None
) -> list[StoredCorrection]:
    rows = connection.execute(
        select(*_COLUMNS)
        .where(Correction.state == CorrectionState.OPEN, which)
        .order_by(Correction.asked_at, Correction.id)
        .limit(limit)
    )
    return [StoredCorrection(*row) for row in rows]


def open_on(connection: Connection, people: Iterable[UUID]) -> dict[UUID, set[CorrectionAbout]]:
    """What open cases are about, by whom they concern: who asked, and whose goal it is."""
    found: dict[UUID, set[CorrectionAbout]] = {}
    several = list(people)
    open_ = Correction.state == CorrectionState.OPEN
    asked = select(Correction.asker_id, Correction.about).where(
        open_, Correction.asker_id.in_(several)
    )
    owned = (
        select(Goal.owner_id, Correction.about)
        .join(Goal, Goal.id == Correction.thing_id)
        .where(open_, Goal.owner_id.in_(several))
    )
    for person, about in (*connection.execute(asked), *connection.execute(owned)):
        found.setdefault(person, set()).add(about)
    return found


def due(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Open cases to be reminded of, or passed on."""
    late = (Correction.answer_by <= now) & Correction.escalated_at.is_(None)
    return list(
        connection.scalars(
            select(Correction.id)
            .where(Correction.state == CorrectionState.OPEN, or_(Correction.remind_at <= now, late))
            .order_by(Correction.answer_by, Correction.id)
            .limit(limit)
        )
    )


def mark(connection: Connection, correction: UUID, **values: datetime | None) -> None:
    """What the clock has done about it."""
    connection.execute(update(Correction).where(Correction.id == correction).values(**values))


def settle(
    connection: Connection,
    sealer: Sealer,
    stored: StoredCorrection,
    *,
    state: CorrectionState,
    by: UUID,
    at: datetime,
    answer: str,
) -> None:
    place = correction_place(stored.id, "answer")
    sealed = sealer.seal(place, stored.asker, Sensitivity.CONFIDENTIAL, answer)
    connection.execute(
        update(Correction)
        .where(Correction.id == stored.id)
        .values(state=state, answered_by_id=by, answered_at=at, answer=sealed, remind_at=None)
    )


def open_both(opener: Opener, stored: StoredCorrection) -> tuple[str, str | None]:
    """What was asked, and what was answered."""
    words = opener.open(correction_place(stored.id, "words"), stored.words)
    if stored.answer is None:
        return words, None
    return words, opener.open(correction_place(stored.id, "answer"), stored.answer)
