"""The tree of goals, page by page: each statement reads one page, however many goals there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Connection,
    Double,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from domain.alignment import DEEPEST, PLEDGED
from domain.goal_tree import TreeGoal
from domain.people import Member
from storage.conditions import Condition, both, built_once, one_of_words
from storage.goals import AT_VERSION
from storage.people import line_in_force
from storage.roll_up import OWN_SHARE, with_own_values
from storage.statements import Statement
from storage.tables.goals import Goal, GoalLink, GoalVersion
from storage.tables.people import OrgUnit, Person, ReportingLine
from storage.visibility import DECIDING, TODAY, VIEWER, may_read_goal, may_read_title

_GOAL: BindParameter[UUID] = bindparam("goal", type_=Uuid())
_IN_THE_TREE = one_of_words(Goal.state, PLEDGED)
HIGHEST_LINE = 16
"""How many managers above somebody are looked at."""


def one(connection: Connection, viewer: Member, today: date, goal: UUID) -> TreeGoal | None:
    """A goal whose title the viewer may know, in whatever state it is."""
    found = _page(connection, viewer, today, Condition(_THIS, {"goal": goal}), 0, 1)
    return found[0] if found else None


def serving(
    connection: Connection, viewer: Member, today: date, goal: UUID, after: int, limit: int
) -> list[TreeGoal]:
    """The goals that serve this one and whose title the viewer may know, by number."""
    return _page(connection, viewer, today, Condition(_SERVING, {"goal": goal}), after, limit)


def hidden_serving(connection: Connection, viewer: Member, today: date, goal: UUID) -> int:
    """How many more serve it than the viewer may know of."""
    known = may_read_title(viewer, today)
    count: int = _hidden(known.clause).only(connection, {"goal": goal, **known.values})[0]
    return count


def of_person(
    connection: Connection, viewer: Member, today: date, person: UUID, after: int, limit: int
) -> list[TreeGoal]:
    """Somebody's goals whose title the viewer may know."""
    return _page(connection, viewer, today, Condition(_OWNED, {"person": person}), after, limit)


def of_unit(
    connection: Connection, viewer: Member, today: date, path: str, after: int, limit: int
) -> list[TreeGoal]:
    """The same of everybody who works in the unit of this path, or in one below it."""
    below = path + " / "
    values = {"path": path, "below": below, "length": len(below)}
    return _page(connection, viewer, today, Condition(_IN_UNIT, values), after, limit)


def tops(
    connection: Connection, viewer: Member, today: date, after: int, limit: int
) -> list[TreeGoal]:
    """What the viewer's own goals and those of everybody in line above them serve in the end.

    It climbs from there, so that it takes as long in a large organisation as in a small one.
    """
    rows = _TOPS.rows(connection, {"viewer": viewer.id, "today": today})
    # As a list: within one statement SQLite would rather walk through all goals by number.
    found = [row[0] for row in rows]
    if not found:
        return []
    return _page(connection, viewer, today, Condition(_AMONG, {"goals": found}), after, limit)


def _page(
    connection: Connection,
    viewer: Member,
    today: date,
    which: Condition,
    after: int,
    limit: int,
) -> list[TreeGoal]:
    read = may_read_goal(viewer, today)
    wanted = both(which, may_read_title(viewer, today))
    asked = {"after": after, "limit": limit, **read.values, **wanted.values}
    rows = _goals(wanted.clause, read.clause).rows(connection, asked)
    return [_goal(row) for row in rows]


def _goal(row: Sequence[Any]) -> TreeGoal:
    return TreeGoal(row[0], row[1], row[2], bool(row[3]), *row[4:])


