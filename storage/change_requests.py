"""Changes of active goals in the database: requests, terms, approvals, and who was asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from domain.change_requests import (
    ApprovalWhy,
    ChangeState,
    Ended,
    Terms,
    Turn,
)
from domain.goals import Capacity, Side, StepKind
from storage.statements import Statement
from storage.tables.change_requests import ChangeApproval, ChangeRequest, ChangeTerms
from storage.tables.goals import Goal, GoalCase, GoalStep
from storage.visibility import misaddressed_change

_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    ChangeRequest.id,
    ChangeRequest.number,
    ChangeRequest.goal_id,
    ChangeRequest.base_version,
    ChangeRequest.asker_id,
    ChangeRequest.side,
    ChangeRequest.asked_at,
    ChangeRequest.state,
    ChangeRequest.revision,
    ChangeRequest.terms,
    ChangeRequest.turn,
    ChangeRequest.counterpart_id,
    ChangeRequest.capacity,
    ChangeRequest.approver_id,
    ChangeRequest.answer_by,
    ChangeRequest.remind_at,
    ChangeRequest.accepted_by_id,
    ChangeRequest.marked,
    ChangeRequest.version,
    ChangeRequest.ended_at,
    ChangeRequest.ended_by_id,
    ChangeRequest.ended_because,
    ChangeRequest.answer,
)


@dataclass(frozen=True, slots=True)
class StoredChange:
    """A request, as read."""

    id: UUID
    number: int
    goal: UUID
    base_version: int
    asker: UUID
    side: Side
    asked_at: datetime
    state: ChangeState
    revision: int
    terms: int
    turn: Turn | None
    counterpart: UUID | None
    capacity: Capacity | None
    approver: UUID | None
    answer_by: datetime | None
    remind_at: datetime | None
    accepted_by: UUID | None
    marked: bool
    version: int | None
    ended_at: datetime | None
    ended_by: UUID | None
    ended_because: Ended | None
    answer: str | None

    @property
    def open(self) -> bool:
        return self.state is ChangeState.OPEN


@dataclass(frozen=True, slots=True)
class StoredApproval:
    number: int
    why: ApprovalWhy
    approved_by: UUID | None
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class AcceptedChange:
    """A change that counts: from when, and whether it is marked for ever."""

    number: int
    agreed_at: datetime
    effective_on: date | None
    marked: bool


# Requests


def add(
    connection: Connection,
    change: UUID,
    number: int,
    *,
    goal: UUID,
    base_version: int,
    asker: UUID,
    side: Side,
    at: datetime,
) -> None:
    connection.execute(
        insert(ChangeRequest).values(
            id=change,
            number=number,
            goal_id=goal,
            base_version=base_version,
            asker_id=asker,
            side=side,
            asked_at=at,
            state=ChangeState.OPEN,
            revision=1,
            terms=1,
            marked=False,
        )
    )


def by_id(connection: Connection, change: UUID) -> StoredChange | None:
    return _one(connection, ChangeRequest.id == change)


def by_number(connection: Connection, number: int) -> StoredChange | None:
    return _one(connection, ChangeRequest.number == number)


def open_of(connection: Connection, goal: UUID) -> StoredChange | None:
    """The request about a goal that is not settled; there is one at most."""
    return _one(
        connection, and_(ChangeRequest.goal_id == goal, ChangeRequest.state == ChangeState.OPEN)
    )


def _one(connection: Connection, which: ColumnElement[bool]) -> StoredChange | None:
    row = connection.execute(select(*_COLUMNS).where(which)).one_or_none()
    return None if row is None else StoredChange(*row)


_SHOWN_ON_CARD = Statement(
    select(
        ChangeRequest.id,
        ChangeRequest.number,
        ChangeRequest.state,
        ChangeRequest.marked,
        ChangeRequest.ended_at,
        ChangeTerms.effective_on,
    )
    .join(
        ChangeTerms,
        and_(ChangeTerms.change_id == ChangeRequest.id, ChangeTerms.number == ChangeRequest.terms),
    )
    .where(
        ChangeRequest.goal_id == bindparam("goal", type_=Uuid()),
        or_(
            ChangeRequest.state == ChangeState.OPEN,
            and_(ChangeRequest.state == ChangeState.ACCEPTED, ChangeRequest.marked),
        ),
    )
    .order_by(ChangeRequest.number)
)


def shown_on_card(connection: Connection, goal: UUID) -> Sequence[Sequence[Any]]:
    """Id, number, state, mark, moment and effective date of what the goal's card tells of: a
    request that is open, and changes that are marked for ever."""
    return _SHOWN_ON_CARD.rows(connection, {"goal": goal})


def accepted_of(connection: Connection, goal: UUID) -> dict[int, AcceptedChange]:
    """The changes of a goal that count, by the version that each of them made."""
    rows = connection.execute(
        select(
            ChangeRequest.version,
            ChangeRequest.number,
            ChangeRequest.ended_at,
            ChangeTerms.effective_on,
            ChangeRequest.marked,
        )
        .join(
            ChangeTerms,
            and_(
                ChangeTerms.change_id == ChangeRequest.id,
                ChangeTerms.number == ChangeRequest.terms,
            ),
        )
        .where(ChangeRequest.goal_id == goal, ChangeRequest.state == ChangeState.ACCEPTED)
        .order_by(ChangeRequest.version)
    )
    return {
        version: AcceptedChange(number, at, effective_on, marked)
        for version, number, at, effective_on, marked in rows
        if version is not None and at is not None
    }


def set_turn(connection: Connection, change: UUID, **values: object) -> None:
    """Change where a request stands; the goal's row is held by the caller."""
    connection.execute(
        update(ChangeRequest)
        .where(ChangeRequest.id == change)
        .values(revision=ChangeRequest.revision + 1, **values)
    )


