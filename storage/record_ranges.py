"""What verification reads of the record, a range of entries at a time, as the database holds it."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, String, bindparam, cast, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.statements import Statement
from storage.tables.audit import AuditEntry, AuditLeaf, AuditPayload
from storage.tables.checkpoints import AuditCheckpoint


class SealedValue(NamedTuple):
    """One row of the third of `RANGES`."""

    seq: int
    name: str
    kid: int
    sealed: bytes


def _uuid(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """A UUID as the database writes it: PostgreSQL with dashes, SQLite as the text that it is."""
    return cast(column, String)


_FIRST: BindParameter[int] = bindparam("first")
_END: BindParameter[int] = bindparam("end")

# Not joined with their entries: a database may do so row by row.
_LEAVES = Statement(
    select(AuditLeaf.seq, AuditLeaf.hash)
    .where(AuditLeaf.seq >= _FIRST, AuditLeaf.seq < _END)
    .order_by(AuditLeaf.seq)
)
_ENTRIES = Statement(
    select(
        AuditEntry.seq,
        AuditEntry.body,
        AuditEntry.at,
        _uuid(AuditEntry.actor),
        AuditEntry.action,
        AuditEntry.object_type,
        _uuid(AuditEntry.object_id),
        AuditEntry.object_version,
        _uuid(AuditEntry.subject),
        AuditEntry.sensitivity,
    )
    .where(AuditEntry.seq >= _FIRST, AuditEntry.seq < _END)
    .order_by(AuditEntry.seq)
)
_VALUES = Statement(
    select(AuditPayload.seq, AuditPayload.name, AuditPayload.kid, AuditPayload.sealed)
    .where(AuditPayload.seq >= _FIRST, AuditPayload.seq < _END)
    .order_by(AuditPayload.seq, AuditPayload.name)
)
_CHECKPOINTS = Statement(
    select(AuditCheckpoint.size, AuditCheckpoint.root, AuditCheckpoint.note).where(
        AuditCheckpoint.size > _FIRST, AuditCheckpoint.size <= _END
    )
)
RANGES = (_LEAVES, _ENTRIES, _VALUES, _CHECKPOINTS)
"""Leaves, entries, sealed values and checkpoints, from `first` to before `end`."""
