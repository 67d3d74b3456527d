"""Closing rounds, and reading their threads from Slack: events may have been lost meanwhile.

It stands here because only `bot` may bring together Slack's client, the words of a thread and the
use cases; delivery knows nothing of threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.app import Parts, slack_client
from domain.origin import Origin
from handlers.round_replies import author_of, read_reply
from usecases import round_answers, rounds

log = structlog.get_logger()

PAGE = 200
PATIENCE_SECONDS = 10
# The thread cannot be read any more, now or later: the round ends with what was heard.
_FOR_GOOD = frozenset({"channel_not_found", "not_in_channel", "thread_not_found", "missing_scope"})


def close_rounds(parts: Parts, origin: Origin) -> int:
    """Close what is due, and make the results of what is closed; returns how many were made.

    A round whose thread cannot be read just now waits for the next run.
    """
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
    question = rounds.question_of(parts.store, origin, round_)
    if question is None:
        return True
    read_at = parts.clock.machine()
    slack = slack_client(parts.settings, PATIENCE_SECONDS)
    try:
        messages = list(_thread(slack, question.channel, question.ts))
    except SlackApiError as error:
        code = error.response.get("error")
        log.warning("thread_not_read", error=code)
        return code in _FOR_GOOD
    except OSError as error:
        log.warning("thread_not_read", error=type(error).__name__)
        return False
    found = [
        (author, reply)
        for message in messages
        if (author := author_of(origin, message)) is not None
        and (reply := read_reply(parts.store, author, message)) is not None
    ]
    round_answers.merge_thread(parts.store, origin, question, found, read_at)
    return True


def _thread(slack: WebClient, channel: str, ts: str) -> Iterator[Mapping[str, Any]]:
    """Every reply, without the question itself."""
    cursor = ""
    while True:
        page = slack.conversations_replies(channel=channel, ts=ts, limit=PAGE, cursor=cursor)
        yield from (one for one in page.get("messages") or () if one.get("ts") != ts)
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
