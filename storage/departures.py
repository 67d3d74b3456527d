"""Whose last day is entered, and what would end with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    false,
    func,
    or_,
    select,
    true,
    update,
)

from domain.departures import LISTED_SINCE, Leaving
from domain.erasure import ERASED_NAME
from domain.goals import OPEN_STATES, GoalState
from domain.people import Member, PersonState
from storage.directory import folded_name
from storage.people import MEMBER_COLUMNS, RoleScope, member_from
from storage.tables.goals import Facilitation, Goal, GoalCase
from storage.tables.people import OrgUnit, Person


def within(scopes: Collection[RoleScope]) -> ColumnElement[bool]:
    """Whether a role of these scopes covers where a person works."""
    return or_(false(), *(_in_scope(scope) for scope in scopes))


def _in_scope(scope: RoleScope) -> ColumnElement[bool]:
    unit: ColumnElement[bool] = true()
    region: ColumnElement[bool] = true()
    if scope.path is not None:
        below = OrgUnit.path.startswith(f"{scope.path} / ", autoescape=True)
        units = select(OrgUnit.id).where(or_(OrgUnit.path == scope.path, below))
        unit = Person.org_unit_id.in_(units)
    if scope.region is not None:
        parts = Person.region.startswith(f"{scope.region}-", autoescape=True)
        region = or_(Person.region == scope.region, parts)
    return and_(unit, region)


def _known() -> ColumnElement[bool]:
    return Person.name != ERASED_NAME


def covered(
    connection: Connection, person: UUID, scopes: Collection[RoleScope]
) -> tuple[Member, PersonState, date | None] | None:
    """The person with their state and last day, if a role of these scopes covers them."""
    wanted = select(*MEMBER_COLUMNS, Person.state, Person.leaving_on)
    row = connection.execute(
        wanted.where(Person.id == person, _known(), within(scopes))
    ).one_or_none()
    return None if row is None else (member_from(row[:-2]), row[-2], row[-1])


def state_of(connection: Connection, person: UUID) -> tuple[PersonState, date | None] | None:
    """Whether they are here, and their last day; None for somebody unknown or erased."""
    wanted = select(Person.state, Person.leaving_on).where(Person.id == person, _known())
    row = connection.execute(wanted).one_or_none()
    return None if row is None else (row[0], row[1])


def people_like(
    connection: Connection, words: str, scopes: Collection[RoleScope], limit: int
) -> list[tuple[UUID, str]]:
    """People who are here and whose name or address holds the words, as `Name (address)`."""
    listed = Person.name_folded + " (" + Person.email + ")"
    found = listed.contains(folded_name(words.strip()), autoescape=True)
    rows = connection.execute(
        select(Person.id, Person.name, Person.email)
        .where(Person.state == PersonState.ACTIVE, within(scopes), found)
        .order_by(Person.name_folded, Person.id)
        .limit(limit)
    )
    return [(row.id, f"{row.name} ({row.email})") for row in rows]


def leaving(
    connection: Connection, scopes: Collection[RoleScope], today: date, limit: int
) -> list[Leaving]:
    """Whose last day is entered and not long past, the latest first."""
    rows = connection.execute(
        select(*MEMBER_COLUMNS, Person.state, Person.leaving_on)
        .where(
            _known(),
            within(scopes),
            Person.leaving_on >= today - LISTED_SINCE,
        )
        .order_by(Person.leaving_on.desc(), Person.name_folded, Person.id)
        .limit(limit)
    )
    return [Leaving(member_from(row[:-2]), row[-1], row[-2] is PersonState.LEFT) for row in rows]


def set_last_day(
    connection: Connection, person: UUID, last_day: date | None, state: PersonState
) -> None:
    connection.execute(
        update(Person).where(Person.id == person).values(leaving_on=last_day, state=state)
    )


def open_cases(connection: Connection, person: UUID) -> int:
    """Goals of others that the person is asked to decide."""
    return _count(
        connection,
        select(GoalCase.goal_id)
        .distinct()
        .where(
            GoalCase.person_id == person,
            GoalCase.capacity.is_not(None),
            GoalCase.closed_at.is_(None),
        ),
    )


def open_help(connection: Connection, person: UUID) -> int:
    return _count(
        connection,
        select(Facilitation.id).where(
            Facilitation.facilitator_id == person, Facilitation.closed_at.is_(None)
        ),
    )


def rhythms(connection: Connection, person: UUID) -> int:
    """Goals on which the person is asked to check in."""
    active = Goal.state == GoalState.ACTIVE
    return _count(connection, select(Goal.id).where(Goal.owner_id == person, active))


def open_goals(connection: Connection, person: UUID) -> int:
    return _count(
        connection, select(Goal.id).where(Goal.owner_id == person, Goal.state.in_(OPEN_STATES))
    )


def _count(connection: Connection, rows: Select[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(rows.subquery())) or 0
