"""Announcing: the list of everybody whom an announcement is for, against one INSERT … SELECT.

Fair because both write the same rows into the same table of the same database, in turn. The one
statement gives every person the same moment and commits once; Accord finds each person's own first
moment within their hours, and commits every few thousand people, so that nothing waits for it. Told
is how many times as long Accord takes, and the most memory that it held at once.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, literal, select

from benchmarks.databases import BigDatabases
from benchmarks.measuring import Ratios
from domain.announcements import (
    Announce,
    AnnouncementHead,
    AnnouncementState,
    Reach,
    RecipientState,
    Timing,
)
from domain.clock import Clock
from domain.cycles import NewCycle
from domain.origin import Origin, Via
from storage import announcements, cycles
from storage.database import open_engine
from storage.keyring import Keyring
from storage.tables.cycles import AnnouncementRecipient
from storage.tables.people import Person
from storage.unit_of_work import Store
from tests.databases import Kind
from usecases.announcement_sweep import list_people


@dataclass(frozen=True, slots=True)
class Listing:
    """How many times as long as one statement it takes, in each round, and bytes at the most."""

    slower: Ratios
    peak: int

    def __str__(self) -> str:
        return f"{self.slower} times one INSERT … SELECT, {self.peak / 2**20:.1f} MiB at the most"


def announcement_list(databases: BigDatabases, kind: Kind, people: int, rounds: int) -> Listing:
    """List everybody in an organisation of that many people, again and again."""
    engine = open_engine(databases.filled(kind, people), lock_wait_ms=60_000)
    try:
        store = Store(engine, Keyring(["a secret of at least 32 characters"]), Clock(_now))
        return _measured(store, rounds)
    finally:
        engine.dispose()


def _measured(store: Store, rounds: int) -> Listing:
    origin = Origin(Via.CLOCK, _now(), "benchmark")
    head = confirmed(store, origin, Timing.START_OF_DAY)

    def ours() -> None:
        list_people(store, origin, head)

    def bare() -> None:
        with store.write(origin) as work:
            row = select(
                literal(head.id, AnnouncementRecipient.announcement_id.type),
                Person.id,
                literal(RecipientState.WAITING, AnnouncementRecipient.state.type),
                literal(origin.now, AnnouncementRecipient.due_at.type),
                literal(False),
            )
            columns = ["announcement_id", "person_id", "state", "due_at", "short"]
            work.connection.execute(insert(AnnouncementRecipient).from_select(columns, row))

    def timed(act: Callable[[], None]) -> float:
        _forget(store, origin, head.id)
        begun = time.perf_counter()
        act()
        return time.perf_counter() - begun

    timed(ours)
    slower = Ratios([timed(ours) / timed(bare) for _ in range(rounds)])
    _forget(store, origin, head.id)
    tracemalloc.start()
    ours()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    _forget(store, origin, head.id)
    return Listing(slower, peak)


def confirmed(store: Store, origin: Origin, send_at: Timing) -> AnnouncementHead:
    """An announcement to everybody whose list is still to be made."""
    cycle, announcement = uuid4(), uuid4()
    new = NewCycle(
        name=f"Benchmark {cycle}", starts=origin.now.date(), ends=_later(origin.now.date())
    ).with_phases()
    with store.write(origin) as work:
        connection = work.connection
        author = connection.execute(select(Person.id).limit(1)).scalar_one()
        cycles.add(connection, cycle, new, author, origin.now)
        asked = Announce(
            phase=cycles.stored(connection, cycle).phases[0].id,
            audience=Reach.EVERYONE,
            message="Please agree your goals.",
            send_at=send_at,
        )
        announcements.save_draft(connection, announcement, author, asked, "en", origin.now)
        expanding = {"state": AnnouncementState.EXPANDING, "confirmed_at": origin.now}
        announcements.change(connection, announcement, **expanding)
        return announcements.stored(connection, announcement)


def _forget(store: Store, origin: Origin, announcement: UUID) -> None:
    with store.write(origin) as work:
        work.connection.execute(
            delete(AnnouncementRecipient).where(
                AnnouncementRecipient.announcement_id == announcement
            )
        )


def _later(day: date) -> date:
    return day + timedelta(days=90)


def _now() -> datetime:
    return datetime.now(UTC)
