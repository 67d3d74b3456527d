"""The database engine: SQLite or PostgreSQL, with the same promises for transactions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

# What a Slack request may wait for a lock before it says "please press again".
LOCK_WAIT_MS = 1_000

WRITING = "accord_writing"


def open_engine(url: str, *, pool_size: int = 8, lock_wait_ms: int = LOCK_WAIT_MS) -> Engine:
    """An engine for `url` (`sqlite:///…` or `postgresql+psycopg://…`).

    Raises sqlalchemy's ArgumentError for a malformed URL. Connections are made on first use.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, pool_size, lock_wait_ms)
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=lock_wait_ms / 1000,
        hide_parameters=True,
        connect_args={"options": f"-c lock_timeout={lock_wait_ms} -c timezone=UTC"},
    )


def _sqlite(url: str, pool_size: int, lock_wait_ms: int) -> Engine:
    engine = create_engine(
        url,
        # An error's text may reach the log; what people wrote must not.
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=lock_wait_ms / 1000,
        connect_args={"timeout": lock_wait_ms / 1000, "check_same_thread": False},
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
    def _begin(connection: Any) -> None:
        # A read that later turns into a write ignores busy_timeout and fails at once; a writer
        # therefore takes the lock first.
        writing = connection.get_execution_options().get(WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"
