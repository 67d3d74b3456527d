"""Checkpoints from the command line, and what the doctor says about the places that keep them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from domain.checkpoints import notes_in, open_checkpoint
from domain.signed_notes import Verifier
from tests.cli.accord import accord_here as accord
from tests.cli.accord import environment
from tests.record.acts import SECRET, record_a_negotiation

SIGNING_KEY = "a signing key of the organisation that is long enough"


@pytest.fixture
def settings(database_url: str, engine: Engine, tmp_path: Path) -> dict[str, str]:
    record_a_negotiation(engine)
    return environment(database_url) | {
        "ACCORD_SECRET_KEY": SECRET,
        "ACCORD_SIGNING_KEY": SIGNING_KEY,
        "ACCORD_ORIGIN": "accord.example/record",
        "ACCORD_ANCHOR_FILE": str(tmp_path / "anchor"),
    }


def test_a_checkpoint_is_made_on_demand_and_checked_with_the_key_that_is_printed(
    settings: dict[str, str], tmp_path: Path
) -> None:
    made = accord("run", "checkpoint", settings=settings, folder=tmp_path)
    assert (made.returncode, made.stdout) == (0, "Checkpoint of 6 entries; file: has it.\n")
    again = accord("run", "checkpoint", settings=settings, folder=tmp_path)
    assert (again.returncode, again.stdout) == (0, made.stdout)
    key = accord("audit", "key", settings=settings, folder=tmp_path)
    (note,) = notes_in((tmp_path / "anchor").read_text("utf-8"))
    assert open_checkpoint(note, [Verifier.from_vkey(key.stdout.strip())]).size == 6
    assert SIGNING_KEY not in made.stdout + key.stdout


def test_without_a_key_or_with_a_bad_one_it_is_said_what_is_missing(
    settings: dict[str, str], tmp_path: Path
) -> None:
    for key, words in (
        ("", "accord: ACCORD_SIGNING_KEY is not set\n"),
        ("short", "accord: ACCORD_SIGNING_KEY needs 32 characters or more for each key\n"),
        (",", "accord: ACCORD_SIGNING_KEY needs 32 characters or more for each key\n"),
    ):
        changed = settings | {"ACCORD_SIGNING_KEY": key}
        for command in (("run", "checkpoint"), ("audit", "key")):
            refused = accord(*command, settings=changed, folder=tmp_path)
            assert (refused.returncode, refused.stdout, refused.stderr) == (2, "", words)


@pytest.mark.parametrize(
    ("name", "value"), [("ACCORD_ORIGIN", "two words"), ("ACCORD_ANCHOR_CHANNEL", "#compliance")]
)
def test_a_name_or_channel_that_cannot_be_one_is_refused(
    settings: dict[str, str], tmp_path: Path, name: str, value: str
) -> None:
    refused = accord("audit", "verify", settings=settings | {name: value}, folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"accord: {name} must be ")


def test_one_record_has_one_name(settings: dict[str, str], tmp_path: Path) -> None:
    accord("run", "checkpoint", settings=settings, folder=tmp_path)
    before = (tmp_path / "anchor").read_text("utf-8")
    other = settings | {"ACCORD_ORIGIN": "accord"}
    words = (
        "accord: ACCORD_ORIGIN is accord, but this record is called accord.example/record: "
        "set it to that\n"
    )
    for command in (
        ("audit", "export", "record"),
        ("audit", "prove", "0"),
        ("run", "checkpoint"),
        ("serve",),
    ):
        refused = accord(*command, settings=other, folder=tmp_path)
        assert (refused.returncode, refused.stdout, refused.stderr) == (2, "", words)
    assert (tmp_path / "anchor").read_text("utf-8") == before


@pytest.mark.parametrize("sweep", ["checkpoint", "reviews", "leavers"])
def test_what_holds_for_people_and_record_is_not_done_in_the_future(
    settings: dict[str, str], tmp_path: Path, sweep: str
) -> None:
    words = ("run", sweep, "--at", "2050-01-01T09:00Z")
    refused = accord(*words, settings=settings, folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "future" in refused.stderr


def test_the_doctor_sees_that_a_place_is_away_or_not_there(
    settings: dict[str, str], tmp_path: Path
) -> None:
    away = settings | {
        "ACCORD_ANCHOR_FILE": str(tmp_path / "mount" / "anchor"),
    }
    accord("run", "checkpoint", settings=away, folder=tmp_path)
    found = accord("doctor", settings=away, folder=tmp_path).stdout.splitlines()
    assert any(one.startswith("✗ ACCORD_ANCHOR_FILE does not take") for one in found)
    assert any(one.startswith("! Checkpoints are kept in 1 of 2 places") for one in found)
    none = accord("doctor", settings=environment(settings["ACCORD_DATABASE_URL"]), folder=tmp_path)
    assert "! No checkpoints of the record are made" in none.stdout
