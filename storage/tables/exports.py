"""Links by which a file leaves Accord: each opens once, for minutes. No file is ever stored."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, LargeBinary
from sqlalchemy.orm import Mapped

from domain.my_data import ExportKind
from storage.tables.base import Base, internal, restricted
from storage.types import Moment, Word


class ExportLink(Base):
    """A link for one person. Of its token only the hash is kept; all moments are machine time."""

    __tablename__ = "export_link"

    token_hash: Mapped[bytes] = internal(LargeBinary(32), primary_key=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    kind: Mapped[ExportKind] = internal(Word(ExportKind))
    passphrase: Mapped[bytes | None] = restricted(LargeBinary)
    """What the file will open with; None once it was fetched, and where it is not encrypted."""
    made_at: Mapped[datetime] = internal(Moment)
    expires_at: Mapped[datetime] = internal(Moment, index=True)
    fetched_at: Mapped[datetime | None] = internal(Moment)
    approval_id: Mapped[UUID | None] = internal(ForeignKey("approval.id"))
    """The approved export that it leads to; None for one's own data."""


class BulkExport(Base):
    """An export that two people want; its file can be fetched once. Business time."""

    __tablename__ = "bulk_export"

    approval_id: Mapped[UUID] = internal(ForeignKey("approval.id"), primary_key=True)
    rows: Mapped[int] = internal(Integer)
    expires_at: Mapped[datetime] = internal(Moment)
    fetched_at: Mapped[datetime | None] = internal(Moment)
