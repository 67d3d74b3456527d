"""Legal holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Uuid, text
from sqlalchemy.orm import Mapped

from domain.holds import HoldScope
from storage.tables.base import Base, confidential, internal
from storage.types import Moment, Word


class LegalHold(Base):
    """What of a person is neither erased nor purged while it stands. Times are business time."""

    __tablename__ = "legal_hold"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    scope: Mapped[HoldScope] = internal(Word(HoldScope))
    matter: Mapped[bytes] = confidential(LargeBinary)
    reason: Mapped[bytes] = confidential(LargeBinary)
    placed_by_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    placed_at: Mapped[datetime] = internal(Moment)
    released_at: Mapped[datetime | None] = internal(Moment)


Index(
    "ix_legal_hold_standing",
    LegalHold.person_id,
    sqlite_where=text("released_at IS NULL"),
    postgresql_where=text("released_at IS NULL"),
)
