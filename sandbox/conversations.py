"""Channels, direct messages, and the messages in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from sandbox.json_types import Json

Kind = Literal["public", "private", "im", "mpim"]
CHANNEL_TYPES: dict[Kind, str] = {
    "public": "channel",
    "private": "group",
    "im": "im",
    "mpim": "mpim",
}


@dataclass
class Message:
    """One message. ``only_for`` makes it ephemeral; ``source`` is the command that it answers."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    bot_id: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    files: list[Json] = field(default_factory=list)
    edited: Json | None = None
    subtype: str | None = None
    only_for: str | None = None
    client_msg_id: str | None = None
    visible_at: float = 0.0
    """Unix seconds before which conversations.history does not list it (a fault on demand)."""

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class Conversation:
    """A channel, direct message or group message with its messages in order of ``ts``."""

    id: str
    kind: Kind
    members: list[str]
    created: int
    name: str = ""
    topic: str = ""
    purpose: str = ""
    is_ext_shared: bool = False
    is_archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    last_read: dict[str, str] = field(default_factory=dict)

    @property
    def shown_name(self) -> str:
        """What payloads call it: direct messages and private channels do not tell their name."""
        return {"im": "directmessage", "private": "privategroup", "mpim": "privategroup"}.get(
            self.kind, self.name
        )

    def replies(self, thread_ts: str) -> Iterator[Message]:
        return (m for m in self.messages.values() if m.is_reply and m.thread_ts == thread_ts)

    def top_level(self) -> Iterator[Message]:
        return (m for m in self.messages.values() if not m.is_reply or m.broadcast)

    def unread(self, user_id: str) -> int:
        """How many messages by others came after the person last read here."""
        seen = self.last_read.get(user_id, "")
        count = 0
        for ts in reversed(self.messages):
            if ts <= seen:
                break
            message = self.messages[ts]
            count += message.user != user_id and (not message.is_reply or message.broadcast)
        return count
