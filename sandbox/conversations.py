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
    ahead: float = 0.0
    """Seconds by which the time that people lived by was ahead of ``ts`` (a moved clock)."""
    visible_at: float = 0.0
    """Unix seconds before which conversations.history does not list it (a fault on demand)."""

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def shown_at(self) -> float:
        """When it was written by the clock that people lived by, in Unix seconds."""
        return float(self.ts) + self.ahead


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
    thread_read: dict[str, dict[str, str]] = field(default_factory=dict)
    """By person, then by thread: up to which reply they have looked."""

    @property
    def is_direct(self) -> bool:
        return self.kind in ("im", "mpim")

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
