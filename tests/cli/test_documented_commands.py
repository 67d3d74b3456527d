"""Every `accord …` that a page names is there, with the options that the page gives it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import app
from bot.sweeps import Sweeps

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "docs").rglob("*.yml")]
)
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
IN_A_LINE = re.compile(r"`(?:\.venv/bin/|/\S*/)?accord ([^`]+)`")
ON_A_LINE = re.compile(r"^\s*(?:\S*bin/)?accord (.+?)(?:\s+#.*)?$", re.MULTILINE)


def commands(text: str) -> Iterator[str]:
    """What follows `accord`, in code within a sentence and on lines of blocks of code."""
    yield from IN_A_LINE.findall(FENCED.sub("", text).replace("\n", " "))
    for block in FENCED.findall(text):
        yield from ON_A_LINE.findall(block)


def complaint(line: str) -> str | None:
    """What is wrong with `accord LINE`; None where nothing is."""
    words = [word.strip("[]") for word in shlex.split(line) if word.strip("[]|·…")]
    # Typer brings its own Click, which has no types.
    found: Any = typer.main.get_command(app)
    while words and hasattr(found, "commands"):
        name = words.pop(0)
        if name not in found.commands:
            return f"there is no {name}"
        found = found.commands[name]
    options = {one for each in found.params for one in each.opts}
    for word in words:
        if word.startswith("--") and word.partition("=")[0] not in options:
            return f"{found.name} has no {word}"
    if found.name == "run":
        arguments = [one for one in words if one.islower() and not one.startswith("-")]
        strange = [one for one in arguments if one not in [*Sweeps]]
        return f"there is no sweep {strange}" if strange else None
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_commands_and_options_that_there_are(page: Path) -> None:
    found = {line: complaint(line) for line in commands(page.read_text("utf-8"))}
    assert {line: wrong for line, wrong in found.items() if wrong} == {}


def test_the_commands_of_every_chapter_are_found() -> None:
    guide = (ROOT / "docs" / "operations" / "guide.md").read_text("utf-8")
    found = {line.split()[0] for line in commands(guide)}
    assert found >= {"serve", "worker", "migrate", "people", "doctor", "audit", "keys", "run"}


@pytest.mark.parametrize(
    "line",
    ["stop", "serve --scheduler", "audit check", "run everything", "run retention --dry"],
)
def test_what_there_is_not_is_noticed(line: str) -> None:
    assert complaint(line) is not None
