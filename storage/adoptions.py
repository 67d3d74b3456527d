"""Goals proposed upward. Each is answered once; the goal's row is held meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, select, update

from domain.adoption import AdoptionState
from storage.statements import insert_row
from storage.tables.goals import GoalAdoption


@dataclass(frozen=True, slots=True)
class Adoption:
    id: UUID
    asked: UUID
    state: AdoptionState


def offer(connection: Connection, goal: UUID, asked: UUID, at: datetime) -> UUID:
    identity = uuid4()
    row = {
        "id": identity,
        "goal_id": goal,
        "asked_id": asked,
        "state": AdoptionState.OPEN,
        "at": at,
    }
    insert_row(connection, GoalAdoption, row)
    return identity


def latest(connection: Connection, goal: UUID) -> Adoption | None:
    """What was proposed upward last of this goal."""
    row = connection.execute(
        select(GoalAdoption.id, GoalAdoption.asked_id, GoalAdoption.state)
        .where(GoalAdoption.goal_id == goal)
        .order_by(GoalAdoption.at.desc(), GoalAdoption.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Adoption(*row)


def answer(
    connection: Connection,
    adoption: UUID,
    state: AdoptionState,
    at: datetime,
    adopted: UUID | None = None,
) -> None:
    connection.execute(
        update(GoalAdoption)
        .where(GoalAdoption.id == adoption)
        .values(state=state, answered_at=at, adopted_id=adopted)
    )
