"""What tests of delivery start and kill, forked in milliseconds (`tests.forking`).

It is what `accord worker` and `accord serve` start (`bot.cli`), with other patience, and stops
itself (SIGSTOP) at the checkpoint that the order names, as often as it is asked to.
"""

from __future__ import annotations

import signal
import sys
import threading
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from bot.app import Parts, open_parts
from bot.cli import DELIVERING, SERVING
from bot.logs import configure_logs
from bot.running import answering, clock_and_delivery, listen, prepare
from bot.settings import load_settings
from bot.stopping import Stop
from scheduler.checkpoints import Checkpoint, carry_on
from scheduler.settings import DeliverySettings


@dataclass(frozen=True, slots=True)
class Order:
    """One process to be started. `stop_at` is reached for the `nth` time when it stops itself."""

    command: Literal["worker", "serve"]
    delivery: DeliverySettings
    stop_at: Checkpoint | None = None
    nth: int = 1


def carry_out(order: Order) -> None:
    """In the process that was forked for it."""
    zoneinfo.reset_tzpath(())
    configure_logs(human=False)
    stop = Stop()
    with open_parts(load_settings(*SERVING, *DELIVERING)) as parts:
        _run(replace(parts, reached=_stopper(order)), order, stop)


def _run(parts: Parts, order: Order, stop: Stop) -> None:
    if order.command == "serve":
        with answering(parts, delivery=order.delivery) as server:
            listen(server, "127.0.0.1", 0, stop=stop)
        return
    prepare(parts)
    with clock_and_delivery(parts, order.delivery):
        sys.stderr.write('{"event": "working"}\n')
        sys.stderr.flush()
        stop.wait()


def _stopper(order: Order) -> Callable[[Checkpoint], None]:
    if order.stop_at is None:
        return carry_on
    left = order.nth
    lock = threading.Lock()

    def stop_there(checkpoint: Checkpoint) -> None:
        nonlocal left
        if checkpoint is not order.stop_at:
            return
        with lock:
            left -= 1
            there = left == 0
        if there:
            # To this very thread: it goes no step further before all of them stand still.
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)

    return stop_there
