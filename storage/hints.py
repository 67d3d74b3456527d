"""A hint from whoever commits to those who deliver, in other processes: something urgent is due.

On PostgreSQL alone, where there are others. Nothing depends on it: delivery looks by itself, too.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, text

_CHANNEL = "accord_due"
_HINT = text(f"NOTIFY {_CHANNEL}")


def hint(connection: Connection) -> None:
    """Wake those who deliver once this transaction has committed; without words, once at most."""
    if connection.dialect.name == "postgresql":
        connection.execute(_HINT)


def can_hint(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def listen(engine: Engine) -> Any:
    """A connection of its own, outside of the pool, that hears hints: psycopg's.

    Raises what psycopg raises where the database is away.
    """
    arguments, options = engine.dialect.create_connect_args(engine.url)
    connection: Any = engine.dialect.connect(*arguments, **options)
    connection.autocommit = True
    connection.execute(f"LISTEN {_CHANNEL}")
    return connection
