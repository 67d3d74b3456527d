"""Changes of active goals that somebody asks for, with each side's terms and who has agreed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, Uuid, text
from sqlalchemy.orm import Mapped

from domain.change_requests import ApprovalWhy, ChangeKind, ChangeState, Ended, Ground, Turn
from domain.goals import Capacity, Side
from storage.tables.base import Base, internal
from storage.types import Moment, Word


class ChangeRequest(Base):
    """One request. `revision` grows with every change of any kind; moments are business time."""

    __tablename__ = "change_request"
    __table_args__ = (
        Index(
            "uq_change_request_open_goal",
            "goal_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_change_request_state_answer_by", "state", "answer_by"),
    )

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    number: Mapped[int] = internal(Integer, unique=True)
    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), index=True)
    base_version: Mapped[int] = internal(Integer)
    """The version of the goal that it would change."""
    asker_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    side: Mapped[Side] = internal(Word(Side))
    """The asker's."""
    asked_at: Mapped[datetime] = internal(Moment)
    state: Mapped[ChangeState] = internal(Word(ChangeState))
    revision: Mapped[int] = internal(Integer)
    terms: Mapped[int] = internal(Integer)
    """The number of those on the table."""
    turn: Mapped[Turn | None] = internal(Word(Turn))
    counterpart_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    """Who speaks for the side that is not the owner's."""
    capacity: Mapped[Capacity | None] = internal(Word(Capacity))
    approver_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    """Who is asked to approve now."""
    answer_by: Mapped[datetime | None] = internal(Moment)
    remind_at: Mapped[datetime | None] = internal(Moment)
    accepted_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    """Who agreed for the side that had not written the terms."""
    marked: Mapped[bool] = internal(Boolean)
    """It counts from a day that was over, and a review was near."""
    version: Mapped[int | None] = internal(Integer)
    """Of the goal, in which it counts."""
    ended_at: Mapped[datetime | None] = internal(Moment)
    ended_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    ended_because: Mapped[Ended | None] = internal(Word(Ended))
    answer: Mapped[str | None] = internal(Text)
    """Why it was declined."""


class ChangeTerms(Base):
    """What was on the table, from one side's terms to the next."""

    __tablename__ = "change_terms"

    change_id: Mapped[UUID] = internal(ForeignKey("change_request.id"), primary_key=True)
    number: Mapped[int] = internal(Integer, primary_key=True)
    author_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    side: Mapped[Side] = internal(Word(Side))
    at: Mapped[datetime] = internal(Moment)
    policy: Mapped[int] = internal(Integer)
    kind: Mapped[ChangeKind] = internal(Word(ChangeKind))
    changes: Mapped[str] = internal(Text)
    """The fields that differ, as `domain.change_requests` writes them."""
    reason: Mapped[str] = internal(Text)
    ground: Mapped[Ground | None] = internal(Word(Ground))
    evidence: Mapped[str | None] = internal(Text)
    link: Mapped[str | None] = internal(String(500))
    effective_on: Mapped[date | None] = internal(Date)


class ChangeApproval(Base):
    """Somebody besides the two sides who has to agree, or has."""

    __tablename__ = "change_approval"

    change_id: Mapped[UUID] = internal(ForeignKey("change_request.id"), primary_key=True)
    number: Mapped[int] = internal(Integer, primary_key=True)
    why: Mapped[ApprovalWhy] = internal(Word(ApprovalWhy))
    approved_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = internal(Moment)
