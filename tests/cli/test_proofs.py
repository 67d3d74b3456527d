"""The record taken elsewhere: export, proofs, and checking them with nothing but the file."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy import Engine, text

from tests.cli.accord import accord_here as accord
from tests.cli.accord import environment
from tests.cli.test_anchors import SIGNING_KEY
from tests.record.acts import SECRET, record_a_negotiation
from tests.record.intruder import intruder

OTHERS_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTHING: dict[str, str] = {}


class Desk:
    """Somebody at the command line, in a folder of their own."""

    def __init__(self, settings: dict[str, str], folder: Path) -> None:
        self.settings = settings
        self.folder = folder

    def run(self, *words: str, settings: dict[str, str] | None = None) -> CompletedProcess[str]:
        chosen = self.settings if settings is None else settings
        return accord("audit", *words, settings=chosen, folder=self.folder)

    def keep(self, name: str, *words: str) -> Path:
        """What the command prints, in a file."""
        done = self.run(*words)
        assert (done.returncode, done.stderr) == (0, "")
        file = self.folder / name
        file.write_text(done.stdout, encoding="utf-8")
        return file

    @property
    def key(self) -> str:
        return self.run("key").stdout.strip()


@pytest.fixture
def desk(database_url: str, engine: Engine, tmp_path: Path) -> Desk:
    record_a_negotiation(engine)
    settings = environment(database_url) | {
        "ACCORD_SECRET_KEY": SECRET,
        "ACCORD_SIGNING_KEY": SIGNING_KEY,
        "ACCORD_ORIGIN": "accord.example/record",
        "ACCORD_ANCHOR_FILE": str(tmp_path / "anchor"),
    }
    return Desk(settings, tmp_path)


def test_an_exported_record_is_checked_elsewhere_with_nothing_but_the_file(desk: Desk) -> None:
    assert desk.run("export", "record").returncode == 0
    intact = desk.run("verify", "record", settings=NOTHING)
    assert (intact.returncode, intact.stderr) == (0, "")
    assert intact.stdout.startswith("Intact: 6 entries, root ")
    assert "as the file itself says" in intact.stdout
    trusted = desk.run("verify", "record", "--key", desk.key, settings=NOTHING)
    assert f"Signed by {desk.key}\n" in trusted.stdout
    stranger = desk.run("verify", "record", "--key", OTHERS_KEY, settings=NOTHING)
    assert (stranger.returncode, stranger.stdout) == (3, "")
    # It holds no values, sealed or plain.
    assert b"Answer within a day" not in (desk.folder / "record").read_bytes()


def test_an_export_does_not_replace_a_file(desk: Desk) -> None:
    (desk.folder / "record").write_text("mine", encoding="ascii")
    refused = desk.run("export", "record")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert (desk.folder / "record").read_text(encoding="ascii") == "mine"


def test_any_flipped_bit_in_an_export_is_found_and_a_body_named(desk: Desk) -> None:
    desk.run("export", "record")
    file = desk.folder / "record"
    whole = file.read_bytes()
    chance = random.Random(7)  # noqa: S311 - which bits are flipped is no secret
    lines = whole.split(b"\n")
    changed = lines[3].replace(b'"action":"goal', b'"action":"gaol')
    file.write_bytes(b"\n".join([*lines[:3], changed, *lines[4:]]))
    found = desk.run("verify", "record", settings=NOTHING)
    assert (found.returncode, found.stdout) == (1, "")
    assert "entry 2: the stored body does not match its leaf hash" in found.stderr
    for _ in range(40):
        place = chance.randrange(len(whole))
        file.write_bytes(
            whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :]
        )
        assert desk.run("verify", "record", settings=NOTHING).returncode == 1, place


@pytest.mark.parametrize("cut", [b"", b'{"accord_export":1}\n', None])
def test_a_file_that_ends_too_early_or_is_none_is_told(desk: Desk, cut: bytes | None) -> None:
    desk.run("export", "record")
    file = desk.folder / "record"
    file.write_bytes(file.read_bytes()[:-40] if cut is None else cut)
    found = desk.run("verify", "record", settings=NOTHING)
    assert (found.returncode, found.stdout) == (1, "")
    assert "no export of Accord, or ends too early" in found.stderr


def test_an_export_is_compared_with_checkpoints_from_elsewhere(desk: Desk) -> None:
    accord("run", "checkpoint", settings=desk.settings, folder=desk.folder)
    desk.run("export", "record")
    against = ("--checkpoints", "anchor", "--key", desk.key)
    intact = desk.run("verify", "record", *against, settings=NOTHING)
    assert (intact.returncode, intact.stderr) == (0, "")
    assert "vouch for the first 6 of 6" in intact.stdout


def test_a_proof_holds_with_nothing_but_its_file_and_shows_the_entry(desk: Desk) -> None:
    desk.keep("proof", "prove", "0")
    held = desk.run("check-proof", "proof", settings=NOTHING)
    assert (held.returncode, held.stderr) == (0, "")
    assert "Entry 0 is in the record of accord.example/record, of 6 entries." in held.stdout
    assert 'title: "Answer within a day"' in held.stdout
    assert "as the file itself says" in held.stdout
    trusted = desk.run("check-proof", "proof", "--key", desk.key, settings=NOTHING)
    assert f"Signed by {desk.key}\n" in trusted.stdout
    stranger = desk.run("check-proof", "proof", "--key", OTHERS_KEY, settings=NOTHING)
    assert (stranger.returncode, stranger.stdout) == (3, "")


def test_a_proof_whose_key_is_not_at_hand_says_who_signed_it(desk: Desk) -> None:
    file = desk.keep("proof", "prove", "0")
    lines = file.read_text("utf-8").split("\n")
    extra = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    extra["key"] = None
    lines[1] = f"extra {base64.b64encode(json.dumps(extra).encode()).decode()}"
    file.write_text("\n".join(lines), encoding="utf-8")
    held = desk.run("check-proof", "proof", settings=NOTHING)
    assert held.returncode == 0
    assert "Signed by accord.example/record" in held.stdout
    assert "cannot be checked here" in held.stdout


def test_a_proof_is_one_of_c2sp(desk: Desk) -> None:
    lines = desk.keep("proof", "prove", "5").read_text("utf-8").split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 5"
    gap = lines.index("")
    assert lines[gap + 1 : gap + 3] == ["accord.example/record", "6"]
    assert gap == 3 + 2, "the path from the sixth of six leaves"


def test_no_character_of_a_proof_can_be_changed(desk: Desk) -> None:
    file = desk.keep("proof", "prove", "2")
    whole = file.read_text("utf-8")
    chance = random.Random(3)  # noqa: S311 - which are changed is no secret
    for place in (chance.randrange(len(whole)) for _ in range(60)):
        other = "A" if whole[place] != "A" else "B"
        file.write_text(whole[:place] + other + whole[place + 1 :], encoding="utf-8")
        assert desk.run("check-proof", "proof", settings=NOTHING).returncode == 1, place


def test_another_value_in_a_proof_is_found(desk: Desk) -> None:
    file = desk.keep("proof", "prove", "0")
    lines = file.read_text("utf-8").split("\n")
    extra = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    extra["opened"]["title"]["value"] = "Answer within a week"
    lines[1] = f"extra {base64.b64encode(json.dumps(extra).encode()).decode()}"
    file.write_text("\n".join(lines), encoding="utf-8")
    found = desk.run("check-proof", "proof", settings=NOTHING)
    assert (found.returncode, found.stdout) == (1, "")
    assert "the value of 'title' is not what the entry commits to" in found.stderr


def test_what_is_confidential_is_recorded_as_read_before_it_is_proved(
    desk: Desk, engine: Engine
) -> None:
    assert "please help" in _shown(desk, "3")
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT action, sensitivity FROM audit_entry WHERE seq > 5")
        ).all()
    assert [tuple(row) for row in rows] == [("read.entry", "confidential")]


def _shown(desk: Desk, seq: str) -> str:
    desk.keep("proof", "prove", seq)
    return desk.run("check-proof", "proof", settings=NOTHING).stdout


def test_that_the_record_only_grew_is_proved_between_numbers_or_checkpoints(
    desk: Desk, engine: Engine
) -> None:
    accord("run", "checkpoint", settings=desk.settings, folder=desk.folder)
    earlier = desk.folder / "earlier"
    earlier.write_bytes((desk.folder / "anchor").read_bytes())
    record_a_negotiation(engine)
    for name, ends in (("numbers", ("4", "11")), ("checkpoint", ("earlier", "12"))):
        desk.keep(name, "consistency", *ends)
        held = desk.run("check-proof", name, settings=NOTHING)
        assert (held.returncode, held.stderr) == (0, "")
        assert f"is the beginning of that of {ends[1]}." in held.stdout
    told = json.loads((desk.folder / "numbers").read_text("utf-8"))
    told["proof"][0] = "00" * 32
    (desk.folder / "numbers").write_text(json.dumps(told), encoding="utf-8")
    assert desk.run("check-proof", "numbers", settings=NOTHING).returncode == 1
    for ends, code in ((("11", "4"), 2), (("4", "13"), 1), (("gone", "4"), 3)):
        refused = desk.run("consistency", *ends)
        assert (refused.returncode, refused.stdout) == (code, "")
        assert len(refused.stderr.splitlines()) == 1


def test_a_checkpoint_of_another_record_shows_in_consistency(desk: Desk, database_url: str) -> None:
    accord("run", "checkpoint", settings=desk.settings, folder=desk.folder)
    with intruder(database_url) as connection:
        connection.execute(
            text(
                "UPDATE audit_leaf SET hash = (SELECT l.hash FROM audit_leaf l "
                "WHERE l.seq = 0) WHERE seq = 1"
            )
        )
    found = desk.run("consistency", "anchor", "6")
    assert (found.returncode, found.stdout) == (1, "")
    assert "the record was changed" in found.stderr


def test_what_is_missing_is_told_and_what_is_not_there(desk: Desk) -> None:
    unsigned = desk.settings | {"ACCORD_SIGNING_KEY": ""}
    for words, code, told in (
        (("prove", "0"), 3, "ACCORD_SIGNING_KEY"),
        (("prove", "6"), 1, "no entry 6"),
        (("check-proof", "gone"), 3, "gone"),
        (("verify", "gone"), 3, "gone"),
        (("verify", "--checkpoints", "gone"), 3, "gone"),
        (("verify", "--checkpoints", "."), 3, "ACCORD_SIGNING_KEY"),
        (("verify", "--key", "nonsense"), 2, "--key"),
        (("prove", "-1"), 2, ""),
    ):
        refused = desk.run(*words, settings=unsigned)
        assert (refused.returncode, refused.stdout) == (code, ""), words
        assert told in refused.stderr
        assert "Traceback" not in refused.stderr
    empty = desk.folder / "empty"
    empty.mkdir()
    refused = desk.run("verify", "--checkpoints", "empty")
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "no checkpoint in empty" in refused.stderr


def test_a_checkpoint_that_proves_nothing_leaves_the_answer_open(desk: Desk) -> None:
    accord("run", "checkpoint", settings=desk.settings, folder=desk.folder)
    anchor = desk.folder / "anchor"
    anchor.write_text(anchor.read_text("utf-8").replace("\n6\n", "\n7\n"), encoding="utf-8")
    found = desk.run("verify", "--checkpoints", "anchor")
    assert (found.returncode, found.stdout) == (3, "")
    assert "signature does not fit" in found.stderr
