"""Goals in the database: heads and versions. Lists and single reads share one rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from domain.goals import (
    OPEN_STATES,
    Audience,
    Capacity,
    GoalContent,
    GoalState,
    Side,
)
from domain.measures import Measure
from domain.people import Member
from domain.references import ReferenceKind
from storage.people import MEMBER_COLUMNS, member_from
from storage.tables.goals import Goal, GoalVersion, ReferenceCounter
from storage.tables.people import Person
from storage.visibility import may_read_goal, misaddressed

HEAD_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
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
)


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


VERSION_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    GoalVersion.title,
    GoalVersion.metric,
    GoalVersion.target,
    GoalVersion.target_text,
    GoalVersion.due_date,
    GoalVersion.template,
    GoalVersion.why,
    GoalVersion.measure_unit,
    GoalVersion.direction,
    GoalVersion.baseline,
    GoalVersion.baseline_text,
    GoalVersion.threshold,
    GoalVersion.threshold_text,
    GoalVersion.stretch,
    GoalVersion.stretch_text,
    GoalVersion.start_date,
    GoalVersion.check_in_every,
    GoalVersion.aligned_to_id,
)


def _measure(value: float | None, text: str | None) -> Measure | None:
    return None if value is None else Measure(value=value, text=text or "")


def content_from(row: Sequence[Any]) -> GoalContent:
    """The content of a version from `VERSION_COLUMNS`, in their order."""
    return GoalContent(
        title=row[0],
        metric=row[1],
        target=Measure(value=row[2], text=row[3]),
        due_date=row[4],
        template=row[5],
        why=row[6],
        measure_unit=row[7],
        direction=row[8],
        baseline=_measure(row[9], row[10]),
        threshold=_measure(row[11], row[12]),
        stretch=_measure(row[13], row[14]),
        start_date=row[15],
        check_in_every=row[16],
        aligned_to=row[17],
    )


def next_number(connection: Connection, kind: ReferenceKind) -> int:
    """The next short reference of a kind; the counter row is locked until the commit."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    number: int = connection.execute(
        dialect.insert(ReferenceCounter)
        .values(kind=kind.value, last=1)
        .on_conflict_do_update(
            index_elements=[ReferenceCounter.kind], set_={"last": ReferenceCounter.last + 1}
        )
        .returning(ReferenceCounter.last)
    ).scalar_one()
    return number


def folded(text: str) -> str:
    """How titles are stored for search: case and width do not matter."""
    return text.casefold()[:300]


def insert_head(connection: Connection, **values: object) -> None:
    connection.execute(insert(Goal).values(**values))


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
) -> None:
    """Store one version; a number that exists already raises IntegrityError."""

    def pair(measure: Measure | None) -> tuple[float | None, str | None]:
        return (None, None) if measure is None else (measure.value, measure.text)

    baseline, baseline_text = pair(content.baseline)
    threshold, threshold_text = pair(content.threshold)
    stretch, stretch_text = pair(content.stretch)
    connection.execute(
        insert(GoalVersion).values(
            goal_id=goal,
            number=number,
            author_id=author,
            side=side,
            at=at,
            reason=reason,
            policy=policy,
            title=content.title,
            metric=content.metric,
            measure_unit=content.measure_unit,
            direction=content.direction,
            baseline=baseline,
            baseline_text=baseline_text,
            threshold=threshold,
            threshold_text=threshold_text,
            target=content.target.value,
            target_text=content.target.text,
            stretch=stretch,
            stretch_text=stretch_text,
            start_date=content.start_date,
            due_date=content.due_date,
            check_in_every=content.check_in_every,
            template=content.template,
            why=content.why,
            aligned_to_id=content.aligned_to,
        )
    )


def change_head(connection: Connection, goal: UUID, revision: int, **values: object) -> bool:
    """Compare-and-set on the revision read; False if somebody else changed the goal meanwhile."""
    changed = connection.execute(
        update(Goal)
        .where(Goal.id == goal, Goal.revision == revision)
        .values(revision=revision + 1, **values)
    )
    return changed.rowcount == 1


def set_turn(connection: Connection, goal: UUID, **values: object) -> None:
    """Change whose turn it is on a goal that this transaction holds already."""
    connection.execute(
        update(Goal).where(Goal.id == goal).values(revision=Goal.revision + 1, **values)
    )


def head_by_id(
    connection: Connection, goal: UUID, readable: ColumnElement[bool]
) -> GoalHead | None:
    row = connection.execute(select(*HEAD_COLUMNS).where(Goal.id == goal, readable)).one_or_none()
    return None if row is None else GoalHead(*row)


def head_by_number(
    connection: Connection, number: int, readable: ColumnElement[bool]
) -> GoalHead | None:
    row = connection.execute(
        select(*HEAD_COLUMNS).where(Goal.number == number, readable)
    ).one_or_none()
    return None if row is None else GoalHead(*row)


def lock_head(connection: Connection, goal: UUID) -> None:
    """Hold the goal until the commit, so that two people who act at once take turns."""
    connection.execute(select(Goal.id).where(Goal.id == goal).with_for_update())


