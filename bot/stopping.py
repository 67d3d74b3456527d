"""Being asked to stop, from a process's first moment to its last."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether SIGINT or SIGTERM has asked this process to stop, since this was made.

    Made before anything is begun, so that there is no moment in which a signal would break off what
    runs already. A second signal of a kind ends the process at once.
    """

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._then: Callable[[], object] | None = None
        for number in SIGNALS:
            signal.signal(number, self._heard)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        self._asked.set()
        if self._then is not None:
            self._then()

    def wait(self) -> None:
        """Return when the process is asked to stop, or has been."""
        self._asked.wait()

    def then(self, act: Callable[[], object]) -> None:
        """Act when the process is asked to stop; at once if it has been."""
        self._then = act
        if self._asked.is_set():
            act()
