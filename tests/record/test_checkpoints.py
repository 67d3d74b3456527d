"""When the record is signed, and that the signed root leaves the database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from domain.audit import CHECKPOINTED, Action
from domain.checkpoints import open_checkpoint
from storage.checkpoints import FILE, anchor_states, latest
from storage.tables.checkpoints import AuditCheckpoint
from storage.verify import verify
from tests.record.acts import KEYRING
from tests.record.anchors import KEYS, Archive
from tests.record.intruder import intruder
from usecases.checkpoints import EVERY, make_checkpoint, sweep_checkpoints


@pytest.fixture
def archive(engine: Engine, tmp_path: Path) -> Archive:
    return Archive(engine, tmp_path / "anchor")


def sweep(archive: Archive) -> bool:
    return sweep_checkpoints(archive.store, archive.origin)


def sizes(archive: Archive) -> list[int]:
    return [one.size for one in archive.anchored()]


def test_an_empty_record_needs_no_checkpoint(archive: Archive) -> None:
    assert not sweep(archive)
    assert make_checkpoint(archive.store, archive.origin) is None


def test_every_five_minutes_a_record_that_has_grown_is_signed_and_anchored(
    archive: Archive,
) -> None:
    archive.act()
    assert sweep(archive)
    archive.act()
    archive.watch.forward(EVERY - timedelta(seconds=1))
    assert not sweep(archive)
    archive.watch.forward(timedelta(seconds=1))
    assert sweep(archive)
    archive.watch.forward(timedelta(days=1))
    assert not sweep(archive)
    assert sizes(archive) == [1, 2]


def test_a_clock_that_was_set_back_puts_off_no_checkpoint(archive: Archive) -> None:
    archive.act()
    sweep(archive)
    archive.act()
    archive.watch.forward(-timedelta(days=30))
    assert sweep(archive)
    assert sizes(archive) == [1, 2]


def test_the_checkpoint_is_the_root_that_verification_finds(archive: Archive) -> None:
    archive.act()
    archive.act()
    made = make_checkpoint(archive.store, archive.origin)
    assert made is not None
    found = open_checkpoint(made.note, KEYS.verifiers)
    outcome = verify(archive.store.engine, KEYRING)
    assert (found.size, found.root) == (outcome.entries, outcome.root)
    assert archive.store.clock.machine() == made.at


@pytest.mark.parametrize("action", sorted(CHECKPOINTED))
def test_acts_of_weight_are_signed_in_their_own_transaction_and_anchored_at_once(
    archive: Archive, action: Action
) -> None:
    archive.act()
    assert sizes(archive) == []
    archive.act(action)
    assert sizes(archive) == [2]


def test_an_act_that_fails_leaves_no_checkpoint(archive: Archive) -> None:
    archive.act()

    def fail() -> None:
        with archive.store.write(archive.origin) as work:
            work.checkpoint()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with archive.store.engine.connect() as connection:
        assert latest(connection) is None


def test_without_a_key_everything_else_works(engine: Engine, tmp_path: Path) -> None:
    archive = Archive(engine, tmp_path / "anchor", keys=None)
    archive.act(Action.GRANT_GIVE)
    assert not sweep(archive)
    assert archive.anchored() == []


def test_a_place_that_is_away_undoes_nothing_is_told_and_tried_again(
    engine: Engine, tmp_path: Path
) -> None:
    archive = Archive(engine, tmp_path / "mount" / "anchor")
    archive.act(Action.GRANT_GIVE)
    assert verify(engine, KEYRING).entries == 1

    def state() -> tuple[int, str | None, bool]:
        with engine.connect() as connection:
            (one,) = anchor_states(connection, archive.store.anchoring)
        assert one.place == FILE
        return one.size, one.error, one.failing_since == first

    first = archive.watch.now
    assert state() == (0, "enoent", True)
    archive.watch.forward(timedelta(hours=1))
    sweep(archive)
    assert state() == (0, "enoent", True)
    (tmp_path / "mount").mkdir()
    sweep(archive)
    assert state() == (1, None, False)
    assert sizes(archive) == [1]


def test_a_record_that_became_shorter_than_its_file_is_told_and_the_file_kept(
    archive: Archive, database_url: str
) -> None:
    for _ in range(3):
        archive.act(Action.GRANT_GIVE)
    with intruder(database_url) as connection:
        for table in ("audit_payload", "audit_entry", "audit_leaf", "audit_checkpoint"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("UPDATE audit_anchor SET size = 0"))
        connection.execute(text("UPDATE audit_head SET size = 0, frontier = ''"))
    archive.act(Action.GRANT_GIVE)
    with archive.store.engine.connect() as connection:
        (state,) = anchor_states(connection, archive.store.anchoring)
    assert state.error == "anchor_ahead"
    assert sizes(archive) == [1, 2, 3]


def test_checkpoints_cannot_be_changed_by_mistake(archive: Archive) -> None:
    archive.act(Action.GRANT_GIVE)
    for statement in ("UPDATE audit_checkpoint SET note = ''", "DELETE FROM audit_checkpoint"):
        with pytest.raises(Exception, match="append-only"), archive.store.write_alone() as writing:
            writing.execute(text(statement))
    with archive.store.engine.connect() as connection:
        assert connection.execute(select(AuditCheckpoint.size)).scalars().all() == [1]
