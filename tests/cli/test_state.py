"""`accord audit verify --state`, on both databases: rows edited behind the record's back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from domain.goal_commands import AcceptGoal, ProposeGoal
from domain.measures import Measure
from domain.origin import Origin, Via
from tests.cli.accord import accord_here, environment
from tests.directory.files import COMPANY, NOW, Directory
from tests.record.intruder import intruder
from usecases.goals import show_goal
from usecases.negotiation import accept_goal, propose_goal

SECRET = "the secret of the organisation 32+"


def by(name: str) -> Origin:
    return Origin(Via.ACTION, NOW, "r-2", slack_user=f"U0{name}")


@pytest.fixture
def settings(engine: Engine, database_url: str) -> dict[str, str]:
    """A directory with roles, and a goal that two people agreed on."""
    directory = Directory.on(engine, SECRET)
    directory.take(*({**row, "roles": "hr" if "ceo" in row["email"] else ""} for row in COMPANY))
    command = ProposeGoal(
        title="First reply",
        metric="Hours",
        target=Measure(value=5, text="5"),
        due_date=date(2026, 6, 30),
    )
    goal = propose_goal(directory.store, by("LENA"), command, "t-1")
    card = show_goal(directory.store, by("JONAS"), goal)
    accept_goal(directory.store, by("JONAS"), AcceptGoal(goal=goal, version=card.version))
    return environment(database_url) | {"ACCORD_SECRET_KEY": SECRET}


def test_what_is_stored_is_compared_with_what_was_recorded(
    settings: dict[str, str], tmp_path: Path
) -> None:
    words = ("audit", "verify", "--state")
    same = accord_here(*words, settings=settings, folder=tmp_path)
    assert (same.returncode, same.stderr) == (0, "")
    assert "What is stored is what was recorded last." in same.stdout
    for change, back, told in (
        (
            "UPDATE goal_version SET target = 9",
            "UPDATE goal_version SET target = 5",
            ["Goals (1)", "  G-1: not as it was recorded last: version 1, target (entry "],
        ),
        (
            "UPDATE role_grant SET role = 'legal'",
            "UPDATE role_grant SET role = 'hr'",
            ["Roles (1)", "  role legal of Clara Stein: not as it was recorded last: role (entry "],
        ),
        (
            "UPDATE goal SET agreed_version = 2",
            "UPDATE goal SET agreed_version = 1",
            ["Goals (1)", "  G-1: not as it was recorded last: agreed version (entry "],
        ),
    ):
        with intruder(settings["ACCORD_DATABASE_URL"]) as connection:
            connection.execute(text(change))
        found = accord_here(*words, settings=settings, folder=tmp_path)
        assert found.returncode == 1
        what = told[0].replace(" (1)", " 1")
        assert found.stderr == (
            f"accord: what is stored beside the record was changed: 1 difference ({what})\n"
        )
        lines = found.stdout.splitlines()
        assert [line[: len(begun)] for line, begun in zip(lines, told, strict=True)] == told
        assert accord_here(*words[:2], settings=settings, folder=tmp_path).returncode == 0
        with intruder(settings["ACCORD_DATABASE_URL"]) as connection:
            connection.execute(text(back))


def test_without_the_key_the_state_cannot_be_told(settings: dict[str, str], tmp_path: Path) -> None:
    closed = {**settings, "ACCORD_SECRET_KEY": ""}
    found = accord_here("audit", "verify", "--state", settings=closed, folder=tmp_path)
    assert (found.returncode, found.stdout) == (3, "")
    assert "what is stored was not compared" in found.stderr
    file = accord_here("audit", "verify", "file", "--state", settings=settings, folder=tmp_path)
    assert (file.returncode, file.stdout) == (2, "")
