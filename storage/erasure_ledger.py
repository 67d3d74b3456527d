"""The file outside the database that says who was erased, so that no backup brings them back.

A line for each erasure, with ids alone. Like the file of checkpoints it is only ever appended to.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from domain.canonical import canonical
from domain.erasure import StoredErasure
from domain.retention_rules import Part

VERSION = 1


class LedgerTrouble(Exception):
    """The ledger cannot be written, or holds something that is no line of ours; `code` says."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One erasure as the ledger has it, and the SHA-256 of its line."""

    erasure: UUID
    person: UUID
    parts: tuple[Part, ...]
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


def digest(line: bytes) -> bytes:
    return hashlib.sha256(line).digest()


def append_line(path: Path, line: bytes) -> None:
    """On disk when this returns, or LedgerTrouble. A line that is half written spoils no other."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            text = line + b"\n"
            if os.write(file, text) != len(text):
                os.write(file, b"\n")
                raise LedgerTrouble("ledger_full")
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise LedgerTrouble("ledger_unwritable") from error


def try_to_append(path: Path) -> None:
    """LedgerTrouble where nothing could be appended; what is there stays as it is."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640))
    except OSError as error:
        raise LedgerTrouble("ledger_unwritable") from error


def read_lines(path: Path) -> list[LedgerLine]:
    """Every erasure of the ledger, the first one first; none where there is no file yet.

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
    return [_parsed(line) for line in text.split(b"\n") if line.strip()]


def _parsed(line: bytes) -> LedgerLine:
    try:
        told = json.loads(line)
        if told["v"] != VERSION:
            raise LedgerTrouble("ledger_foreign")
        return LedgerLine(
            UUID(told["erasure"]),
            UUID(told["person"]),
            tuple(Part(one) for one in told["parts"]),
            UUID(told["approval"]),
            UUID(told["asked_by"]),
            UUID(told["approved_by"]),
            datetime.fromisoformat(told["at"]),
            digest(line),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise LedgerTrouble("ledger_foreign") from error
