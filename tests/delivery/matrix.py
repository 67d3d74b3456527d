"""The crash matrix: every point at which a process can be struck, by whatever can strike it.

One process is brought to the point and stands still there. It is killed; or it goes on after its
lease has ended and others have taken over; or after the database has dropped everybody, or is
locked; or with a Slack that takes what it is sent and never answers. Then whoever is left, or comes
after it, finishes; and everybody has every message once.
"""

from __future__ import annotations

import signal
import sqlite3
import time
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Engine, make_url, text

from benchmarks.announcement import confirmed
from domain.announcements import Timing
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin, Via
from scheduler.checkpoints import Checkpoint
from storage.database import is_sqlite
from storage.keyring import Keyring
from storage.unit_of_work import Store
from tests.delivery.account import Account, account, anything_open
from tests.delivery.fleet import PATIENCE, Fleet, Member, wait_until
from tests.delivery.hurry import CELL
from tests.delivery.killing import drop_connections, watching
from tests.delivery.scene import Scene
from tests.slack import SlackWorkspace

MESSAGES = 8
AUDIENCE = 55
"""More than an announcement hands over in one transaction."""
POST = "chat.postMessage"
SECRET = "a-secret-key-for-tests-that-is-long-enough"


class Point(StrEnum):
    """Where the process is struck: a checkpoint, or while Slack works on its request."""

    CLAIMING = Checkpoint.CLAIMING
    CLAIMED = Checkpoint.CLAIMED
    SENDING = Checkpoint.SENDING
    FENCED = Checkpoint.FENCED
    REQUEST = "request"
    ANSWERED = Checkpoint.ANSWERED
    SENT = Checkpoint.SENT
    MATERIALISING = Checkpoint.MATERIALISING
    ANNOUNCING = Checkpoint.ANNOUNCING
    LOOKING = Checkpoint.LOOKING
    FOUND = Checkpoint.FOUND


class Blow(StrEnum):
    KILL = "kill"
    STALL = "stall"
    """It stands still until its lease is over, and then goes on."""
    DATABASE = "database"
    """PostgreSQL drops every connection; SQLite's file is locked by somebody else."""
    SILENCE = "silence"
    """Slack takes every request and answers none."""


class Setup(StrEnum):
    SQLITE = "sqlite"
    ONE = "postgres"
    FOUR = "four on postgres"

    @property
    def processes(self) -> int:
        return 4 if self is Setup.FOUR else 1


@dataclass(frozen=True, slots=True)
class Cell:
    point: Point
    blow: Blow
    setup: Setup

    def __str__(self) -> str:
        return f"{self.point.value}, {self.blow.value}, {self.setup.value}"

    @property
    def impossible(self) -> str | None:
        """Why there is nothing to try."""
        locked = self.point in (Point.CLAIMING, Point.MATERIALISING)
        if self.setup is Setup.SQLITE and self.blow is Blow.DATABASE and locked:
            return "it holds the lock itself"
        return None


def all_cells() -> list[Cell]:
    cells = [Cell(point, blow, setup) for setup in Setup for point in Point for blow in Blow]
    return [cell for cell in cells if cell.impossible is None]


def environment(database_url: str, slack: SlackWorkspace, token: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": token,
        "SLACK_SIGNING_SECRET": "a-signing-secret-for-tests",
        "SLACK_API_URL": f"{str(slack.http.base_url).rstrip('/')}/api/",
        "ACCORD_DATABASE_URL": database_url,
        "ACCORD_SECRET_KEY": SECRET,
    }


def at_work_now() -> dict[str, object]:
    """Facts about a person whose working day has begun some hours ago, whatever time it is."""
    ahead = 12 - datetime.now(UTC).hour
    # The sign of these zones is the other way round.
    zone = "Etc/GMT" if ahead == 0 else f"Etc/GMT{-ahead:+d}"
    return {"timezone": zone, "working_days": "1234567"}


def not_listed(person: UUID, key: str, due_at: datetime) -> NewNotice:
    """A message that says the same to everybody, about nothing that had to be made first."""
    return NewNotice(
        kind=NoticeKind.NOT_LISTED,
        dedup_key=key,
        person=person,
        lane=Lane.INTERACTIVE,
        subject_type=SubjectType.CONVERSATION,
        subject=uuid4(),
        due_at=due_at,
    )


