"""What a load balancer and a monitoring system ask."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import Engine

from bot.app import machine_now, open_parts
from bot.running import answering
from bot.server import create_server
from bot.slack_route import SlackRoute
from tests.company import settle_company
from tests.databases import Databases, Kind
from tests.edge.conftest import Entrance
from tests.edge.door import Door
from tests.edge.waiting import until
from tests.scenes.conftest import QUICK, settings_for
from tests.serving import serving
from tests.slack import SlackWorkspace


@pytest.fixture
def bot_url(database_url: str, engine: Engine, slack: SlackWorkspace) -> Iterator[str]:
    """The bot with its delivery; the company's Slack is there but takes no requests to it."""
    settle_company(engine)
    settings = settings_for(database_url, str(slack.http.base_url).rstrip("/"))
    with (
        open_parts(settings) as parts,
        answering(parts, delivery=QUICK) as server,
        serving(server) as url,
    ):
        slack.steer("request_url", url=f"{url}/slack/events")
        yield url


def nobody() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=None)


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False)


def metrics(url: str) -> dict[str, float]:
    """Every sample by name and labels."""
    answer = get(f"{url}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_healthy_bot_says_so(bot_url: str) -> None:
    for path in ("healthz", "readyz"):
        answer = get(f"{bot_url}/{path}")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_metrics_tell_how_much_waits_and_for_how_long(bot_url: str, slack: SlackWorkspace) -> None:
    before = metrics(bot_url)
    assert before["accord_queue_length interactive"] == 0
    assert before["accord_due_not_queued"] == 0
    slack.fault("rate_limited", method="chat.postMessage", seconds=30)
    slack.person("Lena").say("help")
    until(lambda: metrics(bot_url)["accord_queue_length interactive"] == 1)
    until(lambda: metrics(bot_url).get("accord_deliveries queued") == 1)


def test_metrics_and_health_hold_no_words_and_no_names(bot_url: str, slack: SlackWorkspace) -> None:
    slack.person("Lena").say("Zitronenfalter")
    slack.settle()
    for path in ("healthz", "readyz", "metrics"):
        told = get(f"{bot_url}/{path}").text
        assert "Zitronenfalter" not in told
        assert "Lena" not in told


def test_it_is_not_ready_while_slack_refuses_the_token(bot_url: str, slack: SlackWorkspace) -> None:
    slack.fault("error_before", method="chat.postMessage", error="token_revoked")
    slack.person("Lena").say("help")
    until(lambda: get(f"{bot_url}/readyz").status_code == 503)
    assert get(f"{bot_url}/readyz").json() == {"status": "delivery is parked: token_revoked"}
    assert get(f"{bot_url}/healthz").status_code == 200


@pytest.mark.postgres
def test_without_its_database_it_is_not_ready_and_says_why(
    databases: Databases, slack: SlackWorkspace
) -> None:
    url = databases.fresh(Kind.POSTGRES)
    settings = settings_for(url, str(slack.http.base_url).rstrip("/"))
    with (
        open_parts(settings) as parts,
        answering(parts, with_scheduler=False) as server,
    ):
        door = Door(server, "unused")
        assert door.get("/readyz").status_code == 200
        databases.destroy(url)
        gone = door.get("/readyz")
        assert (gone.status_code, gone.json()) == (503, {"status": "the database does not answer"})
        assert door.get("/metrics").status_code == 503
        assert door.get("/healthz").status_code == 200
        door.close()


def test_it_is_not_ready_while_delivery_is_stuck(entrance: Entrance) -> None:
    slack = SlackRoute(App(authorize=nobody), "unused", machine_now, threads=1)
    stuck = create_server(entrance.parts.store, slack, lambda: "delivery is stuck")
    door = Door(stuck, "unused")
    answer = door.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "delivery is stuck"})
    door.close()
    slack.close()
