"""Leave, and who stands in: deputies and acting managers. Ranges of dates are half-open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from domain.cover import Delegation as GivenDelegation
from domain.cover import LeaveDays
from domain.people import LineKind, Member, PersonState
from storage.people import MEMBER_COLUMNS, delegation_in_force, line_in_force, member_from
from storage.tables.people import Delegation, Leave, Person, ReportingLine

BY_HAND = "manual"
"""The source of reporting lines that somebody entered."""

_LEAVES = select(Leave.id, Leave.person_id, Leave.first_day, Leave.day_after).order_by(
    Leave.first_day
)
_DELEGATIONS = select(
    Delegation.id,
    Delegation.delegator_id,
    Delegation.deputy_id,
    Delegation.valid_from,
    Delegation.valid_to,
    Delegation.revoked_at,
).order_by(Delegation.valid_from, Delegation.id)


def _delegation(row: Sequence[Any]) -> GivenDelegation:
    identity, delegator, deputy, first_day, day_after, revoked_at = row
    return GivenDelegation(
        identity, delegator, deputy, first_day, day_after, ended=revoked_at is not None
    )


def active_by_email(connection: Connection, email: str) -> Member | None:
    row = connection.execute(
        select(*MEMBER_COLUMNS).where(
            Person.email == email.strip().lower(), Person.state == PersonState.ACTIVE
        )
    ).one_or_none()
    return None if row is None else member_from(row)


def has_leave(connection: Connection, person: UUID, first_day: date, day_after: date) -> bool:
    """Whether the person is away already on any of these days."""
    return overlapping_leave(connection, person, first_day, day_after) is not None


def lock_person(connection: Connection, person: UUID) -> None:
    """Nobody else changes what this person entered before the transaction ends."""
    connection.execute(select(Person.id).where(Person.id == person).with_for_update())


def overlapping_leave(
    connection: Connection, person: UUID, first_day: date, day_after: date
) -> LeaveDays | None:
    """The first leave that shares a day with these."""
    row = connection.execute(
        _LEAVES.where(
            Leave.person_id == person, Leave.first_day < day_after, Leave.day_after > first_day
        ).limit(1)
    ).one_or_none()
    return None if row is None else LeaveDays(*row)


def leaves_since(connection: Connection, person: UUID, day: date) -> list[LeaveDays]:
    """Leave that is not over on that day, in order."""
    rows = connection.execute(_LEAVES.where(Leave.person_id == person, Leave.day_after > day))
    return [LeaveDays(*row) for row in rows]


def leave_by_id(connection: Connection, leave: UUID) -> LeaveDays | None:
    row = connection.execute(_LEAVES.where(Leave.id == leave)).one_or_none()
    return None if row is None else LeaveDays(*row)


def add_leave(connection: Connection, person: UUID, first_day: date, day_after: date) -> UUID:
    leave = uuid4()
    connection.execute(
        insert(Leave).values(id=leave, person_id=person, first_day=first_day, day_after=day_after)
    )
    return leave


def end_leave(connection: Connection, leave: LeaveDays, today: date) -> None:
    """From `today` on they are back; leave that had not begun is forgotten."""
    this = Leave.id == leave.id
    if leave.first_day >= today:
        connection.execute(delete(Leave).where(this))
    else:
        connection.execute(update(Leave).where(this).values(day_after=today))


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


def delegation_by_id(connection: Connection, delegation: UUID) -> GivenDelegation | None:
    row = connection.execute(_DELEGATIONS.where(Delegation.id == delegation)).one_or_none()
    return None if row is None else _delegation(row)


def delegations_of(connection: Connection, person: UUID, today: date) -> list[GivenDelegation]:
    """Those that the person gave or was given and that are not over, in order."""
    rows = connection.execute(
        _DELEGATIONS.where(
            or_(Delegation.delegator_id == person, Delegation.deputy_id == person),
            Delegation.revoked_at.is_(None),
            or_(Delegation.valid_to.is_(None), Delegation.valid_to > today),
        )
    )
    return [_delegation(row) for row in rows]


def represented(connection: Connection, deputy: UUID, owner: UUID, today: date) -> UUID | None:
    """The manager of the owner's for whom this deputy stands in now; the acting one first."""
    found = connection.execute(
        select(Delegation.delegator_id)
        .join(ReportingLine, ReportingLine.manager_id == Delegation.delegator_id)
        .where(
            ReportingLine.person_id == owner,
            ReportingLine.kind.in_((LineKind.PRIMARY, LineKind.ACTING)),
            line_in_force(today),
            Delegation.deputy_id == deputy,
            delegation_in_force(today),
        )
        .order_by(ReportingLine.kind)
        .limit(1)
    )
    return found.scalar_one_or_none()


def standing(
    connection: Connection, delegations: Collection[UUID], today: date
) -> list[GivenDelegation]:
    """Those of these that are not over."""
    if not delegations:
        return []
    rows = connection.execute(
        _DELEGATIONS.where(
            Delegation.id.in_(delegations),
            Delegation.revoked_at.is_(None),
            or_(Delegation.valid_to.is_(None), Delegation.valid_to > today),
        )
    )
    return [_delegation(row) for row in rows]


def end_delegations(connection: Connection, delegations: Collection[UUID], at: datetime) -> None:
    """End those of them that nobody ended before."""
    connection.execute(
        update(Delegation)
        .where(Delegation.id.in_(delegations), Delegation.revoked_at.is_(None))
        .values(revoked_at=at)
    )


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
