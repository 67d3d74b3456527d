"""What handlers ask Slack about channels and messages: facts, members, a link. Nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from domain.errors import Refused
from domain.origin import Origin
from domain.rounds import RoundPlace
from handlers.channel_members import NOT_THERE, ask_slack
from handlers.desk import Desk

_NOT_VISIBLE = {
    **dict.fromkeys(NOT_THERE, "message_not_visible"),
    "message_not_found": "message_gone",
}


def round_place(desk: Desk, origin: Origin, channel: str | None) -> RoundPlace:
    """The channel for a round. Raises Refused for what is none, or where the bot cannot write."""
    if channel is None or not channel.startswith(("C", "G")):
        raise Refused("round_needs_channel")
    facts = _facts(desk, channel, "bot_not_in_channel")
    if facts.get("is_im") or facts.get("is_mpim"):
        raise Refused("round_needs_channel")
    _require_writable(facts, "round_channel_archived", "bot_not_in_channel")
    members = desk.members.read(channel)
    joined = origin.slack_user in members or is_in(desk, origin, channel)
    return RoundPlace(channel, str(facts.get("name") or ""), members, joined)


def summary_place(desk: Desk, channel: str) -> None:
    """Raises Refused where a round's summary could not be posted now."""
    facts = _facts(desk, channel, "summary_bot_gone")
    _require_writable(facts, "summary_channel_archived", "summary_bot_gone")


def _facts(desk: Desk, channel: str, not_there: str) -> Mapping[str, object]:
    refusals = dict.fromkeys(NOT_THERE, not_there)
    told = ask_slack(desk.slack, "conversations.info", refusals, channel=channel)
    facts = told.get("channel")
    return facts if isinstance(facts, Mapping) else {}


def _require_writable(facts: Mapping[str, object], archived: str, not_there: str) -> None:
    if facts.get("is_archived"):
        raise Refused(archived)
    if not facts.get("is_member"):
        raise Refused(not_there)


def is_in(desk: Desk, origin: Origin, channel: str) -> bool:
    """Whether the asker is a member of the channel now.

    Raises Refused where the bot was removed from it, so that nobody can tell.
    """
    try:
        return origin.slack_user is not None and desk.members.holds(channel, origin.slack_user)
    except Refused as error:
        raise Refused("round_bot_gone") from error


def permalink(desk: Desk, channel: str, ts: str) -> str:
    """The address of a message. Raises Refused where the bot cannot see it."""
    told = ask_slack(desk.slack, "chat.getPermalink", _NOT_VISIBLE, channel=channel, message_ts=ts)
    return str(told.get("permalink") or "")
