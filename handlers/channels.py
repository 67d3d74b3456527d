"""What handlers ask Slack about channels and messages: facts, members, a link. Nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from domain.errors import Refused, Unavailable
from domain.rounds import RoundPlace
from handlers.desk import Desk

MOST_MEMBERS = 1000
"""One page of Slack's; whether enough people are there shows on it."""

_NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "message_not_found"})


def round_place(desk: Desk, channel: str | None) -> RoundPlace:
    """The channel for a round. Raises Refused for what is none, or where the bot is no member."""
    if channel is None or not channel.startswith(("C", "G")):
        raise Refused("round_needs_channel")
    told = _ask(desk, "conversations.info", "bot_not_in_channel", channel=channel)
    facts = told.get("channel")
    if not isinstance(facts, Mapping) or facts.get("is_im") or facts.get("is_mpim"):
        raise Refused("round_needs_channel")
    if facts.get("is_archived"):
        raise Refused("round_channel_archived")
    if not facts.get("is_member"):
        raise Refused("bot_not_in_channel")
    listed = _ask(
        desk, "conversations.members", "bot_not_in_channel", channel=channel, limit=MOST_MEMBERS
    )
    members = tuple(str(member) for member in listed.get("members") or ())
    return RoundPlace(channel, str(facts.get("name") or ""), members)


def permalink(desk: Desk, channel: str, ts: str) -> str:
    """The address of a message. Raises Refused where the bot cannot see it."""
    told = _ask(desk, "chat.getPermalink", "message_not_visible", channel=channel, message_ts=ts)
    return str(told.get("permalink") or "")


def _ask(desk: Desk, method: str, refusal: str, **arguments: object) -> Mapping[str, Any]:
    try:
        answer = desk.slack.api_call(method, http_verb="GET", params=arguments)
    except SlackApiError as error:
        code = error.response.get("error")
        if code in _NOT_THERE:
            raise Refused(refusal) from error
        raise Unavailable(slack=code) from error
    except OSError as error:
        raise Unavailable from error
    return answer.data if isinstance(answer.data, dict) else {}
