"""Verifying the whole record from the database: every hash, column, sealed value and key.

Entries are read in ranges of numbers, in one read snapshot, so memory stays flat however long the
record is, and people can go on working meanwhile.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Row,
    RowMapping,
    Select,
    String,
    cast,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute

from domain.checkpoints import open_checkpoint, read_checkpoint
from domain.entries import FORMAT_VERSION, commitment
from domain.held import Collected, Comparison, Held
from domain.merkle import Frontier, leaf_hash
from domain.signed_notes import BadSignature, MalformedNote, UnknownKey, Verifier
from domain.verification import Finding, Flaw, Progress, Verification
from storage.audit import HEAD_ID, open_value
from storage.database import is_sqlite
from storage.keyring import Corrupt, KeyGone, Keyring, SealingError, WrongKey
from storage.sealing import Opener, key_id, unwrap_row
from storage.tables.audit import AuditEntry, AuditHead, AuditLeaf, AuditPayload
from storage.tables.checkpoints import AuditCheckpoint
from storage.tables.sealing import DataKey
from storage.types import EPOCH, MICROSECOND

BATCH = 2_048
# The columns of an entry that repeat its body, in the order of `_repeated` and `_entries`.
REPEATED = (
    "at",
    "actor",
    "action",
    "object_type",
    "object_id",
    "object_version",
    "subject",
    "sensitivity",
)
# What reading a damaged row can raise: the driver's refusals, and conversions that fail.
UNREADABLE = (DBAPIError, ValueError, TypeError)

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


def verify(
    engine: Engine,
    keyring: Keyring | None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    *,
    held: Collected | None = None,
    verifiers: Sequence[Verifier] = (),
) -> Verification:
    """Check the whole record and stop at the first thing wrong.

    Without a keyring, or with one that lacks a secret, sealed values and data keys are counted as
    unopened; all else is checked all the same. `held` are checkpoints from elsewhere to compare it
    with, `verifiers` the keys of those in the database. `on_progress` is called after each range.
    """
    with snapshot(engine) as connection:
        outcome = _Verifier(connection, keyring, on_progress, held or Collected(), verifiers).run()
        return replace(outcome, doubts=() if held is None else held.doubts)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that goes on seeing the database as it was when it first looked."""
    with engine.connect() as connection:
        if not is_sqlite(engine):
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection.begin():
            yield connection


class _BrokenRecord(Exception):
    def __init__(self, flaw: Flaw, seq: int | None = None, part: str | None = None) -> None:
        super().__init__()
        self.finding = Finding(flaw, seq, part)


