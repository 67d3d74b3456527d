"""Hears what other processes commit, so that urgent messages need not wait for the next look.

A hint is all it is: whoever hears nothing looks every second, as `DeliverySettings.poll` says.
"""

from __future__ import annotations

import threading

import structlog
from psycopg import Error
from sqlalchemy import Engine

from storage import hints

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_ATTENTION = 0.5
_PAUSE = 5.0


class Listener:
    """Sets `wake` at every hint, on a thread and a connection of its own; PostgreSQL alone."""

    def __init__(self, engine: Engine, wake: threading.Event, *, pause: float = _PAUSE) -> None:
        """`pause` is how many seconds it waits after it has lost its connection."""
        self._engine = engine
        self._wake = wake
        self._pause = pause
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.hears = threading.Event()
        """Whether a hint would be heard now."""

    def start(self) -> None:
        if hints.can_hint(self._engine):
            self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._hear()
            except Error as error:
                # The database is away, or the connection was cut: delivery looks by itself.
                log.warning("hints_not_heard", error=type(error).__name__)
            finally:
                self.hears.clear()
            self._stopping.wait(self._pause)

    def _hear(self) -> None:
        connection = hints.listen(self._engine)
        try:
            self.hears.set()
            # What was committed before this moment is not told any more.
            self._wake.set()
            while not self._stopping.is_set():
                for _ in connection.notifies(timeout=_ATTENTION, stop_after=1):
                    self._wake.set()
        finally:
            connection.close()
