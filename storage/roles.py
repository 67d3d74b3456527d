"""Roles in the database: who holds which, for where, until when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    exists,
    insert,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from domain.people import GrantState, Member, PersonState, Role
from domain.roles import RoleHeld, RolePlace
from storage.people import MEMBER_COLUMNS, RoleScope, able_to_act, grant_in_force, member_from
from storage.tables.people import OrgUnit, Person, RoleGrant
from storage.tables.role_rescues import RoleRescue

_HELD: tuple[InstrumentedAttribute[Any], ...] = (
    RoleGrant.id,
    RoleGrant.role,
    OrgUnit.path,
    RoleGrant.region,
    RoleGrant.state,
    RoleGrant.valid_from,
    RoleGrant.valid_to,
)


def _held(row: Any) -> RoleHeld:
    grant, role, path, region, state, valid_from, valid_to = row[-len(_HELD) :]
    return RoleHeld(
        id=grant,
        person=member_from(row),
        role=role,
        place=RolePlace(path, region),
        state=state,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _grants(wanted: ColumnElement[bool]) -> Any:
    return (
        select(*MEMBER_COLUMNS, *_HELD)
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(wanted)
    )


def by_id(connection: Connection, grant: UUID, *, lock: bool = False) -> RoleHeld | None:
    """The grant, whatever its state; with `lock`, nobody else changes it before the commit."""
    wanted = _grants(RoleGrant.id == grant)
    if lock:
        wanted = wanted.with_for_update(of=RoleGrant)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _held(row)


def unit_of(connection: Connection, grant: UUID) -> UUID | None:
    """The unit that a grant is for."""
    return connection.scalars(
        select(RoleGrant.org_unit_id).where(RoleGrant.id == grant)
    ).one_or_none()


def _not_over(today: date) -> ColumnElement[bool]:
    return and_(
        RoleGrant.state != GrantState.REVOKED,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today),
        Person.state == PersonState.ACTIVE,
    )


def page(
    connection: Connection,
    today: date,
    *,
    of: UUID | None = None,
    after: UUID | None = None,
    limit: int,
) -> list[RoleHeld]:
    """Roles held or waiting, by role and name; of one person alone, or of everybody.

    `after` is the last one of the page before.
    """
    mine = true() if of is None else RoleGrant.person_id == of
    wanted = _grants(and_(_not_over(today), mine, _behind(connection, after)))
    rows = connection.execute(
        wanted.order_by(RoleGrant.role, Person.name_folded, RoleGrant.id).limit(limit)
    )
    return [_held(row) for row in rows]


def _behind(connection: Connection, after: UUID | None) -> ColumnElement[bool]:
    if after is None:
        return true()
    row = connection.execute(
        select(RoleGrant.role, Person.name_folded)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.id == after)
    ).one_or_none()
    if row is None:
        return true()
    role, name = row
    return or_(
        RoleGrant.role > role,
        and_(RoleGrant.role == role, Person.name_folded > name),
        and_(RoleGrant.role == role, Person.name_folded == name, RoleGrant.id > after),
    )


def held_by(connection: Connection, person: UUID, role: Role, today: date) -> list[RoleHeld]:
    """The person's grants of a role that are in force today, or still to come."""
    rows = connection.execute(
        _grants(
            and_(
                _not_over(today),
                RoleGrant.person_id == person,
                RoleGrant.role == role,
                RoleGrant.state == GrantState.ACTIVE,
            )
        )
    )
    return [_held(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who can act in a role today, and where."""

    member: Member
    role: Role
    scope: RoleScope


def holders(connection: Connection, roles: Collection[Role], today: date) -> list[Holder]:
    """Everybody who holds one of the roles and can act, by name; once for each grant."""
    rows = connection.execute(
        _grants(
            and_(RoleGrant.role.in_(list(roles)), grant_in_force(today), able_to_act())
        ).order_by(Person.name_folded, Person.id)
    )
    found = [_held(row) for row in rows]
    return [
        Holder(held.person, held.role, RoleScope(held.place.unit, held.place.region))
        for held in found
    ]


def waiting(connection: Connection, today: date) -> int:
    """How many roles that an import asked for wait to be confirmed."""
    rows = connection.execute(
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            _not_over(today),
            RoleGrant.state == GrantState.PENDING,
            not_(exists().where(RoleRescue.grant_id == RoleGrant.id)),
        )
    )
    return len(rows.all())


def give(
    connection: Connection,
    grant: UUID,
    person: UUID,
    role: Role,
    *,
    org_unit: UUID | None,
    region: str | None,
    valid_from: date,
    valid_to: date | None,
) -> None:
    """A new role, held from `valid_from` on."""
    connection.execute(
        insert(RoleGrant).values(
            id=grant,
            person_id=person,
            role=role,
            org_unit_id=org_unit,
            region=region,
            state=GrantState.ACTIVE,
            valid_from=valid_from,
            valid_to=valid_to,
        )
    )


def confirm(connection: Connection, grant: UUID, valid_from: date) -> bool:
    """A role that waited is held from `valid_from` on; False if it does not wait."""
    changed = connection.execute(
        update(RoleGrant)
        .where(RoleGrant.id == grant, RoleGrant.state == GrantState.PENDING)
        .values(state=GrantState.ACTIVE, valid_from=valid_from)
    )
    return changed.rowcount == 1


def end(connection: Connection, grant: UUID) -> bool:
    """The role is held no more; False if it was ended already."""
    changed = connection.execute(
        update(RoleGrant)
        .where(RoleGrant.id == grant, RoleGrant.state != GrantState.REVOKED)
        .values(state=GrantState.REVOKED)
    )
    return changed.rowcount == 1
