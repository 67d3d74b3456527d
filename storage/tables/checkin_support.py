"""The support side of check-ins: for the owner and their manager alone, never for an evaluation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped

from domain.checkins import SupportKind
from storage.tables.base import Base, confidential, internal
from storage.types import Moment, Word


class SupportConfidence(Base):
    """How sure the owner was of a goal, from 1 to 5."""

    __tablename__ = "support_confidence"

    check_in_id: Mapped[UUID] = internal(ForeignKey("check_in.id"), primary_key=True)
    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), primary_key=True, index=True)
    level: Mapped[int] = internal(Integer)


class SupportNote(Base):
    """What is in the way, or what would help, in the owner's words."""

    __tablename__ = "support_note"

    check_in_id: Mapped[UUID] = internal(ForeignKey("check_in.id"), primary_key=True)
    kind: Mapped[SupportKind] = internal(Word(SupportKind), primary_key=True)
    words: Mapped[bytes] = confidential(LargeBinary)


class SupportReply(Base):
    """A reply in the thread under a check-in, found again by its place in Slack."""

    __tablename__ = "support_reply"
    __table_args__ = (
        UniqueConstraint("channel", "ts"),
        Index("ix_support_reply_check_in_id_at", "check_in_id", "at"),
    )

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    check_in_id: Mapped[UUID] = internal(ForeignKey("check_in.id"))
    author_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    reader_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    channel: Mapped[str] = internal(String(40))
    ts: Mapped[str] = internal(String(30))
    words: Mapped[bytes | None] = confidential(LargeBinary)
    """None once the author has taken it back."""
    at: Mapped[datetime] = internal(Moment)
    made_at: Mapped[datetime] = internal(Moment)
    edited_at: Mapped[datetime | None] = internal(Moment)
    withdrawn_at: Mapped[datetime | None] = internal(Moment)
    read_at: Mapped[datetime | None] = internal(Moment)
    """When the reader opened it first."""
