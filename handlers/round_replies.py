"""What people write under a question, read from Slack's messages: as events, or as the thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.origin import Origin
from domain.rounds import ThreadReply
from handlers.channel_words import plain_words
from messages.typed import clean_line
from usecases import round_answers
from usecases.store import Store

FILES_NAMED = 5


def author_of(origin: Origin, message: Mapping[str, Any]) -> Origin | None:
    """The request as the message's author would have made it; None for what an app wrote."""
    user, team = message.get("user"), message.get("user_team") or message.get("team")
    if message.get("bot_id") or not isinstance(user, str):
        return None
    return round_answers.by_author(origin, user, team if isinstance(team, str) else origin.team)


def read_reply(
    store: Store, origin: Origin, message: Mapping[str, Any], *, edited: bool = False
) -> ThreadReply | None:
    """The message as an answer; None where nothing in it can be read."""
    ts = message.get("ts")
    if not isinstance(ts, str):
        return None
    said = message.get("text")
    words = [plain_words(store, origin, said)] if isinstance(said, str) else []
    answer = "\n".join(filter(None, [*words, *_files(message)]))
    return ThreadReply(ts, answer, edited or "edited" in message) if answer else None


def _files(message: Mapping[str, Any]) -> list[str]:
    """A picture can be an answer: its name stands for it, the thread shows it."""
    files = message.get("files")
    given = files if isinstance(files, list) else []
    names = [one.get("name") or one.get("title") for one in given if isinstance(one, Mapping)]
    return [f"📎 {clean_line(str(name))}" for name in names[:FILES_NAMED] if name]
