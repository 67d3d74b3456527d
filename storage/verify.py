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
from hashlib import sha256
from pathlib import Path
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

from domain.body_reading import NO_FIELDS, BodyRead, Parts, parse_body, usual_parts
from domain.checkpoints import open_checkpoint, read_checkpoint
from domain.entries import commitment
from domain.held import Collected, Comparison, Held
from domain.merkle import Frontier
from domain.signed_notes import BadSignature, MalformedNote, UnknownKey, Verifier
from domain.verification import Finding, Flaw, Progress, Verification
from storage.audit import HEAD_ID, open_value
from storage.database import is_sqlite
from storage.erased_gaps import NO_GAPS, Gaps, gaps
from storage.keyring import Corrupt, KeyGone, Keyring, SealingError, WrongKey
from storage.sealing import Opener, key_id, unwrap_row
from storage.tables.audit import AuditEntry, AuditHead, AuditLeaf, AuditPayload
from storage.tables.checkpoints import AuditCheckpoint
from storage.tables.sealing import DataKey
from storage.types import EPOCH, MICROSECOND

BATCH = 2_048
MOMENT_LENGTH = len("2026-03-02T09:30:00.000120Z")
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
    ledger: Path | None = None,
) -> Verification:
    """Check the whole record and stop at the first thing wrong.

    Without a keyring, or with one that lacks a secret, sealed values and data keys are counted as
    unopened; all else is checked all the same. `held` are checkpoints from elsewhere to compare it
    with, `verifiers` the keys of those in the database. A value may be missing where an erasure
    that two people approved lists it; one repeated after a restore counts if `ledger` has it.
    `on_progress` is called after each range.
    """
    with snapshot(engine) as connection:
        run = _Verifier(connection, keyring, on_progress, held or Collected(), verifiers, ledger)
        outcome = run.run()
        return replace(outcome, doubts=outcome.doubts + (() if held is None else held.doubts))


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
        ledger: Path | None,
    ) -> None:
        self._connection = connection
        self._keyring = keyring
        self._on_progress = on_progress
        self._verifiers = verifiers
        self._comparison = Comparison(held.held)
        self._tree = Frontier()
        self._unopened = 0
        self._form = _Form(dashes=connection.dialect.name != "sqlite")
        self._ledger = ledger
        self._gaps = NO_GAPS

    def run(self) -> Verification:
        finding = None
        try:
            size, frontier, root = self._head()
            self._check_data_keys()
            self._gaps = self._erased()
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
            doubts=() if self._gaps.doubt is None else (self._gaps.doubt,),
        )

    def _erased(self) -> Gaps:
        """None where a row cannot be read; which one, the check of its range finds out."""
        try:
            with self._connection.begin_nested():
                return gaps(self._connection, self._keyring, self._ledger)
        except UNREADABLE:
            return NO_GAPS

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
        agrees = self._form.agrees
        try:
            for seq, row in enumerate(entries, first):
                if row[0] != seq:
                    raise _BrokenRecord(Flaw.MISSING, seq)
                body = row[2]
                parts = usual_parts(body) if body.__class__ is bytes else None
                if parts and sha256(b"\x00" + body).digest() == row[1] and agrees(row, parts):
                    if parts[4] != NO_FIELDS or seq in values:
                        fields = json.loads(parts[4])
                        self._check_values(seq, parts[5], fields, values[seq], opener)
                else:
                    read = self._check_entry(row)
                    self._check_values(seq, read.entry_id, read.fields, values[seq], opener)
                leaves.append(row[1])
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

    def _check_entry(self, row: AnyRow) -> BodyRead:
        """What the entry's body says, after its leaf, its shape and its columns were checked."""
        seq, leaf, body, *columns = row
        if body is None:
            raise _BrokenRecord(Flaw.BODY_MISSING, seq)
        # SQLite takes text for bytes where somebody else writes.
        if not isinstance(body, bytes) or sha256(b"\x00" + body).digest() != leaf:
            raise _BrokenRecord(Flaw.BODY, seq)
        try:
            read = parse_body(body)
            repeated = self._form.repeated(read)
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise _BrokenRecord(Flaw.FORMAT, seq) from error
        if columns != repeated:
            pairs = zip(REPEATED, columns, repeated, strict=True)
            wrong = next(name for name, stored, told in pairs if stored != told)
            raise _BrokenRecord(Flaw.COLUMN, seq, wrong)
        return read

    def _check_values(
        self,
        seq: int,
        entry_id: str,
        fields: Mapping[str, str],
        values: Mapping[str, AnyRow],
        opener: Opener | None,
    ) -> None:
        if extra := values.keys() - fields.keys():
            raise _BrokenRecord(Flaw.VALUE_EXTRA, seq, min(extra))
        missing = {name for name in fields.keys() - values.keys() if not self._gaps.has(seq, name)}
        if missing and self._gaps.unreadable:
            self._unopened += len(missing)
        elif missing:
            raise _BrokenRecord(Flaw.VALUE_MISSING, seq, min(missing))
        for name, promised in fields.items():
            if name in values:
                self._check_value(seq, entry_id, values[name], promised, opener)

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
            if value.kid in self._gaps.keys and value.kid == key_id(value.sealed):
                return
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
            _uuid(AuditEntry.actor),
            type_coerce(AuditEntry.action, String),
            type_coerce(AuditEntry.object_type, String),
            _uuid(AuditEntry.object_id),
            AuditEntry.object_version,
            _uuid(AuditEntry.subject),
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


