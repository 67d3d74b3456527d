"""A flipped bit, or nonsense, in any column of the record is found."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    String,
    Table,
    Uuid,
    bindparam,
    select,
    type_coerce,
    update,
)
from sqlalchemy.exc import IntegrityError

from domain.verification import Verdict
from storage.database import open_engine
from storage.tables import Base
from storage.types import Moment, Word
from storage.verify import verify
from tests.databases import Databases, Kind
from tests.record.acts import KEYRING, record_a_negotiation
from tests.record.intruder import intruder

TABLES = ("audit_leaf", "audit_entry", "audit_payload", "audit_head", "data_key")
COLUMNS = [column for name in TABLES for column in Base.metadata.tables[name].columns]
FLIPS = 20

Stored = bytes | int | str | UUID


def in_plain(column: Column[Any]) -> ColumnElement[Any]:
    """The column as the database holds it, without types of ours that refuse a strange value."""
    if isinstance(column.type, Word):
        return type_coerce(column, String())
    if isinstance(column.type, Moment):
        return type_coerce(column, BigInteger())
    return column


def with_a_flipped_bit(value: Stored, column: Column[Any], chance: random.Random) -> Stored:
    match value:
        case bytes():
            changed = bytearray(value)
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
            return bytes(changed)
        case int():
            bits = 31 if isinstance(column.type, Integer) and not is_big(column) else 62
            return value ^ (1 << chance.randrange(bits))
        case UUID():
            return UUID(int=value.int ^ (1 << chance.randrange(128)))
        case str():
            # The lower five bits turn a letter or digit into what both databases take for text.
            place = chance.randrange(len(value))
            flipped = chr(ord(value[place]) ^ (1 << chance.randrange(5)))
            return value[:place] + flipped + value[place + 1 :]


def is_big(column: Column[Any]) -> bool:
    return isinstance(column.type, BigInteger | Moment)


def put(connection: Connection, column: Column[Any], key: Mapping[str, Any], value: Any) -> None:
    """Set one column of the row that has this primary key, and commit."""
    table = column.table
    assert isinstance(table, Table)
    held = bindparam("held", value, type_=in_plain(column).type)
    connection.execute(
        update(table)
        .where(*(table.c[name] == part for name, part in key.items()))
        .values({column: held})
    )
    connection.commit()


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_flipped_bit_is_found_in_every_column(
    engine: Engine, database_url: str, column: Column[Any]
) -> None:
    record_a_negotiation(engine)
    chance = random.Random(str(column))  # noqa: S311 - which bits are flipped is no secret
    found = 0
    with intruder(database_url) as connection:
        keys = [part.name for part in column.table.primary_key]
        rows = connection.execute(
            select(*column.table.primary_key, in_plain(column).label("held")).where(
                column.is_not(None)
            )
        ).all()
        connection.commit()
        for _ in range(FLIPS):
            *key, held = chance.choice(rows)
            changed = with_a_flipped_bit(held, column, chance)
            before = dict(zip(keys, key, strict=True))
            after = {
                name: changed if name == column.name else part for name, part in before.items()
            }
            try:
                put(connection, column, before, changed)
            except IntegrityError:  # it met another row's key, which no intruder could do either
                connection.rollback()
                continue
            outcome = verify(engine, KEYRING)
            assert outcome.verdict is Verdict.BROKEN, (before, held, changed)
            found += 1
            put(connection, column, after, held)
    assert found
    assert verify(engine, KEYRING).verdict is Verdict.INTACT


@pytest.mark.parametrize(
    "column",
    [column for column in COLUMNS if column.nullable and column.table.name == "audit_entry"],
    ids=str,
)
def test_a_value_set_to_nothing_or_nothing_set_to_a_value_is_found(
    engine: Engine, database_url: str, column: Column[Any]
) -> None:
    record_a_negotiation(engine)
    value: Stored = uuid4() if isinstance(column.type, Uuid) else 1
    keys = list(column.table.primary_key)
    for empty, planted in ((False, None), (True, value)):
        with intruder(database_url) as connection:
            row = connection.execute(
                select(*keys, column).where(column.is_(None) if empty else column.is_not(None))
            ).first()
            assert row is not None
            *key, held = row
            named = {part.name: value for part, value in zip(keys, key, strict=True)}
            put(connection, column, named, planted)
            assert verify(engine, KEYRING).verdict is Verdict.BROKEN
            put(connection, column, named, held)
    assert verify(engine, KEYRING).verdict is Verdict.INTACT


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET action = CAST(X'FF' AS TEXT) WHERE seq = 3",
        "UPDATE audit_entry SET at = 'never' WHERE seq = 3",
        "UPDATE audit_entry SET subject = 'nobody' WHERE seq = 3",
        "UPDATE audit_entry SET body = 'text' WHERE seq = 3",
        "UPDATE audit_payload SET sealed = 'text' WHERE seq = 3",
        "UPDATE audit_payload SET name = CAST(X'FF' AS TEXT) WHERE seq = 3",
        "UPDATE audit_payload SET kid = 'x' WHERE seq = 3",
    ],
)
def test_what_sqlite_lets_pass_in_a_column_is_found_and_named(
    databases: Databases, change: str
) -> None:
    url = databases.fresh(Kind.SQLITE)
    engine = open_engine(url)
    record_a_negotiation(engine)
    with intruder(url) as connection:
        connection.exec_driver_sql(change)
    assert str(verify(engine, KEYRING).finding).startswith("entry 3: ")
    engine.dispose()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_head SET root = 'text'",
        "UPDATE audit_head SET frontier = 5",
        "UPDATE audit_head SET size = 'many'",
        "UPDATE data_key SET subject = 'nobody' WHERE subject IS NOT NULL",
        "UPDATE data_key SET sensitivity = CAST(X'FF' AS TEXT) WHERE sensitivity = 'confidential'",
        "UPDATE data_key SET wrapped = 'text'",
        "UPDATE data_key SET wrapped_by = 7",
    ],
)
def test_what_sqlite_lets_pass_in_head_or_keys_is_found(databases: Databases, change: str) -> None:
    url = databases.fresh(Kind.SQLITE)
    engine = open_engine(url)
    record_a_negotiation(engine)
    with intruder(url) as connection:
        connection.exec_driver_sql(change)
    assert verify(engine, KEYRING).verdict is Verdict.BROKEN
    engine.dispose()
