"""What people type about check-ins: numbers, to be asked later, replies in support threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace as changed
from html import unescape
from itertools import count
from uuid import UUID

from domain.origin import Origin
from handlers.channel_words import plain_words
from handlers.desk import Desk
from handlers.payloads import Payload
from messages.checkin_snooze import is_time_unit, read_snooze
from messages.checkin_typed import NOT_A_NUMBER, TypedWords, read_lines
from usecases import checkin_support, checkin_typed

# What carries words of a person; the others tell of joins, topics and the like.
_SAID = (None, "file_share", "thread_broadcast", "me_message")


def hear(desk: Desk, origin: Origin, event: Payload) -> bool:
    """Take a number, a wish to be asked later, or a reply in a support conversation; True if so.

    Edits and deletions of replies are followed; a number that is edited counts anew. Only the app's
    own conversations count.
    """
    channel = event.get("channel")
    if event.get("channel_type") != "im" or not isinstance(channel, str):
        return False
    match event.get("subtype"):
        case subtype if subtype in _SAID:
            return _said(desk, origin, event, channel)
        case "message_changed":
            return _edited(desk, origin, event, channel)
        case "message_deleted":
            ts = event.get("deleted_ts")
            return isinstance(ts, str) and checkin_support.follow_deletion(
                desk.store, origin, (channel, ts)
            )
    return False


def _said(desk: Desk, origin: Origin, event: Payload, channel: str) -> bool:
    words, ts, thread = (event.get(name) for name in ("text", "ts", "thread_ts"))
    if event.get("bot_id") or not isinstance(words, str) or not isinstance(ts, str):
        return False
    if _put_off(desk, origin, event, channel) or _take_numbers(desk, origin, event, channel):
        return True
    if (
        not isinstance(thread, str)
        or thread == ts
        or event.get("parent_user_id") == origin.slack_user
    ):
        return False
    text = plain_words(desk.store, origin, words)
    return bool(text) and checkin_support.keep_reply(
        desk.store, origin, (channel, ts), thread, text
    )


def _put_off(desk: Desk, origin: Origin, message: Payload, channel: str) -> bool:
    """Ask later, where that is what the message says and it stands where that can be said."""
    words, ts, thread = str(message.get("text")), message.get("ts"), message.get("thread_ts")
    wish = read_snooze(words)
    if wish is None:
        return False
    if not isinstance(thread, str) or thread == ts:
        if wish.anywhere:
            checkin_typed.take_snooze(desk.store, origin, words, wish.days)
        return wish.anywhere
    if message.get("parent_user_id") == origin.slack_user:
        return False
    expected = checkin_typed.number_thread(desk.store, origin, channel, thread)
    if expected is None or (wish.plain and any(map(is_time_unit, expected.measure_units))):
        return False
    checkin_typed.take_snooze(desk.store, origin, words, wish.days, thread)
    return True


def _take_numbers(desk: Desk, origin: Origin, message: Payload, channel: str) -> bool:
    """Take what the message says as numbers, where it stands where numbers are expected."""
    # Slack escapes what is typed; a unit is quoted as its author wrote it.
    words, ts, thread = (
        unescape(str(message.get("text"))),
        message.get("ts"),
        message.get("thread_ts"),
    )
    if not isinstance(thread, str) or thread == ts:
        typed = read_lines(words)
        for own, (line, number) in zip(_each(origin), typed, strict=False):
            _take(desk, own, line, number)
        return bool(typed)
    if message.get("parent_user_id") == origin.slack_user:
        return False
    expected = checkin_typed.number_thread(desk.store, origin, channel, thread)
    if expected is None:
        return False
    numbers = read_lines(words)
    if not numbers and expected.tells_of_others:
        return False
    nothing = [(words, TypedWords(None, None, NOT_A_NUMBER))]
    for own, (line, number) in zip(_each(origin), numbers or nothing, strict=False):
        _take(desk, own, line, number, expected.prompt, thread)
    return True


def _each(origin: Origin) -> Iterator[Origin]:
    """A request of its own for each line, so that a repeated event repeats none of them."""
    for number in count():
        key = origin.delivery_key
        yield changed(origin, delivery_key=f"{key}:{number}" if key and number else key)


def _take(
    desk: Desk,
    origin: Origin,
    words: str,
    typed: TypedWords,
    prompt: UUID | None = None,
    thread: str | None = None,
) -> None:
    checkin_typed.take_number(
        desk.store,
        origin,
        words,
        reference=typed.reference,
        value=typed.measure,
        problem=typed.problem,
        prompt=prompt,
        thread=thread,
    )


def _edited(desk: Desk, origin: Origin, event: Payload, channel: str) -> bool:
    message, before = event.get("message"), event.get("previous_message")
    if not isinstance(message, Mapping) or message.get("bot_id"):
        return False
    user, ts, words = (message.get(name) for name in ("user", "ts", "text"))
    if not (isinstance(user, str) and isinstance(ts, str) and isinstance(words, str)):
        return False
    if isinstance(before, Mapping) and before.get("text") == words:
        # Slack tells of previews and of the first reply in the same way.
        return False
    author = changed(origin, slack_user=user)
    text = plain_words(desk.store, origin, words)
    if text and checkin_support.follow_edit(desk.store, author, (channel, ts), text):
        return True
    return bool(read_lines(words)) and _take_numbers(desk, author, message, channel)