@built_once
def _goals(wanted: ColumnElement[bool], readable: ColumnElement[bool]) -> Statement:
    owner = aliased(Person)
    return Statement(
        with_own_values(
            select(
                Goal.id,
                Goal.number,
                GoalVersion.title,
                case((readable, 1), else_=0),
                Goal.state,
                owner.name,
                GoalVersion.template,
                GoalVersion.kind,
                GoalVersion.due_date,
                GoalLink.parent_id,
                GoalLink.contribution,
                case((readable, OWN_SHARE), else_=cast(null(), Double())),
                _of_those_below(_COUNT),
                _of_those_below(_CARRIED),
            )
            .select_from(Goal)
            .join(GoalVersion, AT_VERSION)
            .join(owner, owner.id == Goal.owner_id)
            .outerjoin(GoalLink, GoalLink.goal_id == Goal.id)
        )
        .where(wanted, Goal.number > bindparam("after", type_=Integer()))
        .order_by(Goal.number)
        .limit(bindparam("limit"))
    )


def _of_those_below(gathered: ColumnElement[int]) -> Any:
    """Something of the links by which goals take a share of the one of the enclosing query."""
    return (
        select(gathered)
        .select_from(_link)
        .join(_below, _below.id == _link.goal_id)
        .where(_link.parent_id == Goal.id, one_of_words(_below.state, PLEDGED))
        .correlate(Goal)
        .scalar_subquery()
    )


_link, _below = aliased(GoalLink), aliased(Goal)
_COUNT: ColumnElement[int] = func.count()
_CARRIED: ColumnElement[int] = func.coalesce(func.sum(_link.contribution), 0)
_THIS: ColumnElement[bool] = Goal.id == _GOAL
_SERVING: ColumnElement[bool] = and_(
    Goal.id.in_(select(_link.goal_id).where(_link.parent_id == _GOAL)), _IN_THE_TREE
)
_OWNED: ColumnElement[bool] = and_(Goal.owner_id == bindparam("person", type_=Uuid()), _IN_THE_TREE)


@built_once
def _hidden(known: ColumnElement[bool]) -> Statement:
    return Statement(select(func.count()).select_from(Goal).where(_SERVING, not_(known)))


def _of_those_in_unit() -> ColumnElement[bool]:
    path: BindParameter[str] = bindparam("path", type_=String())
    below: BindParameter[str] = bindparam("below", type_=String())
    length: BindParameter[int] = bindparam("length", type_=Integer())
    # Not LIKE: names may hold its wildcards.
    within = or_(OrgUnit.path == path, func.substr(OrgUnit.path, 1, length) == below)
    people = select(Person.id).join(OrgUnit, OrgUnit.id == Person.org_unit_id).where(within)
    return and_(Goal.owner_id.in_(people), _IN_THE_TREE)


def _line_above() -> CTE:
    """The viewer, and everybody who leads them, step by step."""
    line = select(
        cast(VIEWER, Uuid()).label("person"), cast(literal(0), Integer()).label("steps")
    ).cte("line", recursive=True)
    return line.union(
        select(ReportingLine.manager_id, line.c.steps + 1)
        .join(line, ReportingLine.person_id == line.c.person)
        .where(
            one_of_words(ReportingLine.kind, DECIDING),
            line_in_force(TODAY),
            line.c.steps < HIGHEST_LINE,
        )
    )


def _highest() -> Statement:
    line, served = _line_above(), aliased(Goal)
    up = (
        select(Goal.id.label("goal"), cast(literal(0), Integer()).label("steps"))
        .join(line, line.c.person == Goal.owner_id)
        .where(_IN_THE_TREE)
        .cte("up", recursive=True)
    )
    up = up.union(
        select(GoalLink.parent_id, up.c.steps + 1)
        .join(up, up.c.goal == GoalLink.goal_id)
        .join(served, served.id == GoalLink.parent_id)
        .where(one_of_words(served.state, PLEDGED), up.c.steps < DEEPEST)
    )
    over = aliased(Goal)
    serves = (
        exists()
        .where(_link.goal_id == up.c.goal, over.id == _link.parent_id)
        .where(one_of_words(over.state, PLEDGED))
    )
    return Statement(select(up.c.goal).distinct().where(not_(serves)))


_IN_UNIT: ColumnElement[bool] = _of_those_in_unit()
_TOPS = _highest()
_AMONG: ColumnElement[bool] = Goal.id.in_(bindparam("goals", expanding=True))
