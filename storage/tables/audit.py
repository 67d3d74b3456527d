"""The audited record: a tree of leaf hashes that stays, and what they stand for, which may go.

`audit_leaf` is for ever. `audit_entry` is what retention may purge and `audit_payload` what erasure
may destroy; neither changes a leaf.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped

from domain.audit import Action
from domain.notices import SubjectType
from domain.sensitivity import Sensitivity
from storage.tables.base import Base, internal, restricted
from storage.types import Moment, Word


class AuditLeaf(Base):
    """One leaf of the tree; `seq` counts from 0 without a gap and is the leaf's index."""

    __tablename__ = "audit_leaf"

    seq: Mapped[int] = internal(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = internal(LargeBinary)


class AuditEntry(Base):
    """What a leaf stands for. `body` is the entry; the other columns repeat parts to search by."""

    __tablename__ = "audit_entry"

    seq: Mapped[int] = internal(ForeignKey("audit_leaf.seq"), primary_key=True, autoincrement=False)
    body: Mapped[bytes] = internal(LargeBinary)
    at: Mapped[datetime] = internal(Moment)
    actor: Mapped[UUID | None] = internal(Uuid)
    action: Mapped[Action] = internal(Word(Action))
    object_type: Mapped[SubjectType] = internal(Word(SubjectType))
    object_id: Mapped[UUID] = internal(Uuid)
    object_version: Mapped[int | None] = internal(BigInteger)
    subject: Mapped[UUID | None] = internal(Uuid)
    sensitivity: Mapped[Sensitivity] = internal(Word(Sensitivity))


class AuditPayload(Base):
    """The value of one field of an entry, sealed with the salt that opens its commitment."""

    __tablename__ = "audit_payload"

    seq: Mapped[int] = internal(ForeignKey("audit_leaf.seq"), primary_key=True, autoincrement=False)
    name: Mapped[str] = internal(String(100), primary_key=True)
    kid: Mapped[int] = internal(Integer)
    sealed: Mapped[bytes] = restricted(LargeBinary)


class AuditHead(Base):
    """The tree's end, a single row: the lock that appends queue for."""

    __tablename__ = "audit_head"

    id: Mapped[int] = internal(Integer, primary_key=True, autoincrement=False)
    size: Mapped[int] = internal(BigInteger)
    frontier: Mapped[bytes] = internal(LargeBinary)
    root: Mapped[bytes] = internal(LargeBinary)


Index("ix_audit_entry_object_id_seq", AuditEntry.object_id, AuditEntry.seq)
Index("ix_audit_entry_subject_seq", AuditEntry.subject, AuditEntry.seq)
