"""Who is in a channel is read from Slack page by page, and asked anew for whoever was not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient

from domain.errors import Refused, Unavailable
from handlers.channel_members import REMEMBERED, ChannelMembers
from sandbox.app import create_sandbox
from sandbox.config import ChannelConfig, SandboxConfig
from tests.serving import serving
from tests.slack import SlackWorkspace


def crowd(size: int) -> tuple[str, ...]:
    return ("U0BOT", *(f"U{number:05}" for number in range(1, size)))


CONFIG = SandboxConfig(
    bot_token="xoxb-members",
    channels=(
        ChannelConfig(id="C0TEAM", name="team", members=crowd(3)),
        ChannelConfig(id="C0HALL", name="hall", members=crowd(2_500)),
        ChannelConfig(id="C0ALL", name="all", members=crowd(5_001)),
        ChannelConfig(id="C0OTHER", name="other", is_private=True),
    ),
)


class Watch:
    now = datetime(2027, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackWorkspace]:
    with serving(create_sandbox(CONFIG)) as base_url:
        workspace = SlackWorkspace(base_url)
        yield workspace
        workspace.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def members(slack: SlackWorkspace, watch: Watch) -> ChannelMembers:
    address = f"{str(slack.http.base_url).rstrip('/')}/api/"
    client = WebClient("xoxb-members", base_url=address, retry_handlers=[])
    return ChannelMembers(client, lambda: watch.now)


def calls(slack: SlackWorkspace) -> int:
    return len(slack.log("conversations.members"))


def test_every_page_is_read(members: ChannelMembers) -> None:
    assert members.read("C0HALL") == frozenset(crowd(2_500))
    assert members.holds("C0HALL", "U02400")
    assert not members.holds("C0HALL", "U0NOBODY")


def test_who_was_there_is_not_asked_for_again_for_a_while(
    members: ChannelMembers, slack: SlackWorkspace, watch: Watch
) -> None:
    assert members.holds("C0TEAM", "U00001")
    before = calls(slack)
    assert members.holds("C0TEAM", "U00002")
    assert calls(slack) == before
    watch.now += REMEMBERED + timedelta(seconds=1)
    assert members.holds("C0TEAM", "U00002")
    assert calls(slack) == before + 1


def test_who_was_not_there_may_have_joined_meanwhile(
    members: ChannelMembers, slack: SlackWorkspace
) -> None:
    assert not members.holds("C0TEAM", "U0LATE")
    slack.steer("members", channel="C0TEAM", add=["U0LATE"])
    assert members.holds("C0TEAM", "U0LATE")


def test_where_more_are_than_can_be_read_in_time_the_press_is_enough(
    members: ChannelMembers,
) -> None:
    assert len(members.read("C0ALL")) == 5_000
    assert members.holds("C0ALL", "U0NOBODY")


def test_where_the_bot_is_none_it_is_refused_and_troubles_can_be_tried_again(
    members: ChannelMembers, slack: SlackWorkspace
) -> None:
    with pytest.raises(Refused, match="bot_not_in_channel"):
        members.read("C0OTHER")
    slack.fault("error_before", method="conversations.members", error="internal_error", times=1)
    with pytest.raises(Unavailable):
        members.read("C0TEAM")
