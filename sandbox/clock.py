"""The workspace's time."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Unix seconds, which tests may move forward to see triggers and response URLs expire.

    Signatures to the bot use the real time: the bot compares them with its own. ``lived_ahead``
    tells by how many seconds the time that people live by is ahead, where somebody moves that one:
    it is shown, and nothing more.
    """

    def __init__(self, lived_ahead: Callable[[], float] = lambda: 0.0) -> None:
        self.lived_ahead = lived_ahead
        self._ahead = 0.0
        self._last_ts = 0

    def now(self) -> float:
        return time.time() + self._ahead

    def forward(self, seconds: float) -> None:
        self._ahead += seconds

    def next_ts(self) -> str:
        """A message timestamp, unique and increasing: seconds, a point, six digits."""
        self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def not_before(self, ts: str) -> None:
        """Continue after ``ts``, which a former run of this workspace gave out."""
        seconds, _, micros = ts.partition(".")
        self._last_ts = max(self._last_ts, int(seconds) * 1_000_000 + int(micros))
