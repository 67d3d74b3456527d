"""Processes in milliseconds: one that has read all of Accord forks, and its children are what tests
start, stop and kill.

Reading Accord takes seconds, and most tests of a process want nothing but what comes after that.
`fork` asks the forker, of which there is one for each process of tests; the child has the
environment, folder, input and output that it is given, its own process id, and ends as any other
Python does. It runs the code of this checkout. Children die with the forker, the forker with us.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib
import os
import pickle
import pkgutil
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_LONGEST_ORDER = 100_000
_CODE = struct.Struct("i")


@dataclass(frozen=True, slots=True)
class Job:
    """What a process does: a function of a module, or a partial of one."""

    run: Callable[[], None]
    environment: dict[str, str]
    folder: Path


class Forked:
    """A process that the forker has started; used as one of `subprocess`."""

    def __init__(self, pid: int, report: int) -> None:
        self.pid = pid
        self._report = report
        self._code: int | None = None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """How it has ended, a signal as a negative number; None of one that runs."""
        return self._ended_within(0)

    def wait(self, patience: float = PATIENCE) -> int:
        """As above, once it has ended. Raises TimeoutError."""
        code = self._ended_within(patience)
        if code is None:
            raise TimeoutError(f"process {self.pid} has not ended")
        return code

    def _ended_within(self, seconds: float) -> int | None:
        with self._lock:
            if self._code is None and select.select([self._report], [], [], seconds)[0]:
                told = os.read(self._report, _CODE.size)
                os.close(self._report)
                # Without a word the forker itself has gone, and its children with it.
                self._code = _CODE.unpack(told)[0] if told else -signal.SIGKILL
            return self._code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Forker:
    """The process that forks the others, as those see it who ask for one."""

    def __init__(self) -> None:
        self._control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        with other:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    "from tests.forking import main; main()",
                    str(other.fileno()),
                ],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[other.fileno()],
            )

    def fork(self, job: Job, stdin: int, stdout: int, stderr: int) -> Forked:
        """Start a process with these open files, which remain the caller's to close."""
        report, written = os.pipe()
        try:
            with self._lock:
                files = [stdin, stdout, stderr, written]
                socket.send_fds(self._control, [pickle.dumps(job)], files)
                return Forked(int(self._control.recv(64)), report)
        finally:
            os.close(written)

    def close(self) -> None:
        self._control.close()
        self._process.wait(PATIENCE)


@cache
def _forker() -> Forker:
    forker = Forker()
    atexit.register(forker.close)
    return forker


def fork(job: Job, stdout: int, stderr: int) -> Forked:
    """Start a process that reads nothing and writes into these open files, or into `DEVNULL`."""
    with Path(os.devnull).open("r+b", buffering=0) as nothing:
        wanted = (
            nothing.fileno() if file == subprocess.DEVNULL else file for file in (stdout, stderr)
        )
        return _forker().fork(job, nothing.fileno(), *wanted)


def main() -> None:
    """Fork for each order that comes by the socket that is named, until that is closed."""
    sys.path[0] = str(ROOT)  # it was the folder that one is in, and children go elsewhere
    control = socket.socket(fileno=int(sys.argv[1]))
    _read_everything()
    gc.collect()
    gc.freeze()
    running: dict[int, tuple[BaseProcess, int]] = {}
    while True:
        for ready in wait([control, *running]):
            if isinstance(ready, int):
                process, report = running.pop(ready)
                process.join()
                os.write(report, _CODE.pack(process.exitcode or 0))
                os.close(report)
                process.close()
                continue
            order, files, _, _ = socket.recv_fds(control, _LONGEST_ORDER, 4)
            if not order:
                return
            *streams, report = files
            process = get_context("fork").Process(target=_child, args=(order, streams, control))
            process.start()
            control.send(str(process.pid).encode())
            for stream in streams:
                os.close(stream)
            running[process.sentinel] = process, report


def _read_everything() -> None:
    """Whatever a command may import, down to what libraries look up by name."""
    import bot  # noqa: PLC0415 - by the forker alone

    rooms = [f"bot.{found.name}" for found in pkgutil.iter_modules(bot.__path__)]
    for name in (*rooms, *_LOOKED_UP):
        importlib.import_module(name)
    only = threading.enumerate()
    assert len(only) == len(list(Path("/proc/self/task").iterdir())) == 1, only


_LOOKED_UP = (
    "alembic.ddl.postgresql",
    "alembic.ddl.sqlite",
    "encodings.idna",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)


def _child(order: bytes, streams: Sequence[int], control: socket.socket) -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    control.close()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - what it was is closed
    job = pickle.loads(order)  # noqa: S301 - from our own parent
    assert isinstance(job, Job)
    os.environ.clear()
    os.environ.update(job.environment)
    time.tzset()
    os.chdir(job.folder)
    job.run()
