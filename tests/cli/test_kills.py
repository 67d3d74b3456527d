"""The process is killed again and again while people propose goals: nothing is lost or doubled."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.app import open_parts
from bot.running import make_delivery
from domain.clock import Clock
from storage.tables.goals import Goal, GoalVersion
from storage.tables.outbox import Delivery, DeliveryState
from tests.cli.accord import Running, accord, environment
from tests.company import settle_company
from tests.scenes.conftest import settings_for
from tests.slack import Person, SlackWorkspace

PROPOSERS = {"Lena": "Jonas", "Tarik": "Omar", "Nora": "Clara", "Jonas": "Mara"}
KILLS = 6
OPEN = set(DeliveryState) - {DeliveryState.SENT, DeliveryState.VOID, DeliveryState.DEAD}
SEED = 20261121
# A lease, then the looks into Slack's history, which have their turn one after the other; machine
# time, never waited for.
RECOVERY = (61, *[31] * 40)


@dataclass
class Witness:
    """What people were told: the titles of goals whose dialog closed after *Propose*."""

    saved: Counter[str] = field(default_factory=Counter)
    attempts: int = 0
    enough: threading.Event = field(default_factory=threading.Event)
    """Nobody begins another goal."""
    hopeless: threading.Event = field(default_factory=threading.Event)
    """Nobody tries to send theirs any more either."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def see_another(self, seconds: float) -> None:
        """Return once one more goal was saved, or after so many seconds."""
        seen, deadline = sum(self.saved.values()), time.monotonic() + seconds
        while sum(self.saved.values()) == seen and time.monotonic() < deadline:
            time.sleep(0.01)

    def keep_proposing(self, person: Person) -> None:
        for number in count(1):
            while not has_dialog(person):
                if self.enough.is_set():
                    return
                person.command("/goal new")
                time.sleep(0.1)
            self._propose(person, f"Goal {number} of {person.name}")

    def _propose(self, person: Person, title: str) -> None:
        """Send the dialog, again and again like somebody patient, until it closes."""
        due = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
        person.dialog.fill(Title=title, Metric="Hours", Target="5", **{"Due date": due})
        while has_dialog(person):
            if self.hopeless.is_set():
                return
            with self.lock:
                self.attempts += 1
            person.dialog.submit()
            time.sleep(0.1)
        with self.lock:
            self.saved[title] += 1


def has_dialog(person: Person) -> bool:
    return person.has_dialog


@pytest.fixture
def port() -> str:
    """One that each new process can take over; Slack knows a single address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number = listening.getsockname()[1]
    return str(number)


def test_killed_at_any_moment_it_loses_nothing_and_repeats_nothing(
    database_url: str, engine: Engine, slack: SlackWorkspace, port: str, tmp_path: Path
) -> None:
    settle_company(engine)
    settings = environment(database_url, slack)
    slack.steer("request_url", url=f"http://127.0.0.1:{port}/slack/events")
    # Most messages are still on their way when the process is killed: posted, but not known to be.
    slack.fault("delay", method="chat.postMessage", seconds=0.6, probability=0.7)
    witness = Witness()
    people = {name: slack.person(name) for name in PROPOSERS}

    def start() -> Running:
        return Running("serve", "--port", port, settings=settings, folder=tmp_path)

    with ThreadPoolExecutor(len(people)) as pool:
        proposing = [pool.submit(witness.keep_proposing, person) for person in people.values()]
        try:
            with closing(kill_again_and_again(start, witness)) as survivor:
                witness.enough.set()
                for each in proposing:
                    each.result(30)
                assert survivor.stop() == 0
        finally:
            witness.enough.set()
            witness.hopeless.set()

    slack.clear_faults()
    let_it_recover(database_url, slack)
    assert len(witness.saved) >= len(PROPOSERS)
    assert witness.attempts > len(witness.saved)
    assert goals_kept(engine) == witness.saved
    for owner, manager in PROPOSERS.items():
        by = people[owner]
        mine = Counter({title: 1 for title in witness.saved if title.endswith(f" of {by.name}")})
        assert told(by, "You proposed G-", mine) == mine
        assert told(slack.person(manager), "proposes a goal", mine) == mine
    verified = accord("audit", "verify", settings=settings, folder=tmp_path)
    assert (verified.returncode, verified.stdout[:7]) == (0, "Intact:"), verified.stderr


def kill_again_and_again(start: Callable[[], Running], witness: Witness) -> Running:
    """Returns the process that survives; none does if this fails."""
    chance = random.Random(SEED)  # noqa: S311 - a run must be repeatable
    process = start()
    try:
        for kill in range(KILLS):
            if kill % 3 != 2:  # every third time it does not even get to listen
                process.logged("listening")
                witness.see_another(seconds=10)
            time.sleep(chance.uniform(0, 0.7))
            process.kill()
            process = start()
        process.logged("listening")
    except BaseException:
        process.kill()
        raise
    return process


def let_it_recover(database_url: str, slack: SlackWorkspace) -> None:
    """What a running process does within some minutes, without waiting for them."""
    ahead = timedelta()
    clock = Clock(lambda: datetime.now(UTC) + ahead)
    own = settings_for(database_url, str(slack.http.base_url).rstrip("/"))
    with open_parts(own, clock) as parts:
        delivery = make_delivery(parts)
        delivery.deliver_until_idle()
        for seconds in RECOVERY:
            if not anything_open(parts.store.engine):
                break
            ahead += timedelta(seconds=seconds)
            slack.wait(seconds)
            delivery.deliver_until_idle()


def anything_open(engine: Engine) -> bool:
    with engine.connect() as connection:
        waiting = select(Delivery.id).where(Delivery.state.in_(OPEN)).limit(1)
        return connection.execute(waiting).first() is not None


def goals_kept(engine: Engine) -> Counter[str]:
    with engine.connect() as connection:
        titles = connection.scalars(
            select(GoalVersion.title).join(Goal, Goal.id == GoalVersion.goal_id)
        )
        return Counter(titles)


def told(person: Person, words: str, titles: Counter[str]) -> Counter[str]:
    """How many messages with these words the person has about each of the goals."""
    texts = [message.text for message in person.messages() if words in message.text]
    return Counter(title for title in titles for text in texts if title in text)
