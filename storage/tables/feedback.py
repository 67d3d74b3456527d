"""Feedback: support and evaluation in tables of their own, so that no query can mix them up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Uuid, text
from sqlalchemy.orm import Mapped

from domain.feedback import FeedbackAudience, ReaderCapacity
from storage.tables.base import Base, confidential, internal
from storage.types import Moment, Word

_WAITING = text("answered_at IS NULL AND withdrawn_at IS NULL")


class FeedbackColumns:
    """What support and evaluation have in common."""

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    giver_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    about_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    goal_id: Mapped[UUID | None] = internal(ForeignKey("goal.id"))
    audience: Mapped[FeedbackAudience] = internal(Word(FeedbackAudience))
    words: Mapped[bytes | None] = confidential(LargeBinary)
    """None where only a link was kept, and once the giver has taken it back."""
    author_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    """Who wrote the message that was saved."""
    permalink: Mapped[str | None] = internal(String(500))
    at: Mapped[datetime] = internal(Moment)
    made_at: Mapped[datetime] = internal(Moment)
    """Machine time, from which *Undo* counts."""
    withdrawn_at: Mapped[datetime | None] = internal(Moment)


class SupportFeedback(FeedbackColumns, Base):
    """For somebody's work; never part of an evaluation."""

    __tablename__ = "support_feedback"


class EvaluationFeedback(FeedbackColumns, Base):
    """May count in an evaluation."""

    __tablename__ = "evaluation_feedback"


class FeedbackReader(Base):
    """Whom the giver let read it, and why it is them; ids alone, for either kind."""

    __tablename__ = "feedback_reader"

    feedback_id: Mapped[UUID] = internal(Uuid, primary_key=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"), primary_key=True, index=True)
    capacity: Mapped[ReaderCapacity] = internal(Word(ReaderCapacity))
    read_at: Mapped[datetime | None] = internal(Moment)
    """When they opened it first."""


class FeedbackAsked(Base):
    """Somebody asks somebody for feedback."""

    __tablename__ = "feedback_request"
    __table_args__ = (
        Index(
            "uq_feedback_request_open",
            "asker_id",
            "asked_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    asker_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    asked_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = internal(Moment)
    answered_at: Mapped[datetime | None] = internal(Moment)
    withdrawn_at: Mapped[datetime | None] = internal(Moment)
    """When the asker took it back."""