def fulfils(connection: Connection, goal: UUID, rule: ColumnElement[bool]) -> bool:
    """Whether the goal satisfies a rule about it (see `storage.visibility`)."""
    return connection.execute(select(Goal.id).where(Goal.id == goal, rule)).first() is not None


def content(connection: Connection, goal: UUID, version: int) -> GoalContent:
    row = connection.execute(
        select(*VERSION_COLUMNS).where(GoalVersion.goal_id == goal, GoalVersion.number == version)
    ).one()
    return content_from(row)


def contents(connection: Connection, goal: UUID) -> dict[int, GoalContent]:
    """Every version of a goal, by number."""
    rows = connection.execute(
        select(*VERSION_COLUMNS, GoalVersion.number).where(GoalVersion.goal_id == goal)
    )
    return {row[-1]: content_from(row) for row in rows}


@dataclass(frozen=True, slots=True)
class ListedGoal:
    """A goal in a list: head, current content and the owner."""

    head: GoalHead
    content: GoalContent
    owner: UUID


def list_goals(
    connection: Connection,
    viewer: Member,
    today: date,
    where: ColumnElement[bool],
    *,
    states: Iterable[GoalState] = OPEN_STATES,
    after: int = 0,
    limit: int = 20,
) -> list[ListedGoal]:
    """Goals that satisfy `where` and that the viewer may read, by number, from after `after`."""
    rows = connection.execute(
        select(*HEAD_COLUMNS, *VERSION_COLUMNS)
        .join(
            GoalVersion,
            and_(GoalVersion.goal_id == Goal.id, GoalVersion.number == Goal.version),
        )
        .where(
            where,
            Goal.state.in_(tuple(states)),
            Goal.number > after,
            may_read_goal(viewer, today),
        )
        .order_by(Goal.number)
        .limit(limit)
    ).all()
    width = len(HEAD_COLUMNS)
    return [ListedGoal(GoalHead(*row[:width]), content_from(row[width:]), row[2]) for row in rows]


def first_of_each(
    connection: Connection, viewer: Member, today: date, owners: Collection[UUID], each: int
) -> list[ListedGoal]:
    """The first open goals of every one of these owners that the viewer may read."""
    place = func.row_number().over(partition_by=Goal.owner_id, order_by=Goal.number)
    ranked = (
        select(Goal.id, place.label("place"))
        .where(Goal.owner_id.in_(owners), Goal.state.in_(OPEN_STATES), may_read_goal(viewer, today))
        .subquery()
    )
    wanted = Goal.id.in_(select(ranked.c.id).where(ranked.c.place <= each))
    return list_goals(connection, viewer, today, wanted, limit=each * max(len(owners), 1))


def search_goals(
    connection: Connection, viewer: Member, today: date, words: str, limit: int = 20
) -> list[Row[UUID, int, str]]:
    """Goals to align with: id, number and title of open goals whose title or number fits."""
    pattern = folded(words.strip())
    fits = Goal.title_folded.contains(pattern, autoescape=True)
    digits = "".join(ch for ch in words if ch in "0123456789")[:9]
    if digits:
        fits = or_(fits, Goal.number == int(digits))
    return list(
        connection.execute(
            select(Goal.id, Goal.number, GoalVersion.title)
            .join(
                GoalVersion,
                and_(GoalVersion.goal_id == Goal.id, GoalVersion.number == Goal.version),
            )
            .where(fits, Goal.state.in_(OPEN_STATES), may_read_goal(viewer, today))
            .order_by(Goal.number)
            .limit(limit)
        )
    )


def version_origin(connection: Connection, goal: UUID, number: int) -> tuple[Member, str | None]:
    """Who wrote a version, and why."""
    row = connection.execute(
        select(*MEMBER_COLUMNS, GoalVersion.reason)
        .join(Person, Person.id == GoalVersion.author_id)
        .where(GoalVersion.goal_id == goal, GoalVersion.number == number)
    ).one()
    return member_from(row[:-1]), row[-1]


def title_of(
    connection: Connection, goal: UUID, visible: ColumnElement[bool]
) -> tuple[int, str] | None:
    """Number and current title of a goal whose title may be known."""
    row = connection.execute(
        select(Goal.number, GoalVersion.title)
        .join(GoalVersion, and_(GoalVersion.goal_id == Goal.id, GoalVersion.number == Goal.version))
        .where(Goal.id == goal, visible)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def proposed(connection: Connection) -> list[tuple[UUID, UUID]]:
    """Every goal under discussion with its owner, always in the same order."""
    rows = connection.execute(
        select(Goal.id, Goal.owner_id).where(Goal.state == GoalState.PROPOSED).order_by(Goal.id)
    )
    return [(goal, owner) for goal, owner in rows]


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


def owners_of_misaddressed(connection: Connection, today: date) -> set[UUID]:
    """Whose open proposals lie with somebody whose days as manager or deputy are over."""
    return set(
        connection.scalars(
            select(Goal.owner_id).where(Goal.state == GoalState.PROPOSED, misaddressed(today))
        )
    )
