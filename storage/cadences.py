"""Cadences: when each goal is asked about, and when managers get their list. Written in batches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
    union,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from domain.cadence import Plan
from domain.goals import Direction, GoalState, Rhythm, StepKind
from domain.people import LineKind, PersonState
from storage.conditions import built_once
from storage.conflicts import insert_new
from storage.literals import literally
from storage.mornings import people_waited_for
from storage.statements import Statement
from storage.tables.checkins import Cadence, DigestCadence
from storage.tables.goals import Goal, GoalStep, GoalValue, GoalVersion
from storage.tables.outbox import Notice
from storage.tables.people import Person, ReportingLine

_NEXT_ABOUT = Statement(select(Cadence.next_local).where(Cadence.goal_id == bindparam("goal")))


@dataclass(frozen=True, slots=True)
class AgreedGoal:
    """An active goal that has no cadence yet, or none for the version that is agreed now."""

    goal: UUID
    owner: UUID
    version: int
    rhythm: Rhythm | None
    start_date: date | None
    due_date: date
    agreed_at: datetime


@dataclass(frozen=True, slots=True)
class GoalCadence:
    """One cadence as stored, with whether its goal is active."""

    goal: UUID
    owner: UUID
    plan: Plan
    handled: date
    next_local: date | None
    due_since: date | None
    ask_again_on: date | None
    reported_at: datetime | None
    active: bool


@dataclass(frozen=True, slots=True)
class NextLook:
    """What a sweep found for one cadence."""

    goal: UUID
    handled: date
    next_local: date | None
    look_at: datetime | None
    due_since: date | None
    ask_again_on: date | None


def unplanned(connection: Connection, limit: int, after: UUID | None = None) -> list[AgreedGoal]:
    """Active goals whose agreement or state has changed since they were planned, by id.

    `after` is where an earlier look ended, so that no look goes over the same goals again.
    """
    return _agreed(
        connection,
        limit,
        ~Goal.planned,
        true() if after is None else Goal.id > after,
    )


def without_cadence(connection: Connection, limit: int) -> list[AgreedGoal]:
    """Active goals whose cadence is missing, asleep, or follows an earlier agreement, by id.

    All goals are gone through: for whoever checks that none was forgotten.
    """
    theirs = exists().where(
        Cadence.goal_id == Goal.id,
        Cadence.look_at.is_not(None),
        Cadence.version == Goal.agreed_version,
    )
    return _agreed(connection, limit, ~theirs)


def _agreed(connection: Connection, limit: int, *which: ColumnElement[bool]) -> list[AgreedGoal]:
    agreed_at = (
        select(func.max(GoalStep.at))
        .where(GoalStep.goal_id == Goal.id, GoalStep.kind == StepKind.ACCEPTED)
        .correlate(Goal)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(
            Goal.id,
            Goal.owner_id,
            GoalVersion.number,
            GoalVersion.check_in_every,
            GoalVersion.start_date,
            GoalVersion.due_date,
            func.coalesce(agreed_at, GoalVersion.at),
        )
        .join(
            GoalVersion,
            and_(GoalVersion.goal_id == Goal.id, GoalVersion.number == Goal.agreed_version),
        )
        .where(Goal.state == literally(GoalState.ACTIVE), *which)
        .order_by(Goal.id)
        .limit(limit)
    )
    return [AgreedGoal(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Begun:
    """The first cadence of an agreement: nominal days up to `handled` are not asked about."""

    agreed: AgreedGoal
    plan: Plan
    handled: date


def begin_cadences(connection: Connection, begun: Sequence[Begun], look_at: datetime) -> None:
    """Store the cadences of goals, each in place of the one of an earlier agreement.

    One that another process has begun meanwhile stays as it is. Whose agreement has changed since
    stays unplanned.
    """
    if begun:
        _begin(connection.dialect.name).run_each(
            connection,
            [
                {
                    "goal_id": one.agreed.goal,
                    "owner_id": one.agreed.owner,
                    "version": one.agreed.version,
                    "rhythm": one.plan.rhythm,
                    "anchor": one.plan.anchor,
                    "last": one.plan.last,
                    "handled": one.handled,
                    "look_at": look_at,
                }
                for one in begun
            ],
        )
        follows = exists().where(
            Cadence.goal_id == Goal.id,
            Cadence.look_at.is_not(None),
            Cadence.version == Goal.agreed_version,
        )
        connection.execute(
            update(Goal)
            .where(Goal.id.in_([one.agreed.goal for one in begun]), follows)
            .values(planned=true())
        )


_BEGUN = ("owner_id", "version", "rhythm", "anchor", "last", "handled", "look_at")


@built_once
def _begin(dialect_name: str) -> Statement:
    dialect = sqlite if dialect_name == "sqlite" else postgresql
    new = dialect.insert(Cadence)
    return Statement(
        new.on_conflict_do_update(
            index_elements=[Cadence.goal_id],
            set_={name: new.excluded[name] for name in _BEGUN},
            where=or_(Cadence.look_at.is_(None), Cadence.version != new.excluded.version),
        ).inline(),
        ("goal_id", *_BEGUN),
    )


def follow_correction(
    connection: Connection, goal: UUID, version: int, due: date, now: datetime
) -> None:
    """The agreement goes on in this version: who was asked already is not asked anew."""
    connection.execute(
        update(Cadence).where(Cadence.goal_id == goal).values(version=version, last=due)
    )
    connection.execute(
        update(Cadence).where(Cadence.goal_id == goal, Cadence.look_at > now).values(look_at=now)
    )


def managers_without_digest(
    connection: Connection, limit: int, after: UUID | None = None
) -> list[UUID]:
    """People who lead somebody and for whom no weekly list is planned yet, by id; from `after`."""
    # Each manager is looked up once, however many people they lead.
    managers = (
        select(ReportingLine.manager_id)
        .where(
            ReportingLine.kind.in_((LineKind.PRIMARY, LineKind.ACTING)),
            true() if after is None else ReportingLine.manager_id > after,
        )
        .distinct()
        .subquery()
    )
    return list(
        connection.scalars(
            select(managers.c.manager_id)
            .where(~exists().where(DigestCadence.manager_id == managers.c.manager_id))
            .order_by(managers.c.manager_id)
            .limit(limit)
        )
    )


def begin_digests(
    connection: Connection, managers: Collection[UUID], handled: date, look_at: datetime
) -> None:
    connection.execute(
        insert_new(connection, DigestCadence),
        [
            {"manager_id": manager, "handled": handled, "look_at": look_at}
            for manager in sorted(managers)
        ],
    )


def people_to_look_at(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Some of those whose cadence or weekly list is to be looked at by now, or for whom something
    else waits: at most so many for each of these reasons, and none only where there is nobody."""
    # Each part ends at its limit: a union of all that is due would be made anew for every batch.
    parts = (
        people_waited_for(now).order_by(Notice.due_at),
        select(Cadence.owner_id).where(Cadence.look_at <= now).order_by(Cadence.look_at),
        select(DigestCadence.manager_id)
        .where(DigestCadence.look_at <= now)
        .order_by(DigestCadence.look_at),
    )
    some = [select(part.limit(limit).subquery().columns[0]) for part in parts]
    return [person for person in connection.scalars(union(*some)) if person]


