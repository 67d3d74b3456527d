"""The order in which everything happened between the workspace and the bot, for tests."""

from __future__ import annotations

from collections import deque
from typing import Literal

from sandbox.json_types import Json

Direction = Literal["web_api", "to_bot", "response_url"]


class Journal:
    """The last ``limit`` calls, numbered from 1 without gaps."""

    def __init__(self, limit: int) -> None:
        self._entries: deque[Json] = deque(maxlen=limit)
        self._written = 0

    def write(self, direction: Direction, method: str, args: Json, at: float) -> Json:
        """A new entry; the caller adds ``outcome`` (and what else is known) when it has ended."""
        self._written += 1
        entry: Json = {
            "n": self._written,
            "at": at,
            "direction": direction,
            "method": method,
            "args": args,
            "outcome": None,
        }
        self._entries.append(entry)
        return entry

    def read(self, after: int = 0, method: str | None = None) -> list[Json]:
        return [
            entry
            for entry in self._entries
            if entry["n"] > after and (method is None or entry["method"] == method)
        ]

    def clear(self) -> None:
        self._entries.clear()
