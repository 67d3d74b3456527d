"""Requests for a second person's approval."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, Uuid, text
from sqlalchemy.orm import Mapped

from domain.approvals import ApprovalState, VoidReason
from storage.tables.base import Base, internal
from storage.types import Moment, Word


class Approval(Base):
    """An act that one person asks for and another must approve. All times are business time."""

    __tablename__ = "approval"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    act: Mapped[str] = internal(String(60))
    about_id: Mapped[UUID] = internal(Uuid)
    """The thing that the act makes or changes; one request about it is open at a time."""
    parameters: Mapped[str] = internal(Text)
    """All that the act will do, as canonical JSON: ids, codes and dates."""
    reason: Mapped[str] = internal(Text)
    asker_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    beneficiary_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    state: Mapped[ApprovalState] = internal(Word(ApprovalState))
    digest: Mapped[bytes] = internal(LargeBinary)
    """SHA-256 over act, parameters, reason and asker: what both sides confirm."""
    asked_at: Mapped[datetime] = internal(Moment)
    expires_at: Mapped[datetime] = internal(Moment)
    decided_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = internal(Moment)
    answer: Mapped[str | None] = internal(Text)
    """Why it was refused."""
    void_reason: Mapped[VoidReason | None] = internal(Word(VoidReason))


Index(
    "uq_approval_open_about",
    Approval.about_id,
    unique=True,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)
Index("ix_approval_state_expires_at", Approval.state, Approval.expires_at)
