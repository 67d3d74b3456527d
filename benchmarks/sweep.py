"""The sweep that asks people, against a job for each reminder; and how it grows.

Accord plans each person's next question by their own days and hours, and a sweep asks whoever is
due: message, notice, delivery, the questions it asks and the next moment are written in batches. A
scheduler with a job for each person (`benchmarks.job_store`) stores a moment and calls a function
that does nothing. So the comparison favours the jobs, whose work is still to be done. Both are on
SQLite in WAL. Each step runs in a process of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from sqlalchemy import select

from benchmarks.apart import Cost, Stopwatch, apart
from benchmarks.databases import BigDatabases
from benchmarks.history import SECRET_KEY
from benchmarks.job_store import JobStore
from benchmarks.measuring import Ratios
from benchmarks.reminders import (
    NOW,
    fill_reminders,
    newly_agreed,
    settle,
)
from domain.clock import Clock
from domain.origin import Origin, Via
from storage.database import open_engine
from storage.keyring import Keyring
from storage.tables.checkins import Cadence
from storage.unit_of_work import Store
from tests.databases import Kind
from usecases.checkin_prompts import prompt_check_ins

ONE_PER_CENT = 100
ALL = 1
JOBS_AT_MOST = 3
"""Rounds: adding a hundred thousand jobs takes minutes."""
MIB = 2**20


@dataclass(frozen=True, slots=True)
class AgainstJobs:
    """How many times as long the jobs take, in each round, and how much of their memory is used."""

    adding: Ratios
    one_per_cent: Ratios
    all_due: Ratios
    memory: Ratios
    """Of the jobs' memory, the part that the sweep takes when all are due."""
    took: str

    def __str__(self) -> str:
        return (
            f"the jobs take {self.adding} times as long for adding, {self.one_per_cent} with 1 % "
            f"due, {self.all_due} with all due; the sweep takes {self.memory} of their memory "
            f"({self.took})"
        )


def sweep_against_jobs(databases: BigDatabases, people: int, rounds: int) -> AgainstJobs:
    """With one reminder for each of so many people."""
    url = databases.empty(Kind.SQLITE)
    _filled(url, people)
    ours: list[tuple[Cost, Cost, Cost]] = []
    theirs: list[tuple[Cost, Cost, Cost]] = []
    for _ in range(min(rounds, JOBS_AT_MOST)):
        some, every = (databases.folder / f"jobs-{n}.db" for n in (ONE_PER_CENT, ALL))
        for path in (some, every):
            path.unlink(missing_ok=True)
        added = apart(_add_jobs, f"sqlite:///{some}", people, ONE_PER_CENT)
        woken = apart(_wake_up, f"sqlite:///{some}")
        apart(_add_jobs, f"sqlite:///{every}", people, ALL)
        theirs.append((added, woken, apart(_wake_up, f"sqlite:///{every}")))
        planned = apart(_plan, url)
        asked = apart(_ask, url, people, ONE_PER_CENT)
        ours.append((planned, asked, apart(_ask, url, people, ALL)))
    pairs = list(zip(theirs, ours, strict=True))
    slower = [
        Ratios(
            [jobs[n].seconds / sweep[n].seconds for jobs, sweep in pairs],
            [jobs[n].work / sweep[n].work for jobs, sweep in pairs],
        )
        for n in range(3)
    ]
    memory = Ratios([sweep[2].peak / max(jobs[2].peak, 1) for jobs, sweep in pairs])
    return AgainstJobs(
        slower[0], slower[1], slower[2], memory, f"{_told(ours)} against {_told(theirs)}"
    )


def _told(costs: Sequence[tuple[Cost, Cost, Cost]]) -> str:
    seconds = " · ".join(f"{median(one[n].seconds for one in costs):.2f}" for n in range(3))
    return f"{seconds} s, {median(one[2].peak for one in costs) / MIB:.0f} MiB"


@dataclass(frozen=True, slots=True)
class Grown:
    """A sweep over so many cadences, all due: its time against the size before, and its memory."""

    cadences: int
    cost: Cost
    times: float | None

    def __str__(self) -> str:
        against = "" if self.times is None else f", {self.times:.1f} times the size before"
        each = self.cost.work / self.cadences * 1_000_000
        return (
            f"{self.cost.seconds:.1f} s ({each:.0f} µs of the processor for each){against}; "
            f"{self.cost.peak / MIB:.0f} MiB"
        )


def sweep_growth(databases: BigDatabases, kind: Kind, sizes: Sequence[int]) -> list[Grown]:
    """The sweep with everybody due, at each of these sizes."""
    costs = []
    for people in sizes:
        url = databases.empty(kind)
        _filled(url, people)
        costs.append((people, apart(_ask, url, people, ALL)))
    times: list[float | None] = [None]
    times += [after.seconds / before.seconds for (_, before), (_, after) in pairwise(costs)]
    return [Grown(people, cost, told) for (people, cost), told in zip(costs, times, strict=True)]


def _filled(url: str, people: int) -> None:
    engine = open_engine(url, lock_wait_ms=60_000)
    fill_reminders(engine, people)
    engine.dispose()


def _add_jobs(watch: Stopwatch, url: str, people: int, one_in: int) -> None:
    with closing(JobStore(url)) as jobs:
        watch.time(lambda: jobs.add(people, one_in))


def _wake_up(watch: Stopwatch, url: str) -> None:
    with closing(JobStore(url)) as jobs:
        watch.time(jobs.wake_up)


def _plan(watch: Stopwatch, url: str) -> None:
    """Everybody's goal has been agreed just now."""
    with closing(_Office(url)) as office:
        newly_agreed(office.store.engine)
        watch.time(office.sweep)
        with office.store.engine.connect() as connection:
            if connection.execute(select(Cadence.goal_id).limit(1)).first() is None:
                raise AssertionError("nobody's questions are planned")


def _ask(watch: Stopwatch, url: str, people: int, one_in: int) -> None:
    with closing(_Office(url)) as office:
        settle(office.store.engine, people, one_in)
        asked: list[int] = []
        watch.time(lambda: asked.append(office.sweep()))
        if asked != [people // one_in]:
            raise AssertionError(f"{asked} people were asked")


class _Office:
    """Accord's store on a database, at the moment at which people are asked."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, lock_wait_ms=60_000)
        self.store = Store(self._engine, Keyring([SECRET_KEY]), Clock(lambda: NOW))

    def sweep(self) -> int:
        return prompt_check_ins(self.store, Origin(Via.CLOCK, NOW, "benchmark"))

    def close(self) -> None:
        self._engine.dispose()
