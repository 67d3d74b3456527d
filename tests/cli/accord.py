"""The `accord` command as a process of its own, in a folder and an environment of its own."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import structlog
from typer.testing import CliRunner

from bot.cli import app
from tests.company import BOT_TOKEN, SIGNING_SECRET
from tests.scenes.conftest import SECRET_KEY
from tests.slack import SlackWorkspace

ACCORD = Path(sys.executable).with_name("accord")
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


def accord(*words: str, settings: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [ACCORD, *words],
        env=_whole(settings),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


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

    def __init__(self, *words: str, settings: dict[str, str], folder: Path) -> None:
        self._process = subprocess.Popen(
            [ACCORD, *words],
            env=_whole(settings),
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: list[str] = []
        self._more = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
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
        if self._process.stderr is not None:
            self._process.stderr.close()
        return code


def running(*words: str, settings: dict[str, str], folder: Path) -> closing[Running]:
    """A command that is gone at the end of the block, at the latest."""
    return closing(Running(*words, settings=settings, folder=folder))
