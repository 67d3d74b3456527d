"""What asks for somebody's attention: unread messages, mentions, threads that they follow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sandbox.conversations import Conversation, Message

_TO_ALL = re.compile(r"<!(?:here|channel|everyone)[|>]")
SILENT = ("channel_join", "tombstone")
"""Subtypes that never make anything unread."""


@dataclass(frozen=True)
class Waiting:
    """Of one conversation. ``unread`` makes its name bold; ``pressing`` is the number at it:
    everything in a direct message, and what mentions the person elsewhere; ``replies`` are
    unread ones in threads that the person follows; ``newest`` is the latest of both."""

    unread: int = 0
    pressing: int = 0
    replies: int = 0
    newest: str = ""


def waiting(conversation: Conversation, user_id: str) -> Waiting:
    """What a member has not seen yet; nothing for others."""
    if user_id not in conversation.members:
        return Waiting()
    unread = list(_unread(conversation, user_id))
    pressing = [each for each in unread if conversation.is_direct or _is_for(each, user_id)]
    replies = [
        reply
        for thread_ts in followed(conversation, user_id)
        for reply in _new_replies(conversation, thread_ts, user_id)
    ]
    newest = max((each.ts for each in [*pressing, *replies]), default="")
    return Waiting(len(unread), len(pressing), len(replies), newest)


def _unread(conversation: Conversation, user_id: str) -> Iterator[Message]:
    seen = conversation.last_read.get(user_id, "")
    for ts in reversed(conversation.messages):
        if ts <= seen:
            return
        message = conversation.messages[ts]
        counts = message.user != user_id and message.subtype not in SILENT
        if counts and (not message.is_reply or message.broadcast):
            yield message


def _is_for(message: Message, user_id: str) -> bool:
    return f"<@{user_id}" in message.text or _TO_ALL.search(message.text) is not None


def notifies(conversation: Conversation, message: Message, user_id: str) -> bool:
    """Whether a phone with Slack's usual settings would tell this person of a new message."""
    if message.user == user_id or message.only_for or message.subtype in SILENT:
        return False
    if user_id not in conversation.members:
        return False
    if message.is_reply and message.thread_ts:
        return _follows(conversation, message.thread_ts, user_id, message.ts)
    return conversation.is_direct or _is_for(message, user_id)


def is_unread(conversation: Conversation, message: Message, user_id: str) -> bool:
    """Whether the person has not looked that far yet, in the channel or in the thread."""
    if message.is_reply and message.thread_ts:
        seen = conversation.thread_read.get(user_id, {}).get(message.thread_ts, "")
    else:
        seen = conversation.last_read.get(user_id, "")
    return message.ts > seen


def followed(conversation: Conversation, user_id: str) -> list[str]:
    """The ``ts`` of every thread with replies that the person takes part in, oldest first."""
    threads = dict.fromkeys(m.thread_ts for m in conversation.messages.values() if m.is_reply)
    return [ts for ts in threads if ts and _follows(conversation, ts, user_id)]


def _follows(
    conversation: Conversation, thread_ts: str, user_id: str, until: str | None = None
) -> bool:
    """Both sides of a direct message; elsewhere whoever wrote in the thread or is named in it
    (by ``until``, if that is asked)."""
    return conversation.is_direct or any(
        each.user == user_id or f"<@{user_id}" in each.text
        for each in _whole(conversation, thread_ts)
        if until is None or each.ts <= until
    )


def _whole(conversation: Conversation, thread_ts: str) -> Iterable[Message]:
    parent = conversation.messages.get(thread_ts)
    return [*([parent] if parent else []), *conversation.replies(thread_ts)]


def unread_here(conversation: Conversation, thread_ts: str, user_id: str) -> int:
    """Unread replies as the channel marks them: in threads that the person follows."""
    if not _follows(conversation, thread_ts, user_id):
        return 0
    return unread_replies(conversation, thread_ts, user_id)


def unread_replies(conversation: Conversation, thread_ts: str, user_id: str) -> int:
    """Replies by others since the person last looked at the thread."""
    return len(_new_replies(conversation, thread_ts, user_id))


def _new_replies(conversation: Conversation, thread_ts: str, user_id: str) -> list[Message]:
    seen = conversation.thread_read.get(user_id, {}).get(thread_ts, "")
    return [
        each for each in conversation.replies(thread_ts) if each.ts > seen and each.user != user_id
    ]
