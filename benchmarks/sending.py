"""Sending at Slack's pace: how much of the limit is used, and how long what is urgent waits.

One or several processes, each as `accord worker` runs, send from one database to a pretend Slack
that takes so many messages in any minute, and not one more. What is told is what came there.

The share counts what came of what Slack would have taken, while there is always more to send. The
waits are those of messages that somebody waits for, from their commit to Slack: while nothing else
is queued, while ten thousand announcements are, and, in the same run, of a message that has to
stand in line behind a shorter queue of them, as it would without lanes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median, quantiles
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select, update

from benchmarks.ack_under_broadcast import all_at_work
from benchmarks.databases import BigDatabases
from benchmarks.history import SECRET_KEY
from benchmarks.measuring import Ratios, pretend_slack, worker
from domain.clock import Clock
from domain.goals import GoalState
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin, Via
from storage.database import for_writing, open_engine
from storage.keyring import Keyring
from storage.tables.goals import Goal
from storage.tables.outbox import Delivery, DeliveryState, Notice
from storage.unit_of_work import Store
from tests.databases import Kind

USUAL_PACE = 240
FAST = 1_000
"""Messages a minute: the most that can be set, so that a hundred urgent ones take a minute."""
BACKLOG = 10_000
IN_LINE = 500
"""Ahead of a message that has to stand in line: ten thousand would take ten minutes."""
URGENT_EVERY = 0.5
BATCH = 1_000
LOOK_EVERY = 0.2
PATIENCE_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Shares:
    """Of what Slack would have taken, what came; and how often it had to refuse."""

    shares: Ratios
    refused: int

    def __str__(self) -> str:
        return f"{self.shares} of the limit, {self.refused} answers 429"


@dataclass(frozen=True, slots=True)
class UrgentWaits:
    """Seconds that 99 of 100 waited at most, in each round; `in_line` as if there were no lanes."""

    alone: Sequence[float]
    behind: Sequence[float]
    in_line: Sequence[float]
    in_line_behind: int

    def __str__(self) -> str:
        pairs = list(zip(self.behind, self.alone, strict=True))
        return (
            f"{Ratios([behind / alone for behind, alone in pairs])} times as long, "
            f"{median(self.alone):.2f} and {median(self.behind):.2f} s; in line behind "
            f"{self.in_line_behind:,} alone {median(self.in_line):.0f} s"
        )


def budget_share(
    databases: BigDatabases,
    kind: Kind,
    people: int,
    processes: int,
    rounds: int,
    *,
    seconds: float = 60.0,
    pace: int = USUAL_PACE,
) -> Shares:
    """Each round lets so many processes send for so many seconds."""
    post = _Post(databases.filled(kind, people))
    shares = []
    with _sending(post.url, processes, pace) as slack:
        for _ in range(rounds):
            post.queue(round(pace / 60 * seconds * 2), Lane.INTERACTIVE)
            _until(lambda: slack.arrivals() > 0)
            time.sleep(min(seconds / 10, 3))
            before, begun = slack.arrivals(), time.monotonic()
            time.sleep(seconds)
            came, took = slack.arrivals() - before, time.monotonic() - begun
            shares.append(came / (pace / 60 * took))
            post.forget()
        refused = slack.refused()
    post.close()
    return Shares(Ratios(shares), refused)


def urgent_waits(
    databases: BigDatabases,
    kind: Kind,
    people: int,
    rounds: int,
    *,
    seconds: float = 60.0,
    backlog: int = BACKLOG,
    in_line: int = IN_LINE,
) -> UrgentWaits:
    """Each round sends urgent messages for so many seconds, alone and behind the backlog."""
    post = _Post(databases.filled(kind, people))
    alone, behind, standing = [], [], []
    all_at_work(post.store)
    with _sending(post.url, 1, FAST) as slack:
        post.queue(1, Lane.INTERACTIVE)
        _until(lambda: slack.arrivals() > 0)
        for _ in range(rounds):
            alone.append(_worst(post, slack, seconds))
            post.queue(backlog, Lane.BROADCAST)
            behind.append(_worst(post, slack, seconds))
            post.forget()
            post.queue(in_line, Lane.BROADCAST)
            (last,) = post.queue(1, Lane.BROADCAST)
            standing.append(slack.waited([last])[0])
            post.forget()
    post.close()
    return UrgentWaits(alone, behind, standing, in_line)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message that was committed at a moment of this machine's time."""

    delivery: UUID
    at: float


