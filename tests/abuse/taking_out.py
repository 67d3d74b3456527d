"""A defence taken out of a copy of the tree, and the tests that are to notice."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.abuse.defences import ROOT, Defence, Edit

# What a copy does not need, and what would take long to copy.
_LEFT = shutil.ignore_patterns(
    ".git",
    ".venv",
    ".demo",
    ".hypothesis",
    "build",
    "docs",
    "__pycache__",
    "*.egg-info",
    ".*_cache",
)
_SECONDS = 300


def copy_of_the_tree(folder: Path) -> Path:
    """Our own tree, as it is now, to take something out of."""
    tree = folder / "accord"
    shutil.copytree(ROOT, tree, ignore=_LEFT)
    return tree


def failing(tree: Path, tests: Sequence[str], *, on_postgresql: bool = False) -> str | None:
    """The first of the tests that fails there, on one of the databases; None if all pass.

    Raises RuntimeError where they did not run: nothing was collected, or one broke before it began.
    """
    told = tree / "told.xml"
    told.unlink(missing_ok=True)
    database = "postgres" if on_postgresql else "not postgres"
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", database, "-p", "no:xdist"]
    done = subprocess.run(
        [*command, f"--junitxml={told}", *tests],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode == 0:
        return None
    cases = ET.parse(told).iter("testcase") if told.exists() else ()  # noqa: S314 - pytest's own
    for case in cases:
        if case.find("failure") is not None:
            return str(case.get("name"))
    last = [line for line in done.stdout.splitlines() if re.match(r"E |ERROR|FAILED", line)]
    raise RuntimeError("the tests did not run: " + (" ".join(last[:2]) or f"{done.returncode}"))


def noticed(tree: Path, defence: Defence) -> list[tuple[str, str | None]]:
    """For each test of the defence: what of it fails without the defence; None if it passes.

    Raises NotFound where the code to be changed is no longer as the table says.
    """
    kept = {edit.file: (tree / edit.file).read_bytes() for edit in _there(tree, defence.edits)}
    try:
        for edit in defence.edits:
            edit.apply(tree)
        return [
            (test, failing(tree, [test], on_postgresql=defence.on_postgresql))
            for test in defence.tests
        ]
    finally:
        for file, content in kept.items():
            (tree / file).write_bytes(content)


def _there(tree: Path, edits: Sequence[Edit]) -> list[Edit]:
    return [edit for edit in edits if (tree / edit.file).is_file()]
