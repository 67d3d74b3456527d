"""The file that checkpoints are appended to: where only appending is allowed, at its best.

It may lie on another host, or on a disk that refuses to change what was written (`chattr +a`, WORM
storage). Nothing here ever shortens, overwrites or replaces it.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.checkpoints import Checkpoint, notes_in, read_checkpoint
from domain.signed_notes import MalformedNote

# The newest checkpoint is looked for in this much of the file's end.
TAIL_BYTES = 64 * 1024
APART = b"\n"


class AnchorTrouble(Exception):
    """The file does not have the checkpoint; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def append_note(
    path: Path, note: str, checkpoint: Checkpoint, root_at: Callable[[int], bytes | None]
) -> None:
    """Put the checkpoint at the file's end, on disk when this returns; once, however often asked.

    `root_at` gives the root that the record now has over its first so many entries. Raise
    AnchorTrouble: `anchor_ahead` where the file knows of more entries, `anchor_contradicts` where
    it has another root for what should be the same entries, `anchor_foreign` where it holds
    something else, or the name of the system's error.
    """
    try:
        with _appending(path) as file:
            known, is_torn = _newest(file)
            if known is not None and _has(known, checkpoint, root_at):
                return
            # Behind what a full disk or a lost machine left half written, begin anew.
            text = (APART * 2 if is_torn else b"") + note.encode() + APART
            while text:
                text = text[os.write(file, text) :]
            os.fsync(file)
    except OSError as error:
        raise AnchorTrouble(errno.errorcode.get(error.errno or 0, "EIO").lower()) from error


@contextmanager
def _appending(path: Path) -> Iterator[int]:
    """The file, open for this process alone; made if it is not there, and its folder told so."""
    is_new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        if is_new:
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        yield file
    finally:
        os.close(file)


def _newest(file: int) -> tuple[Checkpoint | None, bool]:
    """The last checkpoint in the file, and whether something unfinished stands at its end."""
    size = os.fstat(file).st_size
    tail = os.pread(file, TAIL_BYTES, max(size - TAIL_BYTES, 0))
    if not tail.strip():
        return None, False
    notes = list(notes_in(tail.decode(errors="replace")))
    if not notes:
        raise AnchorTrouble("anchor_foreign")
    try:
        return read_checkpoint(notes[-1]), not tail.endswith(APART * 2)
    except MalformedNote as error:
        raise AnchorTrouble("anchor_foreign") from error


def _has(known: Checkpoint, new: Checkpoint, root_at: Callable[[int], bytes | None]) -> bool:
    """Whether the file has it already; AnchorTrouble where the two cannot be of one record."""
    if known.size > new.size:
        raise AnchorTrouble("anchor_ahead")
    root = new.root if known.size == new.size else root_at(known.size)
    if root != known.root:
        raise AnchorTrouble("anchor_contradicts")
    return known.size == new.size
