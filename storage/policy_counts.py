"""How many people and things a change of the policy would touch; numbers alone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, func, select

from domain.goals import GoalState
from domain.people import Level, PersonState
from storage.tables.goals import Goal
from storage.tables.people import Person


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """So many active people of a level in a region and unit."""

    level: Level
    region: str | None
    org_unit: UUID | None
    count: int


def people_by_place(connection: Connection) -> list[PlaceCount]:
    wanted = (
        select(Person.level, Person.region, Person.org_unit_id, func.count())
        .where(Person.state == PersonState.ACTIVE)
        .group_by(Person.level, Person.region, Person.org_unit_id)
    )
    return [PlaceCount(*row) for row in connection.execute(wanted)]


def open_proposals(connection: Connection) -> int:
    """Proposals that wait for an answer."""
    wanted = select(func.count()).select_from(Goal).where(Goal.state == GoalState.PROPOSED)
    return connection.scalar(wanted) or 0