class _Slack:
    """What came at the pretend Slack."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False)

    def arrivals(self) -> int:
        return len(self._taken())

    def refused(self) -> int:
        refused: int = self._http.get("/arrivals").json()["refused"]
        return refused

    def waited(self, sent: Sequence[_Sent]) -> list[float]:
        """How long each was on its way, once all have come."""
        _until(lambda: {str(one.delivery) for one in sent} <= self._taken().keys())
        taken = self._taken()
        return [taken[str(one.delivery)] - one.at for one in sent]

    def close(self) -> None:
        self._http.close()

    def _taken(self) -> dict[str, float]:
        taken: dict[str, float] = self._http.get("/arrivals").json()["taken"]
        return taken


@contextmanager
def _sending(url: str, processes: int, pace: int) -> Iterator[_Slack]:
    """So many processes send from the database; what is yielded is where it comes."""
    with ExitStack() as running:
        address = running.enter_context(pretend_slack(pace))
        for _ in range(processes):
            running.enter_context(worker(url, address, pace))
        slack = _Slack(address)
        running.callback(slack.close)
        yield slack


class _Post:
    """Puts messages into the queue: the card of somebody's goal, which says how things stand."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = open_engine(url, lock_wait_ms=60_000)
        self.store = Store(self._engine, Keyring([SECRET_KEY]), Clock(_now))
        with self._engine.connect() as connection:
            active = select(Goal.id, Goal.owner_id).where(Goal.state == GoalState.ACTIVE)
            self._goals = [(goal, owner) for goal, owner in connection.execute(active)]
        self._next = 0
        self.forget()

    def queue(self, messages: int, lane: Lane) -> list[_Sent]:
        """So many more messages in the lane, to as many people as there are."""
        sent = []
        for first in range(0, messages, BATCH):
            keys = [f"sending:{uuid4()}" for _ in range(min(BATCH, messages - first))]
            at = time.time()
            with self.store.write(_origin()) as work:
                for key in keys:
                    work.notify(self._card(key, lane, work.now))
            with self._engine.connect() as connection:
                made = connection.scalars(
                    select(Delivery.uuid)
                    .join(Notice, Notice.post_id == Delivery.post_id)
                    .where(Notice.dedup_key.in_(keys))
                )
                sent += [_Sent(delivery, at) for delivery in made]
        return sent

    def _card(self, key: str, lane: Lane, now: datetime) -> NewNotice:
        goal, owner = self._goals[self._next % len(self._goals)]
        self._next += 1
        return NewNotice(
            kind=NoticeKind.GOAL_TO_OWNER,
            dedup_key=key,
            person=owner,
            lane=lane,
            subject_type=SubjectType.GOAL,
            subject=goal,
            due_at=now,
        )

    def forget(self) -> None:
        """Nothing waits any more; what is in flight arrives."""
        waiting = Delivery.state == DeliveryState.QUEUED
        with for_writing(self._engine).begin() as connection:
            connection.execute(
                update(Delivery).where(waiting).values(state=DeliveryState.VOID, error="forgotten")
            )

    def close(self) -> None:
        self._engine.dispose()


def _worst(post: _Post, slack: _Slack, seconds: float) -> float:
    """What 99 of 100 urgent messages waited at most, one every half second."""
    sent: list[_Sent] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sent += post.queue(1, Lane.INTERACTIVE)
        time.sleep(URGENT_EVERY)
    waited = slack.waited(sent)
    return quantiles(waited, n=100, method="inclusive")[-1] if len(waited) > 1 else waited[0]


def _until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > give_up:
            raise TimeoutError("nothing came in time")
        time.sleep(LOOK_EVERY)


def _origin() -> Origin:
    return Origin(Via.CLOCK, _now(), "benchmark")


def _now() -> datetime:
    return datetime.now(UTC)
