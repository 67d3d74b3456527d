"""Inserts that leave what is already there alone, written alike for both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from storage.conditions import built_once
from storage.statements import Statement
from storage.tables.base import Base


def insert_new(connection: Connection, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """INSERT … ON CONFLICT DO NOTHING: rows that any unique key forbids are passed over.

    On PostgreSQL it waits for a concurrent insert of the same key and sees its outcome, so that
    exactly one of two writers stores the row.
    """
    return _insert_new(connection.dialect.name, table)


def insert_if_new(connection: Connection, table: type[Base], row: Mapping[str, object]) -> bool:
    """The same for one row, given as a whole or in part; whether it was stored."""
    return _new_row(connection.dialect.name, table, *row).run(connection, row) == 1


def insert_those_new(
    connection: Connection, table: type[Base], rows: Sequence[Mapping[str, object]]
) -> int:
    """The same for one row or more, all with the same columns; how many were stored."""
    return _new_row(connection.dialect.name, table, *rows[0]).run_each(connection, rows)


@built_once
def _new_row(dialect_name: str, table: type[Base], *columns: str) -> Statement:
    return Statement(_insert_new(dialect_name, table).inline(), columns)


@built_once
def _insert_new(dialect_name: str, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    if dialect_name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()
