"""On SQLite one process at a time holds clock and delivery; on PostgreSQL any number may."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url


class LockHeld(Exception):
    """Another process holds clock and delivery of this database; `holder` is `pid 123 on host`."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


@contextmanager
def hold_lock(database_url: str) -> Iterator[None]:
    """Hold the clock-and-delivery lock for the length of the block.

    Raises LockHeld. The lock is the kernel's and dies with its process; the file `DATABASE.lock`
    stays and says who held it last. Not for a file system shared between hosts.
    """
    path = lock_path(database_url)
    if path is None:
        yield
        return
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockHeld(_holder(path)) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))
        file.flush()
        yield


def lock_path(database_url: str) -> Path | None:
    """Where the lock lies: beside the SQLite file. None where there is nothing to lock."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(f"{url.database}.lock")


def _holder(path: Path) -> str:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return f"pid {told['pid']} on {told['host']}"
    except (ValueError, KeyError, TypeError):
        return "another process"