def settle(
    connection: Connection,
    change: UUID,
    state: ChangeState,
    *,
    by: UUID | None,
    at: datetime,
    **values: object,
) -> None:
    """Nothing waits for anybody any more, and whoever was asked reads the goal no longer for it."""
    set_turn(
        connection,
        change,
        state=state,
        turn=None,
        answer_by=None,
        remind_at=None,
        approver_id=None,
        ended_at=at,
        ended_by_id=by,
        **values,
    )
    connection.execute(
        update(GoalCase)
        .where(GoalCase.change_id == change, GoalCase.closed_at.is_(None))
        .values(closed_at=at)
    )


# Terms and approvals


def add_terms(connection: Connection, change: UUID, terms: Terms, policy: int) -> None:
    connection.execute(
        insert(ChangeTerms).values(
            change_id=change,
            number=terms.number,
            author_id=terms.author,
            side=terms.side,
            at=terms.at,
            policy=policy,
            kind=terms.kind,
            changes=terms.changes,
            reason=terms.reason,
            ground=terms.ground,
            evidence=terms.evidence,
            link=terms.link,
            effective_on=terms.effective_on,
        )
    )


_TERMS = (
    ChangeTerms.number,
    ChangeTerms.author_id,
    ChangeTerms.side,
    ChangeTerms.at,
    ChangeTerms.kind,
    ChangeTerms.changes,
    ChangeTerms.reason,
    ChangeTerms.ground,
    ChangeTerms.evidence,
    ChangeTerms.link,
    ChangeTerms.effective_on,
)


def terms(connection: Connection, change: UUID, number: int) -> Terms:
    return Terms(
        *connection.execute(
            select(*_TERMS).where(ChangeTerms.change_id == change, ChangeTerms.number == number)
        ).one()
    )


def authors(connection: Connection, change: UUID) -> set[UUID]:
    """Everybody who has put terms on the table."""
    return set(
        connection.scalars(select(ChangeTerms.author_id).where(ChangeTerms.change_id == change))
    )


def add_approvals(connection: Connection, change: UUID, needed: Sequence[ApprovalWhy]) -> None:
    connection.execute(
        insert(ChangeApproval),
        [
            {"change_id": change, "number": number, "why": why}
            for number, why in enumerate(needed, start=1)
        ],
    )


def approvals(connection: Connection, change: UUID) -> list[StoredApproval]:
    rows = connection.execute(
        select(
            ChangeApproval.number,
            ChangeApproval.why,
            ChangeApproval.approved_by_id,
            ChangeApproval.approved_at,
        )
        .where(ChangeApproval.change_id == change)
        .order_by(ChangeApproval.number)
    )
    return [StoredApproval(*row) for row in rows]


def approve(connection: Connection, change: UUID, number: int, by: UUID, at: datetime) -> None:
    connection.execute(
        update(ChangeApproval)
        .where(ChangeApproval.change_id == change, ChangeApproval.number == number)
        .values(approved_by_id=by, approved_at=at)
    )


# Who was asked


def open_case(
    connection: Connection,
    change: UUID,
    goal: UUID,
    person: UUID,
    capacity: Capacity,
    at: datetime,
) -> UUID:
    """Let somebody read the goal until the request is settled; returns the id of that access."""
    mine = _cases(change).where(GoalCase.person_id == person)
    found: UUID | None = connection.scalar(mine.with_only_columns(GoalCase.id))
    if found is not None:
        return found
    case = uuid4()
    connection.execute(
        insert(GoalCase).values(
            id=case,
            goal_id=goal,
            person_id=person,
            capacity=capacity,
            opened_at=at,
            change_id=change,
        )
    )
    return case


