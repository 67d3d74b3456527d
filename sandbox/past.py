"""A workspace with a past: messages that were written before it was started.

No event tells the bot of them, as Slack tells no app what was said before it looked.
"""

from __future__ import annotations

from collections import defaultdict

from pydantic import BaseModel, ConfigDict, Field

from sandbox.blocks import block_problems
from sandbox.conversations import Conversation, Message
from sandbox.errors import SlackError
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.workspace import Change, with_ids

TS = r"^\d{10}\.\d{6}$"


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PastDirect(_Given):
    """The conversation of a person with the app, under an id of the caller's."""

    id: str
    user: str


class PastMessage(_Given):
    """One message; of the app where `user` is its bot user."""

    channel: str
    ts: str = Field(pattern=TS)
    user: str
    text: str
    blocks: list[Json] = Field(default_factory=list)
    thread_ts: str | None = None


class PastRead(_Given):
    """How far somebody has read a conversation and the threads in it."""

    channel: str
    user: str
    ts: str


class Past(_Given):
    """Everything that is to have happened; messages in any order."""

    directs: list[PastDirect] = Field(default_factory=list)
    messages: list[PastMessage] = Field(default_factory=list)
    read: list[PastRead] = Field(default_factory=list)


def take_past(sandbox: Sandbox, past: Past) -> None:
    """Take all of it in, or nothing: raises SlackError as chat.postMessage would."""
    workspace = sandbox.workspace
    directs = {each.id: _direct(sandbox, each) for each in past.directs}
    messages = sorted(past.messages, key=lambda message: message.ts)
    threads: dict[str, set[str]] = defaultdict(set)
    for message in messages:
        known = directs.get(message.channel) or workspace.conversation(message.channel)
        _check(sandbox, message, threads[known.id])
        if message.thread_ts is None:
            threads[known.id].add(message.ts)
    for direct in directs.values():
        workspace.restore(direct)
    touched = dict(directs)
    for message in messages:
        conversation = workspace.conversation(message.channel)
        touched[conversation.id] = conversation
        conversation.messages[message.ts] = _stored(sandbox, message)
        if message.thread_ts:
            conversation.messages[message.thread_ts].thread_ts = message.thread_ts
    for each in past.read:
        conversation = workspace.conversation(each.channel)
        touched[conversation.id] = conversation
        conversation.last_read[each.user] = each.ts
        seen = conversation.thread_read.setdefault(each.user, {})
        for reply in conversation.messages.values():
            if reply.is_reply and reply.thread_ts and reply.ts <= each.ts:
                seen[reply.thread_ts] = each.ts
    for conversation in touched.values():
        conversation.messages = dict(sorted(conversation.messages.items()))
        workspace.tell(Change("past", conversation))


def _direct(sandbox: Sandbox, given: PastDirect) -> Conversation:
    sandbox.workspace.person(given.user)
    members = [given.user, sandbox.config.bot_user_id]
    return Conversation(given.id, "im", members, created=int(sandbox.clock.now()))


def _check(sandbox: Sandbox, message: PastMessage, parents: set[str]) -> None:
    sandbox.workspace.person(message.user)
    if float(message.ts) > sandbox.clock.now():
        raise SlackError("invalid_ts_latest")
    if message.thread_ts is not None and message.thread_ts not in parents:
        raise SlackError("thread_not_found")
    if problems := block_problems(message.blocks):
        raise SlackError("invalid_blocks", problems)


def _stored(sandbox: Sandbox, message: PastMessage) -> Message:
    bot = sandbox.config.bot_user_id
    return Message(
        channel=message.channel,
        ts=message.ts,
        user=message.user,
        text=message.text,
        blocks=with_ids(message.blocks),
        bot_id=sandbox.config.bot_id if message.user == bot else None,
        thread_ts=message.thread_ts,
    )
