"""Structured logs on stderr. What people wrote never gets there.

An exception's message may quote it (PostgreSQL's hold the whole row), and so may what libraries
log; of both only types and places are kept.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import MutableMapping
from typing import Any

import structlog

from handlers.errors import without_words

# Libraries whose log lines hold request bodies, Slack's answers, or what an exception said.
TALKATIVE = ("slack_bolt", "slack_sdk", "sqlalchemy", "httpx", "apscheduler", "asyncio")

Event = MutableMapping[str, Any]


def configure_logs(*, human: bool) -> None:
    """One JSON object a line, or, for a person at a terminal, aligned text."""
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if human
        else structlog.processors.JSONRenderer()
    )
    stamped: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _error_without_words,
    ]
    structlog.configure(
        processors=[*stamped, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    of_libraries = logging.StreamHandler(sys.stderr)
    of_libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*stamped, _library_named],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    of_libraries.addFilter(_worth_reading)
    logging.basicConfig(level=logging.WARNING, handlers=[of_libraries], force=True)
    threading.excepthook = _thread_failed


def _error_without_words(_logger: object, _method: str, event: Event) -> Event:
    given = event.pop("exc_info", None)
    if isinstance(given, tuple):
        given = given[1]
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event.update(without_words(error))
    return event


def _worth_reading(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR or not _is_talkative(record)


def _is_talkative(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in TALKATIVE


def _library_named(_logger: object, _method: str, event: Event) -> Event:
    record: logging.LogRecord = event["_record"]
    event["logger"] = record.name
    if _is_talkative(record):
        event["event"] = "library_trouble"
        event["place"] = f"{record.module}:{record.lineno}"
    return event


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    log = structlog.get_logger()
    name = failed.thread.name if failed.thread else None
    log.error("thread_failed", thread=name, exc_info=failed.exc_value)
