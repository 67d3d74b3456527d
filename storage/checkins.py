"""Check-ins as they were made: what was said of each goal, and what was typed as a number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from domain.checkins import AnswerKind
from domain.measures import Measure
from storage.tables.checkins import CheckInAnswer, CheckInRow, TypedAnswer
from storage.tables.goals import GoalValue

WORDS_KEPT = 200


@dataclass(frozen=True, slots=True)
class StoredCheckIn:
    id: UUID
    owner: UUID
    manager: UUID | None
    at: datetime
    made_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    goal: UUID
    kind: AnswerKind
    value_id: UUID | None
    value: Measure | None
    words: str | None
    due_since: date | None


_COLUMNS = (
    CheckInRow.id,
    CheckInRow.owner_id,
    CheckInRow.manager_id,
    CheckInRow.at,
    CheckInRow.made_at,
    CheckInRow.undone_at,
)


def add_check_in(
    connection: Connection,
    check_in: UUID,
    *,
    owner: UUID,
    manager: UUID | None,
    at: datetime,
    made_at: datetime,
) -> None:
    connection.execute(
        insert(CheckInRow).values(
            id=check_in, owner_id=owner, manager_id=manager, at=at, made_at=made_at
        )
    )


def add_answer(connection: Connection, check_in: UUID, answer: StoredAnswer) -> None:
    connection.execute(
        insert(CheckInAnswer).values(
            check_in_id=check_in,
            goal_id=answer.goal,
            kind=answer.kind,
            value_id=answer.value_id,
            words=answer.words,
            due_since=answer.due_since,
        )
    )


def check_in_by_id(
    connection: Connection, check_in: UUID, *, lock: bool = False
) -> StoredCheckIn | None:
    """A check-in; held until the commit if `lock`."""
    wanted = select(*_COLUMNS).where(CheckInRow.id == check_in)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else StoredCheckIn(*row)


def latest_check_ins(connection: Connection, owners: Collection[UUID]) -> dict[UUID, StoredCheckIn]:
    """The newest check-in of each of these people that was not taken back."""
    ranked = (
        select(
            *_COLUMNS,
            func.row_number()
            .over(partition_by=CheckInRow.owner_id, order_by=CheckInRow.at.desc())
            .label("rank"),
        )
        .where(CheckInRow.owner_id.in_(owners), CheckInRow.undone_at.is_(None))
        .subquery()
    )
    rows = connection.execute(select(ranked).where(ranked.c.rank == 1))
    return {row[1]: StoredCheckIn(*row[:-1]) for row in rows}


def answers(connection: Connection, check_in: UUID) -> list[StoredAnswer]:
    rows = connection.execute(
        select(
            CheckInAnswer.goal_id,
            CheckInAnswer.kind,
            CheckInAnswer.value_id,
            GoalValue.value,
            GoalValue.value_text,
            CheckInAnswer.words,
            CheckInAnswer.due_since,
        )
        .outerjoin(GoalValue, GoalValue.id == CheckInAnswer.value_id)
        .where(CheckInAnswer.check_in_id == check_in)
        .order_by(CheckInAnswer.goal_id)
    )
    return [
        StoredAnswer(
            row[0],
            row[1],
            row[2],
            None if row[3] is None else Measure(value=row[3], text=row[4]),
            row[5],
            row[6],
        )
        for row in rows
    ]


def withdraw(connection: Connection, check_in: UUID, at: datetime) -> None:
    """Take a check-in back: its values no longer exist; that they did stands in the record."""
    values = select(CheckInAnswer.value_id).where(CheckInAnswer.check_in_id == check_in)
    ids = [value for value in connection.scalars(values) if value is not None]
    connection.execute(
        update(CheckInAnswer).where(CheckInAnswer.check_in_id == check_in).values(value_id=None)
    )
    connection.execute(delete(GoalValue).where(GoalValue.id.in_(ids)))
    connection.execute(update(CheckInRow).where(CheckInRow.id == check_in).values(undone_at=at))


def keep_typed(
    connection: Connection,
    person: UUID,
    words: str,
    outcome: str,
    check_in: UUID | None,
    at: datetime,
) -> UUID:
    typed = uuid4()
    connection.execute(
        insert(TypedAnswer).values(
            id=typed,
            person_id=person,
            words=words[:WORDS_KEPT],
            outcome=outcome,
            check_in_id=check_in,
            at=at,
        )
    )
    return typed


def typed_by_id(connection: Connection, typed: UUID) -> tuple[str, str, UUID | None] | None:
    """The words, what became of them, and the check-in that they made."""
    row = connection.execute(
        select(TypedAnswer.words, TypedAnswer.outcome, TypedAnswer.check_in_id).where(
            TypedAnswer.id == typed
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def answered_so(
    connection: Connection, person: UUID, words: str, outcome: str, *, since: datetime
) -> bool:
    """Whether these words of the person got this answer since then."""
    found = exists().where(
        TypedAnswer.person_id == person,
        TypedAnswer.outcome == outcome,
        TypedAnswer.words == words[:WORDS_KEPT],
        TypedAnswer.at >= since,
    )
    return bool(connection.scalar(select(found)))


def told_with(connection: Connection, value: UUID) -> list[UUID]:
    """The check-ins in which this value was reported."""
    told = select(CheckInAnswer.check_in_id).where(CheckInAnswer.value_id == value)
    return list(connection.scalars(told))


def typed_of(connection: Connection, check_in: UUID) -> list[UUID]:
    """The typed numbers that made this check-in."""
    return list(
        connection.scalars(select(TypedAnswer.id).where(TypedAnswer.check_in_id == check_in))
    )
