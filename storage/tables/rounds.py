"""Rounds of feedback. Of an anonymous answer nothing is stored that could lead to its author."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped

from domain.rounds import AnonymousFate, RoundState, RoundTrouble
from storage.tables.base import Base, confidential, internal
from storage.types import Moment, Word

# PostgreSQL keeps a row's earlier versions, in the order of arrival, until it sweeps the table:
# here within a minute of any change, and not only once there are fifty of them.
SWEPT_AT_ONCE = {
    "postgresql_with": {
        "autovacuum_vacuum_threshold": 0,
        "autovacuum_vacuum_scale_factor": 0,
    }
}


class Round(Base):
    """A question to a channel, from opening to its posted summary."""

    __tablename__ = "feedback_round"
    __table_args__ = (
        Index("ix_feedback_round_state_closes_at", "state", "closes_at"),
        Index(
            "uq_feedback_round_open_channel",
            "channel",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    facilitator_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    channel: Mapped[str] = internal(String(40), index=True)
    channel_name: Mapped[str] = internal(String(100))
    topic: Mapped[str] = internal(String(300))
    question: Mapped[str] = internal(Text)
    anonymous: Mapped[bool] = internal(Boolean)
    state: Mapped[RoundState] = internal(Word(RoundState))
    opened_at: Mapped[datetime] = internal(Moment)
    closes_at: Mapped[datetime] = internal(Moment)
    closing_at: Mapped[datetime | None] = internal(Moment)
    """Machine time, as the times of replies in Slack: what was written later is late."""
    closed_at: Mapped[datetime | None] = internal(Moment)
    closed_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    """None where the date closed it."""
    anonymous_fate: Mapped[AnonymousFate | None] = internal(Word(AnonymousFate))
    ballot_key: Mapped[bytes | None] = confidential(LargeBinary)
    """Tells whether somebody answered anonymously already; destroyed at closing."""
    summary: Mapped[str | None] = internal(Text)
    summary_posted_at: Mapped[datetime | None] = internal(Moment)
    trouble: Mapped[RoundTrouble | None] = internal(Word(RoundTrouble))


class RoundReply(Base):
    """A reply in the thread, under its author's name; everybody in the channel reads it there."""

    __tablename__ = "round_reply"
    __table_args__ = (UniqueConstraint("round_id", "ts"),)

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    round_id: Mapped[UUID] = internal(ForeignKey("feedback_round.id"))
    author_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    ts: Mapped[str] = internal(String(30))
    words: Mapped[str | None] = internal(Text)
    """None once withdrawn after closing."""
    at: Mapped[datetime] = internal(Moment)
    """When Slack says it was written."""
    late: Mapped[bool] = internal(Boolean)
    edited: Mapped[bool] = internal(Boolean)


class PrivateAnswer(Base):
    """An answer for the facilitator alone; a later one by the same person replaces it."""

    __tablename__ = "round_private_answer"

    round_id: Mapped[UUID] = internal(ForeignKey("feedback_round.id"), primary_key=True)
    author_id: Mapped[UUID] = internal(ForeignKey("person.id"), primary_key=True)
    words: Mapped[bytes] = confidential(LargeBinary)


class AnonymousAnswer(Base):
    """An answer without author, time or place in an order."""

    __tablename__ = "round_anonymous_answer"
    __table_args__ = (SWEPT_AT_ONCE,)

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    round_id: Mapped[UUID] = internal(ForeignKey("feedback_round.id"), index=True)
    words: Mapped[bytes] = confidential(LargeBinary)


class Ballot(Base):
    """That somebody answered anonymously, by HMAC(key of the round, person); erased at closing."""

    __tablename__ = "round_ballot"
    __table_args__ = (SWEPT_AT_ONCE,)

    round_id: Mapped[UUID] = internal(ForeignKey("feedback_round.id"), primary_key=True)
    mark: Mapped[bytes] = internal(LargeBinary(32), primary_key=True)
