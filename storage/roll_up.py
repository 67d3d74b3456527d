"""How far goals have come by those below them, by one recursive statement.

It goes down only as far as it must: what is measured itself is not asked what is below it, and what
the viewer may not read counts as not measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Connection,
    Double,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from domain.alignment import COUNTING, DEEPEST
from domain.goals import Direction
from domain.people import Member
from domain.roll_up import WHOLE
from storage.conditions import built_once, one_of_words
from storage.goals import AT_VERSION
from storage.statements import Statement
from storage.tables.goals import Goal, GoalLink, GoalValue, GoalVersion
from storage.visibility import may_read_goal, may_read_title

_GOAL: BindParameter[UUID] = bindparam("goal", type_=Uuid())
_NOWHERE: ColumnElement[Any] = cast(null(), Double())


@dataclass(frozen=True, slots=True)
class CarriedRow:
    """A goal that serves the one asked about; `title` None where the viewer may not know it.

    `own` is how far it has come itself, `below` how far by the goals that serve it.
    """

    goal: UUID
    number: int
    title: str | None
    weight: int | None
    own: float | None
    below: float | None


def carried(connection: Connection, viewer: Member, today: date, goal: UUID) -> list[CarriedRow]:
    """What counts for this goal, the largest weights first."""
    read, known = may_read_goal(viewer, today), may_read_title(viewer, today)
    statement = _carried(read.clause, known.clause)
    rows = statement.rows(connection, {"goal": goal, **read.values, **known.values})
    return [CarriedRow(*row) for row in rows]


_latest, _first = aliased(GoalValue), aliased(GoalValue)
_NEEDS_FIRST: ColumnElement[bool] = and_(
    GoalVersion.baseline.is_(None),
    or_(
        GoalVersion.direction.is_(None),
        GoalVersion.direction == Direction.INCREASE,
        GoalVersion.direction == Direction.DECREASE,
    ),
)
"""Nothing else begins with the first value; most goals are spared looking it up."""


def with_own_values(goals: Select[Any]) -> Select[Any]:
    """A statement about `Goal` that may use `OWN_SHARE`: its latest value and its first."""
    return goals.outerjoin(
        _latest, _latest.id == _value(GoalValue.at.desc(), GoalValue.id.desc())
    ).outerjoin(_first, _first.id == case((_NEEDS_FIRST, _value(GoalValue.at, GoalValue.id))))


def _value(*order: Any) -> Any:
    """A reported value of the goal of the enclosing query: the first in this order."""
    return (
        select(GoalValue.id)
        .where(GoalValue.goal_id == Goal.id)
        .order_by(*order)
        .limit(1)
        .correlate(Goal)
        .scalar_subquery()
    )


def _own_share() -> ColumnElement[float]:
    """How far the goal of the enclosing query (`Goal` at its version) has come itself.

    The same as `domain.goals.progress_of` says, which a test holds against it.
    """
    version, latest = GoalVersion, _latest.value
    # Of several values; a single one begins nothing.
    first = case((_first.id != _latest.id, _first.value), else_=_NOWHERE)
    start = func.coalesce(version.baseline, first, latest)
    way, target = version.direction, version.target
    assumed = version.baseline.is_(None)
    low = version.threshold
    outside = case((latest < low, low - latest), (latest > target, latest - target), else_=0.0)
    in_range = case((outside >= target - low, 0.0), else_=1.0 - outside / (target - low))
    elsewhere = or_(
        start == target,
        and_(way == Direction.INCREASE, target < start),
        and_(way == Direction.DECREASE, target > start),
        and_(way != Direction.INCREASE, way != Direction.DECREASE),
    )
    met = case((way == Direction.INCREASE, latest >= target), else_=latest <= target)
    return case(
        (latest.is_(None), _NOWHERE),
        (way == Direction.DONE, case((latest >= 1, 1.0), else_=0.0)),
        (way == Direction.MILESTONES, latest / target),
        (and_(way == Direction.RANGE, low.is_not(None)), in_range),
        (and_(assumed, way.is_not(None), elsewhere), case((met, 1.0), else_=_NOWHERE)),
        (or_(start == target, and_(assumed, first.is_(None))), _NOWHERE),
        else_=(latest - start) / (target - start),
    )


OWN_SHARE = _own_share()


def _below(parent: Any, readable: ColumnElement[bool], top: Any, steps: Any) -> Select[Any]:
    """The goals that count for those of `parent`, each with how far it has come itself.

    Whoever uses that sees to it that the goal is `readable`, which costs more than all the rest and
    is asked once for each.
    """
    return with_own_values(
        select(
            top.label("top"),
            Goal.id.label("goal"),
            GoalLink.parent_id.label("parent"),
            GoalLink.contribution.label("weight"),
            case((readable, 1), else_=0).label("readable"),
            OWN_SHARE.label("share"),
            steps.label("steps"),
        )
        .select_from(GoalLink)
        .join(Goal, Goal.id == GoalLink.goal_id)
        .join(GoalVersion, AT_VERSION)
    ).where(GoalLink.parent_id == parent, one_of_words(Goal.state, COUNTING))


def _descend(readable: ColumnElement[bool]) -> CTE:
    down = _below(_GOAL, readable, Goal.id, literal(1)).cte("down", recursive=True)
    further = _below(down.c.goal, readable, down.c.top, down.c.steps + 1).where(
        down.c.share.is_(None),
        down.c.readable == 1,
        down.c.steps < DEEPEST,
        GoalLink.contribution.is_not(None),
    )
    return down.union_all(further)


def _if_readable(down: Any) -> ColumnElement[float]:
    return case((down.c.readable == 1, down.c.share), else_=_NOWHERE).label("share")


@built_once
def _carried(readable: ColumnElement[bool], known: ColumnElement[bool]) -> Statement:
    down = _descend(readable)
    # Whatever has a measured goal below it is measured, as far as that goal carries.
    measured = (
        select(down.c.goal, down.c.parent)
        .where(down.c.share.is_not(None), down.c.readable == 1)
        .cte("measured", recursive=True)
    )
    over = down.alias("over")
    measured = measured.union(
        select(over.c.goal, over.c.parent).join(measured, measured.c.parent == over.c.goal)
    )
    known_part = case((measured.c.goal.is_not(None), down.c.weight), else_=0)
    sums = (
        select(
            down.c.parent,
            func.sum(down.c.weight).label("weight"),
            func.sum(known_part).label("known"),
        )
        .outerjoin(measured, measured.c.goal == down.c.goal)
        .where(down.c.weight.is_not(None))
        .group_by(down.c.parent)
        .cte("sums")
    )
    flow = (
        select(
            down.c.top,
            down.c.goal,
            _if_readable(down),
            cast(literal(1.0), Double()).label("factor"),
        )
        .where(down.c.steps == 1)
        .cte("flow", recursive=True)
    )
    part = down.alias("part")
    whole = case((sums.c.weight > WHOLE, WHOLE), else_=sums.c.weight)
    factor = flow.c.factor * part.c.weight * whole / (cast(sums.c.known, Double()) * WHOLE)
    flow = flow.union_all(
        select(flow.c.top, part.c.goal, _if_readable(part), factor)
        .join(part, part.c.parent == flow.c.goal)
        .join(sums, sums.c.parent == part.c.parent)
        .where(sums.c.known > 0)
    )
    gathered = (
        select(flow.c.top, func.sum(flow.c.factor * flow.c.share).label("share"))
        .where(flow.c.share.is_not(None))
        .group_by(flow.c.top)
        .cte("gathered")
    )
    return Statement(
        select(
            Goal.id,
            Goal.number,
            case((known, GoalVersion.title), else_=null()),
            down.c.weight,
            _if_readable(down),
            case((down.c.share.is_(None), gathered.c.share), else_=_NOWHERE),
        )
        .select_from(down)
        .join(Goal, Goal.id == down.c.goal)
        .join(GoalVersion, AT_VERSION)
        .outerjoin(gathered, gathered.c.top == down.c.goal)
        .where(down.c.steps == 1)
        .order_by(func.coalesce(down.c.weight, 0).desc(), Goal.number)
    )
