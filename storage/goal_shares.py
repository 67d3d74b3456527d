"""With whom goals are shared. One row for each goal and person; who gets it anew keeps the row."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, Connection, Uuid, bindparam, select, tuple_, update

from domain.people import Member
from storage.conflicts import insert_if_new
from storage.people import MEMBER_COLUMNS, member_from
from storage.statements import Statement
from storage.tables.goals import GoalShare
from storage.tables.people import Person

_GOAL: BindParameter[UUID] = bindparam("goal", type_=Uuid())
_SHARED = (
    select(*MEMBER_COLUMNS, GoalShare.shared_at)
    .join(GoalShare, GoalShare.person_id == Person.id)
    .where(GoalShare.goal_id == _GOAL, GoalShare.revoked_at.is_(None))
    .order_by(Person.name_folded, Person.id)
)
_SHARED_WITH = Statement(_SHARED)


def shared_with(connection: Connection, goal: UUID) -> list[tuple[Member, datetime]]:
    """Who was given it and still has it, by name, with the moment that they got it."""
    rows = _SHARED_WITH.rows(connection, {"goal": goal})
    return [(member_from(row[:-1]), row[-1]) for row in rows]


def is_shared_with(connection: Connection, goal: UUID, person: UUID) -> bool:
    found = connection.execute(
        select(GoalShare.goal_id).where(
            GoalShare.goal_id == goal,
            GoalShare.person_id == person,
            GoalShare.revoked_at.is_(None),
        )
    )
    return found.first() is not None


def of_person(connection: Connection, person: UUID) -> list[tuple[UUID, UUID]]:
    """What is shared with a person, as (goal, person)."""
    rows = connection.execute(
        select(GoalShare.goal_id, GoalShare.person_id).where(
            GoalShare.person_id == person, GoalShare.revoked_at.is_(None)
        )
    )
    return [(goal, whom) for goal, whom in rows]


def share(connection: Connection, goal: UUID, person: UUID, at: datetime) -> bool:
    """Share it; False if they have it already."""
    row = {"goal_id": goal, "person_id": person, "shared_at": at, "revoked_at": None}
    if insert_if_new(connection, GoalShare, row):
        return True
    anew = connection.execute(
        update(GoalShare)
        .where(
            GoalShare.goal_id == goal,
            GoalShare.person_id == person,
            GoalShare.revoked_at.is_not(None),
        )
        .values(shared_at=at, revoked_at=None)
    )
    return anew.rowcount == 1


def end_shares(
    connection: Connection, shares: Collection[tuple[UUID, UUID]], at: datetime
) -> list[tuple[UUID, UUID]]:
    """End those of these shares (goal, person) that have not ended; returns them."""
    if not shares:
        return []
    these = (
        tuple_(GoalShare.goal_id, GoalShare.person_id).in_(shares),
        GoalShare.revoked_at.is_(None),
    )
    rows = connection.execute(select(GoalShare.goal_id, GoalShare.person_id).where(*these))
    found = [(goal, person) for goal, person in rows]
    connection.execute(update(GoalShare).where(*these).values(revoked_at=at))
    return found
