"""Prompts: the one message of a person's morning, the goals it asks about, and their answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, and_, exists, func, select, update
from sqlalchemy.orm import aliased

from domain.notices import SubjectType
from storage.conflicts import insert_new
from storage.tables.checkins import (
    Cadence,
    CheckInAnswer,
    CheckInAsked,
    CheckInPrompt,
    CheckInRow,
)
from storage.tables.goals import GoalValue
from storage.tables.outbox import Post


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


def latest_prompts(
    connection: Connection, owners: Collection[UUID], *, asking: bool = False
) -> dict[UUID, Prompt]:
    """The newest prompt of each of these people who ever had one; of those that ask if `asking`."""
    earlier = aliased(CheckInPrompt)
    asks = exists().where(CheckInAsked.prompt_id == earlier.id)
    # One look at an index for each person, however many prompts there have ever been.
    newest = (
        select(earlier.local_date)
        .where(earlier.owner_id == CheckInPrompt.owner_id, *([asks] if asking else []))
        .order_by(earlier.local_date.desc())
        .limit(1)
        .correlate(CheckInPrompt)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(*_PROMPT).where(
            CheckInPrompt.owner_id.in_(owners), CheckInPrompt.local_date == newest
        )
    )
    return {row[1]: Prompt(*row) for row in rows}


def never_shown(connection: Connection, prompts: Collection[UUID]) -> set[UUID]:
    """Those of these prompts of which no message has reached Slack."""
    if not prompts:
        return set()
    shown = set(
        connection.scalars(
            select(Post.subject_id).where(
                Post.subject_type == SubjectType.CHECK_IN_PROMPT,
                Post.subject_id.in_(prompts),
                Post.ts.is_not(None),
            )
        )
    )
    return set(prompts) - shown


def reached(connection: Connection, owners: Collection[UUID]) -> set[UUID]:
    """The goals of these people with an open question that has reached Slack."""
    return set(
        connection.scalars(
            select(CheckInAsked.goal_id)
            .join(CheckInPrompt, CheckInPrompt.id == CheckInAsked.prompt_id)
            .join(Post, Post.subject_id == CheckInPrompt.id)
            .where(
                CheckInPrompt.owner_id.in_(owners),
                CheckInAsked.answered_at.is_(None),
                Post.ts.is_not(None),
            )
            .distinct()
        )
    )


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


def snooze(
    connection: Connection, owner: UUID, goals: Collection[UUID], until: date, now: datetime
) -> list[UUID]:
    """Put questions about these goals off until a day of the owner's; returns their prompts."""
    connection.execute(
        update(Cadence)
        .where(Cadence.goal_id.in_(goals))
        .values(ask_again_on=until, next_local=until, look_at=now)
    )
    prompts = open_prompts(connection, owner)
    connection.execute(
        update(CheckInPrompt).where(CheckInPrompt.id.in_(prompts)).values(snoozed_to=until)
    )
    return prompts


def undo_snooze(
    connection: Connection, owner: UUID, goals: Collection[UUID], now: datetime
) -> list[UUID]:
    """Questions about these goals are open again; returns the owner's prompts that asked them."""
    connection.execute(
        update(Cadence)
        .where(Cadence.goal_id.in_(goals))
        .values(ask_again_on=None, next_local=None, look_at=now)
    )
    prompts = open_prompts(connection, owner)
    connection.execute(
        update(CheckInPrompt).where(CheckInPrompt.id.in_(prompts)).values(snoozed_to=None)
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
    connection: Connection,
    goal: UUID,
    check_in: UUID,
    reported_at: datetime,
    due_since: date | None,
) -> list[UUID]:
    """The check-in of `reported_at` was taken back: what it answered is owed again, or answered by
    what was reported later and stands; returns the prompts."""
    standing = _standing_reports(connection, goal, check_in, reported_at)
    later = [one for one in standing if one.at > reported_at]
    mine = CheckInAsked.goal_id == goal, CheckInAsked.check_in_id == check_in
    values: dict[str, object] = {"answered_at": None, "check_in_id": None}
    if later:
        heir = next((one.check_in for one in later if one.check_in is not None), None)
        values = {"check_in_id": heir}
        # Should that one be taken back too, the question is open again.
        connection.execute(
            update(CheckInAnswer)
            .where(
                CheckInAnswer.check_in_id == heir,
                CheckInAnswer.goal_id == goal,
                CheckInAnswer.due_since.is_(None),
            )
            .values(due_since=due_since)
        )
    else:
        before = max((one.at for one in standing), default=None)
        connection.execute(
            update(Cadence)
            .where(Cadence.goal_id == goal)
            .values(reported_at=before, due_since=due_since)
        )
    return list(
        connection.scalars(
            update(CheckInAsked).where(*mine).values(values).returning(CheckInAsked.prompt_id)
        )
    )


@dataclass(frozen=True, slots=True)
class _Report:
    at: datetime
    check_in: UUID | None


def _standing_reports(
    connection: Connection, goal: UUID, without: UUID, made_at: datetime
) -> list[_Report]:
    """What else was reported on the goal and not taken back, in check-ins and beside them."""
    answered = connection.execute(
        select(CheckInRow.at, CheckInRow.id)
        .join(CheckInAnswer, CheckInAnswer.check_in_id == CheckInRow.id)
        .where(
            CheckInAnswer.goal_id == goal,
            CheckInRow.id != without,
            CheckInRow.undone_at.is_(None),
        )
        .order_by(CheckInRow.at)
    )
    reports = [_Report(at, check_in) for at, check_in in answered]
    values = select(GoalValue.at).where(GoalValue.goal_id == goal, GoalValue.at != made_at)
    return [*reports, *(_Report(at, None) for at in connection.scalars(values))]
