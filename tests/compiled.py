"""Databases come and go with every test; what SQLAlchemy has worked out about a statement stays.

An engine keeps the text of each statement that it ran, under a key that names its dialect. Each
test has several engines, on a database that nobody had before, and would write the same few hundred
texts anew: a quarter of a scene. All engines of one kind share them here.
"""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

KEPT = 5_000


class _Alike:
    """Every one of a kind writes a statement in the same way, so they are equal as keys."""

    def __init_subclass__(cls) -> None:
        cls._texts = LRUCache(KEPT)  # type: ignore[attr-defined] # one for each kind

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        texts = cls._texts  # type: ignore[attr-defined] # set for each kind, above
        engine.update_execution_options(compiled_cache=texts)


class Sqlite(_Alike, SQLiteDialect_pysqlite):
    supports_statement_cache = True


class Postgres(_Alike, PGDialect_psycopg):
    supports_statement_cache = True


def share_compiled_statements() -> None:
    """From now on, for every engine of this process."""
    registry.register("sqlite", __name__, Sqlite.__name__)
    registry.register("postgresql.psycopg", __name__, Postgres.__name__)
