"""`make soak`: everything that takes long, with figures.

Three parts. The whole crash matrix; so many messages in all lanes with Slack's limits on and Slack
failing now and then; an announcement to so many people. In the second and third, somebody kills,
stalls and cuts off the four processes at random all the while, on PostgreSQL, and everything goes
`--times` as fast as in earnest: leases, Slack's limits, the looks into its history. Exit code 1 if
anybody lost a message or has one twice.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine, insert

from benchmarks.announcement import confirmed
from domain.announcements import Timing
from domain.notices import Lane
from domain.origin import Origin, Via
from sandbox.app import create_sandbox
from sandbox.config import PersonConfig, SandboxConfig
from scheduler.settings import DeliverySettings
from storage.database import for_writing
from storage.keyring import Keyring
from storage.outbox import enqueue
from storage.tables.people import Person
from storage.unit_of_work import Store
from tests.databases import Databases, Kind
from tests.delivery.account import Account, account, anything_open, sent_of_wanted
from tests.delivery.fleet import Fleet
from tests.delivery.hurry import hurried
from tests.delivery.killing import Killer, watching
from tests.delivery.matrix import (
    SECRET,
    Setup,
    all_cells,
    at_work_now,
    environment,
    not_listed,
    try_cell,
)
from tests.delivery.post_office import TOKEN, WORKSPACE
from tests.delivery.scene import Scene, person_row
from tests.serving import serving
from tests.slack import SlackWorkspace

PROCESSES = 4
SEED = 20261127
LANES = (Lane.INTERACTIVE, Lane.REMINDER, Lane.BROADCAST, Lane.REMINDER)
AT_ONCE = 1000
STUCK_SECONDS = 180.0
# How often Slack fails, of a thousand posts: the answer lost, an error after or before all is done.
FAULTS = {"drop_after": 5, "error_after": 5, "status_before": 3, "hang": 2}


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    messages: int
    people: int
    audience: int
    every: int
    times: float
    seed: int
    every_nth_cell: int

    @property
    def delivery(self) -> DeliverySettings:
        return hurried(self.times)


@dataclass(frozen=True, slots=True)
class Told:
    """The figures of one run."""

    seconds: float
    account: Account
    killer: Killer
    processes: int

    def lines(self, times: float) -> list[str]:
        one, by = self.account, self.killer
        took = by.recovered_in
        each = 1000 * one.history / max(one.wanted, 1)
        settled = one.uncertain - one.dead
        lines = [
            f"{one.wanted:,} messages in {self.seconds:.0f} s with {self.processes} processes",
            f"lost {one.lost}, twice {one.duplicates}, dead {one.dead}, of nobody {one.unknown}",
            f"survived {by.kills} kills, {by.stalls} stalls, {by.drops} times no connection left",
            f"uncertain {one.uncertain}, settled by themselves {settled}",
            f"duplicates retracted {one.retracted}",
            f"answers 429: {one.limited}",
            f"history calls per 1,000 messages: {each:.1f}",
        ]
        if took:
            lines.append(
                f"what a killed process was sending is settled after {median(took):.1f} s"
                f" (median of {len(took)}; most {took[-1]:.1f} s; in earnest {times:g} times that)"
            )
        return lines


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.delivery.soak", description=__doc__)
    parser.add_argument("part", nargs="*", help="matrix, messages, announcement; all without")
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=1_000, help="who get the messages")
    parser.add_argument("--audience", type=int, default=10_000, help="of the announcement")
    parser.add_argument("--every", type=int, default=50, help="messages between two blows")
    parser.add_argument("--times", type=float, default=10.0, help="as fast as in earnest")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--every-nth-cell", type=int, default=1, help="of the crash matrix")
    given = parser.parse_args(arguments)
    chosen = given.part or list(PARTS)
    unknown = set(chosen) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {min(unknown)}: there are {', '.join(PARTS)}")
    asked = vars(given)
    del asked["part"]
    wish = Wish(**asked)
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="accord-soak-") as name:
        databases = Databases(Path(name))
        try:
            bench = Bench(wish, databases, Path(name), console)
            flawless = [PARTS[part](bench) for part in PARTS if part in chosen]
        finally:
            databases.close()
    return 0 if all(flawless) else 1


@dataclass(frozen=True, slots=True)
class Bench:
    wish: Wish
    databases: Databases
    folder: Path
    console: Console

    @contextmanager
    def progress(self, what: str, total: int) -> Iterator[Callable[[int], None]]:
        """Shows on a terminal how far it is."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        hidden = not self.console.is_terminal
        with Progress(*columns, console=self.console, disable=hidden) as progress:
            bar = progress.add_task(what, total=total)
            yield lambda done: progress.update(bar, completed=done)


