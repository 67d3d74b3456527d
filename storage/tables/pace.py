"""How fast Slack may be called, for all processes that deliver from one database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped

from storage.tables.base import Base, internal
from storage.types import Moment


class PaceRow(Base):
    """One method of Slack, or `bulk`. All moments are machine time."""

    __tablename__ = "pace"

    method: Mapped[str] = internal(String(60), primary_key=True)
    tat: Mapped[datetime] = internal(Moment)
    """The next free slot."""
    interval: Mapped[int] = internal(BigInteger)
    """Between slots, in microseconds; 0 where the method has no budget."""
    blocked_until: Mapped[datetime | None] = internal(Moment)
    """Slack has asked to wait so long."""
    slowed_down: Mapped[int] = internal(Integer)
    """How often Slack has asked so, ever."""
    unknown_in_a_row: Mapped[int] = internal(Integer)
    probe_at: Mapped[datetime | None] = internal(Moment)


class DestinationPace(Base):
    """When the next post may go to a destination that has just had one. Kept for a minute."""

    __tablename__ = "destination_pace"

    destination: Mapped[str] = internal(String(60), primary_key=True)
    free_at: Mapped[datetime] = internal(Moment, index=True)
