"""Inserts that leave what is already there alone, written alike for both databases."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables.base import Base


def insert_new(connection: Connection, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """INSERT … ON CONFLICT DO NOTHING: rows that any unique key forbids are passed over.

    On PostgreSQL it waits for a concurrent insert of the same key and sees its outcome, so that
    exactly one of two writers stores the row.
    """
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()
