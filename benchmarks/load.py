"""A client that keeps a server busy, or asks at a fixed pace, over connections that stay open."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import uvloop

from benchmarks.requests import Requests


class Unexpected(Exception):
    """The server answered otherwise than the benchmark means to measure."""


@dataclass(slots=True)
class Answers:
    """What came back; `waits` are seconds from when a request was due to its last byte."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds


class Client:
    """Connections to one port of this machine."""

    def __init__(self, port: int, connections: int) -> None:
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._lines = [self._runner.run(_connect(port)) for _ in range(connections)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for line in self._lines:
            line.close()
        self._runner.close()

    def keep_busy(self, requests: Requests, seconds: float) -> Answers:
        """A request on every connection, always; what is under way at the end is waited for."""
        return self._runner.run(self._keep_busy(requests, seconds))

    async def _keep_busy(self, requests: Requests, seconds: float) -> Answers:
        answers = Answers()
        start = time.perf_counter()

        async def one(line: _Line) -> None:
            while (asked := time.perf_counter()) - start < seconds:
                await line.ask(requests)
                answers.waits.append(time.perf_counter() - asked)

        await asyncio.gather(*map(one, self._lines))
        answers.seconds = time.perf_counter() - start
        return answers

    def at_a_pace(self, requests: Requests, a_second: float, seconds: float) -> Answers:
        """So many requests a second whatever the server does: one that waits for a free
        connection is already waiting."""
        return self._runner.run(self._at_a_pace(requests, a_second, seconds))

    async def _at_a_pace(self, requests: Requests, a_second: float, seconds: float) -> Answers:
        answers = Answers()
        free: asyncio.Queue[_Line] = asyncio.Queue()
        for line in self._lines:
            free.put_nowait(line)

        async def one(due: float) -> None:
            line = await free.get()
            await line.ask(requests)
            answers.waits.append(time.perf_counter() - due)
            free.put_nowait(line)

        start = time.perf_counter()
        async with asyncio.TaskGroup() as under_way:
            for n in range(round(a_second * seconds)):
                due = start + n / a_second
                await asyncio.sleep(max(due - time.perf_counter(), 0))
                under_way.create_task(one(due))
        answers.seconds = time.perf_counter() - start
        return answers


class _Line:
    """One connection; one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, requests: Requests) -> None:
        self._writer.write(requests.make())
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if not head.startswith(b"http/1.1 200 "):
            raise Unexpected(head.decode("latin-1"))
        body = await self._reader.readexactly(int(length))
        if requests.answer not in body:
            raise Unexpected(body.decode())

    def close(self) -> None:
        self._writer.close()


async def _connect(port: int) -> _Line:
    return _Line(*await asyncio.open_connection("127.0.0.1", port))
