"""Lists of goals, each with its progress, in one statement; by the same rule as single reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Uuid,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from domain.goals import OPEN_STATES, Audience, GoalContent, GoalOutline, GoalState, Reading, Side
from domain.measures import Measure
from domain.people import Member
from storage.conditions import NO_CONDITION, Condition, both, built_once, one_of_words
from storage.goal_history import readings_from, values_from, with_readings, with_values
from storage.goals import (
    AT_VERSION,
    OUTLINE_COLUMNS,
    VERSION_COLUMNS,
    content_from,
    folded,
    outline_from,
)
from storage.statements import Statement
from storage.tables.goals import Goal, GoalVersion
from storage.tables.people import Person
from storage.visibility import (
    AT_HAND,
    OWN,
    may_decide_goal,
    may_read_goal,
    may_read_title,
    owned_by,
)


class ListedGoal(NamedTuple):
    """A goal in a list: of its head and current content what one line says, and how it goes.

    `counterpart` is the name of who speaks for the other side.
    """

    id: UUID
    number: int
    owner: UUID
    state: GoalState
    version: int
    turn: Side | None
    answer_by: datetime | None
    counterpart: str | None
    content: GoalOutline
    first: float | None
    latest: Measure | None


class WholeGoal(NamedTuple):
    """The same with all of its current content, and with who reported the latest value."""

    id: UUID
    number: int
    owner: UUID
    state: GoalState
    version: int
    turn: Side | None
    answer_by: datetime | None
    counterpart: str | None
    revision: int
    audience: Audience
    title_visible: bool
    counters: int
    content: GoalContent
    first: float | None
    latest: Reading | None


def of_owner(person: UUID) -> Condition:
    """All goals of one person."""
    return Condition(_OF_OWNER, {"owner": person})


def among(goals: Collection[UUID]) -> Condition:
    """These goals alone."""
    return Condition(_AMONG, {"goals": list(goals)})


def own_goals(
    connection: Connection,
    viewer: Member,
    *,
    states: tuple[GoalState, ...] = OPEN_STATES,
    after: int = 0,
    limit: int = 20,
) -> list[ListedGoal]:
    """The viewer's own goals by number, from after `after`. All of them may be read."""
    wanted = both(owned_by(viewer), AT_HAND_STILL)
    return _listed(connection, wanted, NO_CONDITION, states, after, limit)


def newest_of_owner(connection: Connection, person: UUID, limit: int) -> list[Row[UUID, int, str]]:
    """Id, number and title of a person's goals in whatever state, newest first: for them alone."""
    wanted = (
        select(Goal.id, Goal.number, GoalVersion.title)
        .join(GoalVersion, AT_VERSION)
        .where(Goal.owner_id == person)
        .order_by(Goal.number.desc())
        .limit(limit)
    )
    return list(connection.execute(wanted))


def list_goals(
    connection: Connection,
    viewer: Member,
    today: date,
    which: Condition,
    *,
    states: tuple[GoalState, ...] = OPEN_STATES,
    after: int = 0,
    limit: int = 20,
    archived: bool = False,
) -> list[ListedGoal]:
    """Those of these goals that the viewer may read, by number, from after `after`.

    What retention has archived is among them only where it is asked for.
    """
    readable = may_read_goal(viewer, today)
    wanted = which if archived else both(which, AT_HAND_STILL)
    return _listed(connection, wanted, readable, states, after, limit)


def whole_goals(
    connection: Connection, viewer: Member, today: date, which: Condition, *, limit: int
) -> list[WholeGoal]:
    """Those of these goals that the viewer may read, in whatever state, but archived."""
    wanted = both(both(which, AT_HAND_STILL), may_read_goal(viewer, today))
    asked = {"after": 0, "limit": limit, **wanted.values}
    rows = _in_full(wanted.clause).rows(connection, asked)
    return [_whole_goal(row) for row in rows]


def held_goals(
    connection: Connection, held: Condition, owner: UUID, after: int, limit: int
) -> list[ListedGoal]:
    """One person's goals in whatever state that a legal hold keeps (`held`), by number."""
    return _listed(connection, of_owner(owner), held, tuple(GoalState), after, limit)


def everybodys(
    connection: Connection, states: tuple[GoalState, ...] = OPEN_STATES, *, limit: int = 20
) -> list[ListedGoal]:
    """The first goals of all, for nobody's eyes: what rules of visibility are measured against."""
    return _listed(connection, NO_CONDITION, NO_CONDITION, states, 0, limit)


