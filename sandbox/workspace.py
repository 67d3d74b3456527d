"""The workspace's state and the changes that may happen to it. No HTTP, no payloads."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from sandbox.clock import Clock
from sandbox.config import PersonConfig, SandboxConfig
from sandbox.conversations import Conversation, Message
from sandbox.errors import SlackError
from sandbox.json_types import Json
from sandbox.people import Person

Happening: TypeAlias = Literal[
    "message",
    "changed",
    "deleted",
    "ephemeral",
    "home",
    "dialog",
    "joined",
    "person",
    "file",
    "read",
    "past",
    "clock",
]


@dataclass(frozen=True)
class Change:
    """Something that happened; whoever listens takes what concerns it."""

    what: Happening
    conversation: Conversation | None = None
    message: Message | None = None
    previous: Message | None = None
    user: str | None = None
    fresh: bool = False
    """The person did not exist before."""


Listener: TypeAlias = Callable[[Change], None]


_CHANNEL_NAME = re.compile(r"[\w-]{1,80}")


def new_id(prefix: str) -> str:
    return prefix + secrets.token_hex(5).upper()


def with_ids(blocks: list[Json]) -> list[Json]:
    """Blocks as Slack stores them: block and action ids filled in where the app gave none."""
    filled = []
    for block in blocks:
        copy = {**block, "block_id": block.get("block_id") or secrets.token_urlsafe(4)}
        for key in ("accessory", "element"):
            if isinstance(copy.get(key), dict):
                copy[key] = _with_action_id(copy[key])
        if copy["type"] == "actions":
            copy["elements"] = [_with_action_id(each) for each in copy["elements"]]
        filled.append(copy)
    return filled


def _with_action_id(element: Json) -> Json:
    if element["type"] == "image":
        return element
    return {**element, "action_id": element.get("action_id") or secrets.token_urlsafe(4)}


def _read_up_to(conversation: Conversation, user_id: str, ts: str, thread_ts: str | None) -> None:
    if thread_ts and thread_ts != ts:
        threads = conversation.thread_read.setdefault(user_id, {})
        threads[thread_ts] = max(ts, threads.get(thread_ts, ""))
    else:
        conversation.last_read[user_id] = max(ts, conversation.last_read.get(user_id, ""))


class Workspace:
    """People, conversations and messages."""

    def __init__(self, config: SandboxConfig, clock: Clock) -> None:
        self.config = config
        self.clock = clock
        self.listeners: list[Listener] = []
        self.people: dict[str, Person] = {}
        self.conversations: dict[str, Conversation] = {}
        self._directs: dict[frozenset[str], str] = {}
        self.start_afresh()

    def start_afresh(self) -> None:
        """The people and channels of the configuration, and nothing that ever happened."""
        for known in (self.people, self.conversations, self._directs):
            known.clear()
        config = self.config
        bot = PersonConfig(
            id=config.bot_user_id,
            name=config.app_name.lower().replace(" ", ""),
            real_name=config.app_name,
            is_bot=True,
            tz="America/Los_Angeles",
        )
        for profile in (bot, *config.users):
            self.people[profile.id] = Person(profile, profile.team_id or config.team_id)
        for channel in config.channels:
            self.conversations[channel.id] = Conversation(
                id=channel.id,
                kind="private" if channel.is_private else "public",
                members=list(channel.members),
                created=int(self.clock.now()),
                name=channel.name,
                topic=channel.topic,
                purpose=channel.purpose,
                is_ext_shared=channel.is_ext_shared,
                is_archived=channel.is_archived,
            )

    def tell(self, change: Change) -> None:
        for listener in self.listeners:
            listener(change)

    # people

    def person(self, user_id: str) -> Person:
        """Raises SlackError ``user_not_found``."""
        found = self.people.get(user_id)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def change_person(self, profile: PersonConfig) -> Person:
        """Add somebody or replace their profile; listeners see the person change."""
        fresh = profile.id not in self.people
        person = Person(
            profile, profile.team_id or self.config.team_id, updated=int(self.clock.now())
        )
        self.people[profile.id] = person
        self.tell(Change("person", user=profile.id, fresh=fresh))
        return person

    # conversations

    def conversation(self, channel_id: str) -> Conversation:
        """Raises SlackError ``channel_not_found``."""
        found = self.conversations.get(channel_id)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def direct(self, *user_ids: str) -> Conversation:
        """The direct or group message between exactly these people; opened if there is none."""
        wanted = frozenset(user_ids)
        if existing := self._directs.get(wanted):
            return self.conversations[existing]
        pair = 2
        is_group = len(wanted) > pair
        opened = Conversation(
            id=new_id("G" if is_group else "D"),
            kind="mpim" if is_group else "im",
            members=list(dict.fromkeys(user_ids)),
            created=int(self.clock.now()),
            name="mpdm-" + "--".join(sorted(wanted)) if is_group else "",
        )
        self.restore(opened)
        return opened

    def restore(self, conversation: Conversation) -> None:
        """Take in a conversation that exists already, with its messages."""
        self.conversations[conversation.id] = conversation
        if conversation.kind in ("im", "mpim"):
            self._directs[frozenset(conversation.members)] = conversation.id

    def create_channel(self, name: str, creator: str, *, is_private: bool) -> Conversation:
        """An empty channel; raises SlackError as conversations.create does."""
        if not _CHANNEL_NAME.fullmatch(name) or name != name.lower():
            raise SlackError("invalid_name_specials")
        if any(each.name == name for each in self.conversations.values()):
            raise SlackError("name_taken")
        made = Conversation(
            id=new_id("C"),
            kind="private" if is_private else "public",
            members=[creator],
            created=int(self.clock.now()),
            name=name,
        )
        self.conversations[made.id] = made
        self.tell(Change("joined", made, user=creator))
        return made

    def bot_direct(self, user_id: str) -> Conversation:
        return self.direct(user_id, self.config.bot_user_id)

    def add_member(self, conversation: Conversation, user_id: str) -> None:
        if user_id not in conversation.members:
            conversation.members.append(user_id)
            self.tell(Change("joined", conversation, user=user_id))

    def remove_member(self, conversation: Conversation, user_id: str) -> None:
        if user_id in conversation.members:
            conversation.members.remove(user_id)

    def mark_read(
        self, conversation: Conversation, user_id: str, ts: str, thread_ts: str | None = None
    ) -> None:
        """The person has looked at everything up to ``ts``, in the thread alone if one is named."""
        _read_up_to(conversation, user_id, ts, thread_ts)
        self.tell(Change("read", conversation, user=user_id))

    # messages

    def post(self, message: Message) -> Message:
        """Store a message made with ``clock.next_ts()``; the writer has read up to it."""
        conversation = self.conversations[message.channel]
        message.blocks = with_ids(message.blocks)
        message.ahead = self.clock.lived_ahead()
        if message.only_for:
            conversation.ephemerals[message.ts] = message
            self.tell(Change("ephemeral", conversation, message, user=message.only_for))
            return message
        conversation.messages[message.ts] = message
        if message.is_reply and message.thread_ts in conversation.messages:
            parent = conversation.messages[message.thread_ts]
            parent.thread_ts = parent.ts  # a parent says so from its first reply on
        _read_up_to(conversation, message.user, message.ts, message.thread_ts)
        self.tell(Change("message", conversation, message))
        return message

    def edit(
        self,
        message: Message,
        text: str,
        blocks: list[Json],
        *,
        metadata: Json | None = None,
        files: list[Json] | None = None,
        by: str,
    ) -> Message:
        """Replace text and blocks in place; without ``metadata`` the old one stays."""
        previous = replace(message)
        message.text, message.blocks = text, with_ids(blocks)
        if metadata is not None:
            message.metadata = metadata
        if files is not None:
            message.files = files
        if not message.only_for:
            message.edited = {"user": by, "ts": self.clock.next_ts()}
        conversation = self.conversations[message.channel]
        self.tell(Change("changed", conversation, message, previous, user=message.only_for))
        return message

    def delete(self, message: Message) -> None:
        """Take a message away; one that has replies leaves a tombstone, as in Slack."""
        conversation = self.conversations[message.channel]
        previous = replace(message)
        if message.only_for:
            del conversation.ephemerals[message.ts]
        elif any(True for _ in conversation.replies(message.ts)):
            message.text, message.blocks = "This message was deleted.", []
            message.files, message.metadata, message.subtype = [], None, "tombstone"
        else:
            del conversation.messages[message.ts]
        self.tell(Change("deleted", conversation, message, previous, user=message.only_for))
