"""Leave, and who stands in: deputies and acting managers. Ranges of dates are half-open."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, insert, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from domain.people import LineKind, Member, PersonState
from storage.people import MEMBER_COLUMNS, line_in_force, member_from
from storage.tables.people import Delegation, Leave, Person, ReportingLine

BY_HAND = "manual"
"""The source of reporting lines that somebody entered."""


def active_by_email(connection: Connection, email: str) -> Member | None:
    row = connection.execute(
        select(*MEMBER_COLUMNS).where(
            Person.email == email.strip().lower(), Person.state == PersonState.ACTIVE
        )
    ).one_or_none()
    return None if row is None else member_from(row)


def has_leave(connection: Connection, person: UUID, first_day: date, day_after: date) -> bool:
    """Whether the person is away already on any of these days."""
    found = connection.execute(
        select(Leave.id).where(
            Leave.person_id == person, Leave.first_day < day_after, Leave.day_after > first_day
        )
    )
    return found.first() is not None


def add_leave(connection: Connection, person: UUID, first_day: date, day_after: date) -> None:
    connection.execute(
        insert(Leave).values(id=uuid4(), person_id=person, first_day=first_day, day_after=day_after)
    )


def has_delegation(
    connection: Connection,
    delegator: UUID,
    deputy: UUID,
    first_day: date,
    day_after: date | None,
) -> bool:
    """Whether the deputy stands in for the delegator already on any of these days."""
    found = connection.execute(
        select(Delegation.id).where(
            Delegation.delegator_id == delegator,
            Delegation.deputy_id == deputy,
            Delegation.revoked_at.is_(None),
            *_touching(Delegation.valid_from, Delegation.valid_to, first_day, day_after),
        )
    )
    return found.first() is not None


def add_delegation(
    connection: Connection,
    delegator: UUID,
    deputy: UUID,
    first_day: date,
    day_after: date | None,
) -> UUID:
    delegation = uuid4()
    connection.execute(
        insert(Delegation).values(
            id=delegation,
            delegator_id=delegator,
            deputy_id=deputy,
            valid_from=first_day,
            valid_to=day_after,
        )
    )
    return delegation


def has_acting_manager(
    connection: Connection, person: UUID, first_day: date, day_after: date
) -> bool:
    """Whether somebody acts as the person's manager already on any of these days."""
    found = connection.execute(
        select(ReportingLine.id).where(
            ReportingLine.person_id == person,
            ReportingLine.kind == LineKind.ACTING,
            *_touching(ReportingLine.valid_from, ReportingLine.valid_to, first_day, day_after),
        )
    )
    return found.first() is not None


def primary_reports(connection: Connection, manager: UUID, day: date) -> list[Member]:
    """Active people whose primary manager this is on that day."""
    rows = connection.execute(
        select(*MEMBER_COLUMNS)
        .join(ReportingLine, ReportingLine.person_id == Person.id)
        .where(
            ReportingLine.manager_id == manager,
            ReportingLine.kind == LineKind.PRIMARY,
            line_in_force(day),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(Person.name_folded, Person.id)
    )
    return [member_from(row) for row in rows]


def add_acting_manager(
    connection: Connection, person: UUID, acting: UUID, first_day: date, day_after: date
) -> None:
    connection.execute(
        insert(ReportingLine).values(
            id=uuid4(),
            person_id=person,
            manager_id=acting,
            kind=LineKind.ACTING,
            valid_from=first_day,
            valid_to=day_after,
            source=BY_HAND,
        )
    )


def _touching(
    valid_from: InstrumentedAttribute[date],
    valid_to: InstrumentedAttribute[date | None],
    first_day: date,
    day_after: date | None,
) -> list[ColumnElement[bool]]:
    """Whether a stored range shares a day with the asked one; None is an open end."""
    begins_in_time = [] if day_after is None else [valid_from < day_after]
    return [*begins_in_time, or_(valid_to.is_(None), valid_to > first_day)]
