"""One-time codes, and the acts that they are asked to confirm. All times are machine time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped

from storage.tables.base import Base, internal, restricted
from storage.types import Moment


class Mfa(Base):
    """A person's secret for one-time codes, and the newest code that they have used.

    Until a first code has shown that their app knows the secret, `enrolled_at` is empty and every
    opening of the dialog makes a new secret, with a new `version`.
    """

    __tablename__ = "mfa"

    person_id: Mapped[UUID] = internal(ForeignKey("person.id"), primary_key=True)
    secret: Mapped[bytes] = restricted(LargeBinary)
    version: Mapped[int] = internal(Integer)
    last_step: Mapped[int] = internal(BigInteger)
    """No code of this step or an earlier one counts any more."""
    failures: Mapped[int] = internal(Integer)
    """Wrong codes since the last right one or the last lock."""
    locked_until: Mapped[datetime | None] = internal(Moment)
    enrolled_at: Mapped[datetime | None] = internal(Moment)


class Challenge(Base):
    """One exact act that one person was asked to confirm; good for one use, for five minutes."""

    __tablename__ = "challenge"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    act: Mapped[str] = internal(String(60))
    digest: Mapped[bytes] = internal(LargeBinary)
    """SHA-256 over the act's name and parameters."""
    expires_at: Mapped[datetime] = internal(Moment)
    answered_step: Mapped[int | None] = internal(BigInteger)
    """The step of the code that answered it."""
    used_at: Mapped[datetime | None] = internal(Moment)
