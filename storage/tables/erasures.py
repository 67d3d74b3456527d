"""Erasures that were carried out, and the values of the record that each took away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped

from storage.tables.base import Base, internal
from storage.types import Moment


class Erasure(Base):
    """A certificate. It names the person by their id alone. `at` is business time."""

    __tablename__ = "erasure"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    parts: Mapped[str] = internal(Text)
    """What was erased, as canonical JSON."""
    kept: Mapped[str] = internal(Text)
    """What was asked for and had to stay, with the reason, as canonical JSON."""
    approval_id: Mapped[UUID] = internal(Uuid)
    asked_by_id: Mapped[UUID] = internal(Uuid)
    approved_by_id: Mapped[UUID] = internal(Uuid)
    at: Mapped[datetime] = internal(Moment)
    value_count: Mapped[int] = internal(Integer)
    ledger_line: Mapped[bytes] = internal(LargeBinary(32))
    """SHA-256 of its line in the ledger outside the database."""


class ErasedValue(Base):
    """A value of an entry that an erasure takes away: the database lets go of no other."""

    __tablename__ = "erased_value"

    seq: Mapped[int] = internal(ForeignKey("audit_leaf.seq"), primary_key=True, autoincrement=False)
    name: Mapped[str] = internal(String(100), primary_key=True)
    erasure_id: Mapped[UUID] = internal(ForeignKey("erasure.id"), index=True)
