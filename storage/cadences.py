"""Cadences and the prompts that come of them. Written in batches: a sweep looks at many people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, union, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.cadence import Plan
from domain.goals import GoalState, Rhythm, StepKind
from domain.people import LineKind
from storage.conflicts import insert_new
from storage.tables.checkins import Cadence, CheckInAsked, CheckInPrompt, DigestCadence
from storage.tables.goals import Goal, GoalStep, GoalVersion
from storage.tables.outbox import Post
from storage.tables.people import ReportingLine


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


@dataclass(frozen=True, slots=True)
class Prompt:
    """A person's message of one morning."""

    id: UUID
    owner: UUID
    local_date: date
    at: datetime
    after_leave: bool
    with_digest: bool
    snoozed_to: date | None = None


def without_cadence(connection: Connection, limit: int) -> list[AgreedGoal]:
    """Active goals whose cadence is missing, asleep, or follows an earlier agreement."""
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
        .outerjoin(Cadence, Cadence.goal_id == Goal.id)
        .where(
            Goal.state == GoalState.ACTIVE,
            or_(
                Cadence.goal_id.is_(None),
                Cadence.look_at.is_(None),
                Cadence.version != Goal.agreed_version,
            ),
        )
        .order_by(Goal.id)
        .limit(limit)
    )
    return [AgreedGoal(*row) for row in rows]


def begin_cadence(
    connection: Connection, agreed: AgreedGoal, plan: Plan, handled: date, look_at: datetime
) -> None:
    """Store the cadence of a goal, in place of the one of an earlier agreement."""
    values = {
        "owner_id": agreed.owner,
        "version": agreed.version,
        "rhythm": plan.rhythm,
        "anchor": plan.anchor,
        "last": plan.last,
        "handled": handled,
        "look_at": look_at,
    }
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(
        dialect.insert(Cadence)
        .values(goal_id=agreed.goal, **values)
        .on_conflict_do_update(index_elements=[Cadence.goal_id], set_=values)
    )


