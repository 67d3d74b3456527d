"""When this process may call Slack: not while Slack says "slow down" or refuses the token."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from scheduler.outcomes import Outcome, Verdict
from scheduler.settings import DeliverySettings


class Gate:
    """Closed for one method, or parked for all; opens by itself when the time is over.

    Knows this process alone: another replica learns the same from its own first call. Used by
    several threads.
    """

    def __init__(self, settings: DeliverySettings, monotonic: Callable[[], float]) -> None:
        self._settings = settings
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._closed_until: dict[str, float] = {}
        self._parked_until = float("-inf")
        self._parked_in_a_row = 0
        self._reason: str | None = None

    def shut(self, method: str, outcome: Outcome) -> timedelta:
        """Wait after an outcome that is no fault of the message; returns for how long.

        A rate limit concerns one method. An unreachable Slack is tried again at growing intervals;
        a refused token after `settings.park`.
        """
        with self._lock:
            now = self._monotonic()
            if outcome.verdict is Verdict.SLOW_DOWN:
                pause = timedelta(seconds=outcome.retry_after or 1)
                until = now + pause.total_seconds()
                self._closed_until[method] = max(until, self._closed_until.get(method, until))
                return pause
            if now >= self._parked_until:
                self._parked_in_a_row += 1
            pause = self._settings.park
            if outcome.verdict is Verdict.UNREACHABLE:
                pause = min(pause, self._settings.backoff_after(self._parked_in_a_row))
            self._parked_until = now + pause.total_seconds()
            self._reason = outcome.code
            return pause

    def reached(self) -> None:
        """A call succeeded: whatever parked us is over."""
        with self._lock:
            self._reason = None
            self._parked_until = float("-inf")
            self._parked_in_a_row = 0

    @property
    def reason(self) -> str | None:
        """The code for which everything is parked; stays until a call has succeeded."""
        with self._lock:
            return self._reason

    def is_open(self, method: str) -> bool:
        """May this method be called now?"""
        now = self._monotonic()
        with self._lock:
            if now < self._parked_until:
                return False
            return now >= self._closed_until.get(method, now)
