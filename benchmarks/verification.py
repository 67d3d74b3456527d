"""Verifying the record, from the database and from an exported file, against raw SHA-256.

Fair because the baseline hashes the very bodies that the verification hashes, one by one, in the
same process and in turn with it; it reads nothing and builds no tree. From the database, every
column is compared with what the body says. Told is how many entries are verified in the time in
which the baseline hashes one, and how much the most memory held grows with ten times the entries.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from sqlalchemy import Engine, select

from benchmarks.databases import BigDatabases
from benchmarks.measuring import Ratios
from bot.record_command import READ_BYTES
from domain.audit import Action, Actor, ActorKind, AuditEvent, Lineage
from domain.entries import Stamp
from domain.notices import SubjectType
from domain.origin import Via
from domain.record_file import verify_file
from storage.audit import append
from storage.database import WRITING, open_engine
from storage.keyring import Keyring
from storage.proofs import export_lines
from storage.sealing import Sealer
from storage.tables.audit import AuditEntry
from storage.verify import snapshot, verify
from tests.databases import Kind

AT_ONCE = 5_000
BASELINE = 100_000
SECRET = "a secret of at least 32 characters"  # noqa: S105 - opens what this benchmark seals


@dataclass(frozen=True, slots=True)
class Verifying:
    """How fast against the baseline, in each round, and bytes at the most for a tenth and all."""

    database: Ratios
    file: Ratios
    memory: tuple[int, int]

    def __str__(self) -> str:
        few, many = (one / 2**20 for one in self.memory)
        return (
            f"from the database {self.database}, from a file {self.file} of raw SHA-256; "
            f"{few:.1f} MiB for a tenth, {many:.1f} MiB for all"
        )


def verification(databases: BigDatabases, kind: Kind, entries: int, rounds: int) -> Verifying:
    """Verify a record of that many entries, again and again."""
    with (
        _recorded(databases, kind, entries // 10) as small,
        _recorded(databases, kind, entries) as large,
        TemporaryDirectory() as folder,
    ):
        file = Path(folder) / "record"
        with file.open("wb") as out, snapshot(large) as connection:
            out.writelines(export_lines(connection, None))
        bodies = _some_bodies(large)
        from_database, from_file = [], []
        for _ in range(rounds):
            raw = _rate(lambda: _hash(bodies), len(bodies))
            from_file.append(_rate(lambda: _check_file(file), entries) / raw)
            from_database.append(_rate(lambda: _check(large), entries) / raw)
        memory = (_peak(lambda: _check(small)), _peak(lambda: _check(large)))
    return Verifying(Ratios(from_database), Ratios(from_file), memory)


@contextmanager
def _recorded(databases: BigDatabases, kind: Kind, entries: int) -> Iterator[Engine]:
    """A record of so many entries, as an import or a season of check-ins leaves it."""
    engine = open_engine(databases.empty(kind), lock_wait_ms=60_000)
    keyring = Keyring([SECRET])
    for first in range(0, entries, AT_ONCE):
        events = [_event() for _ in range(min(AT_ONCE, entries - first))]
        with engine.execution_options(**{WRITING: True}).begin() as connection:
            stamp = Stamp(datetime.now(UTC), Via.ACTION, "benchmark", 1)
            append(connection, Sealer(connection, keyring, "2026"), stamp, events)
    yield engine
    engine.dispose()


def _event() -> AuditEvent:
    """A reading from elsewhere, some 700 bytes, without values: opening what is sealed is another
    matter than hashing what is not."""
    return AuditEvent(
        Action.GOAL_UPDATE,
        Actor(ActorKind.PERSON, uuid4(), role="hr"),
        SubjectType.GOAL,
        uuid4(),
        1,
        subject=uuid4(),
        lineage=Lineage("zendesk", "http", datetime.now(UTC), bytes(32), "median", (1, 2)),
    )


def _some_bodies(engine: Engine) -> Sequence[bytes]:
    with engine.connect() as connection:
        return connection.scalars(
            select(AuditEntry.body).order_by(AuditEntry.seq).limit(BASELINE)
        ).all()


def _hash(bodies: Sequence[bytes]) -> None:
    for body in bodies:
        sha256(body).digest()


def _check(engine: Engine) -> None:
    if verify(engine, None).finding is not None:
        raise RuntimeError("the record of the benchmark is broken")


def _check_file(file: Path) -> None:
    with file.open("rb", buffering=READ_BYTES) as lines:
        if verify_file(lines, ()).outcome.finding is not None:
            raise RuntimeError("the file of the benchmark is broken")


def _rate(act: Callable[[], None], entries: int) -> float:
    begun = time.perf_counter()
    act()
    return entries / (time.perf_counter() - begun)


def _peak(act: Callable[[], None]) -> int:
    tracemalloc.start()
    act()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
