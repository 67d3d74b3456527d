"""Whatever an intruder does who knows how the record is built is found, and the entry named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, insert, select, text, update

from domain.entries import parse_entry
from domain.merkle import Frontier, leaf_hash
from domain.notices import SubjectType
from domain.sensitivity import Sensitivity
from domain.verification import Verdict
from storage.audit import entries_about
from storage.database import open_engine
from storage.keyring import Corrupt
from storage.sealing import Opener, Place, Sealer
from storage.tables.audit import AuditEntry, AuditHead, AuditLeaf, AuditPayload
from storage.verify import verify
from tests.databases import Databases, Kind
from tests.record.acts import COHORT, KEYRING, MARA, an_event, record, record_a_negotiation
from tests.record.intruder import intruder

TABLES = ("audit_leaf", "audit_entry", "audit_payload")


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


def put_a_body_and_rewrite_the_tree(connection: Connection, body: bytes) -> None:
    connection.execute(update(AuditEntry).where(AuditEntry.seq == 1).values(body=body))
    connection.execute(update(AuditLeaf).where(AuditLeaf.seq == 1).values(hash=leaf_hash(body)))
    rewrite_the_head(connection)


def put_nonsense_and_rewrite_the_tree(connection: Connection) -> None:
    put_a_body_and_rewrite_the_tree(connection, b"{}")


def put_another_format_and_rewrite_the_tree(connection: Connection) -> None:
    body = connection.scalar(select(AuditEntry.body).where(AuditEntry.seq == 1)) or b""
    put_a_body_and_rewrite_the_tree(connection, body.replace(b'"v":1', b'"v":2'))


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
    for table in TABLES:
        connection.execute(text(f"DELETE FROM {table} WHERE seq = 1"))
        for seq in range(2, 6):
            connection.execute(text(f"UPDATE {table} SET seq = {seq - 1} WHERE seq = {seq}"))


def swap_two_entries(connection: Connection) -> None:
    for table in TABLES:
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
        put_nonsense_and_rewrite_the_tree,
        "entry 1: the stored body is not an audit entry",
    ),
    "a body is of another format, the tree rewritten": (
        put_another_format_and_rewrite_the_tree,
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
        run(*(f"DELETE FROM {table} WHERE seq > 3" for table in TABLES)),
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
    "all data keys are deleted": (
        run("DELETE FROM data_key"),
        "entry 0: the data key of a sealed value is gone (t",
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
