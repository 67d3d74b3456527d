"""Proofs from the database, for files that are checked without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from sqlalchemy import Connection, select

from domain.audit import Action
from domain.entries import Entry, parse_entry
from domain.merkle import Frontier
from domain.proofs import consistency_path, inclusion_path
from domain.record_file import (
    BLOCK,
    HEADER,
    PURGED,
    PurgeList,
    end_line,
    entry_line,
    leaves_line,
)
from domain.tlog_proofs import EntryProof, Growth, Opened
from storage.audit import open_value
from storage.checkpoints import StoredCheckpoint, head
from storage.keyring import KeyGone, SealingError
from storage.leaves import LeavesMissing, root_of, roots_of
from storage.sealing import Opener
from storage.tables.audit import AuditEntry, AuditLeaf, AuditPayload

_leaf, _entry = AuditLeaf.__table__.c, AuditEntry.__table__.c
_ENTRIES = (
    select(_leaf.seq, _leaf.hash, _entry.body)
    .outerjoin(AuditEntry.__table__, _entry.seq == _leaf.seq)
    .order_by(_leaf.seq)
)


class NoSuchEntry(Exception):
    """The record has no entry of this number, or its body is gone."""


def entry(connection: Connection, seq: int) -> Entry:
    """The entry of this number. Raise NoSuchEntry."""
    return parse_entry(_body(connection, seq))


def prove_entry(
    connection: Connection, opener: Opener, seq: int, checkpoint: StoredCheckpoint
) -> EntryProof:
    """That the tree of the checkpoint holds the entry, with those of its values that still exist.

    Raise NoSuchEntry, LeavesMissing; SealingError where a value cannot be opened.
    """
    body = _body(connection, seq)
    owner = parse_entry(body).id
    sealed = connection.execute(
        select(AuditPayload.name, AuditPayload.sealed)
        .where(AuditPayload.seq == seq)
        .order_by(AuditPayload.name)
    ).all()
    opened = {}
    for row in sealed:
        with suppress(KeyGone):
            opened[row.name] = Opened(*open_value(opener, owner, row.name, row.sealed))
    path = roots_of(connection, inclusion_path(seq, checkpoint.size))
    return EntryProof(seq, path, checkpoint.note, body, opened)


def _body(connection: Connection, seq: int) -> bytes:
    found = connection.execute(select(AuditEntry.body).where(AuditEntry.seq == seq)).scalar()
    if found is None:
        raise NoSuchEntry
    return found


def prove_growth(connection: Connection, old: int, new: int) -> Growth:
    """That the first `old` entries are the beginning of the first `new`.

    Raise NoSuchEntry where the record has fewer than `new`, LeavesMissing.
    """
    if new > head(connection)[0]:
        raise NoSuchEntry
    path = roots_of(connection, consistency_path(old, new))
    return Growth(old, new, root_of(connection, 0, old), root_of(connection, 0, new), path)


def export_lines(
    connection: Connection,
    checkpoint: StoredCheckpoint | None,
    key: str | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _entries: None,
    opener: Opener | None = None,
) -> Iterator[bytes]:
    """The record as a file, line by line, up to the checkpoint, or to its end without one.

    `key` is the verifier key of whoever signed it. `opener` opens the lists of what was purged;
    without it a purged body cannot be told from a missing one. Raise LeavesMissing.
    """
    size = head(connection)[0] if checkpoint is None else checkpoint.size
    tree = Frontier()
    yield HEADER
    for first in range(0, size, BLOCK):
        end = min(first + BLOCK, size)
        rows = connection.execute(_ENTRIES.where(_leaf.seq >= first, _leaf.seq < end)).all()
        if [row.seq for row in rows] != list(range(first, end)):
            raise LeavesMissing(f"leaves are missing from {first} to {end}")
        for row in rows:
            yield entry_line(row.body, row.hash)
        leaves = [row.hash for row in rows]
        tree.extend(leaves)
        yield leaves_line(leaves)
        on_progress(end, size)
    note = None if checkpoint is None else checkpoint.note
    purges = () if opener is None else _purge_lists(connection, opener, size)
    yield end_line(size, tree.root(), note, key, tuple(purges))


def _purge_lists(connection: Connection, opener: Opener, size: int) -> Iterator[PurgeList]:
    rows = connection.execute(
        select(_entry.seq, _entry.body, AuditPayload.sealed)
        .join(AuditPayload, AuditPayload.seq == _entry.seq)
        .where(
            _entry.action == Action.RETENTION_PURGE,
            _entry.seq < size,
            AuditPayload.name == PURGED,
        )
        .order_by(_entry.seq)
    )
    for row in rows:
        with suppress(SealingError):
            salt, bodies = open_value(opener, parse_entry(row.body).id, PURGED, row.sealed)
            if bodies:
                yield PurgeList(row.seq, salt, str(bodies))
