"""What handlers ask Slack about channels and messages: facts, members, a link. Nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from domain.errors import Refused
from domain.origin import Origin
from domain.rounds import RoundPlace
from handlers.channel_members import NOT_THERE, ask_slack
from handlers.desk import Desk

_NO_MEMBER = dict.fromkeys(NOT_THERE, "bot_not_in_channel")
_NOT_VISIBLE = {
    **dict.fromkeys(NOT_THERE, "message_not_visible"),
    "message_not_found": "message_gone",
}


def round_place(desk: Desk, origin: Origin, channel: str | None) -> RoundPlace:
    """The channel for a round. Raises Refused for what is none, or where the bot cannot write."""
    if channel is None or not channel.startswith(("C", "G")):
        raise Refused("round_needs_channel")
    told = ask_slack(desk.slack, "conversations.info", _NO_MEMBER, channel=channel)
    facts = told.get("channel")
    if not isinstance(facts, Mapping) or facts.get("is_im") or facts.get("is_mpim"):
        raise Refused("round_needs_channel")
    if facts.get("is_archived"):
        raise Refused("round_channel_archived")
    if not facts.get("is_member"):
        raise Refused("bot_not_in_channel")
    members = desk.members.read(channel)
    joined = origin.slack_user in members or is_in(desk, origin, channel)
    return RoundPlace(channel, str(facts.get("name") or ""), members, joined)


def is_in(desk: Desk, origin: Origin, channel: str) -> bool:
    """Whether the asker is a member of the channel now."""
    return origin.slack_user is not None and desk.members.holds(channel, origin.slack_user)


def permalink(desk: Desk, channel: str, ts: str) -> str:
    """The address of a message. Raises Refused where the bot cannot see it."""
    told = ask_slack(desk.slack, "chat.getPermalink", _NOT_VISIBLE, channel=channel, message_ts=ts)
    return str(told.get("permalink") or "")
