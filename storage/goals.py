"""Goals in the database: heads and versions. Lists and single reads share one rule."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    ScalarSelect,
    Uuid,
    and_,
    bindparam,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from domain.goal_kinds import parts_from, parts_text
from domain.goals import (
    NOTHING_SAID,
    Audience,
    Capacity,
    GoalContent,
    GoalOutline,
    GoalState,
    SaidWords,
    Side,
)
from domain.measures import Measure
from domain.people import Member
from domain.references import ReferenceKind
from storage.conditions import Condition, built_once
from storage.people import MEMBER_COLUMNS, member_from
from storage.statements import Statement, insert_row
from storage.tables.goals import Goal, GoalLink, GoalVersion, ReferenceCounter
from storage.tables.people import Person
from storage.visibility import misaddressed


def _of_link(column: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    return select(column).where(GoalLink.goal_id == Goal.id).correlate(Goal).scalar_subquery()


HEAD_COLUMNS: tuple[InstrumentedAttribute[Any] | ScalarSelect[Any], ...] = (
    Goal.id,
    Goal.number,
    Goal.owner_id,
    Goal.proposer_id,
    Goal.state,
    Goal.revision,
    Goal.version,
    Goal.agreed_version,
    Goal.audience,
    Goal.title_visible,
    Goal.turn,
    Goal.counterpart_id,
    Goal.capacity,
    Goal.counters,
    Goal.turn_since,
    Goal.answer_by,
    Goal.remind_at,
    Goal.paused_until,
    Goal.successor_id,
    _of_link(GoalLink.parent_id),
    _of_link(GoalLink.contribution),
)


FIRST_REVISION = 1


@dataclass(frozen=True, slots=True)
class GoalHead:
    """The head row of a goal, as read."""

    id: UUID
    number: int
    owner: UUID
    proposer: UUID
    state: GoalState
    revision: int
    version: int
    agreed_version: int | None
    audience: Audience
    title_visible: bool
    turn: Side | None
    counterpart: UUID | None
    capacity: Capacity | None
    counters: int
    turn_since: datetime | None
    answer_by: datetime | None
    remind_at: datetime | None
    paused_until: date | None
    successor: UUID | None
    parent: UUID | None = None
    """The goal that it serves."""
    contribution: int | None = None
    """How much of that one it carries, in basis points."""

    @property
    def is_being_made(self) -> bool:
        """Made in this transaction and not changed since: nobody was asked, nobody knows of it.

        Whoever makes a goal gives its first turn before the commit, which is a revision.
        """
        return self.revision == FIRST_REVISION


OUTLINE_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    GoalVersion.title,
    GoalVersion.target,
    GoalVersion.target_text,
    GoalVersion.due_date,
    GoalVersion.measure_unit,
    GoalVersion.direction,
    GoalVersion.baseline,
    GoalVersion.baseline_text,
    GoalVersion.threshold,
    GoalVersion.threshold_text,
)
VERSION_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    *OUTLINE_COLUMNS,
    GoalVersion.metric,
    GoalVersion.template,
    GoalVersion.why,
    GoalVersion.stretch,
    GoalVersion.stretch_text,
    GoalVersion.start_date,
    GoalVersion.check_in_every,
    GoalVersion.aligned_to_id,
    GoalVersion.kind,
    GoalVersion.parts,
)


def _measure(value: float | None, text: str | None) -> Measure | None:
    return None if value is None else Measure(value=value, text=text or "")


AT_VERSION = and_(GoalVersion.goal_id == Goal.id, GoalVersion.number == Goal.version)


def outline_from(row: Sequence[Any]) -> GoalOutline:
    """What a line says of a version, from `OUTLINE_COLUMNS`, in their order."""
    return GoalOutline(*_outline(row))


def _outline(row: Sequence[Any]) -> tuple[Any, ...]:
    return (
        row[0],
        Measure(value=row[1], text=row[2]),
        row[3],
        row[4],
        row[5],
        _measure(row[6], row[7]),
        _measure(row[8], row[9]),
    )


def content_from(row: Sequence[Any]) -> GoalContent:
    """The content of a version from `VERSION_COLUMNS`, in their order."""
    return GoalContent(
        *_outline(row),
        metric=row[10],
        template=row[11],
        why=row[12],
        stretch=_measure(row[13], row[14]),
        start_date=row[15],
        check_in_every=row[16],
        aligned_to=row[17],
        kind=row[18],
        parts=parts_from(row[19]),
    )


def next_number(connection: Connection, kind: ReferenceKind) -> int:
    """The next short reference of a kind; the counter row is locked until the commit."""
    count = _next_number(connection.dialect.name)
    number: int = count.only(connection, {"kind": kind.value})[0]
    return number


@built_once
def _next_number(dialect_name: str) -> Statement:
    insert_it = sqlite.insert if dialect_name == "sqlite" else postgresql.insert
    count = (
        insert_it(ReferenceCounter)
        .values(last=1)
        .on_conflict_do_update(
            index_elements=[ReferenceCounter.kind], set_={"last": ReferenceCounter.last + 1}
        )
        .returning(ReferenceCounter.last)
    )
    return Statement(count, ["kind"])


def folded(text: str) -> str:
    """How titles are stored for search: case and width do not matter."""
    return text.casefold()[:300]


def new_goal(
    connection: Connection,
    goal: UUID,
    *,
    owner: UUID,
    proposer: UUID,
    audience: Audience,
    title: str,
) -> GoalHead:
    """Store the head of a goal that is proposed now, with the next number; its turn comes later."""
    head = GoalHead(
        id=goal,
        number=next_number(connection, ReferenceKind.GOAL),
        owner=owner,
        proposer=proposer,
        state=GoalState.PROPOSED,
        revision=FIRST_REVISION,
        version=1,
        agreed_version=None,
        audience=audience,
        title_visible=False,
        turn=None,
        counterpart=None,
        capacity=None,
        counters=0,
        turn_since=None,
        answer_by=None,
        remind_at=None,
        paused_until=None,
        successor=None,
    )
    row = {
        "id": head.id,
        "number": head.number,
        "owner_id": head.owner,
        "proposer_id": head.proposer,
        "state": head.state,
        "revision": head.revision,
        "version": head.version,
        "audience": head.audience,
        "title_visible": head.title_visible,
        "counters": head.counters,
        "title_folded": folded(title),
    }
    insert_row(connection, Goal, row)
    return head


def insert_version(
    connection: Connection,
    goal: UUID,
    number: int,
    content: GoalContent,
    *,
    author: UUID,
    side: Side,
    at: datetime,
    policy: int,
    reason: str | None = None,
    said: SaidWords = NOTHING_SAID,
) -> None:
    """Store one version; a number that exists already raises IntegrityError."""

    def pair(measure: Measure | None) -> tuple[float | None, str | None]:
        return (None, None) if measure is None else (measure.value, measure.text)

    baseline, baseline_text = pair(content.baseline)
    threshold, threshold_text = pair(content.threshold)
    stretch, stretch_text = pair(content.stretch)
    row = {
        "goal_id": goal,
        "number": number,
        "author_id": author,
        "side": side,
        "at": at,
        "reason": reason,
        "policy": policy,
        "title": content.title,
        "metric": content.metric,
        "measure_unit": content.measure_unit,
        "direction": content.direction,
        "baseline": baseline,
        "baseline_text": baseline_text,
        "threshold": threshold,
        "threshold_text": threshold_text,
        "target": content.target.value,
        "target_text": content.target.text,
        "stretch": stretch,
        "stretch_text": stretch_text,
        "start_date": content.start_date,
        "due_date": content.due_date,
        "check_in_every": content.check_in_every,
        "template": content.template,
        "why": content.why,
        "aligned_to_id": content.aligned_to,
        "kind": content.kind,
        "parts": parts_text(content.parts),
        "expectation": said.expectation,
        "own_capacity": said.own_capacity,
        "interest": said.interest,
    }
    insert_row(connection, GoalVersion, row)


def change_head(connection: Connection, goal: UUID, revision: int, **values: object) -> bool:
    """Compare-and-set on the revision read; False if somebody else changed the goal meanwhile."""
    asked = {"goal": goal, "seen": revision, **values}
    return _change_head(*sorted(values)).run(connection, asked) == 1


@built_once
def _change_head(*columns: str) -> Statement:
    changed: dict[str, Any] = {name: bindparam(name) for name in columns}
    if {"state", "agreed_version"} & set(columns):
        # When its owner is asked has to be planned anew.
        changed["planned"] = false()
    return Statement(
        update(Goal)
        .where(Goal.id == _GOAL, Goal.revision == bindparam("seen"))
        .values(revision=Goal.revision + 1, **changed)
    )


def set_turn(connection: Connection, goal: UUID, **values: object) -> None:
    """Change whose turn it is on a goal that this transaction holds already."""
    _set_turn(*sorted(values)).run(connection, {"goal": goal, **values})


@built_once
def _set_turn(*columns: str) -> Statement:
    changed: dict[str, Any] = {name: bindparam(name) for name in columns}
    if {"state", "agreed_version"} & set(columns):
        changed["planned"] = false()
    turn = update(Goal).where(Goal.id == _GOAL).values(revision=Goal.revision + 1, **changed)
    return Statement(turn)


def head_by_id(connection: Connection, goal: UUID, readable: Condition) -> GoalHead | None:
    asked = {"goal": goal, **readable.values}
    row = _head_by_id(readable.clause).row(connection, asked)
    return None if row is None else GoalHead(*row)


@built_once
def _head_by_id(readable: ColumnElement[bool]) -> Statement:
    return Statement(select(*HEAD_COLUMNS).where(Goal.id == _GOAL, readable))


def head_by_number(connection: Connection, number: int, readable: Condition) -> GoalHead | None:
    asked = {"number": number, **readable.values}
    row = _head_by_number(readable.clause).row(connection, asked)
    return None if row is None else GoalHead(*row)


@built_once
def _head_by_number(readable: ColumnElement[bool]) -> Statement:
    return Statement(select(*HEAD_COLUMNS).where(Goal.number == bindparam("number"), readable))


def lock_head(connection: Connection, goal: UUID) -> None:
    """Hold the goal until the commit, so that two people who act at once take turns."""
    _LOCK_HEAD.row(connection, {"goal": goal})


def fulfils(connection: Connection, goal: UUID, rule: Condition) -> bool:
    """Whether the goal satisfies a rule about it (see `storage.visibility`)."""
    asked = {"goal": goal, **rule.values}
    return _fulfils(rule.clause).row(connection, asked) is not None


@built_once
def _fulfils(rule: ColumnElement[bool]) -> Statement:
    return Statement(select(Goal.id).where(Goal.id == _GOAL, rule))


def content(connection: Connection, goal: UUID, version: int) -> GoalContent:
    return content_from(_CONTENT.only(connection, {"goal": goal, "version": version}))


def contents(connection: Connection, goal: UUID) -> dict[int, GoalContent]:
    """Every version of a goal, by number."""
    return {row[-1]: content_from(row) for row in _CONTENTS.rows(connection, {"goal": goal})}


_GOAL: BindParameter[UUID] = bindparam("goal", type_=Uuid())
_LOCK_HEAD = Statement(select(Goal.id).where(Goal.id == _GOAL).with_for_update())
_CONTENTS = Statement(
    select(*VERSION_COLUMNS, GoalVersion.number).where(GoalVersion.goal_id == _GOAL)
)
_VERSION = and_(GoalVersion.goal_id == _GOAL, GoalVersion.number == bindparam("version"))
_CONTENT = Statement(select(*VERSION_COLUMNS).where(_VERSION))
_VERSION_ORIGIN = Statement(
    select(*MEMBER_COLUMNS, GoalVersion.reason)
    .join(Person, Person.id == GoalVersion.author_id)
    .where(_VERSION)
)


def said(connection: Connection, goal: UUID) -> dict[int, SaidWords]:
    """What was said with each version, by number, the first one first."""
    return {row[0]: SaidWords(*row[1:]) for row in _SAID.rows(connection, {"goal": goal})}


_SAID = Statement(
    select(
        GoalVersion.number, GoalVersion.expectation, GoalVersion.own_capacity, GoalVersion.interest
    )
    .where(GoalVersion.goal_id == _GOAL)
    .order_by(GoalVersion.number)
)


def version_origin(connection: Connection, goal: UUID, number: int) -> tuple[Member, str | None]:
    """Who wrote a version, and why."""
    row = _VERSION_ORIGIN.only(connection, {"goal": goal, "version": number})
    return member_from(row[:-1]), row[-1]


def title_of(connection: Connection, goal: UUID, visible: Condition) -> tuple[int, str] | None:
    """Number and current title of a goal whose title may be known."""
    asked = {"goal": goal, **visible.values}
    row = _title_of(visible.clause).row(connection, asked)
    return None if row is None else (row[0], row[1])


@built_once
def _title_of(visible: ColumnElement[bool]) -> Statement:
    return Statement(
        select(Goal.number, GoalVersion.title)
        .join(GoalVersion, AT_VERSION)
        .where(Goal.id == _GOAL, visible)
    )


def numbers_of(connection: Connection, goals: Collection[UUID]) -> dict[UUID, int]:
    """The numbers of goals, whoever may read them: the caller has seen to that."""
    rows = connection.execute(select(Goal.id, Goal.number).where(Goal.id.in_(goals)))
    return {goal: number for goal, number in rows}  # noqa: C416 - rows are not tuples


def agreed_among(connection: Connection, goals: Collection[UUID]) -> frozenset[UUID]:
    """Those of these goals that were agreed on and are not being discussed anew."""
    wanted = select(Goal.id).where(
        Goal.id.in_(goals),
        Goal.agreed_version.is_not(None),
        Goal.state != GoalState.PROPOSED,
    )
    return frozenset(connection.scalars(wanted))


def known_numbers(
    connection: Connection, goals: Collection[UUID], visible: Condition
) -> dict[UUID, int]:
    """The numbers of those of these goals that fulfil the rule."""
    wanted = select(Goal.id, Goal.number).where(Goal.id.in_(goals), visible.clause)
    return {row.id: row.number for row in connection.execute(wanted, visible.values)}


def proposed(connection: Connection) -> list[tuple[UUID, UUID]]:
    """Every goal under discussion with its owner, always in the same order."""
    rows = connection.execute(
        select(Goal.id, Goal.owner_id).where(Goal.state == GoalState.PROPOSED).order_by(Goal.id)
    )
    return [(goal, owner) for goal, owner in rows]


def waiting_for(connection: Connection, person: UUID) -> list[UUID]:
    """Proposals that this person is to answer by some date, always in the same order."""
    mine = or_(
        and_(Goal.turn == Side.OWNER, Goal.owner_id == person),
        and_(Goal.turn == Side.OTHER, Goal.counterpart_id == person),
    )
    wanted = select(Goal.id).where(
        Goal.state == GoalState.PROPOSED, Goal.answer_by.is_not(None), mine
    )
    return list(connection.scalars(wanted.order_by(Goal.id)))


def silent(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Proposals whose reminder or deadline has come, the longest silent first."""
    return list(
        connection.scalars(
            select(Goal.id)
            .where(
                Goal.state == GoalState.PROPOSED,
                or_(Goal.answer_by <= now, Goal.remind_at <= now),
            )
            .order_by(Goal.answer_by, Goal.id)
            .limit(limit)
        )
    )


def to_be_reminded(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Proposals whose reminder has come and whose deadline has not."""
    return list(
        connection.scalars(
            select(Goal.id)
            .where(
                Goal.state == GoalState.PROPOSED,
                Goal.remind_at <= now,
                or_(Goal.answer_by.is_(None), Goal.answer_by > now),
            )
            .order_by(Goal.remind_at, Goal.id)
            .limit(limit)
        )
    )


def to_be_resumed(connection: Connection, today: date, limit: int) -> list[UUID]:
    """Paused goals that count again from `today`, or do so already, the first of them first."""
    return list(
        connection.scalars(
            select(Goal.id)
            .where(Goal.state == GoalState.PAUSED, Goal.paused_until <= today)
            .order_by(Goal.paused_until, Goal.id)
            .limit(limit)
        )
    )


def owners_of_misaddressed(connection: Connection, today: date) -> set[UUID]:
    """Whose open proposals lie with somebody whose days as manager or deputy are over."""
    return set(
        connection.scalars(
            select(Goal.owner_id).where(Goal.state == GoalState.PROPOSED, misaddressed(today))
        )
    )
