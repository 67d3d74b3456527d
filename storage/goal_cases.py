"""Access to a goal's case for those who must decide or help, from being asked to its closing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select, update

from domain.goals import Capacity
from storage.tables.goals import GoalCase


def open_case(
    connection: Connection, goal: UUID, person: UUID, capacity: Capacity | None, at: datetime
) -> UUID:
    """Give somebody access to a case until it is closed; returns the id of that access.

    Nothing is added for somebody who has it already: a second id means that they were asked anew.
    """
    present: UUID | None = connection.execute(
        select(GoalCase.id).where(
            GoalCase.goal_id == goal,
            GoalCase.person_id == person,
            GoalCase.capacity.is_(None) if capacity is None else GoalCase.capacity.is_not(None),
            GoalCase.closed_at.is_(None),
        )
    ).scalar()
    if present is not None:
        return present
    fresh = uuid4()
    connection.execute(
        insert(GoalCase).values(
            id=fresh, goal_id=goal, person_id=person, capacity=capacity, opened_at=at
        )
    )
    return fresh


def close_cases(connection: Connection, goal: UUID, at: datetime) -> None:
    connection.execute(
        update(GoalCase)
        .where(GoalCase.goal_id == goal, GoalCase.closed_at.is_(None))
        .values(closed_at=at)
    )


def close_cases_of(
    connection: Connection, goal: UUID, people: Collection[UUID], at: datetime
) -> None:
    """End the access of those of these people who were asked to decide."""
    connection.execute(
        update(GoalCase)
        .where(
            GoalCase.goal_id == goal,
            GoalCase.person_id.in_(people),
            GoalCase.capacity.is_not(None),
            GoalCase.closed_at.is_(None),
        )
        .values(closed_at=at)
    )


def asked_people(connection: Connection, goal: UUID) -> dict[UUID, Capacity]:
    """Who has been asked to decide in the open case."""
    rows = connection.execute(
        select(GoalCase.person_id, GoalCase.capacity).where(
            GoalCase.goal_id == goal,
            GoalCase.capacity.is_not(None),
            GoalCase.closed_at.is_(None),
        )
    )
    return {person: capacity for person, capacity in rows if capacity is not None}
