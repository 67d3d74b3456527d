"""Nobody waits for parts of Accord that their command does not use."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LOADED = """
import json, sys
from typer.testing import CliRunner
from bot.cli import app
done = CliRunner().invoke(app, sys.argv[1:])
print(json.dumps([done.exit_code, sorted(sys.modules)]))
"""


def loaded_by(*words: str) -> set[str]:
    """The modules that a command has imported by its end."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words], capture_output=True, text=True, check=True
    )
    code, modules = json.loads(done.stdout)
    assert code == 0
    return set(modules)


@pytest.mark.parametrize("words", [("--help",), ("audit", "--help"), ("manifest",)])
def test_help_and_the_manifest_read_neither_database_nor_slack_nor_words(
    words: tuple[str, ...],
) -> None:
    heavy = {"sqlalchemy", "slack_bolt", "fastapi", "alembic", "holidays", "usecases", "messages"}

    assert not loaded_by(*words) & heavy
