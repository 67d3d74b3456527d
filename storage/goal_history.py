"""What happened to goals: their steps, and the values that were reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BindParameter,
    Connection,
    ScalarSelect,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased

from domain.goal_corrections import ReportedValue
from domain.goals import COUNTED, Capacity, Reading, Step, StepKind
from domain.measures import Measure
from storage.conditions import one_of_words
from storage.statements import Statement, insert_row
from storage.tables.goals import Goal, GoalStep, GoalValue, GoalVersion
from storage.tables.people import Person

_GOAL: BindParameter[UUID] = bindparam("goal", type_=Uuid())
_ADD_STEP = Statement(
    insert(GoalStep)
    .inline()
    .values(
        goal_id=_GOAL,
        number=select(func.coalesce(func.max(GoalStep.number), 0) + 1)
        .where(GoalStep.goal_id == _GOAL)
        .scalar_subquery(),
        actor_id=bindparam("actor", type_=Uuid()),
    ),
    ["kind", "at", "version", "reason", "capacity"],
)


def add_step(
    connection: Connection,
    goal: UUID,
    kind: StepKind,
    *,
    actor: UUID | None,
    at: datetime,
    version: int,
    reason: str | None = None,
    capacity: Capacity | None = None,
) -> None:
    row = {
        "goal": goal,
        "kind": kind,
        "actor": actor,
        "at": at,
        "version": version,
        "reason": reason,
        "capacity": capacity,
    }
    _ADD_STEP.run(connection, row)


TELLING_OF_RESERVATION = (StepKind.ACCEPTED, StepKind.RESERVATION_WITHDRAWN)
"""The last of these holds the reservation that stands, or none."""


def reservation(connection: Connection, goal: UUID) -> Step | None:
    """How the owner agreed with a reservation that stands."""
    step = latest_step(connection, goal, TELLING_OF_RESERVATION)
    return step if step is not None and step.reason else None


def latest_step(connection: Connection, goal: UUID, kinds: Collection[StepKind]) -> Step | None:
    """The newest step of one of these kinds."""
    row = connection.execute(
        select(*_STEP)
        .outerjoin(Person, Person.id == GoalStep.actor_id)
        .where(GoalStep.goal_id == goal, GoalStep.kind.in_(kinds))
        .order_by(GoalStep.number.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Step(*row)


def proposed_by(connection: Connection, goal: UUID, version: int) -> UUID | None:
    """Who brought this version in; None for one that came back when its answer was withdrawn."""
    row = _PROPOSED_BY.row(connection, {"goal": goal, "version": version})
    return row[0] if row else None


_PROPOSED_BY = Statement(
    select(GoalStep.actor_id).where(
        GoalStep.goal_id == _GOAL,
        GoalStep.version == bindparam("version"),
        one_of_words(GoalStep.kind, (StepKind.PROPOSED, StepKind.COUNTERED)),
    )
)


def latest_readings(
    connection: Connection, goals: Iterable[UUID]
) -> dict[UUID, tuple[float | None, Reading]]:
    """The first value, if there were several, and the latest of each goal that has any."""
    ids = list(set(goals))
    if not ids:
        return {}
    found: dict[UUID, tuple[float | None, Reading]] = {}
    for row in _LATEST_READINGS.rows(connection, {"goals": ids}):
        first, latest = readings_from(row[1:])
        if latest is not None:
            found[row[0]] = first, latest
    return found


def with_readings(goals: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A statement about `Goal`, with `READING_COLUMNS` behind its own columns.

    It looks up two values for each goal, however many there are.
    """
    return (
        goals.add_columns(*READING_COLUMNS)
        .outerjoin(_latest, _latest.id == _latest_id())
        .outerjoin(_latest_by, _latest_by.id == _latest.reported_by)
    )