class Trial:
    """One cell on a fresh database and an empty Slack."""

    def __init__(
        self, cell: Cell, engine: Engine, slack: SlackWorkspace, fleet: Fleet, patience: float
    ) -> None:
        self.cell = cell
        self.patience = patience
        self.engine = engine
        self.slack = slack
        self.fleet = fleet
        self.scene = Scene(engine)

    def run(self) -> Account:
        """Raises TimeoutError if not everything comes to rest."""
        people = [
            self.scene.person(f"U{n:04}", **at_work_now())
            for n in range(1, (AUDIENCE if self._announced else MESSAGES) + 1)
        ]
        self._prepare(people)
        victim = self._struck_at_point()
        others = [
            self.fleet.start("serve" if n == 1 else "worker")
            for n in range(1, self.cell.setup.processes)
        ]
        for other in others:
            other.wait_until_works()
        self._strike(victim)
        wait_until(f"{self.cell}: everything to be settled", self._settled, self.patience)
        self.fleet.end()
        return account(self.engine, self.slack)

    @property
    def _announced(self) -> bool:
        return self.cell.point is Point.ANNOUNCING

    def _settled(self) -> bool:
        return not anything_open(self.engine)

    def _prepare(self, people: list[UUID]) -> None:
        if self._announced:
            now = datetime.now(UTC)
            store = Store(self.engine, Keyring([SECRET]), self.scene.clock)
            confirmed(store, Origin(Via.CLOCK, now, "matrix"), Timing.NOW)
            return
        later = timedelta(days=1) if self.cell.point is Point.MATERIALISING else timedelta()
        now = datetime.now(UTC)
        self.scene.now = now
        self.scene.enqueue(*[not_listed(one, f"m{n}", now + later) for n, one in enumerate(people)])
        if self.cell.point is Point.REQUEST:
            self.slack.fault("delay", method=POST, times=1, seconds=0.4)
        if self.cell.point in (Point.LOOKING, Point.FOUND):
            self.slack.fault("error_after", method=POST, times=2)

    def _struck_at_point(self) -> Member:
        if self.cell.point is Point.REQUEST:
            victim = self.fleet.start()
            wait_until("a request in Slack's hands", self._request_in_hand)
            victim.signal(signal.SIGSTOP)
            wait_until("the process to stand still", lambda: victim.stands_still)
            return victim
        checkpoint = Checkpoint(self.cell.point.value)
        once = {Point.ANNOUNCING, Point.MATERIALISING, Point.LOOKING, Point.FOUND}
        victim = self.fleet.start(stop_at=checkpoint, nth=1 if self.cell.point in once else 3)
        if self.cell.point is Point.MATERIALISING:
            victim.wait_until_works()
            self._make_due()
        wait_until(f"{self.cell}: the process to stand still", lambda: victim.stands_still)
        return victim

    def _request_in_hand(self) -> bool:
        return any(call.get("fault") == "delay" for call in self.slack.log(POST))

    def _make_due(self) -> None:
        with self.scene.writing() as connection:
            connection.execute(
                text("UPDATE notice SET due_at = :now"),
                {"now": int(datetime.now(UTC).timestamp() * 1_000_000)},
            )

    # Blows

    def _strike(self, victim: Member) -> None:
        match self.cell.blow:
            case Blow.KILL:
                self.fleet.kill(victim)
                self.fleet.start()
            case Blow.STALL:
                self._let_the_lease_end()
                victim.signal(signal.SIGCONT)
            case Blow.DATABASE:
                self._take_database_away(victim)
            case Blow.SILENCE:
                self.slack.fault("hang", seconds=4)
                victim.signal(signal.SIGCONT)
                wait_until("a call without an answer", self._hanging)
                self.slack.clear_faults()

    def _let_the_lease_end(self) -> None:
        """The others, if there are any, take over; else the time passes and nobody is there."""
        ends = time.monotonic() + CELL.lease.total_seconds()
        if self.cell.setup is Setup.FOUR:
            wait_until(f"{self.cell}: the others to finish", self._settled_but_announcements)
        wait_until("the end of the lease", lambda: time.monotonic() > ends)

    def _settled_but_announcements(self) -> bool:
        return self._announced or self._settled()

    def _take_database_away(self, victim: Member) -> None:
        if not is_sqlite(self.engine):
            drop_connections(self.engine)
            victim.signal(signal.SIGCONT)
            return
        told = len(victim.told())
        file = str(make_url(str(self.engine.url)).database)
        with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                # Another thread of it stands still with the lock in its hands.
                other.execute("PRAGMA busy_timeout = 10000")
                victim.signal(signal.SIGCONT)
                other.execute("BEGIN IMMEDIATE")
            victim.signal(signal.SIGCONT)
            # Whatever it says: it was shut out. What it writes next may also come much later.
            with suppress(TimeoutError):
                wait_until("it to say so", lambda: len(victim.told()) > told, patience=1.5)
            other.execute("ROLLBACK")

    def _hanging(self) -> bool:
        return self._settled() or any(call.get("fault") == "hang" for call in self.slack.log())


def try_cell(
    cell: Cell,
    database_url: str,
    slack: SlackWorkspace,
    folder: Path,
    token: str,
    patience: float = PATIENCE,
) -> Account:
    """What became of everybody's messages. Raises TimeoutError where they never came to rest."""
    engine = watching(database_url)
    fleet = Fleet(environment(database_url, slack, token), CELL, folder)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        stack.callback(fleet.close)
        slack.steer("reset")
        return Trial(cell, engine, slack, fleet, patience).run()
