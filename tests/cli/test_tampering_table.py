"""Each row of the design's table of tampering: what `accord audit verify` ends with, from the
database alone and with checkpoints from outside.

Rows edited in their own tables are `test_state.py`'s.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console
from sqlalchemy import Connection, Engine, select, text, update

from bot.record_command import UNANCHORED, Screens, verify_command
from domain.held import Collected
from storage.tables.audit import AuditEntry
from tests.record.acts import KEYRING
from tests.record.anchors import KEYS, Archive
from tests.record.intruder import intruder
from tests.record.test_rewritten import archive, cut_to, kept, rewrite_from

__all__ = ["archive"]  # a fixture, shared with those who rewrite the record
INTACT, CHANGED = 0, 1
TABLES = ("audit_payload", "audit_entry", "audit_leaf")


def run(*statements: str) -> Callable[[Connection], None]:
    def attack(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    return attack


def edit_a_body(connection: Connection) -> None:
    body = connection.scalar(select(AuditEntry.body).where(AuditEntry.seq == 1)) or b""
    forged = body.replace(b"goal.propose", b"goal.accepts")
    assert forged != body
    connection.execute(update(AuditEntry).where(AuditEntry.seq == 1).values(body=forged))


ROWS = {
    "a body is edited": (edit_a_body, CHANGED, CHANGED),
    "a value is edited": (
        run(
            "UPDATE audit_payload SET sealed = (SELECT other.sealed FROM audit_payload other "
            "WHERE other.seq = 2 AND other.name = 'title') WHERE seq = 1 AND name = 'title'"
        ),
        CHANGED,
        CHANGED,
    ),
    "an entry is deleted": (
        run(*(f"DELETE FROM {table} WHERE seq = 4" for table in TABLES)),
        CHANGED,
        CHANGED,
    ),
    "an entry is inserted": (
        run(
            "INSERT INTO audit_leaf SELECT 9, hash FROM audit_leaf WHERE seq = 1",
            "UPDATE audit_head SET size = 10",
        ),
        CHANGED,
        CHANGED,
    ),
    "two entries change places": (
        run(
            *(f"UPDATE {table} SET seq = 99 WHERE seq = 1" for table in TABLES),
            *(f"UPDATE {table} SET seq = 1 WHERE seq = 2" for table in TABLES),
            *(f"UPDATE {table} SET seq = 2 WHERE seq = 99" for table in TABLES),
        ),
        CHANGED,
        CHANGED,
    ),
    "a body goes, and no purge lists it": (
        run("DELETE FROM audit_payload WHERE seq = 3", "DELETE FROM audit_entry WHERE seq = 3"),
        CHANGED,
        CHANGED,
    ),
    "a value goes, and no erasure lists it": (
        run("DELETE FROM audit_payload WHERE seq = 3 AND name = 'title'"),
        CHANGED,
        CHANGED,
    ),
    "the tail is cut, the head left": (
        run(*(f"DELETE FROM {table} WHERE seq >= 5" for table in TABLES)),
        CHANGED,
        CHANGED,
    ),
    "the tail is cut, the head rewritten": (cut_to(5), INTACT, CHANGED),
    "the tail is cut behind the last checkpoint, the head rewritten": (cut_to(7), INTACT, INTACT),
    "all is written anew, and signed with the real key": (rewrite_from(0), INTACT, CHANGED),
}


def verified(engine: Engine, held: Collected | None) -> tuple[int, str, str]:
    out, errors = io.StringIO(), io.StringIO()
    screens = Screens(Console(file=out), Console(file=errors))
    code = verify_command(engine, KEYRING, screens, held=held, verifiers=KEYS.verifiers)
    return code, out.getvalue(), errors.getvalue()


@pytest.mark.parametrize(("attack", "alone", "anchored"), ROWS.values(), ids=ROWS)
def test_it_ends_as_the_table_says(
    archive: Archive,
    database_url: str,
    attack: Callable[[Connection], None],
    alone: int,
    anchored: int,
) -> None:
    with intruder(database_url) as connection:
        attack(connection)
    for held, expected in ((None, alone), (kept(archive), anchored)):
        code, said, complained = verified(archive.store.engine, held)
        assert code == expected
        if code == INTACT:
            assert said.startswith("Intact: ")
            assert complained == ""
            # Without checkpoints nobody is led to believe that the end was looked at.
            assert (UNANCHORED[:40] in said) is (held is None)
        else:
            assert said == ""
            assert complained.startswith("accord: the record was changed: ")


def test_left_alone_it_is_intact_either_way(archive: Archive) -> None:
    assert verified(archive.store.engine, None)[0] == INTACT
    assert verified(archive.store.engine, kept(archive))[0] == INTACT
