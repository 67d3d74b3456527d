"""Somebody who kills, stops and cuts off processes at random moments, and starts new ones."""

from __future__ import annotations

import random
import signal
import threading
import time
from dataclasses import dataclass, field

from sqlalchemy import Engine, func, make_url, select, text

from storage.database import open_engine
from storage.tables.outbox import AttemptLog, Delivery, DeliveryState
from tests.delivery.fleet import Fleet, Member

STILL_OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNCERTAIN)
LOOK_SECONDS = 0.25
POLL_SECONDS = 0.1
WATCHER = "watcher"


def watching(database_url: str) -> Engine:
    """An engine for whoever looks on: `drop_connections` leaves its connections alone."""
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        url = url.update_query_dict({"application_name": WATCHER})
    return open_engine(url.render_as_string(hide_password=False), lock_wait_ms=30_000)


def drop_connections(engine: Engine) -> None:
    """PostgreSQL ends every connection to this database but those of who looks on."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name <> :watcher"
            ),
            {"watcher": WATCHER},
        )


@dataclass
class Recovery:
    """Messages in the hands of somebody who was killed, and when the last of them was settled."""

    since: float
    messages: set[int]
    took: float | None = None


@dataclass
class Killer:
    """Strikes after every so many messages on average, until told to stop; `seed` says how.

    Counted in messages, a run has as many blows on a slow machine as on a fast one. Four times of
    six it kills (SIGKILL) and starts another process, once it stops one for two
    leases (SIGSTOP), once it makes PostgreSQL drop every connection.
    """

    fleet: Fleet
    engine: Engine
    every: int
    seed: int
    kills: int = 0
    stalls: int = 0
    drops: int = 0
    recoveries: list[Recovery] = field(default_factory=list)
    _enough: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        chance = random.Random(self.seed)  # noqa: S311 - a run must be repeatable
        next_at = chance.uniform(0, 2 * self.every)
        while not self._enough.wait(POLL_SECONDS):
            if self._sent() < next_at:
                continue
            next_at += chance.uniform(0, 2 * self.every)
            # At any moment, not only when a message has just been sent.
            self._enough.wait(chance.uniform(0, POLL_SECONDS))
            victim = chance.choice(self.fleet.members)
            match chance.randrange(6):
                case 0:
                    self._stall(victim)
                case 1:
                    self._drop_connections()
                case _:
                    self._kill(victim)
            self._look()

    def _sent(self) -> int:
        with self.engine.connect() as connection:
            return connection.execute(
                select(func.count()).where(Delivery.state == DeliveryState.SENT)
            ).scalar_one()

    def stop(self) -> None:
        self._enough.set()

    def _kill(self, victim: Member) -> None:
        self.fleet.kill(victim)
        self.kills += 1
        self.recoveries.append(Recovery(time.monotonic(), self._in_the_hands_of(victim)))
        self.fleet.start()

    def _stall(self, victim: Member) -> None:
        """Meanwhile others take over what it holds; then it believes that no time has passed."""
        victim.signal(signal.SIGSTOP)
        self._enough.wait(2 * self.fleet.delivery.lease.total_seconds())
        victim.signal(signal.SIGCONT)
        self.stalls += 1

    def _drop_connections(self) -> None:
        drop_connections(self.engine)
        self.drops += 1

    def _in_the_hands_of(self, victim: Member) -> set[int]:
        with self.engine.connect() as connection:
            return set(
                connection.scalars(
                    select(Delivery.id)
                    .join(AttemptLog, AttemptLog.delivery_id == Delivery.id)
                    .where(
                        Delivery.state == DeliveryState.SENDING,
                        AttemptLog.ended.is_(None),
                        AttemptLog.worker.endswith(f":{victim.pid}"),
                    )
                )
            )

    def _look(self) -> None:
        for one in self.recoveries:
            if one.took is None and not self._still_open(one.messages):
                one.took = time.monotonic() - one.since

    def _still_open(self, messages: set[int]) -> bool:
        if not messages:
            return False
        with self.engine.connect() as connection:
            asked = select(Delivery.id).where(
                Delivery.id.in_(messages), Delivery.state.in_(STILL_OPEN)
            )
            return connection.execute(asked.limit(1)).first() is not None

    def look_until_all_recovered(self, patience: float) -> None:
        give_up = time.monotonic() + patience
        while any(one.took is None for one in self.recoveries) and time.monotonic() < give_up:
            self._look()
            time.sleep(LOOK_SECONDS)

    @property
    def recovered_in(self) -> list[float]:
        """Seconds, of those that had something in their hands."""
        return sorted(one.took for one in self.recoveries if one.messages and one.took is not None)
