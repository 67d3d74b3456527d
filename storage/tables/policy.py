"""Policy versions, never overwritten, and from when each of them holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped

from domain.policy_versions import PlanState
from storage.tables.base import Base, internal
from storage.types import Moment, Word


class PolicyVersion(Base):
    """One version of the document, as canonical JSON, from the moment it was adopted."""

    __tablename__ = "policy_version"

    number: Mapped[int] = internal(Integer, primary_key=True)
    document: Mapped[str] = internal(Text)
    digest: Mapped[str] = internal(String(64))
    adopted_at: Mapped[datetime] = internal(Moment)


class PolicyPlan(Base):
    """From when an approved version holds, and whether it may. Times are business time.

    A version without a plan was adopted from a file, and holds from the beginning.
    """

    __tablename__ = "policy_plan"

    number: Mapped[int] = internal(ForeignKey("policy_version.number"), primary_key=True)
    state: Mapped[PlanState] = internal(Word(PlanState))
    valid_from: Mapped[datetime] = internal(Moment)
    """Midnight UTC of the first day."""
    reason: Mapped[str] = internal(Text)
    approval_id: Mapped[UUID] = internal(Uuid)
    proposed_by_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    approved_by_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    approved_at: Mapped[datetime] = internal(Moment)
    withdrawn_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    withdrawn_reason: Mapped[str | None] = internal(Text)
