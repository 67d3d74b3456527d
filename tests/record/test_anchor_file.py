"""The file of checkpoints: only ever appended to, and never beside the truth."""

from __future__ import annotations

import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from domain.checkpoints import Checkpoint, notes_in, open_checkpoint, sign_checkpoint
from storage.anchor_file import AnchorTrouble, append_note
from tests.record.anchors import KEYS


def root_of(size: int) -> bytes:
    return bytes([size]) * 32


def append(file: Path, size: int, roots: Callable[[int], bytes | None] = root_of) -> None:
    note = sign_checkpoint(size, root_of(size), KEYS.signer)
    append_note(file, note, Checkpoint(KEYS.signer.verifier.name, size, root_of(size)), roots)


def sizes(file: Path) -> list[int]:
    return [
        open_checkpoint(n, KEYS.verifiers).size
        for n in notes_in(file.read_text("utf-8", "replace"))
    ]


def test_checkpoints_stand_one_behind_the_other_each_once(tmp_path: Path) -> None:
    file = tmp_path / "anchor"
    for size in (3, 3, 5, 8, 8):
        append(file, size)
    assert sizes(file) == [3, 5, 8]


def test_what_stood_there_is_never_changed(tmp_path: Path) -> None:
    file = tmp_path / "anchor"
    append(file, 3)
    before = file.read_bytes()
    append(file, 9)
    assert file.read_bytes().startswith(before)


def test_behind_what_was_left_half_written_it_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "anchor"
    append(file, 3)
    whole = file.read_bytes()
    for cut in range(1, len(whole)):
        file.write_bytes(whole + whole[:cut])
        append(file, 7)
        assert 7 in sizes(file)
        assert file.read_bytes().startswith(whole + whole[:cut])


def test_a_file_that_knows_more_than_the_record_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "anchor"
    append(file, 9)
    before = file.read_bytes()
    with pytest.raises(AnchorTrouble, match="anchor_ahead"):
        append(file, 8)
    assert file.read_bytes() == before


@pytest.mark.parametrize("root", [None, bytes(32)])
def test_a_file_that_knows_another_record_is_left_alone(tmp_path: Path, root: bytes | None) -> None:
    file = tmp_path / "anchor"
    append(file, 9)
    with pytest.raises(AnchorTrouble, match="anchor_contradicts"):
        append(file, 12, lambda _: root)
    note = sign_checkpoint(9, bytes(32), KEYS.signer)
    with pytest.raises(AnchorTrouble, match="anchor_contradicts"):
        append_note(file, note, Checkpoint("accord", 9, bytes(32)), root_of)
    assert sizes(file) == [9]


def test_nothing_is_appended_to_a_file_that_holds_something_else(tmp_path: Path) -> None:
    file = tmp_path / "accord.db"
    file.write_bytes(b"SQLite format 3\x00\xff")
    with pytest.raises(AnchorTrouble, match="anchor_foreign"):
        append(file, 3)
    assert file.read_bytes() == b"SQLite format 3\x00\xff"


def test_what_the_system_refuses_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(AnchorTrouble, match="enoent"):
        append(tmp_path / "gone" / "anchor", 3)
    with pytest.raises(AnchorTrouble, match="eisdir"):
        append(tmp_path, 3)


def test_where_there_is_no_room_it_is_told_and_made_good_later(tmp_path: Path) -> None:
    file = tmp_path / "anchor"
    append(file, 3)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + 90, limits[1]))
    try:
        with pytest.raises(AnchorTrouble, match="efbig"):
            append(file, 5)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    append(file, 6)
    assert sizes(file) == [3, 6]


def test_two_processes_at_once_keep_their_checkpoints_apart(tmp_path: Path) -> None:
    file = tmp_path / "anchor"

    def one(size: int) -> None:
        with suppress(AnchorTrouble):  # the other one was there first, with more
            append(file, size)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(1, 60)))
    assert sizes(file) == sorted(sizes(file))
    assert sizes(file)[-1] == 59
    assert file.stat().st_mode & 0o007 == 0
