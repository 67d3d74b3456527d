"""Measuring two servers against each other in one run, on one core, on a machine that others use.

Whatever answers (the server, and PostgreSQL's processes) is bound to one core; the load comes from
another. Subject and baseline take turns in short slices, so that what else the machine does falls
on both; each round gives a ratio, and the median of the rounds is told with their quartiles.
"""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Literal

from benchmarks.load import Client
from benchmarks.requests import Requests

CONNECTIONS = 8
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ratios:
    """One ratio for each round.

    `of_work` counts processor time alone: it is steadier where others keep the machine busy, and
    knows nothing of waiting for a disk.
    """

    of_rounds: Sequence[float]
    of_work: Sequence[float] = ()

    @property
    def median(self) -> float:
        return median(self.of_rounds)

    @property
    def work(self) -> Ratios:
        """The same by processor time."""
        return Ratios(self.of_work)

    @property
    def spread(self) -> tuple[float, float]:
        """The quartiles."""
        if len(self.of_rounds) < 2:
            return self.median, self.median
        low, _, high = quantiles(self.of_rounds, n=4, method="inclusive")
        return low, high

    def __str__(self) -> str:
        low, high = self.spread
        told = f"{self.median:.3f} ({low:.3f} to {high:.3f})"
        return f"{told}, by processor time {self.work}" if self.of_work else told


@dataclass(frozen=True, slots=True)
class Server:
    """A port, and the processes that answer there: the server's own and its database's."""

    port: int
    process: int
    database: Callable[[], Sequence[int]]

    def seconds_worked(self) -> float:
        """Processor time of all of them so far."""
        return sum(map(_seconds_worked, [self.process, *self.database()]))


def _seconds_worked(process: int) -> float:
    try:
        told = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0.0
    # The name in brackets may hold spaces; the twelfth and thirteenth after it are the ticks.
    ticks = told.rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Slices:
    """How long each slice lasts, how many rounds there are, how long things get warm, and how many
    ask at once."""

    seconds: float = 1.0
    rounds: int = 12
    warm_up: float = 2.0
    connections: int = CONNECTIONS


def measured_core() -> int:
    return max(os.sched_getaffinity(0))


@contextmanager
def load_elsewhere() -> Iterator[None]:
    """Keep this process off the measured core for the length of the block."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, before - {measured_core()} or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def server(
    which: Literal["noop", "accord"],
    database: str,
    slack: str | None = None,
    works_for_it: Callable[[], Sequence[int]] = list,
) -> Iterator[Server]:
    """A server process on the measured core; `works_for_it` names the processes of its database."""
    named = ["--database", database, *(["--slack", slack] if slack else [])]
    with _process("benchmarks.server", which, *named, core=measured_core()) as (port, process):
        yield Server(port, process, works_for_it)


@contextmanager
def pretend_slack(posts_a_minute: int | None = None) -> Iterator[str]:
    """A Slack for the clock and the delivery of a server, beside the load; yields its address."""
    most = [] if posts_a_minute is None else ["--posts-per-minute", str(posts_a_minute)]
    with _process("benchmarks.pretend_slack", *most) as (port, _):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def worker(database: str, slack: str, posts_a_minute: int) -> Iterator[None]:
    """Clock and delivery in a process of their own, as `accord worker` runs them."""
    named = ["--database", database, "--slack", slack, "--posts-per-minute", str(posts_a_minute)]
    command = [sys.executable, "-m", "benchmarks.worker", *named]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own module
    try:
        yield
        if process.poll() is not None:
            raise ChildProcessError("the worker has ended by itself")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _process(module: str, *arguments: str, core: int | None = None) -> Iterator[tuple[int, int]]:
    """One of our own modules, listening on a port of its own; yields port and process."""
    port = _free_port()
    command = [sys.executable, "-m", module, *arguments, "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own module
    try:
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        _wait_for(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > give_up:
                raise TimeoutError("the server did not start") from None
            time.sleep(0.05)


def throughput(
    subject: tuple[Server, Requests], baseline: tuple[Server, Requests], slices: Slices
) -> Ratios:
    """How many of the subject's requests are answered in the time of one of the baseline's."""
    ratios: list[float] = []
    of_work: list[float] = []
    with (
        Client(subject[0].port, slices.connections) as asked,
        Client(baseline[0].port, slices.connections) as bare,
    ):
        asked.keep_busy(subject[1], slices.warm_up)
        bare.keep_busy(baseline[1], slices.warm_up)
        for _ in range(slices.rounds):
            before, work_before = _slice(bare, baseline, slices.seconds / 2)
            rate, work = _slice(asked, subject, slices.seconds)
            after, work_after = _slice(bare, baseline, slices.seconds / 2)
            ratios.append(2 * rate / (before + after))
            of_work.append((work_before + work_after) / 2 / work if work else math.nan)
    return Ratios(ratios, of_work)


def _slice(client: Client, of: tuple[Server, Requests], seconds: float) -> tuple[float, float]:
    """Requests a second, and processor time for each."""
    server, requests = of
    start = server.seconds_worked()
    answers = client.keep_busy(requests, seconds)
    return answers.rate, (server.seconds_worked() - start) / len(answers.waits)
