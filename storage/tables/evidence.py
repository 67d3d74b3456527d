"""Evidence for goals: links with fingerprints, never copies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, Uuid
from sqlalchemy.orm import Mapped

from storage.tables.base import Base, internal
from storage.types import Moment


class GoalEvidence(Base):
    """A message that its adder keeps as evidence for a goal."""

    __tablename__ = "goal_evidence"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), index=True)
    added_by_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    at: Mapped[datetime] = internal(Moment)
    permalink: Mapped[str] = internal(String(500))
    sha256: Mapped[str] = internal(String(64))
    note: Mapped[str | None] = internal(Text)
