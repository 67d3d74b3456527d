"""Business time in the demo: it passes as fast as what happens in it can be done and delivered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import structlog

from bot.app import Parts, machine_now
from bot.running import business_sweeps, clock_origin
from domain.clock import Clock
from scheduler.clock import Sweep
from storage import deliveries, outbox
from usecases.planned import next_morning, next_planned

log: structlog.stdlib.BoundLogger = structlog.get_logger()

MORNING = clock_time(10, 0)
LONGEST_STEP = timedelta(hours=6)
LONGEST_MOVE = timedelta(days=370)
PATIENCE_SECONDS = 5.0
POLL_SECONDS = 0.01
QUARTER_MONTHS = 3
SATURDAY = 6


def remembered_clock(file: Path) -> Clock:
    """The clock as the last run left it; the present where there is no such file."""
    try:
        shift = timedelta(seconds=float(file.read_text(encoding="ascii")))
    except (OSError, ValueError):
        shift = timedelta()
    return Clock(machine_now, shift)


class CannotMoveError(Exception):
    """Why the clock stays as it is, in words for whoever wanted to move it."""


@dataclass(frozen=True, slots=True)
class Move:
    """A stretch of time that is passing."""

    since: datetime
    until: datetime


class DemoClock:
    """Moves business time forward, for one caller at a time; `file` keeps it over a restart."""

    def __init__(self, parts: Parts, file: Path) -> None:
        self._parts = parts
        self._file = file
        self._sweeps = business_sweeps(parts)
        self._turn = threading.Lock()
        self._stop = threading.Event()
        self.moving: Move | None = None

    @property
    def now(self) -> datetime:
        return self._parts.clock.business()

    def steps(self, person: str | None) -> dict[str, datetime]:
        """Where each step would lead from here; mornings are the person's (a Slack user id)."""
        now = self.now
        return {name: step(now) for name, step in STEPS.items()} | {
            "next_working_morning": self._morning(now, person)
        }

    def stop(self) -> None:
        """Let what is passing end at its next step."""
        self._stop.set()

    def move(self, target: datetime) -> frozenset[str]:
        """Let time pass until `target`; returns when all of it has happened and is delivered.

        What is returned are the sweeps that failed; the log says why. Raises CannotMoveError for
        the past, for more than a year, and while time passes already.
        """
        with self._alone(target):
            failed = set[str]()
            while self.now < target and not self._stop.is_set():
                self._parts.clock.move_to(self._next_step(target))
                self._let_happen(failed)
                self._remember()
            return frozenset(failed)

    @contextmanager
    def _alone(self, target: datetime) -> Iterator[None]:
        now = self.now
        if target < now:
            raise CannotMoveError("the clock only moves forward")
        if target - now > LONGEST_MOVE:
            raise CannotMoveError("a year at once is the most")
        if not self._turn.acquire(blocking=False):
            raise CannotMoveError("time is passing already")
        try:
            self._stop.clear()
            self.moving = Move(now, target)
            yield
        finally:
            self.moving = None
            self._turn.release()

    def _remember(self) -> None:
        shift = self._parts.clock.shift.total_seconds()
        self._file.write_text(str(shift), encoding="ascii")

    def _next_step(self, target: datetime) -> datetime:
        """The next moment for which something is planned, so that it happens when it is due.

        Some things follow from dates alone, so there is a look at them a few times a day too.
        """
        now = self.now
        planned = next_planned(self._parts.store, clock_origin(self._parts))
        ahead = (now + LONGEST_STEP, target, planned or target)
        return min(moment for moment in ahead if moment > now)

    def _let_happen(self, failed: set[str]) -> None:
        """Run every sweep and deliver what is due before time goes on."""
        failed.update(sweep.name for sweep in self._sweeps if not _runs(sweep))
        parts = self._parts
        with parts.store.write(clock_origin(parts)) as work:
            outbox.materialise_due(work.connection, business_now=work.now, machine_now=work.at)
        self._wait_for_delivery()

    def _wait_for_delivery(self) -> None:
        """Return when nothing is due any more, or when that takes too long for who clicked."""
        parts = self._parts
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            with parts.store.read(clock_origin(parts)) as work:
                if not deliveries.anything_under_way(work.connection, machine_now=work.at):
                    return
            parts.store.wake.set()
            time.sleep(POLL_SECONDS)

    def _morning(self, now: datetime, person: str | None) -> datetime:
        own = None
        if person:
            own = next_morning(self._parts.store, clock_origin(self._parts), person)
        return own or next_weekday_morning(now)


def _runs(sweep: Sweep) -> bool:
    """False for one that failed: the others go on, and the next run takes up what it left."""
    try:
        sweep.run()
    except Exception:
        log.exception("sweep_failed", sweep=sweep.name)
        return False
    return True


def next_weekday_morning(now: datetime) -> datetime:
    """Ten o'clock, UTC, on the next day from Monday to Friday."""
    day = now.date()
    if now.time() >= MORNING:
        day += timedelta(days=1)
    while day.isoweekday() >= SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=UTC)


def end_of_quarter(now: datetime) -> datetime:
    """Noon, UTC, on the last day of the quarter; of the next one where that is past."""
    month = ((now.month - 1) // QUARTER_MONTHS + 1) * QUARTER_MONTHS + 1
    last_noon = _first_of(now.year, month) - timedelta(days=1)
    if last_noon <= now:
        last_noon = _first_of(now.year, month + QUARTER_MONTHS) - timedelta(days=1)
    return last_noon


def _first_of(year: int, month: int) -> datetime:
    """Noon on the first of a month, counted on beyond December."""
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, 12, tzinfo=UTC)


STEPS: dict[str, Callable[[datetime], datetime]] = {
    "next_working_morning": next_weekday_morning,
    "1d": lambda now: now + timedelta(days=1),
    "1w": lambda now: now + timedelta(weeks=1),
    "end_of_quarter": end_of_quarter,
}
