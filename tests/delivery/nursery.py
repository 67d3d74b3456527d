"""Starts the processes that tests kill, in milliseconds: it has read all of Accord, and forks.

`main` reads one order a line from its input and answers each with the process id. What it starts
is what `accord worker` and `accord serve` start (`bot.cli`), with other patience, and stops itself
(SIGSTOP) at the checkpoint that the order names, as often as it is asked to. Its children die with
it.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import signal
import sys
import threading
import zoneinfo
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from bot.app import Parts, open_parts
from bot.cli import DELIVERING, SERVING
from bot.logs import configure_logs
from bot.running import answering, clock_and_delivery, listen, prepare, wait_for_signal
from bot.settings import load_settings
from scheduler.checkpoints import Checkpoint, carry_on
from scheduler.settings import DeliverySettings

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True, slots=True)
class Order:
    """One process to be started. `stop_at` is reached for the `nth` time when it stops itself."""

    command: Literal["worker", "serve"]
    environment: dict[str, str]
    log: str
    delivery: DeliverySettings
    stop_at: Checkpoint | None = None
    nth: int = 1

    def line(self) -> str:
        """As one line of text; this module alone reads it, from the test that started it."""
        return b64encode(pickle.dumps(self)).decode() + "\n"

    @staticmethod
    def of_line(line: str) -> Order:
        order = pickle.loads(b64decode(line))  # noqa: S301 - from our own parent
        assert isinstance(order, Order)
        return order


def main() -> None:
    # Nobody waits for the children: their ends are seen in /proc.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    zoneinfo.reset_tzpath(())
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            _child(Order.of_line(line))
        sys.stdout.write(f"{process}\n")
        sys.stdout.flush()


def _child(order: Order) -> None:
    code = 1
    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.clear()
        os.environ.update(order.environment)
        configure_logs(human=False)
        with open_parts(load_settings(*SERVING, *DELIVERING)) as parts:
            _run(replace(parts, reached=_stopper(order)), order)
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def _run(parts: Parts, order: Order) -> None:
    if order.command == "serve":
        with answering(parts, delivery=order.delivery) as server:
            listen(server, "127.0.0.1", 0)
        return
    prepare(parts)
    with clock_and_delivery(parts, order.delivery):
        sys.stderr.write('{"event": "working"}\n')
        sys.stderr.flush()
        wait_for_signal()


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