def anybody_to_look_at(connection: Connection, now: datetime) -> bool:
    """Whether there is anybody whom `people_to_look_at` would find."""
    return bool(people_to_look_at(connection, now, 1))


def look_now(connection: Connection, person: UUID, now: datetime) -> None:
    """The person's cadences and weekly list are to be looked at anew, as things stand."""
    for table, whose in ((Cadence, Cadence.owner_id), (DigestCadence, DigestCadence.manager_id)):
        connection.execute(
            update(table).where(whose == person, table.look_at > now).values(look_at=now)
        )


def among_to_look_at(connection: Connection, people: Collection[UUID], now: datetime) -> set[UUID]:
    """Those of these people whose cadence or weekly list is to be looked at by now."""
    owners = select(Cadence.owner_id).where(Cadence.owner_id.in_(people), Cadence.look_at <= now)
    leads = select(DigestCadence.manager_id).where(
        DigestCadence.manager_id.in_(people), DigestCadence.look_at <= now
    )
    return {*connection.scalars(owners), *connection.scalars(leads)}


def active_people(connection: Connection, people: Collection[UUID]) -> set[UUID]:
    """Those of these people who have not left."""
    return set(
        connection.scalars(
            select(Person.id).where(Person.id.in_(people), Person.state == PersonState.ACTIVE)
        )
    )


