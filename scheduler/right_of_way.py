"""Requests go first: while people wait for an answer, what is sent in bulk waits a little.

One Python process runs one thread at a time, so a message that is rendered while somebody waits
makes them wait. Slack takes a few messages a second only; there is time between requests.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 0.1
"""Bulk work goes on after so long even if requests never cease; four senders then still send
several messages a second."""


class RightOfWay:
    """Counts the requests in hand, and lets bulk work through one step at a time between them.

    Each process has its own. Used by many threads.
    """

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._changed = threading.Condition()
        self._requests = 0
        self._stepping = False

    @contextmanager
    def request(self) -> Iterator[None]:
        """A request is in hand for the length of the block."""
        with self._changed:
            self._requests += 1
        try:
            yield
        finally:
            with self._changed:
                self._requests -= 1
                if not self._requests:
                    self._changed.notify()

    @contextmanager
    def step(self) -> Iterator[None]:
        """Do one short step of bulk work once nobody waits, or after the patience has run out.

        A step is not interrupted, and two that have run out of patience may run at once: none can
        hold up the others for longer than that.
        """
        with self._changed:
            free = self._changed.wait_for(self._nobody_waits, self._patience)
            if free:
                self._stepping = True
        try:
            yield
        finally:
            if free:
                with self._changed:
                    self._stepping = False
                    self._changed.notify()

    def _nobody_waits(self) -> bool:
        return not self._requests and not self._stepping
