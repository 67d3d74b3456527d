"""Files of people that wait for a second person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Uuid
from sqlalchemy.orm import Mapped

from storage.tables.base import Base, confidential, internal
from storage.types import Moment


class WaitingImport(Base):
    """A file as it was uploaded, for no longer than the request about it waits."""

    __tablename__ = "waiting_import"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    """What the request is about."""
    asker_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    file: Mapped[bytes] = confidential(LargeBinary)
    """Packed, then sealed."""
    kept_at: Mapped[datetime] = internal(Moment)
    """Business time."""
