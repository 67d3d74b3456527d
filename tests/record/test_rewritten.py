"""What only a checkpoint from outside can show: a record cut short, or written anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select, text, update

from domain.checkpoints import sign_checkpoint
from domain.entries import parse_entry
from domain.held import Collected, collect
from domain.merkle import leaf_hash
from domain.verification import Verdict
from storage.tables.audit import AuditEntry, AuditHead, AuditLeaf
from storage.tables.checkpoints import AuditCheckpoint
from storage.verify import verify
from tests.record.acts import KEYRING
from tests.record.anchors import KEYS, Archive
from tests.record.intruder import intruder
from tests.record.test_attacks import rewrite_the_head
from usecases.checkpoints import make_checkpoint

ACTS = 9
CHECKPOINTS = (3, 6)
RECORD = ("audit_payload", "audit_entry", "audit_leaf")


@pytest.fixture
def archive(engine: Engine, tmp_path: Path) -> Archive:
    """Nine acts; checkpoints after the third and the sixth have left the house."""
    archive = Archive(engine, tmp_path / "anchor")
    for number in range(1, ACTS + 1):
        archive.act()
        if number in CHECKPOINTS:
            make_checkpoint(archive.store, archive.origin)
    return archive


def kept(archive: Archive) -> Collected:
    assert archive.file is not None
    return collect(archive.file.read_text("utf-8"), "anchor", KEYS.verifiers)


def cut_to(size: int) -> Callable[[Connection], None]:
    """Entries cut off the end, with every trace of them in the database."""

    def cut(connection: Connection) -> None:
        for table in RECORD:
            connection.execute(text(f"DELETE FROM {table} WHERE seq >= {size}"))
        connection.execute(text(f"DELETE FROM audit_checkpoint WHERE size > {size}"))
        rewrite_the_head(connection)

    return cut


def rewrite_from(first: int) -> Callable[[Connection], None]:
    """Every entry from `first` on written anew, the tree rebuilt, checkpoints signed anew."""

    def rewrite(connection: Connection) -> None:
        for seq in range(first, ACTS):
            body = connection.scalar(select(AuditEntry.body).where(AuditEntry.seq == seq)) or b""
            forged = replace(parse_entry(body), reason="forged").body()
            connection.execute(update(AuditEntry).where(AuditEntry.seq == seq).values(body=forged))
            leaf = leaf_hash(forged)
            connection.execute(update(AuditLeaf).where(AuditLeaf.seq == seq).values(hash=leaf))
        rewrite_the_head(connection)
        size, root = connection.execute(select(AuditHead.size, AuditHead.root)).one()
        connection.execute(text("DELETE FROM audit_checkpoint"))
        note = sign_checkpoint(size, root, KEYS.signer)
        row = {"size": size, "id": None, "root": root, "note": note, "at": 0}
        statement = text("INSERT INTO audit_checkpoint VALUES (:size, :id, :root, :note, :at)")
        row["id"] = "0" * 32
        connection.execute(statement, row)

    return rewrite


def test_a_record_that_nobody_touched_agrees_with_all_its_checkpoints(archive: Archive) -> None:
    outcome = verify(archive.store.engine, KEYRING, held=kept(archive), verifiers=KEYS.verifiers)
    assert (outcome.verdict, outcome.anchored) == (Verdict.INTACT, CHECKPOINTS[-1])


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        (cut_to(5), "entries are missing at its end, of which there is a checkpoint"),
        (cut_to(0), "entries are missing at its end, of which there is a checkpoint"),
        (rewrite_from(0), "of 3 entries; the record agrees with none"),
        (rewrite_from(4), "of 6 entries; the record agrees up to 3"),
    ],
    ids=["tail cut", "all cut", "written anew", "written anew from the fifth entry"],
)
def test_only_a_checkpoint_from_outside_shows_it(
    archive: Archive, database_url: str, attack: Callable[[Connection], None], told: str
) -> None:
    with intruder(database_url) as connection:
        attack(connection)
    engine = archive.store.engine
    assert verify(engine, KEYRING, verifiers=KEYS.verifiers).verdict is Verdict.INTACT
    found = verify(engine, KEYRING, held=kept(archive), verifiers=KEYS.verifiers)
    assert found.verdict is Verdict.BROKEN
    assert told in str(found.finding)


@pytest.mark.parametrize("attack", [cut_to(7), rewrite_from(7)], ids=["cut", "written anew"])
def test_what_came_after_the_last_checkpoint_is_the_window_that_remains(
    archive: Archive, database_url: str, attack: Callable[[Connection], None]
) -> None:
    with intruder(database_url) as connection:
        attack(connection)
    found = verify(archive.store.engine, KEYRING, held=kept(archive), verifiers=KEYS.verifiers)
    assert (found.verdict, found.anchored) == (Verdict.INTACT, CHECKPOINTS[-1])


@pytest.mark.parametrize(
    "change",
    [
        (
            "UPDATE audit_checkpoint SET root = (SELECT hash FROM audit_leaf WHERE seq = 1) "
            "WHERE size = 3"
        ),
        "UPDATE audit_checkpoint SET size = 4 WHERE size = 3",
        "UPDATE audit_checkpoint SET note = 'nonsense' WHERE size = 3",
        (
            "UPDATE audit_checkpoint SET note = (SELECT other.note FROM audit_checkpoint other "
            "WHERE other.size = 6) WHERE size = 3"
        ),
        "UPDATE audit_checkpoint SET size = 99 WHERE size = 6",
    ],
)
def test_a_checkpoint_in_the_database_that_was_changed_is_found(
    archive: Archive, database_url: str, change: str
) -> None:
    with intruder(database_url) as connection:
        connection.execute(text(change))
    found = verify(archive.store.engine, KEYRING, verifiers=KEYS.verifiers)
    assert found.verdict is Verdict.BROKEN


def test_a_cut_that_forgets_the_checkpoints_in_the_database_is_found_from_it_alone(
    archive: Archive, database_url: str
) -> None:
    with intruder(database_url) as connection:
        for table in RECORD:
            connection.execute(text(f"DELETE FROM {table} WHERE seq >= 5"))
        rewrite_the_head(connection)
    assert "beyond the end" in str(verify(archive.store.engine, KEYRING).finding)
    with archive.store.engine.connect() as connection:
        assert connection.scalars(select(AuditCheckpoint.size)).all() == list(CHECKPOINTS)
