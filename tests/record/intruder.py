"""Somebody who owns the database and changes it behind the application's back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, NullPool, create_engine


@contextmanager
def intruder(database_url: str) -> Iterator[Connection]:
    """A connection that no guard and no foreign key holds up; what is left open is committed."""
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":  # foreign keys are off unless asked for
            triggers = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            )
            for name in triggers.scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        connection.commit()
        yield connection
        connection.commit()
