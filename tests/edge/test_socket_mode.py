"""The scene through Socket Mode: the bot has no address, Slack sends everything down the socket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from bot.app import open_parts
from bot.manifest import manifest
from bot.running import answering
from bot.settings import Settings, SettingsProblem
from sandbox.app import create_sandbox
from tests.company import sandbox_config, settle_company
from tests.edge.waiting import until
from tests.scenes.conftest import QUICK, Company, settings_for
from tests.scenes.goals import in_days, propose
from tests.serving import serving
from tests.slack import SlackWorkspace

APP_TOKEN = "xapp-test"


def sockets(slack: SlackWorkspace) -> int:
    found: int = slack.ask("GET", "/sandbox/workspace")["sockets"]
    return found


@pytest.fixture
def slack() -> Iterator[SlackWorkspace]:
    """A workspace whose app has no request URL, only sockets."""
    config = sandbox_config(manifest(None)).with_changes(app_token=APP_TOKEN)
    with serving(create_sandbox(config)) as base_url:
        workspace = SlackWorkspace(base_url)
        yield workspace
        workspace.close()


def settings(database_url: str, slack: SlackWorkspace, token: str = APP_TOKEN) -> Settings:
    plain = settings_for(database_url, str(slack.http.base_url).rstrip("/"))
    return plain.model_copy(update={"slack_app_token": SecretStr(token)})


@pytest.fixture
def company(database_url: str, engine: Engine, slack: SlackWorkspace) -> Iterator[Company]:
    settle_company(engine)
    with (
        open_parts(settings(database_url, slack)) as parts,
        answering(parts, delivery=QUICK),
    ):
        until(lambda: sockets(slack) > 0)
        yield Company(slack, parts)


def test_a_goal_is_proposed_and_accepted_with_the_socket_replaced_in_between(
    company: Company,
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    question = jonas.wait_for("proposes a goal")

    company.slack.steer("sockets/refresh")
    until(lambda: sockets(company.slack) > 0)

    pressed = question.press("Accept")
    assert pressed.error is None
    assert pressed.seconds < 3
    since = time.monotonic()
    assert "accepted G-1" in jonas.wait_for("You accepted G-1").text
    lena.wait_for("Jonas Brandt accepted G-1")
    assert time.monotonic() - since < 2
    assert "Accept" not in question.again().buttons
    assert "Active" in lena.command("/goal").text


def test_dialogs_home_shortcuts_and_words_work_through_the_socket(company: Company) -> None:
    lena = company.person("Lena")
    lena.shortcut("new_goal")
    lena.dialog.press("More detail")
    assert "Baseline" in lena.dialog.labels
    due = in_days(company, -1)
    lena.dialog.fill(Title="a", Metric="b", Target="1", **{"Due date": due}).submit()
    assert "past" in lena.dialog.errors["Due date"]
    lena.dialog.close()
    assert "goals" in lena.home().text
    lena.say("help")
    lena.wait_for("/accord goal")


def test_every_person_is_answered_while_sockets_come_and_go(company: Company) -> None:
    lena = company.person("Lena")
    for _ in range(5):
        company.slack.steer("sockets/refresh")
        until(lambda: sockets(company.slack) > 0)
        until(lambda: "/goal new" in lena.command("/goal help").text)


def test_a_request_in_hand_is_answered_before_the_socket_closes(
    database_url: str, engine: Engine, slack: SlackWorkspace
) -> None:
    settle_company(engine)
    lena = slack.person("Lena")
    with ThreadPoolExecutor(1) as pool, open_parts(settings(database_url, slack)) as parts:
        with answering(parts, with_scheduler=False):
            until(lambda: sockets(slack) > 0)
            slack.fault("delay", method="views.open", seconds=0.8)
            asked = pool.submit(lena.command, "/goal new")
            until(lambda: bool(slack.log("views.open")))
        assert asked.result(10).error is None
    assert lena.dialog.title == "New goal"


def test_an_app_token_that_slack_refuses_is_named_before_anything_runs(
    database_url: str, engine: Engine, slack: SlackWorkspace
) -> None:
    settle_company(engine)
    slack.fault("error_before", method="apps.connections.open", error="invalid_auth")
    with (
        open_parts(settings(database_url, slack)) as parts,
        pytest.raises(SettingsProblem, match=r"SLACK_APP_TOKEN .*invalid_auth"),
        answering(parts, with_scheduler=False),
    ):
        pass
