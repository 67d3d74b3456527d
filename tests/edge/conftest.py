"""The bot at its door: behind a running Slack, or alone with requests made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from bot.app import Parts, open_parts
from bot.manifest import manifest
from bot.running import answering
from sandbox.app import create_sandbox
from storage.database import open_engine
from tests.company import SIGNING_SECRET, sandbox_config, settle_company
from tests.databases import Databases, Kind
from tests.edge.door import Door
from tests.scenes.conftest import QUICK, company, settings_for, slack
from tests.serving import serving
from tests.slack import SlackWorkspace

__all__ = ["company", "slack"]  # fixtures, shared with the scenes


@dataclass(frozen=True)
class Entrance:
    """The company's bot, open to Slack by HTTP and to a test directly."""

    slack: SlackWorkspace
    parts: Parts
    door: Door


@pytest.fixture(scope="module")
def entrance(databases: Databases) -> Iterator[Entrance]:
    """One running company for all tests of a module, on SQLite."""
    with open_entrance(databases) as entrance:
        yield entrance


@contextmanager
def open_entrance(databases: Databases, *, with_scheduler: bool = True) -> Iterator[Entrance]:
    """Without a scheduler nothing happens by itself: neither clock nor delivery."""
    url = databases.fresh(Kind.SQLITE)
    engine = open_engine(url)
    settle_company(engine)
    engine.dispose()
    with (
        serving(create_sandbox(sandbox_config(manifest("http://127.0.0.1:1")))) as slack_url,
        open_parts(settings_for(url, slack_url)) as parts,
        answering(parts, delivery=QUICK, with_scheduler=with_scheduler) as app,
        serving(app) as bot_url,
    ):
        slack = SlackWorkspace(slack_url)
        slack.steer("request_url", url=f"{bot_url}/slack/events")
        door = Door(app, SIGNING_SECRET)
        yield Entrance(slack, parts, door)
        door.close()
        slack.close()
    databases.drop(url)


@pytest.fixture(scope="module")
def door(entrance: Entrance) -> Door:
    return entrance.door
