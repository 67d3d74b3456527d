"""Measuring two servers against each other in one run, on one core, on a machine that others use.

Whatever answers (the server, and PostgreSQL's processes) is bound to one core; the load comes from
another. Subject and baseline take turns in short slices, so that what else the machine does falls
on both; each round gives a ratio, and the median of the rounds is told with their quartiles.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Literal

from benchmarks.load import Client
from benchmarks.requests import Requests

CONNECTIONS = 8
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ratios:
    """One ratio for each round."""

    of_rounds: Sequence[float]

    @property
    def median(self) -> float:
        return median(self.of_rounds)

    @property
    def spread(self) -> tuple[float, float]:
        """The quartiles."""
        if len(self.of_rounds) < 2:
            return self.median, self.median
        low, _, high = quantiles(self.of_rounds, n=4, method="inclusive")
        return low, high

    def __str__(self) -> str:
        low, high = self.spread
        return f"{self.median:.3f} ({low:.3f} to {high:.3f})"


@dataclass(frozen=True, slots=True)
class Slices:
    """How long each slice lasts, how many rounds there are, and how long things get warm."""

    seconds: float = 1.0
    rounds: int = 12
    warm_up: float = 2.0


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
    which: Literal["noop", "accord"], database: str, slack: str | None = None
) -> Iterator[int]:
    """A server process on the measured core; yields its port."""
    named = ["--database", database, *(["--slack", slack] if slack else [])]
    with _process("benchmarks.server", which, *named, core=measured_core()) as port:
        yield port


@contextmanager
def pretend_slack() -> Iterator[str]:
    """A Slack for the clock and the delivery of a server, beside the load; yields its address."""
    with _process("benchmarks.pretend_slack") as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _process(module: str, *arguments: str, core: int | None = None) -> Iterator[int]:
    """One of our own modules, listening on a port of its own, which is yielded."""
    port = _free_port()
    command = [sys.executable, "-m", module, *arguments, "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own module
    try:
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        _wait_for(port, process)
        yield port
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
    subject: tuple[int, Requests], baseline: tuple[int, Requests], slices: Slices
) -> Ratios:
    """How many of the subject's requests are answered in the time of one of the baseline's."""
    ratios: list[float] = []
    with Client(subject[0], CONNECTIONS) as asked, Client(baseline[0], CONNECTIONS) as bare:
        asked.keep_busy(subject[1], slices.warm_up)
        bare.keep_busy(baseline[1], slices.warm_up)
        for _ in range(slices.rounds):
            before = bare.keep_busy(baseline[1], slices.seconds / 2).rate
            rate = asked.keep_busy(subject[1], slices.seconds).rate
            after = bare.keep_busy(baseline[1], slices.seconds / 2).rate
            ratios.append(2 * rate / (before + after))
    return Ratios(ratios)
