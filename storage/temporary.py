"""Tables of one transaction: what a sweep works out for thousands of people stays in the database.

They hold ids, dates and numbers, are seen by one connection alone, and are empty when a transaction
begins. PostgreSQL needs the right to make temporary tables, which everybody has unless it is taken
from them.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    MetaData,
    String,
    Table,
    Uuid,
    cast,
    delete,
    func,
    literal,
    text,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.schema import CreateTable

_Id = ColumnElement[UUID] | InstrumentedAttribute[UUID]

OF_A_TRANSACTION = MetaData()


def begin(connection: Connection, *tables: Table) -> None:
    """Make these tables, or empty those that this connection has had before."""
    for table in tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        if connection.dialect.name == "sqlite":
            connection.execute(delete(table))


def learn(connection: Connection, table: Table) -> None:
    """PostgreSQL takes an unknown table for a small one, and then asks for row after row."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ANALYZE {table.name}"))


def dashed(connection: Connection, identity: _Id) -> ColumnElement[str]:
    """An id as Python writes it."""
    if connection.dialect.name == "postgresql":
        return cast(identity, String)
    plain = type_coerce(identity, String)
    parts = [func.substr(plain, first, length) for first, length in _PARTS]
    told: ColumnElement[Any] = parts[0]
    for part in parts[1:]:
        told = told.op("||")(literal("-")).op("||")(part)
    return type_coerce(told, String)


_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))


def numbered(connection: Connection, stem: str, number: ColumnElement[int]) -> ColumnElement[Any]:
    """Ids with a common stem (24 hexadecimal digits), in the order of their numbers.

    In order they are stored several times as fast as by chance.
    """
    if connection.dialect.name == "postgresql":
        return cast(literal(stem).op("||")(func.lpad(func.to_hex(number), 8, "0")), Uuid)
    return type_coerce(literal(stem).op("||")(func.printf("%08x", number)), Uuid)


def micros(moment: ColumnElement[Any]) -> ColumnElement[int]:
    """A moment as what it is stored as."""
    return type_coerce(moment, BigInteger)
