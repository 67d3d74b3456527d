"""Counts for the report, by level, country and unit: one statement a figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from domain.audit import READS, Action
from domain.goals import GoalState, StepKind
from domain.people import GrantState, Level, PersonState, Role
from domain.reports import ReaderKind
from storage.people import delegation_in_force, grant_in_force
from storage.tables.audit import AuditEntry
from storage.tables.checkins import CheckInAsked, CheckInPrompt
from storage.tables.goals import Goal, GoalShare, GoalStep
from storage.tables.people import Delegation, OrgUnit, Person, RoleGrant
from storage.types import EPOCH

COUNTRY_LETTERS = 2
_DAY = timedelta(days=1) // timedelta(microseconds=1)
_WEEK = 7 * _DAY
_MONDAY = datetime(1970, 1, 5, tzinfo=EPOCH.tzinfo)
"""The first Monday that counts; weeks are those of UTC."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Some people of one level, country and unit, and what is counted of them.

    `of` is how many of the people each count is about.
    """

    level: Level
    country: str | None
    unit: str | None
    people: int
    counts: tuple[int, ...]
    of: tuple[int, ...]


_COUNTRY = func.substr(Person.region, 1, COUNTRY_LETTERS)
_GROUP = (Person.level, _COUNTRY, OrgUnit.path)


def _counted(
    connection: Connection, people: Select[Any], *conditions: ColumnElement[bool]
) -> list[Counted]:
    """For each of the conditions how many rows it holds for, and of how many people."""
    rows = people.add_columns(
        *(func.sum(case((one, 1), else_=0)) for one in conditions),
        *(func.count(case((one, Person.id)).distinct()) for one in conditions),
    )
    found = []
    for level, country, unit, here, *numbers in connection.execute(rows):
        counts = tuple(int(number or 0) for number in numbers)
        half = len(conditions)
        found.append(Counted(level, country or None, unit, here, counts[:half], counts[half:]))
    return found


def with_goals(connection: Connection) -> list[Counted]:
    """People who are here: with and without a goal that is agreed and not over."""
    has = exists().where(Goal.owner_id == Person.id, Goal.state == GoalState.ACTIVE)
    return _counted(
        connection,
        select(*_GROUP, func.count())
        .select_from(Person)
        .outerjoin(OrgUnit, OrgUnit.id == Person.org_unit_id)
        .where(Person.state == PersonState.ACTIVE)
        .group_by(*_GROUP),
        has,
        ~has,
    )


def _owners(goal: Any) -> Select[Any]:
    """People who are here with each of their goals, to count them by group."""
    return (
        select(*_GROUP, func.count(Person.id.distinct()))
        .select_from(goal)
        .join(Person, Person.id == goal.owner_id)
        .outerjoin(OrgUnit, OrgUnit.id == Person.org_unit_id)
        .where(Person.state == PersonState.ACTIVE)
        .group_by(*_GROUP)
    )


def _countered(step: Any) -> ColumnElement[bool]:
    """Whether there was a counter before this step."""
    counter = aliased(GoalStep)
    return exists().where(
        counter.goal_id == step.goal_id,
        counter.kind == StepKind.COUNTERED,
        counter.number < step.number,
    )


def outcomes(connection: Connection, since: datetime) -> list[Counted]:
    """What became of proposals: agreed as proposed, agreed after a counter, declined."""
    step = aliased(GoalStep)
    agreed, countered = step.kind == StepKind.ACCEPTED, _countered(step)
    return _counted(
        connection,
        _owners(Goal)
        .join(step, step.goal_id == Goal.id)
        .where(step.kind.in_((StepKind.ACCEPTED, StepKind.DECLINED)), step.at >= since),
        and_(agreed, ~countered),
        and_(agreed, countered),
        step.kind == StepKind.DECLINED,
    )


def wishes(connection: Connection, since: datetime) -> list[Counted]:
    """How owners agreed to what the other side asked of them.

    As it was and without a word, and all else that was agreed as it was; with a reservation, and
    all else that was agreed: in pairs that are told together, so that what is told of all less what
    is told of one leaves nothing that is about a few.
    """
    step = aliased(GoalStep)
    by_owner = func.coalesce(step.actor_id == Goal.owner_id, literal(value=False))
    reserved = and_(by_owner, step.reason.is_not(None))
    countered = _countered(step)
    silent = and_(by_owner, step.reason.is_(None), ~countered)
    return _counted(
        connection,
        _owners(Goal)
        .join(step, step.goal_id == Goal.id)
        .where(step.kind == StepKind.ACCEPTED, step.at >= since),
        silent,
        and_(~silent, ~countered),
        reserved,
        ~reserved,
    )


def agreements(connection: Connection, since: datetime) -> list[Counted]:
    """Whose proposals were agreed."""
    step = aliased(GoalStep)
    return _counted(
        connection,
        _owners(Goal)
        .join(step, step.goal_id == Goal.id)
        .where(step.kind == StepKind.ACCEPTED, step.at >= since),
        step.kind == StepKind.ACCEPTED,
    )


def days_to_agreement(
    connection: Connection, since: datetime
) -> Iterator[tuple[Level, str | None, str | None, int, int]]:
    """By level, country and unit: how many proposals were agreed after how many whole days."""
    accepted, proposed = aliased(GoalStep), aliased(GoalStep)
    first = (
        select(func.min(proposed.at))
        .where(proposed.goal_id == accepted.goal_id, proposed.kind == StepKind.PROPOSED)
        .correlate(accepted)
        .scalar_subquery()
    )
    took = type_coerce(accepted.at, BigInteger) - type_coerce(first, BigInteger)
    rows = (
        select(*_GROUP, (took // _DAY).label("days"))
        .select_from(accepted)
        .join(Goal, Goal.id == accepted.goal_id)
        .join(Person, Person.id == Goal.owner_id)
        .outerjoin(OrgUnit, OrgUnit.id == Person.org_unit_id)
        .where(
            Person.state == PersonState.ACTIVE,
            accepted.kind == StepKind.ACCEPTED,
            accepted.at >= since,
        )
        .subquery()
    )
    for level, country, unit, days, count in connection.execute(
        select(rows, func.count()).group_by(*rows.c)
    ):
        yield level, country or None, unit, int(days or 0), count


def check_ins(
    connection: Connection, since: datetime, until: datetime, within: timedelta
) -> list[Counted]:
    """Questions asked from `since` to `until`: answered `within` this long, and the others."""
    took = type_coerce(CheckInAsked.answered_at, BigInteger) - type_coerce(
        CheckInPrompt.at, BigInteger
    )
    in_time = func.coalesce(took <= within // timedelta(microseconds=1), literal(value=False))
    return _counted(
        connection,
        _owners(CheckInPrompt)
        .join(CheckInAsked, CheckInAsked.prompt_id == CheckInPrompt.id)
        .where(CheckInPrompt.at >= since, CheckInPrompt.at <= until),
        in_time,
        ~in_time,
    )


def units(connection: Connection) -> dict[str, str | None]:
    """The path of every unit, with that of the unit in which it lies."""
    parent = aliased(OrgUnit)
    rows = connection.execute(
        select(OrgUnit.path, parent.path.label("above")).outerjoin(
            parent, parent.id == OrgUnit.parent_id
        )
    )
    return {row.path: row.above for row in rows}


# Access


def roles_by_count(connection: Connection, today: date) -> dict[Role, int]:
    """How many people hold each role today."""
    rows = connection.execute(
        select(RoleGrant.role, func.count(RoleGrant.person_id.distinct()).label("people"))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(grant_in_force(today), Person.state == PersonState.ACTIVE)
        .group_by(RoleGrant.role)
    )
    return {row.role: row.people for row in rows}


def first_holders(connection: Connection, today: date, each: int) -> dict[Role, list[str]]:
    """The first names of those who hold each role today, by name."""
    held = (
        select(RoleGrant.role, Person.name, Person.name_folded, Person.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(grant_in_force(today), Person.state == PersonState.ACTIVE)
        .distinct()
        .subquery()
    )
    place = func.row_number().over(
        partition_by=held.c.role, order_by=[held.c.name_folded, held.c.id]
    )
    ranked = select(held.c.role, held.c.name, place.label("place")).subquery()
    rows = connection.execute(
        select(ranked.c.role, ranked.c.name)
        .where(ranked.c.place <= each)
        .order_by(ranked.c.role, ranked.c.place)
    )
    found: dict[Role, list[str]] = {}
    for role, name in rows:
        found.setdefault(role, []).append(name)
    return found


def ending(connection: Connection, today: date, until: date, limit: int) -> tuple[int, list[UUID]]:
    """How many roles end by `until`, and which are the next to."""
    soon = (
        select(RoleGrant.id, RoleGrant.valid_to)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            grant_in_force(today), RoleGrant.valid_to <= until, Person.state == PersonState.ACTIVE
        )
    )
    count = connection.execute(select(func.count()).select_from(soon.subquery())).scalar_one()
    first = soon.order_by(RoleGrant.valid_to, RoleGrant.id).limit(limit)
    return count, [row.id for row in connection.execute(first)]


def deputies(
    connection: Connection, today: date, limit: int
) -> tuple[int, list[tuple[str, str, date | None]]]:
    """How many stand in for somebody today; the first of them, for whom and until when."""
    deputy, whom = aliased(Person), aliased(Person)
    now = (
        select(deputy.name, whom.name, Delegation.valid_to)
        .select_from(Delegation)
        .join(deputy, deputy.id == Delegation.deputy_id)
        .join(whom, whom.id == Delegation.delegator_id)
        .where(
            delegation_in_force(today),
            deputy.state == PersonState.ACTIVE,
            whom.state == PersonState.ACTIVE,
        )
    )
    counted = now.with_only_columns(func.count())
    first = now.order_by(deputy.name_folded, Delegation.id).limit(limit)
    return (
        connection.execute(counted).scalar_one(),
        [(name, other, until) for name, other, until in connection.execute(first)],
    )


def shares(connection: Connection) -> tuple[int, int]:
    """How many shares stand, and of how many goals."""
    row = connection.execute(
        select(func.count(), func.count(GoalShare.goal_id.distinct())).where(
            GoalShare.revoked_at.is_(None)
        )
    ).one()
    return row[0], row[1]


def pending_roles(connection: Connection) -> int:
    """How many roles wait for two people."""
    return connection.execute(
        select(func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.state == GrantState.PENDING, Person.state == PersonState.ACTIVE)
    ).scalar_one()


# Openings

_AS_WHAT = (
    (Role.HR, ReaderKind.HR),
    (Role.LEGAL, ReaderKind.LEGAL),
    (Role.COMPLIANCE, ReaderKind.COMPLIANCE),
    (Role.FACILITATOR, ReaderKind.FACILITATOR),
)
_KINDS = tuple(ReaderKind)


def reads(
    connection: Connection, first: date, today: date
) -> list[tuple[date, ReaderKind, Action, int]]:
    """Openings since the Monday `first`, by week, kind of reader and of thing; none of one's own.

    Weeks are of machine time, and begin in UTC. What somebody is follows from their roles `today`.
    """
    beginning = datetime(first.year, first.month, first.day, tzinfo=EPOCH.tzinfo)
    offset = (_MONDAY - EPOCH) // timedelta(microseconds=1)
    week = (type_coerce(AuditEntry.at, BigInteger) - offset) // _WEEK

    def holds(role: Role) -> ColumnElement[bool]:
        return exists().where(
            RoleGrant.person_id == AuditEntry.actor, RoleGrant.role == role, grant_in_force(today)
        )

    kind = case(
        *((holds(role), literal(_KINDS.index(what), Integer)) for role, what in _AS_WHAT),
        (
            Person.level.in_((Level.MANAGER, Level.EXECUTIVE)),
            literal(_KINDS.index(ReaderKind.MANAGER), Integer),
        ),
        else_=literal(_KINDS.index(ReaderKind.OTHER), Integer),
    )
    listed = (
        select(week.label("week"), kind.label("kind"), AuditEntry.action.label("action"))
        .select_from(AuditEntry)
        .outerjoin(Person, Person.id == AuditEntry.actor)
        .where(
            AuditEntry.action.in_(READS),
            AuditEntry.at >= beginning,
            or_(AuditEntry.subject.is_(None), AuditEntry.subject != AuditEntry.actor),
        )
        .subquery()
    )
    rows = connection.execute(select(listed, func.count()).group_by(*listed.c))
    return [
        (_MONDAY.date() + timedelta(weeks=int(number)), _KINDS[what], action, count)
        for number, what, action, count in rows
    ]
