"""Purges by kind of record that two people approved, and what of the record each took away."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped

from domain.retention import PurgeState
from domain.retention_rules import Kind
from storage.tables.base import Base, internal
from storage.types import Moment, Word


class Purge(Base):
    """What was over on `day` by the policy of that number goes, in batches. Business time."""

    __tablename__ = "purge"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    kind: Mapped[Kind] = internal(Word(Kind))
    day: Mapped[date] = internal(Date)
    policy: Mapped[int] = internal(Integer)
    asked_at: Mapped[datetime] = internal(Moment)
    """What was kept by a hold or a case at this moment stays, even if that has ended since."""
    approval_id: Mapped[UUID] = internal(Uuid)
    asked_by_id: Mapped[UUID] = internal(Uuid)
    approved_by_id: Mapped[UUID] = internal(Uuid)
    approved_at: Mapped[datetime] = internal(Moment)
    state: Mapped[PurgeState] = internal(Word(PurgeState), index=True)
    asked_count: Mapped[int] = internal(Integer)
    """How many were due when it was asked for."""
    thing_count: Mapped[int] = internal(Integer)
    """How many have gone."""
    ended_at: Mapped[datetime | None] = internal(Moment)


class PurgeBatch(Base):
    """What a purge took in one transaction, which the ledger outside the database tells, too."""

    __tablename__ = "purge_batch"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    purge_id: Mapped[UUID] = internal(ForeignKey("purge.id"), index=True)
    ledger_line: Mapped[bytes] = internal(LargeBinary(32))
    """SHA-256 of its line there."""


class PurgedValue(Base):
    """A value of an entry that a purge takes away; the entry itself stays."""

    __tablename__ = "purged_value"

    seq: Mapped[int] = internal(ForeignKey("audit_leaf.seq"), primary_key=True, autoincrement=False)
    name: Mapped[str] = internal(String(100), primary_key=True)
    purge_id: Mapped[UUID] = internal(ForeignKey("purge.id"), index=True)


class PurgedBody(Base):
    """An entry whose body, with all its values, a purge takes away; its leaf stays."""

    __tablename__ = "purged_body"

    seq: Mapped[int] = internal(ForeignKey("audit_leaf.seq"), primary_key=True, autoincrement=False)
    purge_id: Mapped[UUID] = internal(ForeignKey("purge.id"), index=True)
