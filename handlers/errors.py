"""The one door through which every error leaves, as words for the person or a reference."""

from __future__ import annotations

import secrets
import traceback
from typing import TypedDict

import structlog

from domain.change_requests import ChangeCard
from domain.errors import (
    AccordError,
    AlreadyDone,
    Busy,
    Changed,
    NoRoom,
    NotShared,
    SlowDown,
    Unavailable,
    Unknown,
)
from domain.goals import GoalCard
from domain.origin import Origin
from messages.errors import UNFORESEEN, error_said
from messages.goal_change_notices import settled_change
from messages.goals import already_words, changed_words
from messages.reading import Reader
from messages.safe import Safe

log = structlog.get_logger()


def words_for(error: Exception, reader: Reader, origin: Origin | None) -> Safe:
    """What the person is told. Whatever nobody foresaw is logged under a short reference.

    Neither the log nor the words hold anything that somebody typed.
    """
    if isinstance(error, AccordError):
        log.info(
            "refused",
            code=error.code,
            request=origin.request if origin else None,
            level_hint=_HINTS.get(type(error), "rule"),
        )
        return _foreseen(error, reader)
    reference = log_unforeseen(error, origin.request if origin else None)
    return reader.say(UNFORESEEN, reference=reference)


def log_unforeseen(error: BaseException, request: str | None) -> str:
    """Log where in our code it happened; returns the short reference under which it is found."""
    reference = secrets.token_hex(3).upper()
    log.error("unforeseen", reference=reference, request=request, **without_words(error))
    return reference


class WithoutWords(TypedDict):
    """An exception as the log may show it."""

    error: str
    places: list[str]


def without_words(error: BaseException) -> WithoutWords:
    """What the log may hold of an exception: its type and the places, never its message.

    A message may quote what somebody typed: PostgreSQL's do, with the whole row.
    """
    return {
        "error": type(error).__name__,
        "places": [
            f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}"
            for frame in traceback.extract_tb(error.__traceback__)[-8:]
        ],
    }


_HINTS: dict[type[AccordError], str] = {
    Busy: "load",
    NoRoom: "disk",
    Unavailable: "slack",
    SlowDown: "slack",
    Unknown: "access",
    NotShared: "access",
}


def _foreseen(error: AccordError, reader: Reader) -> Safe:
    card = error.params.get("card")
    if isinstance(card, GoalCard):
        if isinstance(error, Changed):
            return changed_words(card, reader)
        if isinstance(error, AlreadyDone):
            return already_words(card, reader)
    change = error.params.get("change")
    if isinstance(change, ChangeCard):
        return settled_change(change, reader)
    return error_said(error, reader)
