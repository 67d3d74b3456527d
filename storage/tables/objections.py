"""What employee representatives were told of versions of the policy, and what they said."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, Text, Uuid
from sqlalchemy.orm import Mapped

from domain.objections import ObjectionState
from storage.tables.base import Base, internal
from storage.types import Moment, Word


class PolicyTerm(Base):
    """Until when representatives can object to a version (business time)."""

    __tablename__ = "policy_term"

    number: Mapped[int] = internal(ForeignKey("policy_version.number"), primary_key=True)
    until: Mapped[datetime] = internal(Moment)


class Objection(Base):
    """What one representative said of a version. Times are business time, except `made_at`.

    Only the newest of a person's rows about a version counts; the others have ended.
    """

    __tablename__ = "objection"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    number: Mapped[int] = internal(ForeignKey("policy_version.number"), index=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    state: Mapped[ObjectionState] = internal(Word(ObjectionState))
    reason: Mapped[str | None] = internal(Text)
    raised_at: Mapped[datetime] = internal(Moment)
    made_at: Mapped[datetime] = internal(Moment)
    """Machine time: the minutes for *Undo* begin then."""
    ended_at: Mapped[datetime | None] = internal(Moment)
    ended_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    ended_reason: Mapped[str | None] = internal(Text)
    agreement_number: Mapped[int | None] = internal(Integer)
    """Of the agreement that settled it."""
