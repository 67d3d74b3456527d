"""Verifying the whole record from the database: every hash, column, sealed value and key.

Entries are read in ranges of numbers, in one read snapshot, so memory stays flat however long the
record is, and people can go on working meanwhile.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    func,
    or_,
    select,
)
from sqlalchemy.exc import DBAPIError

from domain.body_reading import NO_FIELDS, BodyRead, parse_body
from domain.checkpoints import open_checkpoint, read_checkpoint
from domain.entries import commitment
from domain.held import Collected, Comparison, Held
from domain.merkle import Frontier
from domain.signed_notes import BadSignature, MalformedNote, UnknownKey, Verifier
from domain.verification import Finding, Flaw, Progress, Verification
from storage.audit import HEAD_ID, open_value
from storage.body_columns import REPEATED, AnyRow, BodyColumns
from storage.database import is_sqlite
from storage.erased_gaps import NO_GAPS, Gaps, gaps
from storage.keyring import Corrupt, KeyGone, Keyring, SealingError, WrongKey
from storage.record_ranges import RANGES, SealedValue
from storage.sealing import Opener, key_id, unwrap_row
from storage.tables.audit import AuditEntry, AuditHead, AuditLeaf, AuditPayload
from storage.tables.checkpoints import AuditCheckpoint
from storage.tables.sealing import DataKey

BATCH = 1_024
# What reading a damaged row can raise: the driver's refusals, and conversions that fail.
UNREADABLE = (DBAPIError, ValueError, TypeError)


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
    with, `verifiers` the keys of those in the database. A value may be missing where an erasure or
    a purge that two people approved lists it, a body where such a purge does; an erasure repeated
    after a restore counts if `ledger` has it.
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
        self._columns = BodyColumns(dashes=connection.dialect.name != "sqlite")
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
            if isinstance(broken.__cause__, DBAPIError) and broken.__cause__.connection_invalidated:
                # The database went away: that says nothing of the record.
                raise broken.__cause__ from None
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
        hashes, entries, sealed, notes = self._read(first, end)
        values: dict[int, dict[str, SealedValue]] = defaultdict(dict)
        for value in map(SealedValue._make, sealed):
            values[value.seq][value.name] = value
        leaves: list[bytes] = []
        try:
            self._check_entries(range(first, end), hashes, entries, values, leaves)
        except _BrokenRecord:
            self._tree.extend(leaves)
            raise
        self._comparison.add(map(self._stored_checkpoint, notes))
        self._require(self._comparison.extend(self._tree, leaves))

    def _check_entries(
        self,
        seqs: range,
        hashes: Sequence[AnyRow],
        entries: Sequence[AnyRow],
        values: Mapping[int, Mapping[str, SealedValue]],
        leaves: list[bytes],
    ) -> None:
        """Check a range of entries with their values; `leaves` takes in those that are intact."""
        opener = self._opener(values)
        usual = None
        if len(hashes) == len(seqs):
            usual = self._columns.agreeing(seqs.start, hashes, entries)
        if usual is not None and not values and all(body[4] == NO_FIELDS for body in usual):
            leaves += [leaf for _, leaf in hashes]
            return
        of = {entry[0]: entry[1:] for entry in entries}
        for place, (seq, (stored, leaf)) in enumerate(zip(seqs, hashes, strict=False)):
            if usual is not None:
                fields, entry_id = usual[place][4:6]
                promised = {} if fields == NO_FIELDS else json.loads(fields)
            else:
                if stored != seq:
                    raise _BrokenRecord(Flaw.MISSING, seq)
                if seq not in of and self._is_purged(seq):
                    if seq in values:
                        raise _BrokenRecord(Flaw.VALUE_EXTRA, seq, min(values[seq]))
                    leaves.append(leaf)
                    continue
                read = self._check_entry(seq, leaf, of.get(seq))
                promised, entry_id = read.fields, read.entry_id
            if promised or seq in values:
                self._check_values(seq, entry_id, promised, values.get(seq, {}), opener)
            leaves.append(leaf)
        if len(hashes) < len(seqs):
            raise _BrokenRecord(Flaw.MISSING, seqs[len(hashes)])

    def _is_purged(self, seq: int) -> bool:
        """Whether an approved purge lists the body. Where that cannot be read, nobody can tell."""
        if seq in self._gaps.bodies:
            return True
        self._unopened += self._gaps.unreadable
        return self._gaps.unreadable

    def _stored_checkpoint(self, row: AnyRow) -> Held:
        """One of those made within a range, if its note and its columns say alike."""
        size, root, note = row
        try:
            told = read_checkpoint(note)
            with suppress(UnknownKey):
                open_checkpoint(note, self._verifiers)
        except (MalformedNote, BadSignature, TypeError) as error:
            raise _BrokenRecord(Flaw.STORED_CHECKPOINT, part=f"of {size} entries") from error
        if (told.size, told.root) != (size, root):
            raise _BrokenRecord(Flaw.STORED_CHECKPOINT, part=f"of {size} entries")
        return Held(size, root, "a checkpoint in the database", outside=False)

    def _opener(self, values: Mapping[int, Mapping[str, SealedValue]]) -> Opener | None:
        """An opener for one range, so that the keys held at a time stay few."""
        if self._keyring is None:
            return None
        opener = Opener(self._connection, self._keyring)
        # What is wrong with one of them is told when that one is opened.
        with suppress(SealingError, TypeError):
            opener.preload(value.sealed for named in values.values() for value in named.values())
        return opener

    def _check_entry(self, seq: int, leaf: bytes, row: AnyRow | None) -> BodyRead:
        """What the entry's body says, after its leaf, its shape and its columns were checked."""
        body, *columns = row or [None]
        if body is None:
            raise _BrokenRecord(Flaw.BODY_MISSING, seq)
        # SQLite takes text for bytes where somebody else writes.
        if not isinstance(body, bytes) or sha256(b"\x00" + body).digest() != leaf:
            raise _BrokenRecord(Flaw.BODY, seq)
        try:
            read = parse_body(body)
            repeated = self._columns.of(read)
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
        values: Mapping[str, SealedValue],
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
        self, seq: int, entry_id: str, value: SealedValue, promised: str, opener: Opener | None
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
        except (Corrupt, ValueError, TypeError) as error:
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

    def _read(self, first: int, end: int) -> list[list[AnyRow]]:
        """What lies in a range: leaves, entries, sealed values, checkpoints.

        Where something cannot be read, the range is halved until it stands alone.
        """
        span = {"first": first, "end": end}
        try:
            with self._in_case_of_failure():
                return [wanted.stored(self._connection, span) for wanted in RANGES]
        except UNREADABLE as error:
            if end - first == 1:
                raise _BrokenRecord(Flaw.UNREADABLE, first) from error
        middle = (first + end) // 2
        halves = zip(self._read(first, middle), self._read(middle, end), strict=True)
        return [before + after for before, after in halves]

    def _in_case_of_failure(self) -> AbstractContextManager[object]:
        """On PostgreSQL a statement that fails ends the transaction, short of a savepoint."""
        if self._connection.dialect.name == "sqlite":
            return nullcontext()
        return self._connection.begin_nested()


def _committed(opener: Opener, entry_id: str, value: SealedValue) -> str:
    """The commitment that the sealed value opens to. Raise SealingError where it does not open."""
    owner = UUID(entry_id)
    salt, content = open_value(opener, owner, value.name, value.sealed)
    return commitment(salt, owner, value.name, content).hex()
