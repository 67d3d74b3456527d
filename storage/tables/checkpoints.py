"""Checkpoints of the record, and how far each place outside the database has them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped

from storage.tables.base import Base, internal
from storage.types import Moment


class AuditCheckpoint(Base):
    """The signed size and root of the tree; never changed, never deleted."""

    __tablename__ = "audit_checkpoint"

    size: Mapped[int] = internal(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = internal(Uuid, unique=True)
    root: Mapped[bytes] = internal(LargeBinary)
    note: Mapped[str] = internal(Text)
    """The signed note, as everybody else has it."""
    at: Mapped[datetime] = internal(Moment)
    """Machine time at which it was made."""


class AuditAnchor(Base):
    """A place outside the database: the newest checkpoint in it, and what is wrong with it."""

    __tablename__ = "audit_anchor"

    place: Mapped[str] = internal(String(40), primary_key=True)
    size: Mapped[int] = internal(BigInteger)
    """Of the newest checkpoint that it holds; 0 for none yet."""
    anchored_at: Mapped[datetime | None] = internal(Moment)
    error: Mapped[str | None] = internal(String(80))
    """A code; None while it works."""
    failing_since: Mapped[datetime | None] = internal(Moment)