def _uuid(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """A UUID as the database writes it: PostgreSQL with dashes, SQLite as the text that it is."""
    return cast(column, String)


class _Form:
    """How the columns that repeat a body are written in one kind of database."""

    def __init__(self, *, dashes: bool) -> None:
        self._dashes = dashes
        self._seconds: dict[str, int] = {}

    def agrees(self, row: AnyRow, parts: Parts) -> bool:
        """Whether the columns of an entry repeat the parts of its body in the usual form."""
        action, actor, at, sensitivity, _, _, object_id, kind, version, subject = parts
        if not self._dashes:
            object_id = object_id.replace("-", "")
            actor = actor and actor.replace("-", "")
            subject = subject and subject.replace("-", "")
        _, _, _, at_, actor_, action_, kind_, object_id_, version_, subject_, sensitivity_ = row
        return bool(
            action == action_
            and object_id == object_id_
            and actor == actor_
            and subject == subject_
            and kind == kind_
            and sensitivity == sensitivity_
            and (version_ is None if version is None else int(version) == version_)
            and self._microseconds(at) == at_
        )

    def repeated(self, read: BodyRead) -> list[object]:
        """What the columns must hold, in the order of REPEATED. Raise ValueError for no moment."""
        actor, object_id, subject = read.actor, read.object_id, read.subject
        if not self._dashes:
            actor = actor and actor.replace("-", "")
            object_id = object_id.replace("-", "")
            subject = subject and subject.replace("-", "")
        return [
            self._microseconds(read.at),
            actor,
            read.action,
            read.object_type,
            object_id,
            read.object_version,
            subject,
            read.sensitivity,
        ]

    def _microseconds(self, at: str) -> int:
        """Of one transaction, and of many within a second, all but the fraction is the same."""
        second = self._seconds.get(at[:19])
        if second is None or len(at) != MOMENT_LENGTH:
            moment = datetime.fromisoformat(at)
            if len(at) != MOMENT_LENGTH:
                return (moment - EPOCH) // MICROSECOND
            if len(self._seconds) > BATCH:
                self._seconds.clear()
            second = (moment.replace(microsecond=0) - EPOCH) // MICROSECOND
            self._seconds[at[:19]] = second
        return second + int(at[20:26])


def _committed(opener: Opener, entry_id: str, value: AnyRow) -> str:
    """The commitment that the sealed value opens to. Raise SealingError where it does not open."""
    owner = UUID(entry_id)
    salt, content = open_value(opener, owner, value.name, value.sealed)
    return commitment(salt, owner, value.name, content).hex()
