"""The `accord` command as a process of its own, in a folder and an environment of its own.

It is forked from a process that has read all of Accord (`tests.forking`) and does what the console
script does; the script itself is started where its start is looked at, or another release's code.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import structlog
from typer.testing import CliRunner

from bot.cli import app
from tests.company import BOT_TOKEN, SIGNING_SECRET
from tests.console import Process, start
from tests.scenes.conftest import SECRET_KEY
from tests.slack import SlackWorkspace

PATIENCE = 60.0


def environment(database_url: str, slack: SlackWorkspace | None = None) -> dict[str, str]:
    """Settings with which everything works, except that Slack may not be there."""
    slack_url = str(slack.http.base_url).rstrip("/") if slack else "http://127.0.0.1:9"
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{slack_url}/api/",
        "ACCORD_DATABASE_URL": database_url,
        "ACCORD_SECRET_KEY": SECRET_KEY,
    }


def _whole(settings: dict[str, str]) -> dict[str, str]:
    """Nothing of this machine's own settings gets through; coverage of the terminal neither."""
    kept = ("PATH", "PYTHONPATH", "LANG", "LC_ALL")
    return {key: os.environ[key] for key in kept if key in os.environ} | settings


def accord(
    *words: str, settings: dict[str, str], folder: Path, installed: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = _start(words, settings, folder, out.fileno(), err.fileno(), installed)
        try:
            code = process.wait(PATIENCE)
        finally:
            process.kill()
        said = [_all_of(out), _all_of(err)]
    return subprocess.CompletedProcess(words, code, *said)


def _start(
    words: tuple[str, ...],
    settings: dict[str, str],
    folder: Path,
    stdout: int,
    stderr: int,
    installed: bool,
) -> Process:
    return start(
        *words,
        environment=_whole(settings),
        folder=folder,
        stdout=stdout,
        stderr=stderr,
        installed=installed or "PYTHONPATH" in settings,
    )


def _all_of(written: IO[bytes]) -> str:
    written.seek(0)
    return written.read().decode()


def accord_here(
    *words: str, settings: dict[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """The same in this process, many times as fast; what it does at its start is left out."""
    unset = {name: None for name in os.environ if name.startswith(("ACCORD_", "SLACK_"))}
    with contextlib.chdir(folder), _logs_kept():
        done = CliRunner().invoke(app, words, env={**unset, **settings})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


@contextlib.contextmanager
def _logs_kept() -> Iterator[None]:
    """A command sets up the logs of its process, onto a stream that ends with it."""
    root, config, hook = logging.getLogger(), structlog.get_config(), threading.excepthook
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        structlog.configure(**config)
        root.handlers[:] = handlers
        root.setLevel(level)
        threading.excepthook = hook


class Running:
    """A command that runs until it is stopped; its log is read as it comes."""

    def __init__(
        self, *words: str, settings: dict[str, str], folder: Path, installed: bool = False
    ) -> None:
        reading, writing = os.pipe()
        self._log = open(reading, encoding="utf-8")  # noqa: PTH123, SIM115 - closed by `ended`
        self._process = _start(words, settings, folder, subprocess.DEVNULL, writing, installed)
        os.close(writing)
        self._lines: list[str] = []
        self._more = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._log:
            with self._more:
                self._lines.append(line)
                self._more.notify_all()

    @property
    def log(self) -> str:
        with self._more:
            return "".join(self._lines)

    def logged(self, event: str) -> dict[str, object]:
        """The first entry of this kind in the log, once it is there."""
        deadline = time.monotonic() + PATIENCE
        with self._more:
            while True:
                for line in self._lines:
                    if f'"event": "{event}"' in line:
                        found: dict[str, object] = json.loads(line)
                        return found
                ended = self._process.poll() is not None
                assert not ended or self._reader.is_alive(), "".join(self._lines)
                assert time.monotonic() < deadline, "".join(self._lines)
                self._more.wait(0.05)

    @property
    def url(self) -> str:
        """Where it listens, once it does."""
        return f"http://127.0.0.1:{self.logged('listening')['port']}"

    def stop(self) -> int:
        """Ask it to stop, as a process manager does; returns the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self.ended()

    def kill(self) -> None:
        self._process.kill()
        self.ended()

    def close(self) -> None:
        """Whatever became of it, it is gone."""
        self.kill()

    def ended(self) -> int:
        code = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        self._log.close()
        return code


def running(
    *words: str, settings: dict[str, str], folder: Path, installed: bool = False
) -> closing[Running]:
    """A command that is gone at the end of the block, at the latest."""
    return closing(Running(*words, settings=settings, folder=folder, installed=installed))
