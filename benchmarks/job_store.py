"""What Accord does not do: a job for each reminder, in APScheduler's SQLAlchemy job store.

As its documentation says, on SQLite in WAL, which tells the disk less often than Accord does
(`synchronous` is NORMAL): in its favour. A job does nothing; it runs in the scheduler's own thread.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.debug import DebugExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler
from sqlalchemy import Engine, create_engine, event

EVERY_WEEKS = 2


def remind(person: int) -> None:
    """The reminder itself is not what is measured."""
    del person


class _ByHand(BaseScheduler):  # type: ignore[misc] # the library has no types
    """Wakes up when it is told to."""

    def wakeup(self) -> None:
        return

    def shutdown(self, *, wait: bool = True) -> None:
        super().shutdown(wait)


class JobStore:
    """A running scheduler on the database at `url`."""

    def __init__(self, url: str) -> None:
        self._engine = _in_wal(url)
        self._scheduler = _ByHand(timezone=UTC)
        self._scheduler.add_jobstore(SQLAlchemyJobStore(engine=self._engine))
        self._scheduler.add_executor(DebugExecutor())
        self._scheduler.start()

    def add(self, people: int, one_in: int) -> None:
        """A reminder for each of them; for one in so many it is due now."""
        now = datetime.now(UTC)
        for person in range(1, people + 1):
            due = now if person % one_in == 0 else now + timedelta(days=1)
            self._scheduler.add_job(
                remind,
                "interval",
                weeks=EVERY_WEEKS,
                args=[person],
                next_run_time=due,
                misfire_grace_time=None,
            )

    def wake_up(self) -> None:
        """Run what is due."""
        self._scheduler._process_jobs()  # noqa: SLF001 - what its schedulers call to wake up

    def close(self) -> None:
        self._scheduler.shutdown()
        self._engine.dispose()


def _in_wal(url: str) -> Engine:
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine
