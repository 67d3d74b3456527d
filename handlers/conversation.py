"""Plain words in the bot's own conversation: every command without its slash."""

from __future__ import annotations

from domain.errors import Unknown
from domain.notices import is_direct
from domain.origin import Origin
from handlers.commands import Words
from handlers.desk import Desk
from handlers.features import Asking
from handlers.payloads import Command, Payload
from messages.help import opener_message
from messages.surfaces import Message
from messages.typed import sendable
from usecases.conversation import hear, tell_not_listed


def said_to_bot(desk: Desk, origin: Origin, event: Payload) -> None:
    """Take note of a person's words; the answer comes through the outbox.

    Edits, deletions, files, bots, replies in threads and other conversations are not commands.
    """
    words = event.get("text")
    if event.get("thread_ts") not in (None, event.get("ts")):
        return
    if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id"):
        return
    conversation = event.get("channel")
    if isinstance(words, str) and sendable(words).strip():
        try:
            hear(desk.store, origin, sendable(words).strip())
        except Unknown:
            if isinstance(conversation, str) and is_direct(conversation):
                tell_not_listed(desk.store, origin, conversation)
            raise


# What people say to a bot without meaning a command, in the languages that it speaks.
_MEANT = {
    "new goal": "goal new",
    "my goals": "goal",
    "goals": "goal",
    "hello": "help",
    "hi": "help",
    "hey": "help",
    "thanks": "help",
    "thank you": "help",
    "neues ziel": "goal new",
    "meine ziele": "goal",
    "ziele": "goal",
    "hallo": "help",
    "hilfe": "help",
    "danke": "help",
}


def answer_said(words: Words, said: str, origin: Origin, asking: Asking) -> Message:
    """The answer to plain words. What needs a dialog gets a button: words cannot open one."""
    typed = _MEANT.get(said.casefold().strip(" .!?"), said.lstrip("/"))
    verb, _, rest = typed.partition(" ")
    meant = rest if verb.casefold() == "accord" else typed
    reply = words.answer(Command(origin, "accord", meant, None), asking)
    if isinstance(reply, Message):
        return reply
    return opener_message(reply.opener, asking.reader)
