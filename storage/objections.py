"""What representatives were told of versions of the policy and what they said, in the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from domain.objections import ObjectionState
from storage.tables.objections import Objection, PolicyTerm
from storage.tables.policy import PolicyPlan


@dataclass(frozen=True, slots=True)
class StoredObjection:
    """What one representative said of a version."""

    id: UUID
    number: int
    person: UUID
    state: ObjectionState
    reason: str | None
    raised_at: datetime
    made_at: datetime
    ended_at: datetime | None = None
    ended_by: UUID | None = None
    ended_reason: str | None = None
    agreement: int | None = None


_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Objection.id,
    Objection.number,
    Objection.person_id,
    Objection.state,
    Objection.reason,
    Objection.raised_at,
    Objection.made_at,
    Objection.ended_at,
    Objection.ended_by_id,
    Objection.ended_reason,
    Objection.agreement_number,
)


def lock_version(connection: Connection, number: int) -> None:
    """Whoever else holds a version up, releases it or notes that it holds waits for the commit."""
    connection.execute(
        select(PolicyPlan.number).where(PolicyPlan.number == number).with_for_update()
    )


def set_term(connection: Connection, number: int, until: datetime) -> None:
    connection.execute(insert(PolicyTerm).values(number=number, until=until))


def term(connection: Connection, number: int) -> datetime | None:
    """Until when one can object to a version; None where nobody was ever told of it."""
    return connection.scalar(select(PolicyTerm.until).where(PolicyTerm.number == number))


def open_terms(connection: Connection, now: datetime) -> list[int]:
    """The versions to which one can object now."""
    return list(connection.scalars(select(PolicyTerm.number).where(PolicyTerm.until > now)))


def add(connection: Connection, new: StoredObjection) -> None:
    connection.execute(
        insert(Objection).values(
            id=new.id,
            number=new.number,
            person_id=new.person,
            state=new.state,
            reason=new.reason,
            raised_at=new.raised_at,
            made_at=new.made_at,
        )
    )


def by_id(connection: Connection, objection: UUID) -> StoredObjection | None:
    row = connection.execute(select(*_COLUMNS).where(Objection.id == objection)).one_or_none()
    return None if row is None else StoredObjection(*row)


def said_of(connection: Connection, number: int) -> list[StoredObjection]:
    """All that was said of a version, in its order."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(Objection.number == number)
        .order_by(Objection.raised_at, Objection.made_at, Objection.id)
    )
    return [StoredObjection(*row) for row in rows]


def end(
    connection: Connection,
    ids: Collection[UUID],
    to: ObjectionState,
    at: datetime,
    by: UUID,
    *,
    reason: str | None = None,
    agreement: int | None = None,
) -> int:
    """Objections stand no more; returns how many of these did."""
    changed = connection.execute(
        update(Objection)
        .where(Objection.id.in_(ids), Objection.state == ObjectionState.STANDING)
        .values(
            state=to,
            ended_at=at,
            ended_by_id=by,
            ended_reason=reason,
            agreement_number=agreement,
        )
    )
    return changed.rowcount
