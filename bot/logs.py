"""Structured logs on stderr. What people wrote never gets there."""

from __future__ import annotations

import logging
import sys

import structlog

# Loggers of libraries that print request bodies or Slack's answers at their lower levels.
TALKATIVE = ("slack_bolt", "slack_sdk", "sqlalchemy", "httpx", "apscheduler", "uvicorn.access")


def configure_logs(*, human: bool) -> None:
    """One JSON object a line, or, for a person at a terminal, aligned text."""
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if human
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
