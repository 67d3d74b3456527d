"""Access to a goal's case for those who must decide or help, from being asked to its closing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    BindParameter,
    Connection,
    Uuid,
    bindparam,
    exists,
    insert,
    select,
    update,
)

from domain.goals import Capacity
from storage.conditions import built_once
from storage.statements import Statement
from storage.tables.goals import GoalCase

_GOAL: BindParameter[UUID] = bindparam("goal", type_=Uuid())
# Those of requests for a change are `storage.change_requests`' own.
_OPEN = GoalCase.goal_id == _GOAL, GoalCase.closed_at.is_(None), GoalCase.change_id.is_(None)
_TO_DECIDE = GoalCase.capacity.is_not(None)
_CLOSING = update(GoalCase).where(*_OPEN).values(closed_at=bindparam("now"))
_CLOSE = Statement(_CLOSING)
_CLOSE_OF = _CLOSING.where(GoalCase.person_id.in_(bindparam("people", expanding=True)), _TO_DECIDE)
_ASKED = Statement(select(GoalCase.person_id, GoalCase.capacity).where(*_OPEN, _TO_DECIDE))


@built_once
def _open_case(*, decides: bool) -> Statement:
    """A case for a person who has none of the kind on the goal."""
    person: BindParameter[UUID] = bindparam("person", type_=Uuid())
    present = exists().where(
        *_OPEN,
        GoalCase.person_id == person,
        _TO_DECIDE if decides else GoalCase.capacity.is_(None),
    )
    row = {
        "id": bindparam("case", type_=Uuid()),
        "goal_id": _GOAL,
        "person_id": person,
        "capacity": bindparam("as", type_=GoalCase.capacity.type),
        "opened_at": bindparam("now", type_=GoalCase.opened_at.type),
    }
    new = insert(GoalCase).from_select(list(row), select(*row.values()).where(~present))
    return Statement(new)


@built_once
def _open_case_of(*, decides: bool) -> Statement:
    """The open case of the kind that a person has on the goal."""
    kind = _TO_DECIDE if decides else GoalCase.capacity.is_(None)
    mine = GoalCase.person_id == bindparam("person", type_=Uuid())
    return Statement(select(GoalCase.id).where(*_OPEN, mine, kind))


def open_case(
    connection: Connection, goal: UUID, person: UUID, capacity: Capacity | None, at: datetime
) -> UUID:
    """Give somebody access to a case until it is closed; returns the id of that access.

    Nothing is added for somebody who has it already: a second id means that they were asked anew.
    """
    decides = capacity is not None
    case = uuid4()
    row = {"case": case, "goal": goal, "person": person, "as": capacity, "now": at}
    if _open_case(decides=decides).run(connection, row):
        return case
    found: UUID = _open_case_of(decides=decides).only(connection, row)[0]
    return found


def close_cases(connection: Connection, goal: UUID, at: datetime) -> None:
    _CLOSE.run(connection, {"goal": goal, "now": at})


def close_cases_of(
    connection: Connection, goal: UUID, people: Collection[UUID], at: datetime
) -> None:
    """End the access of those of these people who were asked to decide."""
    connection.execute(_CLOSE_OF, {"goal": goal, "people": list(people), "now": at})


def asked_people(connection: Connection, goal: UUID) -> dict[UUID, Capacity]:
    """Who has been asked to decide in the open case."""
    rows = _ASKED.rows(connection, {"goal": goal})
    return {person: capacity for person, capacity in rows if capacity is not None}


def opened_at(connection: Connection, goal: UUID, person: UUID) -> datetime | None:
    """Since when the person can decide in the open case."""
    return connection.scalar(
        select(GoalCase.opened_at).where(
            GoalCase.goal_id == goal,
            GoalCase.closed_at.is_(None),
            GoalCase.change_id.is_(None),
            GoalCase.person_id == person,
            _TO_DECIDE,
        )
    )


def close_cases_of_person(connection: Connection, person: UUID, at: datetime) -> list[UUID]:
    """End every access that came with a case, to decide or to help; returns the goals."""
    theirs = GoalCase.person_id == person, GoalCase.closed_at.is_(None)
    found = list(connection.scalars(select(GoalCase.goal_id).where(*theirs)))
    connection.execute(update(GoalCase).where(*theirs).values(closed_at=at))
    return found