def open_titles(connection: Connection, owners: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Owner and folded title of every open goal of these people, whoever may read it."""
    wanted = select(Goal.owner_id, Goal.title_folded).where(
        Goal.owner_id.in_(owners), one_of_words(Goal.state, OPEN_STATES)
    )
    return {(owner, title) for owner, title in connection.execute(wanted)}


def waiting_for(
    connection: Connection, viewer: Member, today: date, *, limit: int = 20
) -> list[ListedGoal]:
    """Proposals that the viewer is to answer, and drafts of theirs that came back."""
    decides = may_decide_goal(viewer, today)
    waits = Condition(_waits_for(decides.clause), decides.values)
    return list_goals(connection, viewer, today, waits, limit=limit)


def first_of_each(
    connection: Connection, viewer: Member, today: date, owners: Collection[UUID], each: int
) -> list[ListedGoal]:
    """The first open goals of every one of these owners that the viewer may read."""
    readable = may_read_goal(viewer, today)
    values = {"owners": list(owners), "each": each, **readable.values}
    wanted = Condition(_first_of_each(readable.clause), values)
    limit = each * max(len(owners), 1)
    return _listed(connection, wanted, NO_CONDITION, OPEN_STATES, 0, limit)


def search_goals(
    connection: Connection,
    viewer: Member,
    today: date,
    words: str,
    limit: int = 20,
    *,
    by_title: bool,
) -> list[Row[UUID, int, str]]:
    """Id, number and title of open goals whose title or number fits and may be known."""
    fits = Goal.title_folded.contains(folded(words.strip()), autoescape=True)
    digits = "".join(ch for ch in words if ch in "0123456789")[:9]
    if digits:
        fits = or_(fits, Goal.number == int(digits))
    rule = may_read_title if by_title else may_read_goal
    readable = rule(viewer, today)
    return list(
        connection.execute(
            select(Goal.id, Goal.number, GoalVersion.title)
            .join(GoalVersion, AT_VERSION)
            .where(fits, Goal.state.in_(OPEN_STATES), Goal.archived_at.is_(None), readable.clause)
            .order_by(Goal.number)
            .limit(limit),
            readable.values,
        )
    )


_HEAD = (
    Goal.id,
    Goal.number,
    Goal.owner_id,
    Goal.state,
    Goal.version,
    Goal.turn,
    Goal.answer_by,
)
_counterpart = aliased(Person)
_LINE = (*_HEAD, _counterpart.name)
_OUTLINE_FROM = len(_LINE)
_VALUES_FROM = _OUTLINE_FROM + len(OUTLINE_COLUMNS)
_WHOLE = (*_LINE, Goal.revision, Goal.audience, Goal.title_visible, Goal.counters)
_CONTENT_FROM = len(_WHOLE)
_READINGS_FROM = _CONTENT_FROM + len(VERSION_COLUMNS)

_OF_OWNER: ColumnElement[bool] = Goal.owner_id == bindparam("owner", type_=Uuid())
AT_HAND_STILL = Condition(Goal.archived_at.is_(None), {})
_AMONG: ColumnElement[bool] = Goal.id.in_(bindparam("goals", expanding=True))


def _listed(
    connection: Connection,
    which: Condition,
    readable: Condition,
    states: tuple[GoalState, ...],
    after: int,
    limit: int,
) -> list[ListedGoal]:
    wanted = both(which, readable)
    asked = {"after": after, "limit": limit, **wanted.values}
    return [_listed_goal(row) for row in _listing(wanted.clause, states).rows(connection, asked)]


def _listed_goal(row: Sequence[Any]) -> ListedGoal:
    outline, values = outline_from(row[_OUTLINE_FROM:_VALUES_FROM]), values_from(row[_VALUES_FROM:])
    return ListedGoal._make((*row[:_OUTLINE_FROM], outline, *values))


def _whole_goal(row: Sequence[Any]) -> WholeGoal:
    content, readings = content_from(row[_CONTENT_FROM:]), readings_from(row[_READINGS_FROM:])
    return WholeGoal._make((*row[:_CONTENT_FROM], content, *readings))


@built_once
def _listing(wanted: ColumnElement[bool], states: tuple[GoalState, ...]) -> Statement:
    listed = with_values(_at_version(*_LINE, *OUTLINE_COLUMNS))
    return Statement(_by_number(listed.where(wanted, one_of_words(Goal.state, states))))


@built_once
def _in_full(wanted: ColumnElement[bool]) -> Statement:
    return Statement(
        _by_number(with_readings(_at_version(*_WHOLE, *VERSION_COLUMNS)).where(wanted))
    )


def _at_version(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Goals with their current version and whoever speaks for the other side."""
    return (
        select(*columns)
        .select_from(Goal)
        .join(GoalVersion, AT_VERSION)
        .outerjoin(_counterpart, _counterpart.id == Goal.counterpart_id)
    )


def _by_number(goals: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    after = Goal.number > bindparam("after")
    return goals.where(after).order_by(Goal.number).limit(bindparam("limit"))


@built_once
def _waits_for(decides: ColumnElement[bool]) -> ColumnElement[bool]:
    turn = or_(and_(Goal.turn == Side.OWNER, OWN), and_(Goal.turn == Side.OTHER, decides))
    waits = or_(
        and_(Goal.state == GoalState.PROPOSED, turn), and_(Goal.state == GoalState.DRAFT, OWN)
    )
    return and_(AT_HAND, waits)


@built_once
def _first_of_each(readable: ColumnElement[bool]) -> ColumnElement[bool]:
    place = func.row_number().over(partition_by=Goal.owner_id, order_by=Goal.number)
    ranked = (
        select(Goal.id, place.label("place"))
        .where(
            Goal.owner_id.in_(bindparam("owners", expanding=True)),
            one_of_words(Goal.state, OPEN_STATES),
            Goal.archived_at.is_(None),
            readable,
        )
        .subquery()
    )
    return Goal.id.in_(select(ranked.c.id).where(ranked.c.place <= bindparam("each")))
