"""Measuring something in a process of its own: how long it takes, and how much memory it adds."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Concatenate, ParamSpec

P = ParamSpec("P")

_SINCE_NOW = "5"
"""What the kernel takes for: forget how high memory has been."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock and of the processor; at most how many bytes more than before."""

    seconds: float
    work: float
    peak: int


class Stopwatch:
    """Handed to what is measured: it runs the part that counts."""

    def __init__(self) -> None:
        self.cost = Cost(0.0, 0.0, 0)

    def time(self, act: Callable[[], object]) -> None:
        Path("/proc/self/clear_refs").write_text(_SINCE_NOW)
        before = _memory("VmRSS")
        begun, worked = time.perf_counter(), time.process_time()
        act()
        seconds, work = time.perf_counter() - begun, time.process_time() - worked
        self.cost = Cost(seconds, work, max(_memory("VmHWM") - before, 0))


def apart(
    measured: Callable[Concatenate[Stopwatch, P], None], *args: P.args, **kwargs: P.kwargs
) -> Cost:
    """The cost of what `measured` gives its stopwatch to time."""
    # From a process that has read the module and does nothing else: a new one each, without waiting
    # seconds for what is not measured anyway.
    context = get_context("forkserver")
    context.set_forkserver_preload([measured.__module__])
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_cost, measured, args, kwargs).result()


def _cost(
    measured: Callable[..., None], args: tuple[object, ...], kwargs: dict[str, object]
) -> Cost:
    watch = Stopwatch()
    measured(watch, *args, **kwargs)
    return watch.cost


def _memory(which: str) -> int:
    """Bytes, as the kernel counts this process's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == which:
            return int(value.split()[0]) * 1024
    raise LookupError(which)
