"""Policy versions, never overwritten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped

from storage.tables.base import Base, internal
from storage.types import Moment


class PolicyVersion(Base):
    """One version of the document, as canonical JSON, from the moment it was adopted."""

    __tablename__ = "policy_version"

    number: Mapped[int] = internal(Integer, primary_key=True)
    document: Mapped[str] = internal(Text)
    digest: Mapped[str] = internal(String(64))
    adopted_at: Mapped[datetime] = internal(Moment)