class _Verifier:
    def __init__(
        self,
        connection: Connection,
        keyring: Keyring | None,
        on_progress: Callable[[Progress], None],
        held: Collected,
        verifiers: Sequence[Verifier],
    ) -> None:
        self._connection = connection
        self._keyring = keyring
        self._on_progress = on_progress
        self._verifiers = verifiers
        self._comparison = Comparison(held.held)
        self._tree = Frontier()
        self._unopened = 0

    def run(self) -> Verification:
        finding = None
        try:
            size, frontier, root = self._head()
            self._check_data_keys()
            for first in range(0, size, BATCH):
                end = min(first + BATCH, size)
                self._check_range(first, end)
                self._on_progress(Progress(end, size))
            self._check_end(size, frontier, root)
            self._require(self._comparison.finish(self._tree))
        except _BrokenRecord as broken:
            finding = broken.finding
        return Verification(
            self._tree.size,
            self._tree.root(),
            finding,
            self._unopened,
            anchored=self._comparison.agreed,
        )

    def _require(self, finding: Finding | None) -> None:
        if finding is not None:
            raise _BrokenRecord(finding.flaw, finding.seq, finding.part)

    def _head(self) -> tuple[int, bytes, bytes]:
        try:
            [(head_id, size, frontier, root)] = self._connection.execute(
                select(AuditHead.id, AuditHead.size, AuditHead.frontier, AuditHead.root)
            ).all()
            Frontier.from_bytes(size, frontier)
        except UNREADABLE as error:
            raise _BrokenRecord(Flaw.HEAD_UNREADABLE) from error
        if head_id != HEAD_ID:
            raise _BrokenRecord(Flaw.HEAD_UNREADABLE)
        return size, frontier, root

    def _check_data_keys(self) -> None:
        """Before anything is opened with them: each key, under its secret and its owner's name."""
        opened, unopened, last = 0, 0, -1
        while rows := self._data_keys(last):
            for row in rows:
                if self._unwraps(row):
                    opened += 1
                else:
                    unopened += 1
            last = rows[-1]["kid"]
        self._unopened += unopened
        if unopened and not opened:
            # Not one key can be opened: to ask again for every value would only take long.
            self._keyring = None

    def _data_keys(self, after: int) -> Sequence[RowMapping]:
        wanted = (
            select(DataKey.__table__).where(DataKey.kid > after).order_by(DataKey.kid).limit(BATCH)
        )
        try:
            return self._connection.execute(wanted).mappings().all()
        except UNREADABLE as error:
            raise _BrokenRecord(Flaw.DATA_KEY) from error

    def _unwraps(self, row: RowMapping) -> bool:
        if self._keyring is None:
            return False
        try:
            unwrap_row(self._keyring, dict(row))
        except WrongKey:
            return False
        except (Corrupt, TypeError) as error:
            raise _BrokenRecord(Flaw.DATA_KEY, part=str(row["kid"])) from error
        return True

    def _check_range(self, first: int, end: int) -> None:
        entries = self._read(_entries, first, end)
        values: dict[int, dict[str, AnyRow]] = defaultdict(dict)
        for value in self._read(_values, first, end):
            values[value.seq][value.name] = value
        opener = self._opener(values)
        leaves: list[bytes] = []
        try:
            for seq, row in enumerate(entries, first):
                if row.seq != seq:
                    raise _BrokenRecord(Flaw.MISSING, seq)
                record = self._check_entry(row)
                self._check_values(seq, record, values[seq], opener)
                leaves.append(row.hash)
            if len(entries) < end - first:
                raise _BrokenRecord(Flaw.MISSING, first + len(entries))
        except _BrokenRecord:
            self._tree.extend(leaves)
            raise
        self._comparison.add(self._stored_checkpoints(first, end))
        self._require(self._comparison.extend(self._tree, leaves))

    def _stored_checkpoints(self, first: int, end: int) -> list[Held]:
        """Those made within a range, each as its note and its columns say alike."""
        return [self._stored_checkpoint(row) for row in self._read(_checkpoints, first, end)]

    def _stored_checkpoint(self, row: AnyRow) -> Held:
        try:
            told = read_checkpoint(row.note)
            with suppress(UnknownKey):
                open_checkpoint(row.note, self._verifiers)
        except (MalformedNote, BadSignature, TypeError) as error:
            raise _BrokenRecord(Flaw.STORED_CHECKPOINT, part=f"of {row.size} entries") from error
        if (told.size, told.root) != (row.size, row.root):
            raise _BrokenRecord(Flaw.STORED_CHECKPOINT, part=f"of {row.size} entries")
        return Held(row.size, row.root, "a checkpoint in the database", outside=False)

    def _opener(self, values: Mapping[int, Mapping[str, AnyRow]]) -> Opener | None:
        """An opener for one range, so that the keys held at a time stay few."""
        if self._keyring is None:
            return None
        opener = Opener(self._connection, self._keyring)
        # What is wrong with one of them is told when that one is opened.
        with suppress(SealingError):
            opener.preload(value.sealed for named in values.values() for value in named.values())
        return opener

    def _check_entry(self, row: AnyRow) -> dict[str, Any]:
        """The entry's body as parsed, after its leaf, its shape and its columns were checked."""
        seq, leaf, body, *columns = row
        if body is None:
            raise _BrokenRecord(Flaw.BODY_MISSING, seq)
        # SQLite takes text for bytes where somebody else writes.
        if not isinstance(body, bytes) or leaf_hash(body) != leaf:
            raise _BrokenRecord(Flaw.BODY, seq)
        try:
            record: dict[str, Any] = json.loads(body.decode())
            well_formed = record["v"] == FORMAT_VERSION and isinstance(record["fields"], dict)
            repeated = _repeated(record)
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise _BrokenRecord(Flaw.FORMAT, seq) from error
        if not well_formed:
            raise _BrokenRecord(Flaw.FORMAT, seq)
        if columns != repeated:
            pairs = zip(REPEATED, columns, repeated, strict=True)
            wrong = next(name for name, stored, told in pairs if stored != told)
            raise _BrokenRecord(Flaw.COLUMN, seq, wrong)
        return record

    def _check_values(
        self,
        seq: int,
        record: Mapping[str, Any],
        values: Mapping[str, AnyRow],
        opener: Opener | None,
    ) -> None:
        fields: dict[str, str] = record["fields"]
        if extra := values.keys() - fields.keys():
            raise _BrokenRecord(Flaw.VALUE_EXTRA, seq, min(extra))
        if missing := fields.keys() - values.keys():
            raise _BrokenRecord(Flaw.VALUE_MISSING, seq, min(missing))
        for name, promised in fields.items():
            self._check_value(seq, record["id"], values[name], promised, opener)

    def _check_value(
        self, seq: int, entry_id: str, value: AnyRow, promised: str, opener: Opener | None
    ) -> None:
        try:
            matches = value.kid == key_id(value.sealed) and (
                opener is None or _committed(opener, entry_id, value) == promised
            )
        except WrongKey:
            opener, matches = None, True
        except KeyGone as error:
            raise _BrokenRecord(Flaw.KEY_GONE, seq, value.name) from error
        except (Corrupt, ValueError) as error:
            raise _BrokenRecord(Flaw.VALUE, seq, value.name) from error
        if not matches:
            raise _BrokenRecord(Flaw.VALUE, seq, value.name)
        self._unopened += opener is None

    def _check_end(self, size: int, frontier: bytes, root: bytes) -> None:
        for seq in (AuditLeaf.seq, AuditEntry.seq, AuditPayload.seq, AuditCheckpoint.size - 1):
            outside = select(func.min(seq)).where(or_(seq < 0, seq >= size))
            stray = self._connection.execute(outside).scalar()
            if stray is not None:
                raise _BrokenRecord(Flaw.BEYOND_END, stray)
        if self._tree.root() != root:
            raise _BrokenRecord(Flaw.ROOT)
        if self._tree.to_bytes() != frontier:
            raise _BrokenRecord(Flaw.FRONTIER)

    def _read(
        self, between: Callable[[int, int], AnySelect], first: int, end: int
    ) -> Sequence[AnyRow]:
        """The rows of a range. Where one cannot be read, halve the range until it stands alone."""
        try:
            with self._connection.begin_nested():
                return self._connection.execute(between(first, end)).all()
        except UNREADABLE as error:
            if end - first == 1:
                raise _BrokenRecord(Flaw.UNREADABLE, first) from error
        middle = (first + end) // 2
        return [*self._read(between, first, middle), *self._read(between, middle, end)]


