"""Goals whose time is over, with the last value that was reported in time: one statement."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    type_coerce,
)

from domain.goal_kinds import GoalKind
from domain.goals import GoalState
from domain.past_goals import PastGoal
from storage.conditions import built_once, one_of_words
from storage.goals import AT_VERSION
from storage.statements import Statement
from storage.tables.goals import Goal, GoalValue, GoalVersion
from storage.tables.people import Person

MOST = 2_000
"""The newest of a class; more would say no more about it."""
_DAY = 86_400_000_000
_JULIAN_1970 = 2_440_587.5


def of_class(connection: Connection, unit: UUID, kind: GoalKind, today: date) -> list[PastGoal]:
    """Agreed goals of a kind, of people in a unit, that have ended or were due before `today`.

    Without those that were never measured in time. The newest ones first.
    """
    asked = {"unit": unit, "kind": kind, "today": today}
    rows = _of_class(connection.dialect.name).rows(connection, asked)
    return [PastGoal(*row) for row in rows]


@built_once
def _of_class(dialect_name: str) -> Statement:
    last = (
        select(GoalValue.value)
        .where(
            GoalValue.goal_id == Goal.id,
            type_coerce(GoalValue.at, BigInteger) < _end_of(GoalVersion.due_date, dialect_name),
        )
        .order_by(GoalValue.at.desc(), GoalValue.id.desc())
        .limit(1)
        .correlate(Goal, GoalVersion)
        .scalar_subquery()
    )
    over = or_(
        one_of_words(Goal.state, (GoalState.COMPLETED, GoalState.ABANDONED)),
        and_(
            Goal.state == GoalState.ACTIVE,
            GoalVersion.due_date < bindparam("today", type_=Date()),
        ),
    )
    found = (
        select(
            Goal.owner_id,
            GoalVersion.metric,
            GoalVersion.measure_unit,
            GoalVersion.direction,
            GoalVersion.threshold,
            GoalVersion.target,
            last.label("last"),
        )
        .join(GoalVersion, AT_VERSION)
        .join(Person, Person.id == Goal.owner_id)
        .where(
            Person.org_unit_id == bindparam("unit", type_=Uuid()),
            Goal.agreed_version.is_not(None),
            GoalVersion.kind == bindparam("kind", type_=GoalVersion.kind.type),
            over,
            last.is_not(None),
        )
        .order_by(Goal.number.desc())
        .limit(MOST)
    )
    return Statement(found)


def _end_of(day: Any, dialect_name: str) -> ColumnElement[int]:
    """The end of a day in UTC, as moments are stored: microseconds since 1970."""
    if dialect_name == "sqlite":
        begins: Any = (func.julianday(day) - _JULIAN_1970) * _DAY
    else:
        begins = func.extract("epoch", day) * 1_000_000
    return cast(begins, BigInteger) + _DAY