def with_values(goals: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A statement about `Goal` and its current `GoalVersion`, with `VALUE_COLUMNS` behind its own:
    the numbers alone, and of the first one no more than progress is reckoned from."""
    return goals.add_columns(*VALUE_COLUMNS).outerjoin(_latest, _latest.id == _latest_id())


def values_from(row: Sequence[Any]) -> tuple[float | None, Measure | None]:
    """The first value, if there were several and it counts, and the latest; of `VALUE_COLUMNS`."""
    first, value, text = row
    return first, None if value is None else Measure(value=value, text=text)


def readings_from(row: Sequence[Any]) -> tuple[float | None, Reading | None]:
    """The first value, if there were several, and the latest; from `READING_COLUMNS`."""
    first, value, text, note, by, at = row
    latest = None if value is None else Reading(Measure(value=value, text=text), note, by, at)
    return first, latest


_latest, _latest_by = aliased(GoalValue), aliased(Person)


def _latest_id() -> ScalarSelect[UUID]:
    return (
        select(GoalValue.id)
        .where(GoalValue.goal_id == Goal.id)
        .order_by(GoalValue.at.desc(), GoalValue.id.desc())
        .limit(1)
        .correlate(Goal)
        .scalar_subquery()
    )


def _first_of_several() -> ScalarSelect[float]:
    return (
        select(GoalValue.value)
        .where(GoalValue.goal_id == Goal.id, GoalValue.id != _latest.id)
        .order_by(GoalValue.at, GoalValue.id)
        .limit(1)
        .correlate(Goal, _latest)
        .scalar_subquery()
    )


_MEASURED_FROM_THE_FIRST = and_(
    GoalVersion.baseline.is_(None),
    or_(
        GoalVersion.direction.is_(None),
        GoalVersion.direction.not_in(
            [bindparam(None, one, type_=GoalVersion.direction.type) for one in COUNTED]
        ),
    ),
)
VALUE_COLUMNS = (
    case((_MEASURED_FROM_THE_FIRST, _first_of_several())),
    _latest.value,
    _latest.value_text,
)
READING_COLUMNS = (
    _first_of_several(),
    _latest.value,
    _latest.value_text,
    _latest.note,
    _latest_by.name,
    _latest.at,
)
_LATEST_READINGS = Statement(
    with_readings(select(Goal.id).select_from(Goal)).where(
        Goal.id.in_(bindparam("goals", expanding=True))
    )
)


def add_value(
    connection: Connection, goal: UUID, value: Measure, note: str | None, by: UUID, at: datetime
) -> UUID:
    identity = uuid4()
    row = {
        "id": identity,
        "goal_id": goal,
        "value": value.value,
        "value_text": value.text,
        "note": note,
        "reported_by": by,
        "at": at,
    }
    insert_row(connection, GoalValue, row)
    return identity


def value_to_correct(connection: Connection, goal: UUID, value: UUID) -> ReportedValue | None:
    """One reported value of the goal; None for one of another goal, or that was taken back."""
    found = connection.execute(_REPORTED.where(GoalValue.goal_id == goal, GoalValue.id == value))
    row = found.one_or_none()
    return None if row is None else _reported(row)


def latest_values(connection: Connection, goal: UUID, limit: int) -> tuple[ReportedValue, ...]:
    """The latest reported values, newest first."""
    rows = connection.execute(
        _REPORTED.where(GoalValue.goal_id == goal)
        .order_by(GoalValue.at.desc(), GoalValue.id.desc())
        .limit(limit)
    )
    return tuple(_reported(row) for row in rows)


def change_value(connection: Connection, value: UUID, measure: Measure) -> None:
    """Put another number in its place; what stood there is for the record to keep."""
    connection.execute(
        update(GoalValue)
        .where(GoalValue.id == value)
        .values(value=measure.value, value_text=measure.text)
    )


_REPORTED = select(
    GoalValue.id, GoalValue.value, GoalValue.value_text, GoalValue.note, Person.name, GoalValue.at
).join(Person, Person.id == GoalValue.reported_by)


def _reported(row: Sequence[Any]) -> ReportedValue:
    identity, value, text, note, name, at = row
    return ReportedValue(identity, Reading(Measure(value=value, text=text), note, name, at))


def numbered_steps(connection: Connection, goal: UUID, kind: StepKind) -> dict[int, Step]:
    """All steps of one kind by number, oldest first."""
    rows = connection.execute(
        select(GoalStep.number, *_STEP)
        .outerjoin(Person, Person.id == GoalStep.actor_id)
        .where(GoalStep.goal_id == goal, GoalStep.kind == kind)
        .order_by(GoalStep.number)
    )
    return {row[0]: Step(*row[1:]) for row in rows}


_STEP = (
    GoalStep.kind,
    GoalStep.at,
    Person.name,
    GoalStep.version,
    GoalStep.reason,
    GoalStep.capacity,
    GoalStep.actor_id,
)


def steps(
    connection: Connection, goal: UUID, *, before: int | None = None, limit: int = 100
) -> list[tuple[int, Step]]:
    """Steps with their numbers, newest first, from before `before`."""
    rows = connection.execute(
        select(GoalStep.number, *_STEP)
        .outerjoin(Person, Person.id == GoalStep.actor_id)
        .where(
            GoalStep.goal_id == goal,
            true() if before is None else GoalStep.number < before,
        )
        .order_by(GoalStep.number.desc())
        .limit(limit)
    )
    return [(row[0], Step(*row[1:])) for row in rows]


def values_at(
    connection: Connection, goal: UUID, moments: Collection[datetime]
) -> dict[datetime, Measure]:
    """The values that were reported in these very moments, which are those of their steps."""
    if not moments:
        return {}
    rows = connection.execute(
        select(GoalValue.at, GoalValue.value, GoalValue.value_text).where(
            GoalValue.goal_id == goal, GoalValue.at.in_(moments)
        )
    )
    return {at: Measure(value=value, text=text) for at, value, text in rows}


def recent_values(connection: Connection, goal: UUID, limit: int = 12) -> tuple[Reading, ...]:
    """The latest reported values, oldest first."""
    rows = connection.execute(
        select(GoalValue.value, GoalValue.value_text, GoalValue.note, Person.name, GoalValue.at)
        .join(Person, Person.id == GoalValue.reported_by)
        .where(GoalValue.goal_id == goal)
        .order_by(GoalValue.at.desc(), GoalValue.id.desc())
        .limit(limit)
    ).all()
    return tuple(
        Reading(Measure(value=value, text=text), note, name, at)
        for value, text, note, name, at in reversed(rows)
    )


def value_before(connection: Connection, goal: UUID, at: datetime) -> Reading | None:
    """The value that stood before that moment; None where there was none yet."""
    row = connection.execute(
        select(GoalValue.value, GoalValue.value_text, GoalValue.note, Person.name, GoalValue.at)
        .join(Person, Person.id == GoalValue.reported_by)
        .where(GoalValue.goal_id == goal, GoalValue.at < at)
        .order_by(GoalValue.at.desc(), GoalValue.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    value, text, note, name, when = row
    return Reading(Measure(value=value, text=text), note, name, when)
