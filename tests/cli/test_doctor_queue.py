"""What `accord doctor` says of an installation whose messages do not leave."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from bot.app import machine_now, open_parts
from bot.running import answering
from domain.pacing import POSTS
from scheduler.settings import DeliverySettings
from storage.database import WRITING
from storage.tables.outbox import Delivery, DeliveryState
from tests.cli.accord import accord_here, environment
from tests.company import settle_company
from tests.edge.waiting import until
from tests.scenes.conftest import QUICK, settings_for
from tests.serving import serving
from tests.slack import SlackWorkspace

SIX_MINUTES = timedelta(minutes=6)


def ask_for_help(
    database_url: str, engine: Engine, slack: SlackWorkspace, delivery: DeliverySettings | None
) -> None:
    """Somebody asks the bot something; it is stopped once that stands in its queue."""
    settle_company(engine)
    own = settings_for(database_url, str(slack.http.base_url).rstrip("/"))
    with (
        open_parts(own) as parts,
        answering(parts, with_scheduler=delivery is not None, delivery=delivery) as server,
        serving(server) as url,
    ):
        slack.steer("request_url", url=f"{url}/slack/events")
        slack.person("Lena").say("help")
        slack.settle()
        if delivery is not None:
            until(lambda: len(slack.log(POSTS)) > 0)


def six_minutes_pass(engine: Engine) -> None:
    """For what waits: the doctor goes by the machine's own clock, which nobody moves."""
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        connection.execute(
            update(Delivery)
            .where(Delivery.state == DeliveryState.QUEUED)
            .values(not_before=machine_now() - SIX_MINUTES)
        )


def doctor(database_url: str, slack: SlackWorkspace, folder: Path) -> tuple[int, str]:
    found = accord_here("doctor", settings=environment(database_url, slack), folder=folder)
    return found.returncode, found.stdout


def test_nobody_delivers(
    database_url: str, engine: Engine, slack: SlackWorkspace, tmp_path: Path
) -> None:
    ask_for_help(database_url, engine, slack, None)
    assert "Messages leave in time" in doctor(database_url, slack, tmp_path)[1]
    six_minutes_pass(engine)
    code, told = doctor(database_url, slack, tmp_path)
    assert code == 1
    assert "✗ The oldest message has been waiting for 6 minutes" in told
    assert "check that `accord serve` or `accord worker` runs" in told


@pytest.mark.parametrize("error", ["token_revoked", "is_archived"])
def test_slacks_reason_is_told(
    error: str,
    database_url: str,
    engine: Engine,
    slack: SlackWorkspace,
    tmp_path: Path,
) -> None:
    slack.fault("error_before", method=POSTS, error=error)
    ask_for_help(database_url, engine, slack, QUICK)
    six_minutes_pass(engine)
    assert error in doctor(database_url, slack, tmp_path)[1]
