"""The bot and the pretend Slack, running, with a small company in both."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select, update

from bot.app import Parts, open_parts
from bot.manifest import manifest
from bot.running import answering, business_sweeps, clock_origin
from bot.settings import Settings
from domain.audit import Action
from domain.clock import Clock
from domain.errors import Busy
from domain.goals import GoalState
from sandbox.app import create_sandbox
from scheduler.clock import Sweep
from scheduler.settings import DeliverySettings
from storage.deliveries import anything_under_way
from storage.outbox import materialise_due
from storage.tables.audit import AuditEntry
from storage.tables.goals import Goal
from tests.company import BOT_TOKEN, SIGNING_SECRET, sandbox_config, settle_company
from tests.serving import serving
from tests.slack import Person, SlackWorkspace

SECRET_KEY = "a-secret-key-for-tests-that-is-long-enough"
SWEEP_TRIES = 5
SENDING_SECONDS = 10.0
QUICK = DeliverySettings(
    posts_a_minute=0,
    poll=timedelta(milliseconds=20),
    settle=timedelta(milliseconds=50),
    second_look=timedelta(milliseconds=100),
    backoff=timedelta(milliseconds=20),
)


@dataclass
class Company:
    """The running whole, as a scene speaks of it."""

    slack: SlackWorkspace
    parts: Parts

    def person(self, name: str) -> Person:
        return self.slack.person(name)

    def move_to(self, moment: datetime) -> None:
        """Business time passes; what was due before is sent, and what is due by then happens."""
        self.let_it_be_sent()
        self.parts.clock.move_to(moment)
        for sweep in (*business_sweeps(self.parts), Sweep("due", 0, self._send_what_is_due)):
            _run_patiently(sweep)

    def let_it_be_sent(self) -> None:
        """No night falls within a blink: a morning that was not sent goes with the next one."""
        give_up = time.monotonic() + SENDING_SECONDS
        store = self.parts.store
        while time.monotonic() < give_up:
            with store.engine.connect() as connection:
                if not anything_under_way(connection, machine_now=store.clock.machine()):
                    return
            time.sleep(0.02)

    def _send_what_is_due(self) -> None:
        """The bot's own clock would look within five seconds; nobody needs to wait for that."""
        store, clock = self.parts.store, self.parts.clock
        with store.write_alone() as connection:
            materialise_due(connection, business_now=clock.business(), machine_now=clock.machine())
        store.wake.set()

    def acts(self, action: str) -> list[UUID]:
        """The objects of the recorded acts of one kind, in order."""
        with self.parts.store.engine.connect() as connection:
            return list(
                connection.scalars(
                    select(AuditEntry.object_id)
                    .where(AuditEntry.action == Action(action))
                    .order_by(AuditEntry.seq)
                )
            )

    def end_goals(self) -> None:
        """Every goal is given up, as a later feature will let people do."""
        with self.parts.store.write(clock_origin(self.parts)) as work:
            work.connection.execute(update(Goal).values(state=GoalState.ABANDONED))

    def pass_days(self, days: float) -> None:
        self.move_to(self.parts.clock.business() + timedelta(days=days))


def _run_patiently(sweep: Sweep) -> None:
    """The bot's own clock may hold the lock for longer than a request would wait."""
    for _ in range(SWEEP_TRIES - 1):
        try:
            sweep.run()
        except Busy:
            continue
        except ExceptionGroup as failures:
            if failures.split(Busy)[1] is not None:
                raise
            continue
        return
    sweep.run()


@pytest.fixture
def slack(business_clock: Clock) -> Iterator[SlackWorkspace]:
    """The pretend Slack alone; the bot's address is told to it when the bot runs."""

    def ahead() -> float:
        return business_clock.shift.total_seconds()

    config = sandbox_config(manifest("http://127.0.0.1:1"))
    with serving(create_sandbox(config, ahead)) as base_url:
        workspace = SlackWorkspace(base_url)
        yield workspace
        workspace.close()


def settings_for(database_url: str, slack_url: str) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_signing_secret=SecretStr(SIGNING_SECRET),
        slack_api_url=f"{slack_url}/api/",
        accord_database_url=database_url,
        accord_secret_key=SecretStr(SECRET_KEY),
    )


@pytest.fixture
def company(
    database_url: str, engine: Engine, slack: SlackWorkspace, business_clock: Clock
) -> Iterator[Company]:
    settle_company(engine)
    settings = settings_for(database_url, str(slack.http.base_url).rstrip("/"))
    with (
        open_parts(settings, business_clock) as parts,
        answering(parts, delivery=QUICK) as server,
        serving(server) as bot_url,
    ):
        slack.steer("request_url", url=f"{bot_url}/slack/events")
        parts.address.url = bot_url
        yield Company(slack, parts)
