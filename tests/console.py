"""The `accord` command by its console script, or forked from a process that has read all of it."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

from bot.cli import main
from tests.forking import Forked, Job, fork

ACCORD = Path(sys.executable).with_name("accord")

Process = Forked | subprocess.Popen[bytes]


def start(
    *words: str,
    environment: dict[str, str],
    folder: Path,
    stdout: int,
    stderr: int,
    installed: bool = False,
) -> Process:
    """Start the command, with nothing to read and these open files to write into.

    `installed` starts the script itself, where its start is what is looked at; so does an
    environment that names other code than this.
    """
    if installed:
        return subprocess.Popen(
            [ACCORD, *words],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )
    return fork(Job(partial(_command, words), environment, folder), stdout, stderr)


def _command(words: tuple[str, ...]) -> None:
    """What the script does."""
    sys.argv = [str(ACCORD), *words]
    sys.exit(main())  # type: ignore[func-returns-value] # as the script has it
