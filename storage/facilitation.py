"""Requests for a neutral person's help. The note is sealed; the request ends with the case."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, Uuid, bindparam, func, insert, select, update

from domain.sensitivity import Sensitivity
from storage.sealing import Place, Sealer
from storage.statements import Statement
from storage.tables.goals import Facilitation


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """Somebody's request for help with a goal; `note` is still sealed."""

    id: UUID
    goal: UUID
    asker: UUID
    facilitator: UUID
    note: bytes | None
    closed_at: datetime | None
    answer: bytes | None
    answered_at: datetime | None


_OPEN = Statement(
    select(Facilitation.id, Facilitation.facilitator_id).where(
        Facilitation.goal_id == bindparam("goal", type_=Uuid()), Facilitation.closed_at.is_(None)
    )
)


def note_place(request: UUID) -> Place:
    return Place("facilitation", request, "note")


def answer_place(request: UUID) -> Place:
    return Place("facilitation", request, "answer")


def ask(
    connection: Connection,
    sealer: Sealer,
    *,
    goal: UUID,
    asker: UUID,
    facilitator: UUID,
    note: str | None,
    at: datetime,
) -> UUID:
    """Store a request; the note belongs to its asker and is sealed under their key."""
    request = uuid4()
    sealed = None
    if note is not None:
        sealed = sealer.seal(note_place(request), asker, Sensitivity.CONFIDENTIAL, note)
    connection.execute(
        insert(Facilitation).values(
            id=request, goal_id=goal, asker_id=asker, facilitator_id=facilitator, note=sealed, at=at
        )
    )
    return request


def by_id(connection: Connection, request: UUID) -> HelpRequest | None:
    row = connection.execute(
        select(
            Facilitation.id,
            Facilitation.goal_id,
            Facilitation.asker_id,
            Facilitation.facilitator_id,
            Facilitation.note,
            Facilitation.closed_at,
            Facilitation.answer,
            Facilitation.answered_at,
        ).where(Facilitation.id == request)
    ).one_or_none()
    return None if row is None else HelpRequest(*row)


def open_for(connection: Connection, goal: UUID, asker: UUID) -> UUID | None:
    """The facilitator whom this person has asked already, if the request is open."""
    return connection.execute(
        select(Facilitation.facilitator_id).where(
            Facilitation.goal_id == goal,
            Facilitation.asker_id == asker,
            Facilitation.closed_at.is_(None),
        )
    ).scalar()


def open_counts(connection: Connection, people: Collection[UUID]) -> dict[UUID, int]:
    """How many open requests each facilitator has; those without any are absent."""
    rows = connection.execute(
        select(Facilitation.facilitator_id, func.count())
        .where(Facilitation.facilitator_id.in_(people), Facilitation.closed_at.is_(None))
        .group_by(Facilitation.facilitator_id)
    )
    return {person: count for person, count in rows}  # noqa: C416 - rows are not tuples


def open_note(sealer: Sealer, request: HelpRequest) -> str | None:
    return None if request.note is None else sealer.open(note_place(request.id), request.note)


def answer(
    connection: Connection, sealer: Sealer, request: HelpRequest, words: str, *, at: datetime
) -> bool:
    """Store the answer, sealed under the asker's key; False where there is one already."""
    sealed = sealer.seal(answer_place(request.id), request.asker, Sensitivity.CONFIDENTIAL, words)
    stored = connection.execute(
        update(Facilitation)
        .where(Facilitation.id == request.id, Facilitation.answered_at.is_(None))
        .values(answer=sealed, answered_at=at)
    )
    return stored.rowcount == 1


def open_answer(sealer: Sealer, request: HelpRequest) -> str | None:
    sealed = request.answer
    return None if sealed is None else sealer.open(answer_place(request.id), sealed)


def of_goal(connection: Connection, goal: UUID) -> list[UUID]:
    """Open requests about a goal."""
    return [request for request, _ in _OPEN.rows(connection, {"goal": goal})]


def helpers_of(connection: Connection, goal: UUID) -> set[UUID]:
    """Those who are asked to help with a goal from outside."""
    return {helper for _, helper in _OPEN.rows(connection, {"goal": goal})}


def close_for_goal(connection: Connection, goal: UUID, at: datetime) -> None:
    connection.execute(
        update(Facilitation)
        .where(Facilitation.goal_id == goal, Facilitation.closed_at.is_(None))
        .values(closed_at=at)
    )


def close_of_facilitator(connection: Connection, facilitator: UUID, at: datetime) -> list[UUID]:
    """Whom this facilitator was to help can ask another; returns the requests."""
    theirs = Facilitation.facilitator_id == facilitator, Facilitation.closed_at.is_(None)
    found = list(connection.scalars(select(Facilitation.id).where(*theirs)))
    connection.execute(update(Facilitation).where(*theirs).values(closed_at=at))
    return found
