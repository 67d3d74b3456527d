"""Words typed to the bot in its own conversation; forgotten after a day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped

from storage.tables.base import Base, internal
from storage.types import Moment


class SaidWords(Base):
    """A command typed as plain words. Only its beginning is kept: commands are short."""

    __tablename__ = "said_words"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    words: Mapped[str] = internal(String(200))
    at: Mapped[datetime] = internal(Moment)
