"""A workspace with four people, a channel, and a scripted bot in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from sandbox.app import create_sandbox
from sandbox.config import ChannelConfig, PersonConfig, SandboxConfig
from tests.sandbox.bot import Bot
from tests.serving import serving
from tests.slack import Person, SlackWorkspace

MANIFEST = {
    "display_information": {"name": "Testbot"},
    "features": {
        "bot_user": {"display_name": "Testbot"},
        "slash_commands": [
            {"command": "/thing", "description": "does it", "should_escape": True},
            {"command": "/plain", "description": "does it unescaped"},
        ],
        "shortcuts": [
            {"name": "New thing", "type": "global", "callback_id": "new_thing"},
            {"name": "Keep", "type": "message", "callback_id": "keep"},
        ],
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "app_uninstalled",
                "member_joined_channel",
                "message.channels",
                "message.im",
                "team_join",
                "tokens_revoked",
                "user_change",
            ]
        }
    },
}
CONFIG = SandboxConfig(
    bot_token="xoxb-test",
    app_token="xapp-test",
    signing_secret="test-secret",
    app_name="Testbot",
    manifest=MANIFEST,
    users=(
        PersonConfig(
            id="U_LENA",
            name="lena",
            real_name="Lena Berg",
            display_name="Lena",
            email="lena@example.com",
            locale="de-DE",
        ),
        PersonConfig(id="U_JONAS", name="jonas", real_name="Jonas Weber", display_name="Jonas"),
        PersonConfig(id="U_GONE", name="gone", real_name="Gone Person", deleted=True),
        PersonConfig(
            id="U_ELSE", name="else", real_name="Else Where", team_id="T_OTHER", is_stranger=True
        ),
    ),
    channels=(
        ChannelConfig(id="C_TEAM", name="team", members=("U_LENA", "U_JONAS", "U0BOT", "U_ELSE")),
        ChannelConfig(id="C_QUIET", name="quiet", members=("U_LENA",)),
        ChannelConfig(id="C_OLD", name="old", members=("U_LENA", "U0BOT"), is_archived=True),
        ChannelConfig(id="G_SECRET", name="secret", members=("U_JONAS",), is_private=True),
    ),
    # Longer than any answer on a busy machine; `impatient` is for those that come too late.
    ack_timeout=20.0,
    event_retry_delays=(0.0, 0.01, 0.02),
)


@dataclass
class Scene:
    slack: SlackWorkspace
    bot: Bot
    base_url: str
    bot_url: str

    @property
    def lena(self) -> Person:
        return self.slack.person("U_LENA")

    @property
    def jonas(self) -> Person:
        return self.slack.person("U_JONAS")


@contextmanager
def open_scene(config: SandboxConfig) -> Iterator[Scene]:
    """A workspace and its bot."""
    bot = Bot(config.signing_secret, config.bot_token)
    with serving(create_sandbox(config)) as base_url, serving(bot.app) as bot_url:
        slack = SlackWorkspace(base_url)
        bot.base_url = base_url
        request_url = f"{bot_url}/slack/events"
        slack.steer("request_url", url=request_url)
        yield Scene(slack, bot, base_url, request_url)
        slack.close()
        bot.close()


@pytest.fixture(scope="session")
def _running() -> Iterator[Scene]:
    """One workspace and one bot for all tests; each test starts it afresh."""
    with open_scene(CONFIG) as scene:
        yield scene


@pytest.fixture
def impatient() -> Iterator[Scene]:
    """Slack gives up on the bot at once."""
    with open_scene(CONFIG.with_changes(ack_timeout=0.05)) as scene:
        yield scene


@pytest.fixture
def scene(_running: Scene) -> Scene:
    _running.slack.steer("settle")
    _running.slack.steer("reset")
    _running.slack.steer("manifest", **MANIFEST)
    _running.bot.on.clear()
    _running.bot.got.clear()
    _running.bot.headers.clear()
    return _running
