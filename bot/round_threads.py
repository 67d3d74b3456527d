"""Closing rounds, and reading their threads from Slack: events may have been lost meanwhile.

It stands here because only `bot` may bring together Slack's client, the words of a thread and the
use cases; delivery knows nothing of threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.app import Parts, slack_client
from domain.origin import Origin
from handlers.round_replies import author_of, read_reply
from storage.outbox import MessageRef
from usecases import round_answers, rounds
from usecases.round_answers import FoundReply
from usecases.round_handover import offer_adrift_rounds
from usecases.round_trouble import note_deleted, note_readable, note_unasked

log = structlog.get_logger()

PAGE = 200
PATIENCE_SECONDS = 10
# The thread cannot be read any more, now or later: the round ends with what was heard.
_FOR_GOOD = frozenset({"channel_not_found", "not_in_channel", "missing_scope"})


def close_rounds(parts: Parts, origin: Origin) -> int:
    """Close what is due, and make the results of what is closed; returns how many were made.

    A round whose thread cannot be read just now waits for the next run.
    """
    note_unasked(parts.store, origin)
    offer_adrift_rounds(parts.store, origin)
    made = 0
    for round_ in rounds.stop_due_rounds(parts.store, origin):
        if _merge(parts, origin, round_):
            made += rounds.finish_round(parts.store, origin, round_)
    return made


def catch_up(parts: Parts, origin: Origin) -> None:
    """Read every thread that may have changed unheard: of rounds that are open, and of those that
    closed lately, since what is deleted then reads "withdrawn" here too."""
    for round_ in rounds.rounds_to_follow(parts.store, origin):
        _merge(parts, origin, round_)


def _merge(parts: Parts, origin: Origin, round_: UUID) -> bool:
    """Whether the answers are as the thread has them, as far as it can ever be read."""
    read_at = parts.clock.machine()
    slack = slack_client(parts.settings, PATIENCE_SECONDS)
    found: list[FoundReply] = []
    deleted: list[MessageRef] = []
    for question in rounds.questions_of(parts.store, origin, round_):
        try:
            messages = list(_thread(slack, question))
        except SlackApiError as error:
            code = error.response.get("error")
            if code == "thread_not_found":
                # Without replies nothing is left of a deleted question.
                deleted.append(question)
                continue
            log.warning("thread_not_read", error=code)
            if code in _FOR_GOOD:
                note_readable(parts.store, origin, round_, readable=False)
            return code in _FOR_GOOD
        except OSError as error:
            log.warning("thread_not_read", error=type(error).__name__)
            return False
        found += _replies(parts, origin, question, messages)
        if any(one.get("subtype") == "tombstone" for one in messages if _is(one, question)):
            deleted.append(question)
    round_answers.merge_threads(parts.store, origin, round_, found, read_at)
    note_readable(parts.store, origin, round_, readable=True)
    for question in deleted:
        note_deleted(parts.store, origin, question)
    return True


def _thread(slack: WebClient, question: MessageRef) -> Iterator[Mapping[str, Any]]:
    """The question and every reply, the question on each page."""
    cursor = ""
    while True:
        page = slack.conversations_replies(
            channel=question.channel, ts=question.ts, limit=PAGE, cursor=cursor
        )
        yield from page.get("messages") or ()
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


def _is(message: Mapping[str, Any], question: MessageRef) -> bool:
    return message.get("ts") == question.ts


def _replies(
    parts: Parts, origin: Origin, question: MessageRef, messages: Iterable[Mapping[str, Any]]
) -> Iterator[FoundReply]:
    for message in messages:
        author = None if _is(message, question) else author_of(origin, message)
        reply = None if author is None else read_reply(parts.store, author, message)
        if author is not None and reply is not None:
            yield FoundReply(question, author, reply)
