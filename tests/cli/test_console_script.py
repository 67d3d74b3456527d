"""The console script itself, as it was installed: that it reads what it needs, starts, and ends.

All other tests of the command fork it from a process that has read everything already.
"""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path
from subprocess import DEVNULL

import httpx
import pytest

import bot
from tests.cli.accord import accord, environment, running
from tests.databases import Databases, Kind
from tests.forking import ROOT, Job, fork
from tests.slack import SlackWorkspace


@pytest.mark.parametrize(
    ("words", "code", "out", "err"),
    [
        (("--help",), 0, "Usage: accord [OPTIONS] COMMAND", ""),
        (("worker",), 2, "", "accord: ACCORD_SECRET_KEY is not set"),
        (("nonsense",), 2, "", "No such command 'nonsense'"),
    ],
)
def test_it_ends_and_a_forked_one_says_the_same(
    words: tuple[str, ...], code: int, out: str, err: str, tmp_path: Path
) -> None:
    ended = accord(*words, settings={}, folder=tmp_path, installed=True)
    assert (ended.returncode, out in ended.stdout, err in ended.stderr) == (code, True, True)
    forked = accord(*words, settings={}, folder=tmp_path)
    assert (forked.returncode, forked.stdout, forked.stderr) == (code, ended.stdout, ended.stderr)


def test_it_serves_and_stops_when_asked(
    databases: Databases, slack: SlackWorkspace, tmp_path: Path
) -> None:
    settings = environment(databases.fresh(Kind.SQLITE), slack)
    serve = ("serve", "--port", "0")
    with running(*serve, settings=settings, folder=tmp_path, installed=True) as served:
        assert httpx.get(f"{served.url}/readyz", trust_env=False).json() == {"status": "ok"}
        assert served.stop() == 0
    assert "Traceback" not in served.log


def _end_badly() -> None:
    raise LookupError("what a test looks for")


def _tell_of_itself(where: str) -> None:
    code = Path(bot.__file__).parent.parent
    Path(where).write_text(f"{Path.cwd()} {dict(os.environ)} {code}", encoding="utf-8")


def test_a_forked_process_is_like_any_other(tmp_path: Path) -> None:
    """With an environment and a folder of its own, the code of this checkout, and its end."""
    told = partial(_tell_of_itself, "told")
    assert fork(Job(told, {"ONE": "1"}, tmp_path), DEVNULL, DEVNULL).wait() == 0
    assert (tmp_path / "told").read_text() == f"{tmp_path} {{'ONE': '1'}} {ROOT}"
    with (tmp_path / "errors").open("w") as errors:
        assert fork(Job(_end_badly, {}, tmp_path), DEVNULL, errors.fileno()).wait() == 1
    assert "LookupError: what a test looks for" in (tmp_path / "errors").read_text()
    killed = fork(Job(signal.pause, {}, tmp_path), DEVNULL, DEVNULL)
    assert killed.poll() is None
    killed.kill()
    assert killed.wait() == killed.poll() == -signal.SIGKILL
