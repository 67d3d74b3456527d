"""Cases that people open about what is held on them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Uuid
from sqlalchemy.orm import Mapped

from domain.corrections import CorrectionAbout, CorrectionState
from storage.tables.base import Base, confidential, internal
from storage.types import Moment, Word


class Correction(Base):
    """One case; all moments are business time. What was said is sealed under the asker's key."""

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_state_answer_by", "state", "answer_by"),)

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    asker_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    about: Mapped[CorrectionAbout] = internal(Word(CorrectionAbout))
    thing_id: Mapped[UUID | None] = internal(Uuid)
    """The goal or the feedback; None for anything else."""
    words: Mapped[bytes] = confidential(LargeBinary)
    state: Mapped[CorrectionState] = internal(Word(CorrectionState))
    asked_at: Mapped[datetime] = internal(Moment)
    answer_by: Mapped[datetime] = internal(Moment)
    remind_at: Mapped[datetime | None] = internal(Moment)
    """When those who can answer are to be reminded; None once that has happened."""
    escalated_at: Mapped[datetime | None] = internal(Moment)
    """When it was passed on, since nobody had answered in time."""
    answered_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = internal(Moment)
    answer: Mapped[bytes | None] = confidential(LargeBinary)
