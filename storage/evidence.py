"""Evidence for goals in the database."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select

from domain.evidence import Evidence, EvidenceSource
from storage.tables.evidence import GoalEvidence
from storage.tables.people import Person


def add(
    connection: Connection,
    goal: UUID,
    added_by: UUID,
    source: EvidenceSource,
    note: str | None,
    at: datetime,
) -> UUID:
    identity = uuid4()
    connection.execute(
        insert(GoalEvidence).values(
            id=identity,
            goal_id=goal,
            added_by_id=added_by,
            at=at,
            permalink=source.permalink,
            sha256=source.sha256,
            note=note,
        )
    )
    return identity


def latest(connection: Connection, goal: UUID, limit: int = 10) -> tuple[Evidence, ...]:
    """The latest evidence for a goal, newest first."""
    rows = connection.execute(
        select(GoalEvidence.permalink, GoalEvidence.note, Person.name, GoalEvidence.at)
        .join(Person, Person.id == GoalEvidence.added_by_id)
        .where(GoalEvidence.goal_id == goal)
        .order_by(GoalEvidence.at.desc(), GoalEvidence.id)
        .limit(limit)
    )
    return tuple(Evidence(*row) for row in rows)
