"""The database engine: SQLite or PostgreSQL, with the same promises for transactions."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# What a Slack request may wait for a lock before it says "please press again".
LOCK_WAIT_MS = 1_000

WRITING = "accord_writing"
_WRITER = "accord_writer"

# What is raised where the database does not answer in time: a lock, or a connection of the pool.
NOT_IN_TIME = (OperationalError, PoolTimeout)


def open_engine(
    url: str,
    *,
    pool_size: int = 8,
    lock_wait_ms: int = LOCK_WAIT_MS,
    beside: Engine | None = None,
    name: str | None = None,
) -> Engine:
    """An engine for `url` (`sqlite:///…` or `postgresql+psycopg://…`).

    `beside` is another engine of this process for the same database. PostgreSQL shows `name` with
    its connections. Raises sqlalchemy's ArgumentError for a malformed URL. Connections are made on
    first use.
    """
    if make_url(url).get_backend_name() == "sqlite":
        engine = _sqlite(url, pool_size, lock_wait_ms)
        _share_or_make_writer(engine, lock_wait_ms, beside)
        return engine
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=lock_wait_ms / 1000,
        # The same few connections over and over: theirs are the statements that are prepared.
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={
            "options": f"-c lock_timeout={lock_wait_ms} -c timezone=UTC",
            **({} if name is None else {"application_name": name}),
        },
    )


def missing_file(url: str) -> str | None:
    """The SQLite file of this URL where there is none: opening it would make an empty one."""
    found = make_url(url)
    if found.get_backend_name() != "sqlite" or found.database in (None, "", ":memory:"):
        return None
    return None if Path(str(found.database)).exists() else found.database


def _sqlite(url: str, pool_size: int, lock_wait_ms: int) -> Engine:
    engine = create_engine(
        url,
        # An error's text may reach the log; what people wrote must not.
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=lock_wait_ms / 1000,
        # The same few connections over and over: theirs are the pages that are in memory.
        pool_use_lifo=True,
        connect_args={
            "timeout": lock_wait_ms / 1000,
            "check_same_thread": False,
            "cached_statements": 512,
        },
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling is switched off: we send BEGIN ourselves.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        # What is erased must not stay readable in the file's free pages.
        connection.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A read that later turns into a write ignores busy_timeout and fails at once; a writer
        # therefore takes the lock first.
        if connection.get_execution_options().get(WRITING, False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Takes no lock and cannot fail; SQLAlchemy's own way costs as much as a short query.
            connection.connection.cursor().execute("BEGIN")

    return engine


def _share_or_make_writer(engine: Engine, lock_wait_ms: int, beside: Engine | None) -> None:
    if beside is not None:
        engine.update_execution_options(**{_WRITER: for_writing(beside)})
        return
    url = engine.url.render_as_string(hide_password=False)
    writer = _sqlite(url, 1, lock_wait_ms).execution_options(**{WRITING: True})
    engine.update_execution_options(**{_WRITER: writer})

    @event.listens_for(engine, "engine_disposed")
    def _dispose_both(_engine: Engine) -> None:
        writer.dispose()


def for_writing(engine: Engine) -> Engine:
    """The same database for those who write.

    On SQLite, which has one writer at a time, all of a process queue for a single connection. Left
    to SQLite they would each try again and again, whoever comes later overtaking; and every commit
    through another connection makes a connection forget the pages that it knows.
    """
    if is_sqlite(engine):
        writer: Engine = engine.get_execution_options()[_WRITER]
        return writer
    return engine.execution_options(**{WRITING: True})


def for_reading(engine: Engine) -> Engine:
    """The same database for those who only read.

    PostgreSQL is asked without a transaction, which would be two more round trips and, at READ
    COMMITTED, no more consistent. SQLite's costs nothing and gives one moment to all statements.
    """
    return engine if is_sqlite(engine) else engine.execution_options(isolation_level="AUTOCOMMIT")


def is_damaged(error: BaseException) -> bool:
    """Whether the database says that its own files are no longer whole."""
    if isinstance(error, UnicodeDecodeError):
        # SQLite's complaint quotes what it found, which may be no text.
        return error.object.startswith(b"malformed database schema")
    sqlite, state = _said(error)
    return sqlite in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or state.startswith("XX")


def is_full(error: BaseException) -> bool:
    """Whether the database's disk has no room left."""
    sqlite, state = _said(error)
    return sqlite == sqlite3.SQLITE_FULL or state == "53100"


def _said(error: BaseException) -> tuple[int, str]:
    """SQLite's code, without the byte above that tells of details, and PostgreSQL's."""
    found = error.orig if isinstance(error, DBAPIError) else None
    sqlite = getattr(found, "sqlite_errorcode", 0) & 0xFF
    return sqlite, getattr(found, "sqlstate", None) or ""


def is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"