def asked_people(connection: Connection, change: UUID) -> dict[UUID, Capacity]:
    """Who has been asked to answer or to approve, and still may."""
    rows = connection.execute(_cases(change))
    return {person: capacity for person, capacity in rows if capacity is not None}


def close_cases_of(
    connection: Connection, change: UUID, people: Collection[UUID], at: datetime
) -> None:
    connection.execute(
        update(GoalCase)
        .where(
            GoalCase.change_id == change,
            GoalCase.person_id.in_(people),
            GoalCase.closed_at.is_(None),
        )
        .values(closed_at=at)
    )


def _cases(change: UUID) -> Any:
    return select(GoalCase.person_id, GoalCase.capacity).where(
        GoalCase.change_id == change, GoalCase.closed_at.is_(None)
    )


def blank_changes(goals: Any) -> list[Update]:
    """What takes away what was said about changes of these goals; that there were some stays."""
    asked = ChangeRequest.goal_id.in_(goals)
    said = select(ChangeRequest.id).where(asked)
    return [
        update(ChangeTerms)
        .where(ChangeTerms.change_id.in_(said))
        .values(changes="", reason="", evidence=None, link=None, effective_on=None),
        update(ChangeRequest).where(asked).values(answer=None),
    ]


# Searching


_OPEN = ChangeRequest.state == ChangeState.OPEN


def silent(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Open requests whose reminder or deadline has come, the longest silent first."""
    due = or_(ChangeRequest.answer_by <= now, ChangeRequest.remind_at <= now)
    return _ids(connection, due, limit)


def to_be_reminded(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Those whose reminder has come and whose deadline has not."""
    late = ChangeRequest.answer_by <= now
    due = and_(ChangeRequest.remind_at <= now, or_(ChangeRequest.answer_by.is_(None), ~late))
    return _ids(connection, due, limit)


def _ids(connection: Connection, which: ColumnElement[bool], limit: int) -> list[UUID]:
    wanted = select(ChangeRequest.id).where(_OPEN, which)
    return list(
        connection.scalars(wanted.order_by(ChangeRequest.answer_by, ChangeRequest.id).limit(limit))
    )


def open_of_owners(connection: Connection, owners: Collection[UUID]) -> list[UUID]:
    """Open requests about the goals of these people, always in the same order."""
    wanted = (
        select(ChangeRequest.id)
        .join(Goal, Goal.id == ChangeRequest.goal_id)
        .where(_OPEN, Goal.owner_id.in_(owners))
    )
    return list(connection.scalars(wanted.order_by(ChangeRequest.id)))


def owners_of_misaddressed(connection: Connection, today: date) -> set[UUID]:
    """Whose goals' open requests lie with somebody who can answer them no more."""
    wanted = (
        select(Goal.owner_id)
        .join(ChangeRequest, ChangeRequest.goal_id == Goal.id)
        .where(_OPEN, misaddressed_change(today))
    )
    return set(connection.scalars(wanted))


def of_person(connection: Connection, person: UUID) -> list[UUID]:
    """Open requests that somebody asked for, or that are about their goals."""
    wanted = (
        select(ChangeRequest.id)
        .join(Goal, Goal.id == ChangeRequest.goal_id)
        .where(_OPEN, or_(ChangeRequest.asker_id == person, Goal.owner_id == person))
    )
    return list(connection.scalars(wanted.order_by(ChangeRequest.id)))


def waiting_for(connection: Connection, person: UUID, limit: int) -> list[StoredChange]:
    """Open requests that wait for this person's answer, the oldest first."""
    mine = or_(
        and_(ChangeRequest.turn == Turn.OWNER, Goal.owner_id == person),
        and_(ChangeRequest.turn == Turn.OTHER, ChangeRequest.counterpart_id == person),
        and_(ChangeRequest.turn == Turn.APPROVER, ChangeRequest.approver_id == person),
    )
    rows = connection.execute(
        select(*_COLUMNS)
        .join(Goal, Goal.id == ChangeRequest.goal_id)
        .where(_OPEN, mine)
        .order_by(ChangeRequest.number)
        .limit(limit)
    )
    return [StoredChange(*row) for row in rows]


def first_agreed_at(connection: Connection, goal: UUID) -> datetime | None:
    """When both sides agreed to the goal first."""
    found: datetime | None = connection.scalar(
        select(func.min(GoalStep.at)).where(
            GoalStep.goal_id == goal, GoalStep.kind == StepKind.ACCEPTED
        )
    )
    return found


def is_open(connection: Connection, change: UUID) -> bool:
    return bool(connection.scalar(select(exists().where(ChangeRequest.id == change, _OPEN))))
