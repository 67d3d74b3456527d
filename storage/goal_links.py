"""Which goal serves which: single links, what is above a goal and below it, and what is pledged."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BindParameter, Connection, Uuid, bindparam, delete, func, literal, select

from domain.alignment import DEEPEST, PLEDGED
from domain.goals import OPEN_STATES, GoalState
from domain.references import ReferenceKind
from storage.conditions import one_of_words
from storage.statements import Statement, insert_row
from storage.tables.goals import Goal, GoalLink, ReferenceCounter

_GOAL: BindParameter[UUID] = bindparam("goal", type_=Uuid())
_LIMIT = bindparam("limit", type_=GoalLink.contribution.type)
_OFF = Statement(delete(GoalLink).where(GoalLink.goal_id == _GOAL))


@dataclass(frozen=True, slots=True)
class Serving:
    """A goal that serves another one, and how much of it it carries, in basis points."""

    goal: UUID
    number: int
    owner: UUID
    state: GoalState
    contribution: int | None


def link(connection: Connection, goal: UUID, parent: UUID, contribution: int | None) -> None:
    """Let a goal that serves none serve this one."""
    row = {"goal_id": goal, "parent_id": parent, "contribution": contribution}
    insert_row(connection, GoalLink, row)


def relink(
    connection: Connection, goal: UUID, parent: UUID | None, contribution: int | None
) -> None:
    """Whatever it served: now it serves this one, or none."""
    _OFF.run(connection, {"goal": goal})
    if parent is not None:
        link(connection, goal, parent, contribution)


def hold_trees(connection: Connection) -> None:
    """Until the commit nobody else links goals, so that two links together make no circle.

    The counter of goals is what every proposal waits for as well.
    """
    _HOLD.row(connection, {})


_HOLD = Statement(
    select(ReferenceCounter.kind)
    .where(ReferenceCounter.kind == ReferenceKind.GOAL.value)
    .with_for_update()
)


def aligned_to(connection: Connection, goal: UUID) -> list[Serving]:
    """The open goals that serve this one, by number, whoever may read them."""
    return [Serving(*row) for row in _ALIGNED_TO.rows(connection, {"goal": goal})]


_ALIGNED_TO = Statement(
    select(Goal.id, Goal.number, Goal.owner_id, Goal.state, GoalLink.contribution)
    .join(GoalLink, GoalLink.goal_id == Goal.id)
    .where(GoalLink.parent_id == _GOAL, one_of_words(Goal.state, OPEN_STATES))
    .order_by(Goal.number)
)


def pledged(connection: Connection, parent: UUID, besides: UUID) -> int:
    """What all goals but one carry of this one together, in basis points."""
    total: int = _PLEDGED.only(connection, {"goal": parent, "besides": besides})[0]
    return total


_PLEDGED = Statement(
    select(func.coalesce(func.sum(GoalLink.contribution), 0))
    .join(Goal, Goal.id == GoalLink.goal_id)
    .where(
        GoalLink.parent_id == _GOAL,
        GoalLink.goal_id != bindparam("besides", type_=Uuid()),
        one_of_words(Goal.state, PLEDGED),
    )
)


def above(connection: Connection, goal: UUID) -> list[UUID]:
    """What the goal serves, what that serves, and so on; the nearest first."""
    rows = _ABOVE.rows(connection, {"goal": goal, "limit": DEEPEST})
    return [row[0] for row in rows]


def _climb() -> Statement:
    up = (
        select(GoalLink.parent_id, literal(1).label("steps"))
        .where(GoalLink.goal_id == _GOAL)
        .cte("up", recursive=True)
    )
    up = up.union_all(
        select(GoalLink.parent_id, up.c.steps + 1)
        .join(up, GoalLink.goal_id == up.c.parent_id)
        .where(up.c.steps < _LIMIT)
    )
    return Statement(select(up.c.parent_id).order_by(up.c.steps))


def levels_below(connection: Connection, goal: UUID) -> int:
    """How many goals stand one under the other below this one, at the most."""
    levels: int = _BELOW.only(connection, {"goal": goal, "limit": DEEPEST})[0]
    return levels


def _descend() -> Statement:
    down = (
        select(GoalLink.goal_id, literal(1).label("steps"))
        .where(GoalLink.parent_id == _GOAL)
        .cte("down", recursive=True)
    )
    down = down.union_all(
        select(GoalLink.goal_id, down.c.steps + 1)
        .join(down, GoalLink.parent_id == down.c.goal_id)
        .where(down.c.steps < _LIMIT)
    )
    return Statement(select(func.coalesce(func.max(down.c.steps), 0)))


_ABOVE, _BELOW = _climb(), _descend()
