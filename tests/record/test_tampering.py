"""Whatever is changed behind the application's back, verification finds it and names the entry."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
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
    insert,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.exc import IntegrityError

from domain.entries import parse_entry
from domain.merkle import Frontier, leaf_hash
from domain.notices import SubjectType
from domain.sensitivity import Sensitivity
from domain.verification import Verdict
from storage.audit import entries_about
from storage.database import open_engine
from storage.keyring import Corrupt
from storage.sealing import Opener, Place, Sealer
from storage.tables import Base
from storage.tables.audit import AuditEntry, AuditHead, AuditLeaf, AuditPayload
from storage.types import Moment, Word
from storage.verify import verify
from tests.databases import Databases, Kind
from tests.record.acts import COHORT, KEYRING, MARA, an_event, record, record_a_negotiation
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


def rewrite_the_head(connection: Connection) -> None:
    """What an intruder does who knows how the tree is built."""
    tree = Frontier()
    for leaf in connection.scalars(select(AuditLeaf.hash).order_by(AuditLeaf.seq)):
        tree.append(leaf)
    connection.execute(
        update(AuditHead).values(size=tree.size, frontier=tree.to_bytes(), root=tree.root())
    )


def edit_a_body(connection: Connection) -> None:
    body = connection.scalar(select(AuditEntry.body).where(AuditEntry.seq == 1)) or b""
    forged = body.replace(b"goal.counter", b"goal.accepts")
    connection.execute(update(AuditEntry).where(AuditEntry.seq == 1).values(body=forged))


def edit_a_body_and_its_leaf(connection: Connection) -> None:
    entry = parse_entry(
        connection.scalar(select(AuditEntry.body).where(AuditEntry.seq == 1)) or b""
    )
    forged = replace(entry, reason="forged").body()
    connection.execute(update(AuditEntry).where(AuditEntry.seq == 1).values(body=forged))
    connection.execute(update(AuditLeaf).where(AuditLeaf.seq == 1).values(hash=leaf_hash(forged)))


def put_nonsense_into_a_body_and_rewrite_the_tree(connection: Connection) -> None:
    connection.execute(update(AuditEntry).where(AuditEntry.seq == 1).values(body=b"{}"))
    connection.execute(update(AuditLeaf).where(AuditLeaf.seq == 1).values(hash=leaf_hash(b"{}")))
    rewrite_the_head(connection)


def swap_two_values_of_an_entry(connection: Connection) -> None:
    wanted = select(AuditPayload.name, AuditPayload.sealed).where(AuditPayload.seq == 1)
    values = {row.name: row.sealed for row in connection.execute(wanted)}
    for name, other in (("title", "target"), ("target", "title")):
        connection.execute(
            update(AuditPayload)
            .where(AuditPayload.seq == 1, AuditPayload.name == name)
            .values(sealed=values[other])
        )


def put_an_earlier_value_into_its_successor(connection: Connection) -> None:
    earlier = select(AuditPayload.sealed).where(AuditPayload.seq == 0, AuditPayload.name == "title")
    connection.execute(
        update(AuditPayload)
        .where(AuditPayload.seq == 1, AuditPayload.name == "title")
        .values(sealed=connection.scalar(earlier))
    )


def delete_an_entry_and_close_the_gap(connection: Connection) -> None:
    for table in ("audit_leaf", "audit_entry", "audit_payload"):
        connection.execute(text(f"DELETE FROM {table} WHERE seq = 1"))
        for seq in range(2, 6):
            connection.execute(text(f"UPDATE {table} SET seq = {seq - 1} WHERE seq = {seq}"))


def swap_two_entries(connection: Connection) -> None:
    for table in ("audit_leaf", "audit_entry", "audit_payload"):
        for here, there in ((0, 99), (1, 0), (99, 1)):
            connection.execute(text(f"UPDATE {table} SET seq = {there} WHERE seq = {here}"))


def write_an_entry_behind_the_end(connection: Connection) -> None:
    connection.execute(insert(AuditLeaf).values(seq=6, hash=leaf_hash(b"{}")))


def run(*statements: str) -> Callable[[Connection], None]:
    def change(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    return change


ATTACKS: dict[str, tuple[Callable[[Connection], None], str]] = {
    "a body is edited": (
        edit_a_body,
        "entry 1: the stored body does not match its leaf hash",
    ),
    "a body and its leaf are edited": (
        edit_a_body_and_its_leaf,
        "the record: the entries do not add up to the root in the head",
    ),
    "a body is nonsense, the tree rewritten": (
        put_nonsense_into_a_body_and_rewrite_the_tree,
        "entry 1: the stored body is not an audit entry",
    ),
    "a body is deleted": (
        run("DELETE FROM audit_entry WHERE seq = 2"),
        "entry 2: its body is missing",
    ),
    "a leaf is deleted": (
        run("DELETE FROM audit_leaf WHERE seq = 2"),
        "entry 2: it is missing from the tree",
    ),
    "an entry is deleted, the gap closed": (
        delete_an_entry_and_close_the_gap,
        "entry 5: it is missing from the tree",
    ),
    "the tail is cut": (
        run(*(f"DELETE FROM {table} WHERE seq > 3" for table in TABLES[:3])),
        "entry 4: it is missing from the tree",
    ),
    "two entries are swapped": (
        swap_two_entries,
        "the record: the entries do not add up to the root in the head",
    ),
    "an entry is added": (
        write_an_entry_behind_the_end,
        "entry 6: it stands beyond the end of the tree",
    ),
    "a value is deleted": (
        run("DELETE FROM audit_payload WHERE seq = 2 AND name = 'state'"),
        "entry 2: a sealed value is missing (state)",
    ),
    "a value is added": (
        run(
            "INSERT INTO audit_payload SELECT 4, name, kid, sealed FROM audit_payload WHERE seq = 3"
        ),
        "entry 4: there is a sealed value that the body does not know (note)",
    ),
    "a value is added where no entry is": (
        run(
            "INSERT INTO audit_payload SELECT 9, name, kid, sealed FROM audit_payload WHERE seq = 3"
        ),
        "entry 9: it stands beyond the end of the tree",
    ),
    "two values are swapped": (
        swap_two_values_of_an_entry,
        "entry 1: a sealed value is damaged or does not match its commitment (target)",
    ),
    "an earlier value is put back": (
        put_an_earlier_value_into_its_successor,
        "entry 1: a sealed value is damaged or does not match its commitment (title)",
    ),
    "a data key is deleted": (
        run("DELETE FROM data_key WHERE sensitivity = 'confidential'"),
        "entry 3: the data key of a sealed value is gone (note)",
    ),
    "the head is deleted": (
        run("DELETE FROM audit_head"),
        "the record: there is no single, well-formed head",
    ),
    "there are two heads": (
        run("INSERT INTO audit_head SELECT 2, size, frontier, root FROM audit_head"),
        "the record: there is no single, well-formed head",
    ),
    "the head tells of more entries": (
        run("UPDATE audit_head SET size = size + 3"),
        "entry 6: it is missing from the tree",
    ),
}


@pytest.mark.parametrize(("attack", "told"), ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_found_and_named(
    engine: Engine, database_url: str, attack: Callable[[Connection], None], told: str
) -> None:
    record_a_negotiation(engine)
    with intruder(database_url) as connection:
        attack(connection)
    outcome = verify(engine, KEYRING)
    assert outcome.verdict is Verdict.BROKEN
    assert str(outcome.finding).startswith(told)


def test_a_value_sealed_anew_by_somebody_who_has_the_key_is_found(
    engine: Engine, database_url: str
) -> None:
    goal = record_a_negotiation(engine)
    with intruder(database_url) as connection:
        body = connection.scalar(select(AuditEntry.body).where(AuditEntry.seq == 0))
        place = Place("audit_payload", parse_entry(body or b"").id, "title")
        forged = Sealer(connection, KEYRING, COHORT).seal_bytes(
            place, MARA, Sensitivity.INTERNAL, bytes(32) + b'"Answer within a week"'
        )
        connection.execute(
            update(AuditPayload)
            .where(AuditPayload.seq == 0, AuditPayload.name == "title")
            .values(sealed=forged)
        )
    assert str(verify(engine, KEYRING).finding) == (
        "entry 0: a sealed value is damaged or does not match its commitment (title)"
    )
    with engine.connect() as connection, pytest.raises(Corrupt):
        entries_about(connection, Opener(connection, KEYRING), SubjectType.GOAL, goal)


def test_an_entry_moved_to_another_installation_is_found(
    engine: Engine, database_url: str, databases: Databases
) -> None:
    record(engine, an_event(uuid4()))
    elsewhere = databases.fresh(Kind.SQLITE)
    other = open_engine(elsewhere)
    record(other, an_event(uuid4()))
    with other.connect() as connection:
        row = connection.execute(select(AuditEntry.__table__)).mappings().one()
    other.dispose()
    databases.drop(elsewhere)
    with intruder(database_url) as connection:
        connection.execute(update(AuditEntry).values(**row))
    assert str(verify(engine, KEYRING).finding) == (
        "entry 0: the stored body does not match its leaf hash"
    )


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
