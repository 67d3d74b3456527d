"""Waiting: how long people wait for their acknowledgement while an announcement goes to everybody.

The same requests come at the same pace, first while nothing is announced, then while an
announcement to the whole organisation is listed and sent, and again. Fair because it is the same
process with the same clock and delivery on the same core, and because a request that comes while
the server is busy waits from the moment at which it came. Nine requests of ten read (`/goal`), one
saves a goal, which delivery then tells two people of. The pretend Slack takes messages faster than
Slack would, and says when it has had enough.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles

from sqlalchemy import func, select, update

from benchmarks.announcement import confirmed
from benchmarks.databases import BigDatabases
from benchmarks.history import SECRET_KEY
from benchmarks.load import Client
from benchmarks.measuring import CONNECTIONS, Ratios, pretend_slack, server
from benchmarks.requests import Requests, goal_command, goal_submission, mixed
from domain.announcements import AnnouncementHead, AnnouncementState, Timing
from domain.clock import Clock
from domain.origin import Origin, Via
from storage import announcement_recipients, announcements
from storage.database import for_writing, open_engine
from storage.keyring import Keyring
from storage.literals import literally
from storage.tables.outbox import Delivery, DeliveryState
from storage.tables.people import Person
from storage.unit_of_work import Store
from tests.databases import Kind

REQUESTS_A_SECOND = 50
ONE_SAVES_IN = 10
SWEEP_SECONDS = 4.0
"""After so long the announcement has been noticed."""
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds that 99 of 100 requests of a round waited at most: nothing announced, announcing."""

    quiet: Sequence[float]
    announcing: Sequence[float]

    def __str__(self) -> str:
        pairs = zip(self.announcing, self.quiet, strict=True)
        return (
            f"{Ratios([busy / quiet for busy, quiet in pairs])} times as long; "
            f"{1000 * median(self.quiet):.1f} and {1000 * median(self.announcing):.1f} ms"
        )


def ack_under_broadcast(
    databases: BigDatabases, kind: Kind, people: int, rounds: int, seconds: float = 20.0
) -> Waits:
    """Each round asks for so many seconds without an announcement, and as long with one."""
    url = databases.filled(kind, people)
    engine = open_engine(url, lock_wait_ms=60_000)
    store = Store(engine, Keyring([SECRET_KEY]), Clock(_now))
    requests = mixed(goal_command(people), goal_submission(people, _now().date()), ONE_SAVES_IN)
    waits = Waits([], [])
    all_at_work(store)
    with pretend_slack() as slack, server("accord", url, slack) as accord:
        _worst(accord.port, requests, min(seconds, 5))
        for _ in range(rounds):
            _wait_until_sent(store)
            quiet = _worst(accord.port, requests, seconds)
            head = confirmed(store, _origin(), Timing.NOW)
            time.sleep(SWEEP_SECONDS)
            busy = _worst(accord.port, requests, seconds)
            _stop(store, head)
            waits = Waits([*waits.quiet, quiet], [*waits.announcing, busy])
    engine.dispose()
    return waits


def _worst(port: int, requests: Requests, seconds: float) -> float:
    with Client(port, CONNECTIONS) as client:
        answers = client.at_a_pace(requests, REQUESTS_A_SECOND, seconds)
    return quantiles(answers.waits, n=100, method="inclusive")[-1]


def all_at_work(store: Store) -> None:
    """An announcement reaches people within their hours only: those of everybody are now."""
    since = (_now() - timedelta(hours=1)).time().replace(microsecond=0)
    at_work = {"timezone": "UTC", "day_start": since, "working_days": "1234567", "region": None}
    with for_writing(store.engine).begin() as connection:
        connection.execute(update(Person).values(at_work))


def _stop(store: Store, head: AnnouncementHead) -> None:
    with store.write(_origin()) as work:
        announcement_recipients.stop_waiting(work.connection, head.id)
        stopped = {"state": AnnouncementState.STOPPED, "ended_at": work.now, "stopped_at": work.at}
        announcements.change(work.connection, head.id, **stopped)


def _wait_until_sent(store: Store) -> None:
    """Until delivery has nothing left of what came before."""
    queued = (
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.state == literally(DeliveryState.QUEUED))
    )
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        with store.read(_origin()) as work:
            if work.connection.execute(queued).scalar_one() == 0:
                return
        time.sleep(0.5)
    raise TimeoutError("what was announced is still being sent")


def _origin() -> Origin:
    return Origin(Via.CLOCK, _now(), "benchmark")


def _now() -> datetime:
    return datetime.now(UTC)
