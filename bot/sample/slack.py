"""The past of the sample organisation as it stands in the pretend Slack."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Permalink = Callable[[str, str], str]
_MICROSECOND = timedelta(microseconds=1)


def ts_of(moment: datetime) -> str:
    """Slack's name of a message written at that moment."""
    return f"{int(moment.timestamp())}.{moment.microsecond:06d}"


def direct_of(slack_user: str) -> str:
    """The conversation of this person with the app."""
    return f"D{slack_user[1:]}"


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message as the pretend Slack takes it in; of the bot where `user` is None."""

    channel: str
    ts: str
    user: str | None
    text: str
    blocks: Sequence[Mapping[str, Any]] = ()
    thread_ts: str | None = None


@dataclass
class PastSlack:
    """What was written, and how far everybody has read."""

    people: tuple[str, ...] = ()
    """Slack's ids of all who have a conversation with the app, if only an empty one."""
    messages: list[PastMessage] = field(default_factory=list)
    read_up_to: dict[tuple[str, str], str] = field(default_factory=dict)
    """The `ts` that somebody has read up to, by conversation and Slack's id of the person."""
    _taken: set[datetime] = field(default_factory=set)

    def stamp(self, moment: datetime) -> str:
        """A `ts` that no other message has."""
        while moment in self._taken:
            moment += _MICROSECOND
        self._taken.add(moment)
        return ts_of(moment)

    def content(self, bot_user: str) -> dict[str, Any]:
        """As the sandbox takes it: see `sandbox.past`."""
        return {
            "directs": [{"id": direct_of(user), "user": user} for user in self.people],
            "messages": [
                {
                    "channel": one.channel,
                    "ts": one.ts,
                    "user": one.user or bot_user,
                    "text": one.text,
                    "blocks": list(one.blocks),
                    "thread_ts": one.thread_ts,
                }
                for one in self.messages
            ],
            "read": [
                {"channel": channel, "user": user, "ts": ts}
                for (channel, user), ts in self.read_up_to.items()
            ],
        }
