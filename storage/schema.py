"""The schema: which version the database has, and bringing it to the one this code needs."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, text
from sqlalchemy.exc import OperationalError

import storage.tables
from storage.database import WRITING, is_sqlite, open_engine
from storage.tables.base import Base
from storage.types import Moment, Word

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATING = 5_220_417
"""The number of PostgreSQL's advisory lock for it: any, as long as it stays the same."""
MIGRATING_TRIES = 5
DEADLOCK = "40P01"
"""PostgreSQL's name for it."""
MIGRATING_TAKES_MS = 60_000
"""At most, on SQLite; on PostgreSQL whoever comes second waits without a limit."""


class SchemaState(Enum):
    EMPTY = auto()
    CURRENT = auto()
    OUTDATED = auto()
    AHEAD = auto()
    """Unknown to this code: a newer release has migrated already. One release ahead is expected
    while replicas are replaced one by one, since migrations expand before they contract."""


def complete_metadata() -> MetaData:
    """All tables, including those that nothing has imported yet."""
    for module in pkgutil.iter_modules(storage.tables.__path__, "storage.tables."):
        import_module(module.name)
    return Base.metadata


def schema_state(engine: Engine) -> SchemaState:
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    scripts = _scripts()
    if found is None:
        return SchemaState.EMPTY
    if found == scripts.get_current_head():
        return SchemaState.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaState.OUTDATED if found in known else SchemaState.AHEAD


def migrate(engine: Engine) -> None:
    """Bring the database to the current schema in one transaction; nothing if it is there.

    People work meanwhile: whoever holds one of its tables while they wait for another may have
    PostgreSQL end this transaction. Then it is begun anew, a few times.
    """
    for _ in range(MIGRATING_TRIES - 1):
        try:
            return _migrate(engine)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != DEADLOCK:
                raise
    return _migrate(engine)


def _migrate(engine: Engine) -> None:
    with _patient(engine) as waiting, waiting.begin() as connection:
        if not is_sqlite(engine):
            # Replicas start at once: one migrates, the others wait for it and find it done.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATING})"))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _patient(engine: Engine) -> Iterator[Engine]:
    """The same database for those who wait for another that migrates, which may take seconds."""
    if not is_sqlite(engine):
        yield engine.execution_options(**{WRITING: True})
        return
    patient = open_engine(str(engine.url), lock_wait_ms=MIGRATING_TAKES_MS)
    try:
        yield patient.execution_options(**{WRITING: True})
    finally:
        patient.dispose()


def new_revision(engine: Engine, message: str, number: str) -> None:
    """Write a migration from the difference between tables and database. For developers."""
    config = _config()
    complete_metadata()
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=number)


def plain_types(kind: str, item: object, _context: object) -> str | Literal[False]:
    """How a migration writes our column types: as what the database stores, without our code."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Word):
        return "sa.String(40)"
    return False


@cache
def _scripts() -> ScriptDirectory:
    """The migrations that came with this code, read once."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
