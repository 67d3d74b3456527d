"""Processes of Accord, started and stopped one by one, on one database and one pretend Slack."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Literal

from scheduler.checkpoints import Checkpoint
from scheduler.settings import DeliverySettings
from tests.delivery.nursery import Order

PATIENCE = 100.0
POLL = 0.01


def wait_until(what: str, condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Return once it holds. Raises TimeoutError that says what did not come."""
    give_up = time.monotonic() + patience
    while not condition():
        if time.monotonic() > give_up:
            raise TimeoutError(what)
        time.sleep(POLL)


@dataclass(frozen=True, slots=True)
class Member:
    """One process, which is not a child of ours: what becomes of it stands in /proc."""

    pid: int
    log: Path

    @property
    def state(self) -> str:
        """R, S, D…; T where it stands still, - where it is gone."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return "-"
        state = stat.rpartition(")")[2].split()[0]
        return "-" if state in "ZX" else state

    @property
    def stands_still(self) -> bool:
        return self.state == "T"

    @property
    def gone(self) -> bool:
        return self.state == "-"

    def told(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        wait_until(f"the end of process {self.pid}", lambda: self.gone)

    def wait_until_works(self) -> None:
        """Returns once it sends, or stands still where it was told to."""

        def works() -> bool:
            told = self.told()
            assert not self.gone, told
            return '"working"' in told or '"listening"' in told or self.stands_still

        wait_until(f"process {self.pid} to work", works)


@dataclass
class Fleet:
    """Starts processes for one database and one Slack; `members` are those that may be alive."""

    environment: dict[str, str]
    delivery: DeliverySettings
    folder: Path
    nursery: Nursery
    members: list[Member] = field(default_factory=list)

    def start(
        self,
        command: Literal["worker", "serve"] = "worker",
        stop_at: Checkpoint | None = None,
        nth: int = 1,
    ) -> Member:
        member = self.nursery.start(
            lambda log: Order(command, self.environment, str(log), self.delivery, stop_at, nth),
            self.folder,
        )
        self.members.append(member)
        return member

    def kill(self, member: Member) -> None:
        member.kill()
        self.members.remove(member)

    def end(self) -> None:
        """Ask all to stop, as a process manager does: each ends what it has begun."""
        for member in self.members:
            member.signal(signal.SIGCONT)
            member.signal(signal.SIGTERM)
        for member in self.members:
            wait_until(f"process {member.pid} to stop", lambda one=member: one.gone)  # type: ignore[misc] # bound at once
        self.members.clear()

    def close(self) -> None:
        for member in list(self.members):
            self.kill(member)


class Nursery:
    """The process that forks the others; see `tests.delivery.nursery`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.delivery.nursery import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._numbers = count(1)

    def start(self, order: Callable[[Path], Order], folder: Path) -> Member:
        log = folder / f"process-{next(self._numbers)}.log"
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(order(log).line())
        self._process.stdin.flush()
        return Member(int(self._process.stdout.readline()), log)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


@contextmanager
def open_nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    try:
        yield nursery
    finally:
        nursery.close()
