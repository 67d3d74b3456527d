"""The two clocks: business time, which demo and tests may move, and machine time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


class Clock:
    """Tells both times, always aware and in UTC.

    Business time governs what is due and what has expired. Machine time governs leases, back-off,
    signatures and an audit entry's `at`.
    """

    def __init__(self, machine: Callable[[], datetime], shift: timedelta = timedelta()) -> None:
        self._machine = machine
        self._shift = shift

    def machine(self) -> datetime:
        return self._machine()

    def business(self) -> datetime:
        return self._machine() + self._shift

    def move_to(self, moment: datetime) -> None:
        """Set business time. For the demo and tests alone."""
        self._shift = moment - self._machine()

    @property
    def shift(self) -> timedelta:
        return self._shift