def _entries(first: int, end: int) -> AnySelect:
    """Columns as the database holds them: types of ours would refuse a damaged one by raising."""
    return (
        select(
            AuditLeaf.seq,
            AuditLeaf.hash,
            AuditEntry.body,
            type_coerce(AuditEntry.at, BigInteger),
            _hex_of(AuditEntry.actor),
            type_coerce(AuditEntry.action, String),
            type_coerce(AuditEntry.object_type, String),
            _hex_of(AuditEntry.object_id),
            AuditEntry.object_version,
            _hex_of(AuditEntry.subject),
            type_coerce(AuditEntry.sensitivity, String),
        )
        .outerjoin(AuditEntry, AuditEntry.seq == AuditLeaf.seq)
        .where(AuditLeaf.seq >= first, AuditLeaf.seq < end)
        .order_by(AuditLeaf.seq)
    )


def _values(first: int, end: int) -> AnySelect:
    return (
        select(AuditPayload.seq, AuditPayload.name, AuditPayload.kid, AuditPayload.sealed)
        .where(AuditPayload.seq >= first, AuditPayload.seq < end)
        .order_by(AuditPayload.seq, AuditPayload.name)
    )


def _checkpoints(first: int, end: int) -> AnySelect:
    return select(AuditCheckpoint.size, AuditCheckpoint.root, AuditCheckpoint.note).where(
        AuditCheckpoint.size > first, AuditCheckpoint.size <= end
    )


def _hex_of(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """A UUID as 32 digits: PostgreSQL has a type for it and shows dashes, SQLite keeps text."""
    return func.replace(cast(column, String), "-", "")


def _repeated(record: Mapping[str, Any]) -> list[object]:
    """What the columns must hold according to the body, in the order of REPEATED."""
    about = record["object"]
    return [
        (datetime.fromisoformat(record["at"]) - EPOCH) // MICROSECOND,
        _digits(record["actor"]["ref"]),
        record["action"],
        about["type"],
        _digits(about["id"]),
        about["version"],
        _digits(record["subject"]),
        record["class"],
    ]


def _digits(uuid: str | None) -> str | None:
    return None if uuid is None else uuid.replace("-", "")


def _committed(opener: Opener, entry_id: str, value: AnyRow) -> str:
    """The commitment that the sealed value opens to. Raise SealingError where it does not open."""
    owner = UUID(entry_id)
    salt, content = open_value(opener, owner, value.name, value.sealed)
    return commitment(salt, owner, value.name, content).hex()
