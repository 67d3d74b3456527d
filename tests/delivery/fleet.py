"""Processes of Accord, started and stopped one by one, on one database and one pretend Slack."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from scheduler.checkpoints import Checkpoint
from scheduler.settings import DeliverySettings
from tests.delivery.nursery import Order, carry_out
from tests.forking import Forked, Job, fork

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
    """One process."""

    process: Forked
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def stands_still(self) -> bool:
        """Whether it has stopped itself, which /proc alone tells of who is no child of ours."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return False
        return stat.rpartition(")")[2].split()[0] == "T"

    @property
    def gone(self) -> bool:
        return self.process.poll() is not None

    def told(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)

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
    members: list[Member] = field(default_factory=list)

    def start(
        self,
        command: Literal["worker", "serve"] = "worker",
        stop_at: Checkpoint | None = None,
        nth: int = 1,
    ) -> Member:
        order = Order(command, self.delivery, stop_at, nth)
        member = self._started(order)
        self.members.append(member)
        return member

    def _started(self, order: Order) -> Member:
        log, name = tempfile.mkstemp(suffix=".log", prefix="process-", dir=self.folder)
        try:
            job = Job(partial(carry_out, order), self.environment, self.folder)
            return Member(fork(job, log, log), Path(name))
        finally:
            os.close(log)

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
