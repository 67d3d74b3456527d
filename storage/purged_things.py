"""Things of a purge in words, as the record and the ledger name them, and back again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select, tuple_

from domain.retention_rules import Kind
from storage.retained import Source
from storage.retention import Key
from storage.tables.audit import AuditEntry, AuditLeaf

_SEPARATOR = ":"
LEAF_DIGITS = 16
"""Of the leaf hash of an entry: after a restore its number may be that of another one."""


def told(connection: Connection, source: Source, keys: Sequence[Key]) -> tuple[str, ...]:
    """`ID` for each thing, `ID:PERSON` for one person's row, `NUMBER:LEAF` for an entry."""
    if _are_entries(source):
        leaves = _leaves(connection, [key.thing for key in keys])
        return tuple(f"{key.thing}{_SEPARATOR}{leaves[key.thing]}" for key in keys)
    return tuple(
        str(key.thing) if key.person is None else f"{key.thing}{_SEPARATOR}{key.person}"
        for key in keys
    )


def found(connection: Connection, source: Source, things: Sequence[str]) -> list[Key]:
    """Those of these that the database has and that have anything left to take away."""
    if _are_entries(source):
        named = dict(_numbered(one) for one in things)
        wanted = select(AuditEntry.seq).where(AuditEntry.seq.in_(list(named)))
        seqs = sorted(connection.scalars(wanted))
        leaves = _leaves(connection, seqs)
        return [Key(seq) for seq in seqs if leaves.get(seq) == named[seq]]
    ids = [tuple(UUID(part) for part in one.split(_SEPARATOR)) for one in things]
    rows = select(*source.keys).where(tuple_(*source.keys).in_(ids)).order_by(*source.keys)
    if source.left is not None:
        rows = rows.where(source.left)
    return [Key(*row) for row in connection.execute(rows)]


def _are_entries(source: Source) -> bool:
    return source.kind is Kind.ACCESS_LOG


def _leaves(connection: Connection, seqs: Sequence[int]) -> dict[int, str]:
    rows = connection.execute(
        select(AuditLeaf.seq, AuditLeaf.hash).where(AuditLeaf.seq.in_(seqs))
    ).all()
    return {seq: leaf.hex()[:LEAF_DIGITS] for seq, leaf in rows}


def _numbered(told: str) -> tuple[int, str]:
    seq, _, leaf = told.partition(_SEPARATOR)
    return int(seq), leaf
