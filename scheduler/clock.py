"""The clock: runs idempotent sweeps at intervals. What is due is in the database, not here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Something to be done every `seconds`; running it twice, or on two replicas, does no harm."""

    name: str
    seconds: float
    run: Callable[[], object]


class Ticker:
    """Runs each sweep at its interval, one run of it at a time; a failing one stops no other."""

    def __init__(self, sweeps: Sequence[Sweep]) -> None:
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(max(len(sweeps), 1))},
            # Late is better than never, and once is enough: a sweep takes all that is due.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )
        for sweep in sweeps:
            self._scheduler.add_job(
                _guarded, "interval", args=[sweep], seconds=sweep.seconds, id=sweep.name
            )

    def start(self) -> None:
        """Run every sweep from now on, each for the first time after its interval."""
        self._scheduler.start()

    def stop(self) -> None:
        """Start no more sweeps, and return when those that run have ended."""
        self._scheduler.shutdown(wait=True)


def _guarded(sweep: Sweep) -> None:
    try:
        sweep.run()
    except Exception:  # the next run takes up what this one left
        log.exception("sweep_failed", sweep=sweep.name)
