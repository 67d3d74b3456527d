"""Brings the sample organisation into a demo that has none yet: into the record and into Slack."""

from __future__ import annotations

import httpx
from rich.console import Console

from bot.app import Parts
from bot.running import operator_origin
from bot.sample.history import load_sample
from bot.sample.slack import PastSlack
from storage.schema import SchemaState, migrate, schema_state
from usecases.workspace import directory_is_empty

PATIENCE_SECONDS = 30


def load_once(parts: Parts, console: Console, slack_url: str, bot_user: str) -> None:
    """Load it where the directory is empty. What was interrupted begins again next time."""
    if schema_state(parts.store.engine) is SchemaState.EMPTY:
        migrate(parts.store.engine)
    if not directory_is_empty(parts.store, operator_origin(parts)):
        return

    def hand_over(past: PastSlack) -> None:
        with httpx.Client(base_url=slack_url, timeout=PATIENCE_SECONDS, trust_env=False) as slack:
            slack.post("/sandbox/reset", json={}).raise_for_status()
            slack.post("/sandbox/past", json=past.content(bot_user)).raise_for_status()

    def permalink(channel: str, ts: str) -> str:
        return f"{slack_url}/archives/{channel}/p{ts.replace('.', '')}"

    with console.status("Two quarters of a company's life, in some ten seconds"):
        load_sample(parts.store, parts.clock.business(), parts.templates, permalink, hand_over)
