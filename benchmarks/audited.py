"""An audited write against the same write unaudited: what the record costs.

Fair because both are one transaction of the same store on the same database, in turn: a value is
reported, a row and a step of the goal's history. Only the subject records it: its value sealed, the
entry appended to the tree under the lock that all writers queue for, on the disk before the
transaction is done. Everything else that a real request does would bring the two closer together.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from benchmarks.databases import BigDatabases
from benchmarks.history import SECRET_KEY
from benchmarks.measuring import Ratios, Slices
from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.clock import Clock
from domain.goals import StepKind
from domain.measures import Measure
from domain.notices import SubjectType
from domain.origin import Origin, Via
from storage import goal_history
from storage.database import open_engine
from storage.keyring import Keyring
from storage.tables.goals import Goal
from storage.unit_of_work import Store
from tests.databases import Kind

PEOPLE = 1_000
CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Audited:
    """Audited writes in the time of one unaudited; those of eight clients in the time of one's."""

    of_unaudited: Ratios
    eight_of_one: Ratios

    def __str__(self) -> str:
        return f"{self.of_unaudited} of unaudited; {CLIENTS} clients {self.eight_of_one} of one"


def audited_write(databases: BigDatabases, kind: Kind, slices: Slices) -> Audited:
    """Write again and again, for a slice each: unaudited, audited, audited by eight at once."""
    engine = open_engine(databases.filled(kind, PEOPLE), pool_size=CLIENTS + 1, lock_wait_ms=60_000)
    try:
        with engine.connect() as connection:
            goals = connection.execute(select(Goal.id, Goal.owner_id).limit(CLIENTS)).all()
        store = Store(engine, Keyring([SECRET_KEY]), Clock(_now))
        writers = [_Writer(store, *goal) for goal in goals]
        for recorded in (True, False):
            _rate(writers[:1], slices.warm_up / 4, recorded=recorded)
        against, together = [], []
        for _ in range(slices.rounds):
            bare = _rate(writers[:1], slices.seconds, recorded=False)
            one = _rate(writers[:1], slices.seconds, recorded=True)
            against.append(one / bare)
            together.append(_rate(writers, slices.seconds, recorded=True) / one)
    finally:
        engine.dispose()
    return Audited(Ratios(against), Ratios(together))


@dataclass(frozen=True, slots=True)
class _Writer:
    """One client, who reports values of a goal of their own."""

    store: Store
    goal: UUID
    owner: UUID

    def write_until(self, end: float, *, recorded: bool) -> int:
        """How many values were reported by then."""
        written = 0
        while time.perf_counter() < end:
            self._write(recorded=recorded)
            written += 1
        return written

    def _write(self, *, recorded: bool) -> None:
        with self.store.write(Origin(Via.ACTION, _now(), "benchmark")) as work:
            value = Measure(value=7.5, text="7.5")
            connection = work.connection
            goal_history.add_value(connection, self.goal, value, None, self.owner, work.now)
            goal_history.add_step(
                connection,
                self.goal,
                StepKind.UPDATED,
                actor=self.owner,
                at=work.now,
                version=1,
            )
            if recorded:
                work.record(
                    AuditEvent(
                        Action.GOAL_UPDATE,
                        Actor(ActorKind.PERSON, self.owner),
                        SubjectType.GOAL,
                        self.goal,
                        1,
                        subject=self.owner,
                        fields={"value": "7.5"},
                    )
                )


def _rate(writers: Sequence[_Writer], seconds: float, *, recorded: bool) -> float:
    """Writes in a second, of all writers together."""
    begun = time.perf_counter()
    end = begun + seconds
    with ThreadPoolExecutor(len(writers)) as pool:
        written = pool.map(lambda one: one.write_until(end, recorded=recorded), writers)
        rate: float = sum(written) / (time.perf_counter() - begun)
        return rate


def _now() -> datetime:
    return datetime.now(UTC)
