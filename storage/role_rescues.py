"""Roles asked for at the command line, in the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from domain.people import GrantState, Role
from storage.tables.people import Person, RoleGrant
from storage.tables.role_rescues import RoleRescue, RoleRescueRefusal


@dataclass(frozen=True, slots=True)
class StoredRescue:
    grant: UUID
    reason: str
    asked_at: datetime
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    state: GrantState
    refused_by: UUID | None = None
    refusal: str | None = None


_COLUMNS = (
    RoleRescue.grant_id,
    RoleRescue.reason,
    RoleRescue.asked_at,
    RoleRescue.confirmed_by_id,
    RoleRescue.confirmed_at,
    RoleGrant.state,
    RoleRescueRefusal.refused_by_id,
    RoleRescueRefusal.reason,
)
_RESCUES = (
    select(*_COLUMNS)
    .select_from(RoleRescue)
    .join(RoleGrant, RoleGrant.id == RoleRescue.grant_id)
    .outerjoin(RoleRescueRefusal, RoleRescueRefusal.grant_id == RoleRescue.grant_id)
)


def ask(
    connection: Connection,
    grant: UUID,
    person: UUID,
    role: Role,
    *,
    reason: str,
    today: date,
    now: datetime,
) -> None:
    """A role for the whole organisation that waits for one person."""
    connection.execute(
        insert(RoleGrant).values(
            id=grant,
            person_id=person,
            role=role,
            org_unit_id=None,
            region=None,
            state=GrantState.PENDING,
            valid_from=today,
            valid_to=None,
        )
    )
    connection.execute(insert(RoleRescue).values(grant_id=grant, reason=reason, asked_at=now))


def by_grant(connection: Connection, grant: UUID) -> StoredRescue | None:
    row = connection.execute(_RESCUES.where(RoleRescue.grant_id == grant)).one_or_none()
    return None if row is None else StoredRescue(*row)


def among(connection: Connection, grants: Collection[UUID]) -> set[UUID]:
    """Those of these roles that were asked for at the command line."""
    found = select(RoleRescue.grant_id).where(RoleRescue.grant_id.in_(grants))
    return set(connection.scalars(found))


def waiting(connection: Connection) -> list[StoredRescue]:
    rows = connection.execute(_RESCUES.where(RoleGrant.state == GrantState.PENDING))
    return [StoredRescue(*row) for row in rows]


def refused_since(connection: Connection, since: datetime) -> list[tuple[str, str]]:
    """Who refused one since then, by name, and why; the newest first."""
    wanted = (
        select(Person.name, RoleRescueRefusal.reason)
        .join(Person, Person.id == RoleRescueRefusal.refused_by_id)
        .where(RoleRescueRefusal.refused_at >= since)
        .order_by(RoleRescueRefusal.refused_at.desc())
    )
    return [(row.name, row.reason) for row in connection.execute(wanted)]


def confirmed_since(connection: Connection, since: datetime) -> int:
    """How many have become roles since then."""
    rows = connection.execute(_RESCUES.where(RoleRescue.confirmed_at >= since))
    return len(rows.all())


def confirm(connection: Connection, grant: UUID, by: UUID, now: datetime) -> None:
    connection.execute(
        update(RoleRescue)
        .where(RoleRescue.grant_id == grant)
        .values(confirmed_by_id=by, confirmed_at=now)
    )


def refuse(connection: Connection, grant: UUID, by: UUID, now: datetime, reason: str) -> None:
    connection.execute(
        insert(RoleRescueRefusal).values(
            grant_id=grant, refused_by_id=by, refused_at=now, reason=reason
        )
    )
