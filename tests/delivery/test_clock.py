"""The ticker of sweeps, and the lock that keeps it single on SQLite."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.clock import Sweep, Ticker
from scheduler.lock import LockHeld, hold_lock

HOLDER = """
import sys, os
from scheduler.lock import hold_lock
with hold_lock(sys.argv[1]):
    print(os.getpid(), flush=True)
    sys.stdin.read()
"""


def counted(times: int, reached: threading.Event) -> Callable[[], None]:
    runs: list[None] = []

    def run() -> None:
        runs.append(None)
        if len(runs) == times:
            reached.set()

    return run


def test_a_sweep_runs_again_and_again_beside_one_that_fails() -> None:
    ran_twice = threading.Event()

    def fail() -> None:
        raise InterruptedError

    ticker = Ticker([Sweep("bad", 0.005, fail), Sweep("good", 0.005, counted(2, ran_twice))])
    ticker.start()
    try:
        assert ran_twice.wait(5)
    finally:
        ticker.stop()


def test_stopping_waits_for_the_sweep_that_runs() -> None:
    begun, release, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        release.wait(5)
        ended.set()

    ticker = Ticker([Sweep("slow", 0.005, slow)])
    ticker.start()
    assert begun.wait(5)
    threading.Timer(0.02, release.set).start()
    ticker.stop()
    assert ended.is_set()


def test_a_second_process_on_the_same_file_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'accord.db'}"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        pid = holder.stdout.readline().strip()
        with pytest.raises(LockHeld, match=f"pid {pid} on "), hold_lock(url):
            pass
        holder.stdin.close()
        holder.wait(5)
    with hold_lock(url):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'accord.db'}"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.kill()
        holder.wait(5)
        with hold_lock(url):
            pass


def test_postgresql_needs_no_lock() -> None:
    with hold_lock("postgresql+psycopg://h/accord"), hold_lock("postgresql+psycopg://h/accord"):
        pass