def managers_without_digest(connection: Connection, limit: int) -> list[UUID]:
    """People who lead somebody and for whom no weekly list is planned yet."""
    return list(
        connection.scalars(
            select(ReportingLine.manager_id)
            .where(
                ReportingLine.kind.in_((LineKind.PRIMARY, LineKind.ACTING)),
                ~exists().where(DigestCadence.manager_id == ReportingLine.manager_id),
            )
            .distinct()
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
    """Whose cadence or weekly list is to be looked at by now."""
    wanted = union(
        select(Cadence.owner_id).where(Cadence.look_at <= now),
        select(DigestCadence.manager_id).where(DigestCadence.look_at <= now),
    ).limit(limit)
    return list(connection.scalars(wanted))


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


def add_prompts(
    connection: Connection, prompts: Sequence[tuple[Prompt, Collection[UUID]]]
) -> set[UUID]:
    """Store prompts with the goals they ask about; returns those that are new.

    A person has one a day: a second one for the same day is passed over, with its goals.
    """
    if not prompts:
        return set()
    new = set(
        connection.execute(
            insert_new(connection, CheckInPrompt).returning(CheckInPrompt.id),
            [
                {
                    "id": prompt.id,
                    "owner_id": prompt.owner,
                    "local_date": prompt.local_date,
                    "at": prompt.at,
                    "after_leave": prompt.after_leave,
                    "with_digest": prompt.with_digest,
                }
                for prompt, _ in prompts
            ],
        ).scalars()
    )
    asked = [
        {"prompt_id": prompt.id, "goal_id": goal}
        for prompt, goals in prompts
        if prompt.id in new
        for goal in goals
    ]
    if asked:
        connection.execute(insert_new(connection, CheckInAsked), asked)
    return new


def new_prompt(
    owner: UUID, day: date, at: datetime, *, after_leave: bool, with_digest: bool
) -> Prompt:
    return Prompt(uuid4(), owner, day, at, after_leave, with_digest)


_PROMPT = (
    CheckInPrompt.id,
    CheckInPrompt.owner_id,
    CheckInPrompt.local_date,
    CheckInPrompt.at,
    CheckInPrompt.after_leave,
    CheckInPrompt.with_digest,
    CheckInPrompt.snoozed_to,
)


def prompt_by_id(connection: Connection, prompt: UUID) -> Prompt | None:
    row = connection.execute(select(*_PROMPT).where(CheckInPrompt.id == prompt)).one_or_none()
    return None if row is None else Prompt(*row)


def latest_prompts(connection: Connection, owners: Collection[UUID]) -> dict[UUID, Prompt]:
    """The newest prompt of each of these people who ever had one."""
    ranked = (
        select(
            *_PROMPT,
            func.row_number()
            .over(partition_by=CheckInPrompt.owner_id, order_by=CheckInPrompt.local_date.desc())
            .label("rank"),
        )
        .where(CheckInPrompt.owner_id.in_(owners))
        .subquery()
    )
    rows = connection.execute(select(ranked).where(ranked.c.rank == 1))
    return {row[1]: Prompt(*row[:-1]) for row in rows}


def never_shown(connection: Connection, prompts: Collection[UUID]) -> set[UUID]:
    """Those of these prompts of which no message has reached Slack."""
    shown = set(
        connection.scalars(
            select(Post.subject_id).where(Post.subject_id.in_(prompts), Post.ts.is_not(None))
        )
    )
    return set(prompts) - shown


def open_goals(connection: Connection, prompts: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The goals of each prompt that nobody has answered about, as goal by prompt."""
    found: dict[UUID, list[UUID]] = {}
    rows = connection.execute(
        select(CheckInAsked.prompt_id, CheckInAsked.goal_id).where(
            CheckInAsked.prompt_id.in_(prompts), CheckInAsked.answered_at.is_(None)
        )
    )
    for prompt, goal in rows:
        found.setdefault(prompt, []).append(goal)
    return found


@dataclass(frozen=True, slots=True)
class AskedGoal:
    """A goal in a prompt; `check_in` is the one that answered it, None if it was elsewhere."""

    goal: UUID
    answered_at: datetime | None
    check_in: UUID | None


def asked_goals(connection: Connection, prompt: UUID) -> list[AskedGoal]:
    rows = connection.execute(
        select(CheckInAsked.goal_id, CheckInAsked.answered_at, CheckInAsked.check_in_id).where(
            CheckInAsked.prompt_id == prompt
        )
    )
    return [AskedGoal(*row) for row in rows]


def asked_again(connection: Connection, prompt: Prompt) -> date | None:
    """The day of a later prompt of the same person that asks about one of the same goals."""
    later, mine, theirs = (
        CheckInPrompt.__table__.alias(),
        CheckInAsked.__table__.alias(),
        CheckInAsked.__table__.alias(),
    )
    found: date | None = connection.execute(
        select(func.max(later.c.local_date))
        .join(theirs, theirs.c.prompt_id == later.c.id)
        .join(mine, and_(mine.c.goal_id == theirs.c.goal_id, mine.c.prompt_id == prompt.id))
        .where(
            later.c.owner_id == prompt.owner,
            later.c.local_date > prompt.local_date,
            mine.c.answered_at.is_(None),
        )
    ).scalar()
    return found


def open_prompts(connection: Connection, owner: UUID) -> list[UUID]:
    """The person's prompts with goals that nobody has answered about."""
    return list(
        connection.scalars(
            select(CheckInPrompt.id)
            .join(CheckInAsked, CheckInAsked.prompt_id == CheckInPrompt.id)
            .where(CheckInPrompt.owner_id == owner, CheckInAsked.answered_at.is_(None))
            .distinct()
        )
    )


def snooze(connection: Connection, owner: UUID, goals: Collection[UUID], until: date) -> list[UUID]:
    """Put questions about these goals off until a day of the owner's; returns their prompts."""
    connection.execute(update(Cadence).where(Cadence.goal_id.in_(goals)).values(ask_again_on=until))
    prompts = open_prompts(connection, owner)
    connection.execute(
        update(CheckInPrompt).where(CheckInPrompt.id.in_(prompts)).values(snoozed_to=until)
    )
    return prompts


def note_answer(
    connection: Connection, goal: UUID, at: datetime, check_in: UUID | None
) -> list[UUID]:
    """The goal has been reported on: nothing is owed any more; returns the prompts that asked."""
    connection.execute(
        update(Cadence)
        .where(Cadence.goal_id == goal)
        .values(reported_at=at, due_since=None, ask_again_on=None)
    )
    return list(
        connection.scalars(
            update(CheckInAsked)
            .where(CheckInAsked.goal_id == goal, CheckInAsked.answered_at.is_(None))
            .values(answered_at=at, check_in_id=check_in)
            .returning(CheckInAsked.prompt_id)
        )
    )


def forget_answer(
    connection: Connection, goal: UUID, check_in: UUID, due_since: date | None
) -> list[UUID]:
    """The check-in was taken back: what it answered is owed again; returns the prompts."""
    connection.execute(
        update(Cadence).where(Cadence.goal_id == goal).values(reported_at=None, due_since=due_since)
    )
    return list(
        connection.scalars(
            update(CheckInAsked)
            .where(CheckInAsked.goal_id == goal, CheckInAsked.check_in_id == check_in)
            .values(answered_at=None, check_in_id=None)
            .returning(CheckInAsked.prompt_id)
        )
    )
