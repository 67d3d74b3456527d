"""The leaves of the tree as the database has them: roots of parts of it, read range by range."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from domain.merkle import Frontier
from domain.proofs import Subtree
from storage.statements import Statement
from storage.tables.audit import AuditLeaf

BATCH = 10_000

_leaf = AuditLeaf.__table__.c
_RANGE = Statement(
    select(_leaf.hash)
    .where(_leaf.seq >= bindparam("first"), _leaf.seq < bindparam("end"))
    .order_by(_leaf.seq)
)


class LeavesMissing(Exception):
    """The database does not have all leaves that it should have."""


def root_of(connection: Connection, first: int, end: int) -> bytes:
    """The root of the subtree over leaves `first` up to, not including, `end`.

    Memory stays flat. Raise LeavesMissing.
    """
    tree = Frontier()
    for start in range(first, end, BATCH):
        stop = min(start + BATCH, end)
        leaves = _RANGE.rows(connection, {"first": start, "end": stop})
        if len(leaves) != stop - start:
            raise LeavesMissing(f"leaves are missing from {start} to {stop}")
        for (leaf,) in leaves:
            tree.append(leaf)
    return tree.root()


def roots_of(connection: Connection, path: Sequence[Subtree]) -> tuple[bytes, ...]:
    """The parts of a proof. Raise LeavesMissing."""
    return tuple(root_of(connection, part.first, part.end) for part in path)
