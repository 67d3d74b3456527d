"""A web application on a real port, for the time of a test."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

PATIENCE_SECONDS = 1.0


class _Prompt(uvicorn.Server):
    """Tells when it listens, and stops at once.

    Uvicorn looks ten times a second whether it should stop, and then gives its connections another
    tenth: two servers, and a test waits for nothing as long as it takes.
    """

    def __init__(self, app: Any) -> None:  # uvicorn takes any ASGI application
        super().__init__(uvicorn.Config(app, log_level="error", ws="websockets-sansio"))
        self.listens = threading.Event()
        self._asked = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self.listens.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._asked.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, without its pauses."""
        for server in self.servers:
            server.close()
        for listening in sockets or ():
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while self.server_state.connections or self.server_state.tasks:
                    await asyncio.sleep(0.002)
        for connection in list(self.server_state.connections):
            # Uvloop refuses to close a loop that still has one.
            connection.transport.abort()
        left = list(self.server_state.tasks)
        for task in left:
            task.cancel()
        if left:
            # A loop that closes while something holds on to it fails.
            await asyncio.wait(left, timeout=PATIENCE_SECONDS)
        while self.server_state.connections:
            await asyncio.sleep(0)
        await self.lifespan.shutdown()

    def stop(self) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._asked.set)


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve ``app`` on a free port of this machine; yields its address without a slash."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = _Prompt(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    if not server.listens.wait(10):
        raise TimeoutError("the server did not start")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
        thread.join(10)
        listening.close()
