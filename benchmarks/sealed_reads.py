"""Twenty sealed answers to a round against twenty plain ones: what it costs to open content.

Fair because both are one query of as many short rows on the same database, within one unit of work
each, in turn; keys are fetched and unwrapped anew in each, as in every request. Anonymous answers
are sealed under one key, private ones each under its author's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from benchmarks.databases import BigDatabases
from benchmarks.history import SECRET_KEY
from benchmarks.measuring import Ratios
from domain.clock import Clock
from domain.origin import Origin, Via
from domain.rounds import RoundHead, RoundState
from storage import round_answers, rounds
from storage.database import open_engine
from storage.keyring import Keyring
from storage.round_answers import StoredReply
from storage.tables.people import Person
from storage.unit_of_work import Reading, Store
from tests.databases import Kind

PEOPLE = 1_000
ANSWERS = 20
READS = 200
"""Of each, in one round."""
WORDS = (
    "The stand-up got shorter and the board is up to date, which I like. What I miss is half an "
    "hour a week in which nobody asks anything: the second week of the release had none at all."
)


@dataclass(frozen=True, slots=True)
class SealedReads:
    """Sealed reads in the time of one plain: under one key, and under one for each author."""

    one_key: Ratios
    own_keys: Ratios

    def __str__(self) -> str:
        return f"{self.one_key} of plain with one key, {self.own_keys} with {ANSWERS}"


def sealed_reads(databases: BigDatabases, kind: Kind, times: int) -> SealedReads:
    """Read the three kinds of answers of one round in turn, so many times."""
    engine = open_engine(databases.filled(kind, PEOPLE), lock_wait_ms=60_000)
    try:
        store = Store(engine, Keyring([SECRET_KEY]), Clock(_now))
        round_ = _answered_round(store)

        def plain(work: Reading) -> int:
            return len(round_answers.replies(work.connection, round_))

        def anonymous(work: Reading) -> int:
            return len(round_answers.open_anonymous(work.connection, work.sealer, round_))

        def private(work: Reading) -> int:
            return len(round_answers.open_private(work.connection, work.sealer, round_))

        for read in (plain, anonymous, private):
            _seconds(store, read)
        one_key, own_keys = [], []
        for _ in range(times):
            bare = _seconds(store, plain)
            one_key.append(bare / _seconds(store, anonymous))
            own_keys.append(bare / _seconds(store, private))
        return SealedReads(Ratios(one_key), Ratios(own_keys))
    finally:
        engine.dispose()


def _answered_round(store: Store) -> UUID:
    with store.write(_origin()) as work:
        people = work.connection.scalars(select(Person.id).limit(ANSWERS + 1)).all()
        head = _round(people[0], work.now)
        rounds.add(work.connection, head, None)
        for number, author in enumerate(people[1:], start=1):
            reply = StoredReply(
                uuid4(), author, f"{number}.0", WORDS, work.now, late=False, edited=False
            )
            round_answers.add_reply(work.connection, head.id, reply)
            round_answers.keep_private(work.connection, work.sealer, head.id, author, WORDS)
            round_answers.keep_anonymous(work.connection, work.sealer, head.id, WORDS)
    return head.id


def _round(facilitator: UUID, now: datetime) -> RoundHead:
    return RoundHead(
        id=uuid4(),
        facilitator=facilitator,
        channel=f"C{uuid4().hex[:9].upper()}",
        channel_name="release",
        topic="The release",
        question="What shall we keep, what shall we change?",
        anonymous=True,
        state=RoundState.OPEN,
        opened_at=now,
        closes_at=now + timedelta(days=7),
        closing_at=None,
        closed_at=None,
        closed_by=None,
        anonymous_fate=None,
        summary=None,
        summary_posted_at=None,
    )


def _seconds(store: Store, read: Callable[[Reading], int]) -> float:
    begun = time.perf_counter()
    for _ in range(READS):
        with store.read(_origin()) as work:
            if read(work) != ANSWERS:
                raise AssertionError(read)
    return time.perf_counter() - begun


def _origin() -> Origin:
    return Origin(Via.ACTION, _now(), "benchmark")


def _now() -> datetime:
    return datetime.now(UTC)
