"""What happened to goals: their steps, and the values that were reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, insert, or_, select, true

from domain.goals import Capacity, Reading, Step, StepKind
from domain.measures import Measure
from storage.tables.goals import GoalStep, GoalValue
from storage.tables.people import Person


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
    last = select(func.coalesce(func.max(GoalStep.number), 0) + 1).where(GoalStep.goal_id == goal)
    connection.execute(
        insert(GoalStep).values(
            goal_id=goal,
            number=last.scalar_subquery(),
            kind=kind,
            actor_id=actor,
            at=at,
            version=version,
            reason=reason,
            capacity=capacity,
        )
    )


def latest_step(connection: Connection, goal: UUID, kinds: Collection[StepKind]) -> Step | None:
    """The newest step of one of these kinds."""
    row = connection.execute(
        select(
            GoalStep.kind,
            GoalStep.at,
            Person.name,
            GoalStep.version,
            GoalStep.reason,
            GoalStep.capacity,
        )
        .outerjoin(Person, Person.id == GoalStep.actor_id)
        .where(GoalStep.goal_id == goal, GoalStep.kind.in_(kinds))
        .order_by(GoalStep.number.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Step(*row)


def proposed_by(connection: Connection, goal: UUID, version: int) -> UUID | None:
    """Who brought this version in; None for one that came back when its answer was withdrawn."""
    return connection.execute(
        select(GoalStep.actor_id).where(
            GoalStep.goal_id == goal,
            GoalStep.version == version,
            GoalStep.kind.in_((StepKind.PROPOSED, StepKind.COUNTERED)),
        )
    ).scalar()


def latest_readings(
    connection: Connection, goals: Iterable[UUID]
) -> dict[UUID, tuple[Reading, Reading]]:
    """The first and the latest value of each goal that has any."""
    ids = set(goals)
    if not ids:
        return {}
    ranked = (
        select(
            GoalValue.goal_id,
            GoalValue.value,
            GoalValue.value_text,
            GoalValue.note,
            GoalValue.at,
            Person.name,
            func.row_number()
            .over(partition_by=GoalValue.goal_id, order_by=(GoalValue.at, GoalValue.id))
            .label("from_first"),
            func.row_number()
            .over(
                partition_by=GoalValue.goal_id,
                order_by=(GoalValue.at.desc(), GoalValue.id.desc()),
            )
            .label("from_last"),
        )
        .join(Person, Person.id == GoalValue.reported_by)
        .where(GoalValue.goal_id.in_(ids))
        .subquery()
    )
    first: dict[UUID, Reading] = {}
    last: dict[UUID, Reading] = {}
    rows = connection.execute(
        select(ranked).where(or_(ranked.c.from_first == 1, ranked.c.from_last == 1))
    )
    for goal, value, text, note, at, name, from_first, from_last in rows:
        reading = Reading(Measure(value=value, text=text), note, name, at)
        if from_first == 1:
            first[goal] = reading
        if from_last == 1:
            last[goal] = reading
    return {goal: (first[goal], last[goal]) for goal in last}


def add_value(
    connection: Connection, goal: UUID, value: Measure, note: str | None, by: UUID, at: datetime
) -> UUID:
    identity = uuid4()
    connection.execute(
        insert(GoalValue).values(
            id=identity,
            goal_id=goal,
            value=value.value,
            value_text=value.text,
            note=note,
            reported_by=by,
            at=at,
        )
    )
    return identity


def steps(
    connection: Connection, goal: UUID, *, before: int | None = None, limit: int = 100
) -> list[tuple[int, Step]]:
    """Steps with their numbers, newest first, from before `before`."""
    rows = connection.execute(
        select(
            GoalStep.number,
            GoalStep.kind,
            GoalStep.at,
            Person.name,
            GoalStep.version,
            GoalStep.reason,
            GoalStep.capacity,
        )
        .outerjoin(Person, Person.id == GoalStep.actor_id)
        .where(
            GoalStep.goal_id == goal,
            true() if before is None else GoalStep.number < before,
        )
        .order_by(GoalStep.number.desc())
        .limit(limit)
    )
    return [(row[0], Step(*row[1:])) for row in rows]


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