def matrix(bench: Bench) -> bool:
    """Every cell of the crash matrix; True if nobody noticed any."""
    cells = all_cells()[:: bench.wish.every_nth_cell]
    begun, flawed, retracted = time.monotonic(), 0, 0
    with (
        serving(create_sandbox(WORKSPACE)) as base_url,
        bench.progress("crash matrix", len(cells)) as show,
    ):
        slack = SlackWorkspace(base_url)
        for done, cell in enumerate(cells, 1):
            kind = Kind.SQLITE if cell.setup is Setup.SQLITE else Kind.POSTGRES
            url = bench.databases.fresh(kind)
            try:
                found = try_cell(cell, url, slack, bench.folder, TOKEN, STUCK_SECONDS)
            except Exception as trouble:  # noqa: BLE001 - the other cells are tried all the same
                bench.console.print(f"{cell}: {type(trouble).__name__}: {trouble}")
                flawed += 1
            else:
                retracted += found.retracted
                if not found.flawless:
                    bench.console.print(f"{cell}: {found}")
                    flawed += 1
            bench.databases.drop(url)
            show(done)
        slack.close()
    seconds = time.monotonic() - begun
    bench.console.print(
        f"crash matrix: {len(cells)} cells in {seconds:.0f} s, {flawed} flawed, "
        f"{retracted} duplicates retracted"
    )
    return not flawed


def messages(bench: Bench) -> bool:
    """Messages in several lanes, half of them due later, and a Slack that fails now and then."""
    wish = bench.wish

    def fill(engine: Engine, people: list[UUID]) -> int:
        now = datetime.now(UTC)
        lasts = wish.messages / 100
        for first in range(0, wish.messages, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, wish.messages))
            new = [
                replace(
                    not_listed(
                        people[n % len(people)],
                        f"soak-{n}",
                        now + timedelta(seconds=lasts * n / wish.messages * (n % 2)),
                    ),
                    lane=LANES[n % len(LANES)],
                )
                for n in numbers
            ]
            with for_writing(engine).begin() as connection:
                enqueue(connection, new, business_now=now, machine_now=now)
        return wish.messages

    return _under_fire(bench, "messages", wish.people, fill, faults=True)


def announcement(bench: Bench) -> bool:
    """An announcement to everybody while somebody kills at random."""

    def fill(engine: Engine, people: list[UUID]) -> int:
        scene = Scene(engine)
        store = Store(engine, Keyring([SECRET]), scene.clock)
        confirmed(store, Origin(Via.CLOCK, datetime.now(UTC), "soak"), Timing.NOW)
        return len(people)

    return _under_fire(bench, "announcement", bench.wish.audience, fill, faults=False)


def _under_fire(
    bench: Bench,
    what: str,
    people: int,
    fill: Callable[[Engine, list[UUID]], int],
    *,
    faults: bool,
) -> bool:
    wish = bench.wish
    url = bench.databases.fresh(Kind.POSTGRES)
    engine = watching(url)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        base_url = stack.enter_context(serving(create_sandbox(_workspace(people, wish))))
        slack = SlackWorkspace(base_url)
        stack.callback(slack.close)
        fleet = Fleet(environment(url, slack, TOKEN), wish.delivery, bench.folder)
        stack.callback(fleet.close)
        expected = fill(engine, _everybody(engine, people))
        if faults:
            _misbehave(slack, wish)
        for _ in range(PROCESSES):
            fleet.start().wait_until_works()
        killer = Killer(fleet, engine, wish.every, wish.seed)
        begun = time.monotonic()
        thread = threading.Thread(target=killer.run)
        thread.start()
        try:
            with bench.progress(what, expected) as show:
                _until_sent(engine, expected, show)
        finally:
            killer.stop()
            thread.join()
        seconds = time.monotonic() - begun
        killer.look_until_all_recovered(STUCK_SECONDS)
        fleet.end()
        found = account(engine, slack)
    told = Told(seconds, found, killer, PROCESSES)
    for line in told.lines(wish.times):
        bench.console.print(f"{what}: {line}", soft_wrap=True)
    bench.databases.destroy(url)
    return found.flawless and found.wanted == expected


def _workspace(people: int, wish: Wish) -> SandboxConfig:
    return SandboxConfig(
        bot_token=TOKEN,
        app_name="Accord",
        users=tuple(
            PersonConfig(id=f"U{n:06}", name=f"p{n}", real_name=f"Person {n}")
            for n in range(1, people + 1)
        ),
        rate_limits=True,
        limits_minute=60 / wish.times,
        log_limit=10_000_000,
    )


def _misbehave(slack: SlackWorkspace, wish: Wish) -> None:
    settle = wish.delivery.settle.total_seconds()
    for kind, of_a_thousand in FAULTS.items():
        slack.fault(
            kind,
            method="chat.postMessage",
            probability=of_a_thousand / 1000,
            seconds=settle,
        )
    # History lags, but not for as long as is waited for it.
    slack.fault("slow_history", method="chat.postMessage", probability=0.5, seconds=settle / 2)


def _everybody(engine: Engine, people: int) -> list[UUID]:
    ids = [uuid4() for _ in range(people)]
    at_work = at_work_now()
    rows = [{**person_row(n, one, f"U{n:06}"), **at_work} for n, one in enumerate(ids, 1)]
    with for_writing(engine).begin() as connection:
        for first in range(0, people, AT_ONCE):
            connection.execute(insert(Person), rows[first : first + AT_ONCE])
    return ids


def _until_sent(engine: Engine, expected: int, show: Callable[[int], None]) -> None:
    """Return when all is sent, or nothing moves any more."""
    sent, moved = -1, time.monotonic()
    while anything_open(engine) or sent < expected:
        now = sent_of_wanted(engine)
        show(now)
        if now != sent:
            sent, moved = now, time.monotonic()
        if time.monotonic() - moved > STUCK_SECONDS:
            return
        time.sleep(0.5)


PARTS = {"matrix": matrix, "messages": messages, "announcement": announcement}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
