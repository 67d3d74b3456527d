"""Links in dialogs lead to this bot: where it listens, or where the settings say."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from tests.archives import opened
from tests.cli.accord import accord, environment, running
from tests.company import settle_company
from tests.scenes.test_my_data import offered
from tests.slack import SlackWorkspace


def test_a_link_leads_to_where_the_bot_listens(
    database_url: str, engine: Engine, slack: SlackWorkspace, tmp_path: Path
) -> None:
    settle_company(engine)
    settings = environment(database_url, slack)
    with running("serve", "--port", "0", settings=settings, folder=tmp_path) as bot:
        slack.steer("request_url", url=f"{bot.url}/slack/events")
        link = offered(slack.person("Lena"))
        assert link.url.startswith(f"{bot.url}/exports/")
        archive = httpx.get(link.url, trust_env=False).content
        assert "my-data.json" in opened(archive, link.passphrase)
        assert bot.stop() == 0
        token = link.url.rpartition("/")[2]
        assert token not in bot.log
        assert link.passphrase not in bot.log


@pytest.mark.parametrize("address", ["https://accord.example.com/"])
def test_a_link_leads_to_where_the_settings_say(
    address: str, database_url: str, engine: Engine, slack: SlackWorkspace, tmp_path: Path
) -> None:
    settle_company(engine)
    settings = environment(database_url, slack) | {"ACCORD_URL": address}
    with running("serve", "--port", "0", settings=settings, folder=tmp_path) as bot:
        slack.steer("request_url", url=f"{bot.url}/slack/events")
        link = offered(slack.person("Lena"))
        assert link.url.startswith(f"{address.rstrip('/')}/exports/")


def test_what_is_no_address_is_refused(tmp_path: Path) -> None:
    settings = environment("sqlite:///accord.db") | {"ACCORD_URL": "accord.example.com"}
    refused = accord("serve", settings=settings, folder=tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.startswith("accord: ACCORD_URL must begin with https://")
