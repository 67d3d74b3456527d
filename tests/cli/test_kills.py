"""The process is killed again and again while people propose goals: nothing is lost or doubled."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.app import open_parts
from bot.running import make_delivery
from domain.clock import Clock
from storage.tables.goals import Goal, GoalVersion
from tests.cli.accord import Running, accord, environment
from tests.company import settle_company
from tests.scenes.conftest import settings_for
from tests.slack import Person, SlackWorkspace

PROPOSERS = {"Lena": "Jonas", "Tarik": "Omar", "Nora": "Clara", "Jonas": "Mara"}
KILLS = 6
SEED = 20261121
# A lease, then the looks into Slack's history, with something over; machine time, never waited for.
RECOVERY = (61, 31, 91, 31, 91)


@dataclass
class Witness:
    """What people were told: the titles of goals whose dialog closed after *Propose*."""

    saved: Counter[str] = field(default_factory=Counter)
    attempts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def see_another(self, seconds: float) -> None:
        """Return once one more goal was saved, or after so many seconds."""
        seen, deadline = sum(self.saved.values()), time.monotonic() + seconds
        while sum(self.saved.values()) == seen and time.monotonic() < deadline:
            time.sleep(0.01)

    def propose(self, person: Person, title: str, done: threading.Event) -> None:
        """Open the dialog and send it, again and again like somebody patient, until it closes."""
        due = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
        while not has_dialog(person):
            if done.is_set():
                return
            person.command("/goal new")
            time.sleep(0.1)
        person.dialog.fill(Title=title, Metric="Hours", Target="5", **{"Due date": due})
        while has_dialog(person):
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
    witness, done = Witness(), threading.Event()

    def keep_proposing(name: str) -> None:
        person = slack.person(name)
        number = 0
        while not done.is_set():
            number += 1
            witness.propose(person, f"Goal {number} of {name}", done)

    def start() -> Running:
        return Running("serve", "--port", port, settings=settings, folder=tmp_path)

    chance = random.Random(SEED)  # noqa: S311 - a run must be repeatable
    process = start()
    with ThreadPoolExecutor(len(PROPOSERS)) as pool:
        proposing = [pool.submit(keep_proposing, name) for name in PROPOSERS]
        try:
            for kill in range(KILLS):
                if kill % 3 != 2:  # every third time it does not even get to listen
                    process.logged("listening")
                    witness.see_another(seconds=10)
                time.sleep(chance.uniform(0, 0.7))
                process.kill()
                process = start()
            process.logged("listening")
        finally:
            done.set()
        try:
            for each in proposing:
                each.result(30)
            assert process.stop() == 0
        finally:
            process.kill()

    slack.clear_faults()
    let_it_recover(database_url, slack)
    assert len(witness.saved) >= len(PROPOSERS)
    assert witness.attempts > len(witness.saved)
    assert goals_kept(engine) == witness.saved
    for owner, manager in PROPOSERS.items():
        mine = Counter({title: 1 for title in witness.saved if title.endswith(f" of {owner}")})
        assert told(slack.person(owner), "You proposed G-", mine) == mine
        assert told(slack.person(manager), "proposes a goal", mine) == mine
    verified = accord("audit", "verify", settings=settings, folder=tmp_path)
    assert (verified.returncode, verified.stdout[:7]) == (0, "Intact:"), verified.stderr


def let_it_recover(database_url: str, slack: SlackWorkspace) -> None:
    """What a running process does within some minutes, without waiting for them."""
    ahead = timedelta()
    clock = Clock(lambda: datetime.now(UTC) + ahead)
    own = settings_for(database_url, str(slack.http.base_url).rstrip("/"))
    with open_parts(own, clock) as parts:
        delivery = make_delivery(parts)
        delivery.deliver_until_idle()
        for seconds in RECOVERY:
            ahead += timedelta(seconds=seconds)
            slack.wait(seconds)
            delivery.deliver_until_idle()


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
