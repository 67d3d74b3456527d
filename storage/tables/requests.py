"""Form tokens: each dialog may be submitted once; a second press returns the first outcome."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, Uuid
from sqlalchemy.orm import Mapped

from storage.tables.base import Base, internal
from storage.types import Moment


class FormToken(Base):
    """A consumed token and the id of what its submission made or changed."""

    __tablename__ = "form_token"

    token: Mapped[str] = internal(String(64), primary_key=True)
    person_id: Mapped[UUID | None] = internal(Uuid)
    """None for anonymous forms, which keep the token without person or outcome."""
    outcome: Mapped[UUID | None] = internal(Uuid)
    at: Mapped[datetime] = internal(Moment, index=True)
