"""The command as it is typed: `accord people import FILE.csv`."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.directory.files import CEO, COMPANY, a_file


@pytest.fixture
def accord(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)  # away from anybody's .env
    return CliRunner(
        env={
            "ACCORD_DATABASE_URL": database_url,
            "ACCORD_SECRET_KEY": "a key of thirty-two characters or more",
        }
    )


def test_an_import_is_previewed_made_and_then_done(accord: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(a_file(*COMPANY))
    command = ["people", "import", "people.csv"]
    assert "Nothing was changed." in accord.invoke(app, [*command, "--dry-run"]).stdout
    assert accord.invoke(app, command).exit_code == 2
    made = accord.invoke(app, [*command, "--yes"])
    assert (made.exit_code, made.stderr) == (0, "")
    assert "Nothing to change." in accord.invoke(app, command).stdout


def test_refusals_end_with_their_code_and_without_a_traceback(
    accord: CliRunner, tmp_path: Path
) -> None:
    (tmp_path / "bad.csv").write_bytes(a_file({**CEO, "region": "Atlantis"}))
    refused = accord.invoke(app, ["people", "import", "bad.csv", "--yes"])
    assert refused.exit_code == 1
    assert "line 2, column region: “Atlantis” isn't a region." in refused.stderr
    assert accord.invoke(app, ["people", "import", "nowhere.csv"]).exit_code == 3
    assert accord.invoke(app, ["people", "import"]).exit_code == 2
