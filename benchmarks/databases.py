"""Big databases for one run: made once for each kind and size, thrown away at its end."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from benchmarks.history import fill_organisation
from benchmarks.measuring import measured_core
from benchmarks.organisation import Organisation
from storage.database import open_engine
from tests.databases import UNSAFE_BUT_FAST, Databases, Kind


class BigDatabases:
    """Filled databases by kind and number of people."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self._databases = databases
        self.folder = folder
        """For files beside the databases; thrown away with them."""
        self._urls: dict[tuple[Kind, int], str] = {}
        self._heads: dict[Kind, int] = {}

    def filled(self, kind: Kind, people: int) -> str:
        """The URL of a database with so many people and five goals for each of them."""
        url = self._urls.get((kind, people))
        if url is None:
            url = self._urls[kind, people] = self.empty(kind)
            engine = open_engine(url)
            fill_organisation(engine, Organisation(people, datetime.now(UTC)))
            engine.dispose()
        return url

    def empty(self, kind: Kind) -> str:
        """The URL of a database without anybody."""
        url = self._databases.fresh(kind)
        if kind is Kind.POSTGRES:
            self._heads[kind] = _as_in_earnest(url)
        return url

    def workers(self, kind: Kind) -> list[int]:
        """The processes of a database server, if it has any of its own."""
        head = self._heads.get(kind)
        return [] if head is None else _family(head)


@contextmanager
def big_databases() -> Iterator[BigDatabases]:
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as directory:
        databases = Databases(Path(directory))
        try:
            yield BigDatabases(databases, Path(directory))
        finally:
            databases.close()


def _as_in_earnest(url: str) -> int:
    """PostgreSQL on the measured core, and as careful with what it is told as it comes.

    Returns the process that all others of it come from.

    For tests it may forget things in a crash; here that would flatter us.
    """
    engine = open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in UNSAFE_BUT_FAST:
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = on")
        connection.execute(text("SELECT pg_reload_conf()"))
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        head = _parent(backend)
        for process in _family(head):
            os.sched_setaffinity(process, {measured_core()})
    engine.dispose()
    return head


def _parent(process: int) -> int:
    # The name in brackets may hold spaces; what follows it does not.
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def _family(head: int) -> list[int]:
    """The server and every process of its; those that it starts later are bound as it is."""
    others = [int(found.name) for found in Path("/proc").iterdir() if found.name.isdigit()]
    family = [head]
    for process in others:
        try:
            if _parent(process) == head:
                family.append(process)
        except OSError:
            continue
    return family