def cadences_of(
    connection: Connection, owners: Collection[UUID], *, lock: bool = False
) -> list[GoalCadence]:
    """Every cadence of these people, by goal; held until the commit if `lock`."""
    wanted = (
        select(
            Cadence.goal_id,
            Cadence.owner_id,
            Cadence.anchor,
            Cadence.rhythm,
            Cadence.last,
            Cadence.handled,
            Cadence.next_local,
            Cadence.due_since,
            Cadence.ask_again_on,
            Cadence.reported_at,
            Goal.state,
        )
        .join(Goal, Goal.id == Cadence.goal_id)
        .where(Cadence.owner_id.in_(owners))
        .order_by(Cadence.goal_id)
    )
    if lock:
        wanted = wanted.with_for_update(of=Cadence)
    return [
        GoalCadence(
            goal=row[0],
            owner=row[1],
            plan=Plan(row[2], row[3], row[4]),
            handled=row[5],
            next_local=row[6],
            due_since=row[7],
            ask_again_on=row[8],
            reported_at=row[9],
            active=row[10] is GoalState.ACTIVE,
        )
        for row in connection.execute(wanted)
    ]


def next_question(connection: Connection, owner: UUID) -> date | None:
    """The owner's own date of the next question about any of their active goals."""
    return connection.execute(
        select(func.min(Cadence.next_local))
        .join(Goal, Goal.id == Cadence.goal_id)
        .where(Cadence.owner_id == owner, Goal.state == GoalState.ACTIVE)
    ).scalar_one()


def next_about(connection: Connection, goal: UUID) -> date | None:
    """The owner's own date of the next question about the goal."""
    row = _NEXT_ABOUT.row(connection, {"goal": goal})
    return None if row is None else row[0]


def digests_handled(
    connection: Connection, managers: Collection[UUID], *, lock: bool = False
) -> dict[UUID, date]:
    """The last nominal day of the weekly list, of those of these people who get one."""
    wanted = (
        select(DigestCadence.manager_id, DigestCadence.handled)
        .where(DigestCadence.manager_id.in_(managers))
        .order_by(DigestCadence.manager_id)
    )
    if lock:
        wanted = wanted.with_for_update()
    return {manager: handled for manager, handled in connection.execute(wanted)}  # noqa: C416 - rows are not tuples


def finished(connection: Connection, goals: Collection[UUID]) -> set[UUID]:
    """Those of these goals that are done, or whose milestones are all reached."""
    latest = (
        select(GoalValue.value)
        .where(GoalValue.goal_id == Goal.id)
        .order_by(GoalValue.at.desc(), GoalValue.id.desc())
        .limit(1)
        .correlate(Goal)
        .scalar_subquery()
    )
    return set(
        connection.scalars(
            select(Goal.id)
            .join(
                GoalVersion,
                and_(GoalVersion.goal_id == Goal.id, GoalVersion.number == Goal.version),
            )
            .where(
                Goal.id.in_(goals),
                GoalVersion.direction.in_((Direction.DONE, Direction.MILESTONES)),
                latest >= GoalVersion.target,
            )
        )
    )


def owners_of_active_goals(connection: Connection, owners: Collection[UUID]) -> set[UUID]:
    """Those of these people who have an agreed goal."""
    return set(
        connection.scalars(
            select(Goal.owner_id)
            .where(Goal.owner_id.in_(owners), Goal.state == GoalState.ACTIVE)
            .distinct()
        )
    )


def save_looks(connection: Connection, looks: Sequence[NextLook]) -> None:
    if looks:
        connection.execute(
            update(Cadence)
            .where(Cadence.goal_id == bindparam("goal"))
            .values(
                handled=bindparam("handled_to"),
                next_local=bindparam("next_on"),
                look_at=bindparam("look"),
                due_since=bindparam("due"),
                ask_again_on=bindparam("again"),
            ),
            [
                {
                    "goal": look.goal,
                    "handled_to": look.handled,
                    "next_on": look.next_local,
                    "look": look.look_at,
                    "due": look.due_since,
                    "again": look.ask_again_on,
                }
                for look in looks
            ],
        )


def save_digest_looks(connection: Connection, looks: Sequence[tuple[UUID, date, datetime]]) -> None:
    """When to look at each manager's weekly list next, and the last nominal day handled."""
    if looks:
        connection.execute(
            update(DigestCadence)
            .where(DigestCadence.manager_id == bindparam("manager"))
            .values(handled=bindparam("handled_to"), look_at=bindparam("look")),
            [{"manager": one, "handled_to": day, "look": look} for one, day, look in looks],
        )
