"""Goals beside one another: those that serve one, and those that are measured alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select

from domain.goals import GoalState
from storage.conditions import NO_CONDITION, Condition
from storage.goals import AT_VERSION
from storage.tables.goals import Goal, GoalLink, GoalVersion

COUNTED = (GoalState.PROPOSED, GoalState.ACTIVE, GoalState.PAUSED)
"""Drafts are their owner's alone, and what has ended is touched by nothing."""


@dataclass(frozen=True, slots=True)
class LinkedGoal:
    """A goal beside another; `title` and `number` are for those who may know them."""

    id: UUID
    number: int
    title: str
    owner: UUID
    due_date: date


def serving(
    connection: Connection, goal: UUID, visible: Condition = NO_CONDITION
) -> list[LinkedGoal]:
    """Open goals that serve this one directly, by number; those that fulfil the rule."""
    below = select(GoalLink.goal_id).where(GoalLink.parent_id == goal)
    return _linked(connection, Goal.id.in_(below), visible)


def measured_alike(
    connection: Connection,
    goal: UUID,
    metric: str,
    but: Collection[UUID],
    visible: Condition = NO_CONDITION,
) -> list[LinkedGoal]:
    """Other open goals with the very same metric, by number; those that fulfil the rule."""
    others = Goal.id.not_in({goal, *but})
    return _linked(connection, (GoalVersion.metric == metric) & others, visible)


def _linked(
    connection: Connection, which: ColumnElement[bool], visible: Condition
) -> list[LinkedGoal]:
    rows = connection.execute(
        select(Goal.id, Goal.number, GoalVersion.title, Goal.owner_id, GoalVersion.due_date)
        .join(GoalVersion, AT_VERSION)
        .where(which, Goal.state.in_(COUNTED), visible.clause)
        .order_by(Goal.number),
        visible.values,
    )
    return [LinkedGoal(*row) for row in rows]
