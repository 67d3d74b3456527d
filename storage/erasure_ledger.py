"""The file outside the database that says what was erased, so that no backup brings it back.

A line for each erasure and for each batch of a purge, with ids alone. Like the file of checkpoints
it is only ever appended to.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.canonical import canonical
from domain.erasure import StoredErasure
from domain.retention import StoredPurge
from domain.retention_rules import Kind, Part

VERSION = 1
_END = b"\n"


class LedgerTrouble(Exception):
    """The ledger cannot be written, or holds something that is no line of ours; `code` says."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One erasure as the ledger has it, and the SHA-256 of its line."""

    id: UUID
    person: UUID
    parts: tuple[Part, ...]
    approval: UUID
    asked_by: UUID
    approved_by: UUID
    at: datetime
    sha256: bytes


@dataclass(frozen=True, slots=True)
class PurgeLine:
    """What one batch of a purge took, as the ledger has it, and the SHA-256 of its line.

    `source` is the name of a `storage.retained.Source`, `things` are those of it in words.
    """

    id: UUID
    purge: UUID
    kind: Kind
    source: str
    things: tuple[str, ...]
    day: date
    policy: int
    asked_at: datetime
    approval: UUID
    asked_by: UUID
    approved_by: UUID
    at: datetime
    sha256: bytes


def line_of(erasure: StoredErasure) -> bytes:
    """The line, as it is written and as its hash goes into the record."""
    return canonical(
        {
            "v": VERSION,
            "erasure": str(erasure.id),
            "person": str(erasure.person),
            "parts": [part.value for part in erasure.parts],
            "approval": str(erasure.approval),
            "asked_by": str(erasure.asked_by),
            "approved_by": str(erasure.approved_by),
            "at": erasure.at.isoformat(),
        }
    )


def line_of_batch(
    batch: UUID, purge: StoredPurge, source: str, things: tuple[str, ...], at: datetime
) -> bytes:
    """The same for what one batch of a purge takes."""
    return canonical(
        {
            "v": VERSION,
            "batch": str(batch),
            "purge": str(purge.id),
            "kind": purge.kind.value,
            "source": source,
            "things": list(things),
            "day": purge.day.isoformat(),
            "policy": purge.policy,
            "asked_at": purge.asked_at.isoformat(),
            "approval": str(purge.approval),
            "asked_by": str(purge.asked_by),
            "approved_by": str(purge.approved_by),
            "at": at.isoformat(),
        }
    )


def digest(line: bytes) -> bytes:
    return hashlib.sha256(line).digest()


def append_line(path: Path, line: bytes) -> None:
    """On disk when this returns, or LedgerTrouble. A line that is half written spoils no other."""
    try:
        with _appending(path) as file:
            # Behind what a full disk or a lost machine left half written, begin anew.
            text = (_END if _is_torn(file) else b"") + line + _END
            if os.write(file, text) != len(text):
                raise LedgerTrouble("ledger_full")
            os.fsync(file)
    except OSError as error:
        raise LedgerTrouble("ledger_unwritable") from error


@contextmanager
def _appending(path: Path) -> Iterator[int]:
    """The file, open for this process alone; made if it is not there."""
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _is_torn(file: int) -> bool:
    size = os.fstat(file).st_size
    return size > 0 and os.pread(file, 1, size - 1) != _END


def try_to_append(path: Path) -> None:
    """LedgerTrouble where nothing could be appended; what is there stays as it is."""
    try:
        with _appending(path):
            pass
    except OSError as error:
        raise LedgerTrouble("ledger_unwritable") from error


def read_lines(path: Path) -> list[LedgerLine | PurgeLine]:
    """Everything in the ledger, in its order; nothing where there is no file yet.

    Raise LedgerTrouble where it cannot be read, or where its folder is missing, such as that of a
    disk which is not mounted: whoever goes on all the same might serve what was erased.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise LedgerTrouble("ledger_missing") from None
        return []
    except OSError as error:
        raise LedgerTrouble("ledger_unreadable") from error
    return [_parsed(line) for line in text.split(_END) if line.strip() and not _is_half(line)]


def _is_half(line: bytes) -> bool:
    """Whether writing it was cut short: then nothing was erased, for the line comes first.

    No line of ours has a closing brace but at its end.
    """
    return line.startswith(b"{") and b"}" not in line


def _parsed(line: bytes) -> LedgerLine | PurgeLine:
    try:
        told = json.loads(line)
        if told["v"] != VERSION:
            raise LedgerTrouble("ledger_foreign")
        return _purge(told, line) if "batch" in told else _erasure(told, line)
    except (ValueError, TypeError, KeyError) as error:
        raise LedgerTrouble("ledger_foreign") from error


def _erasure(told: Mapping[str, Any], line: bytes) -> LedgerLine:
    return LedgerLine(
        UUID(told["erasure"]),
        UUID(told["person"]),
        tuple(Part(one) for one in told["parts"]),
        *_people(told),
        datetime.fromisoformat(told["at"]),
        digest(line),
    )


def _purge(told: Mapping[str, Any], line: bytes) -> PurgeLine:
    return PurgeLine(
        UUID(told["batch"]),
        UUID(told["purge"]),
        Kind(told["kind"]),
        str(told["source"]),
        tuple(str(one) for one in told["things"]),
        date.fromisoformat(told["day"]),
        int(told["policy"]),
        datetime.fromisoformat(told["asked_at"]),
        *_people(told),
        datetime.fromisoformat(told["at"]),
        digest(line),
    )


def _people(told: Mapping[str, Any]) -> tuple[UUID, UUID, UUID]:
    return UUID(told["approval"]), UUID(told["asked_by"]), UUID(told["approved_by"])
