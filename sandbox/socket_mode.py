"""Socket Mode: the bot connects to us, and requests go down the socket."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import TYPE_CHECKING

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.api_args import Args
from sandbox.bot_link import BotAnswer, Envelope
from sandbox.errors import SlackError
from sandbox.json_types import Json

if TYPE_CHECKING:
    from sandbox.hub import Sandbox

MOST_CONNECTIONS = 10
OK = 200


def open_connection(sandbox: Sandbox, _args: Args) -> Json:
    """apps.connections.open"""
    if not (sandbox.config.socket_mode or sandbox.manifest.socket_mode):
        raise SlackError("socket_mode_not_enabled")
    ticket = sandbox.tickets.give()
    address = sandbox.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={sandbox.config.app_id}"}


class Tickets:
    """Each opens one socket."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self) -> str:
        ticket = secrets.token_urlsafe(16)
        self._given.add(ticket)
        return ticket

    def take(self, ticket: str) -> bool:
        known = ticket in self._given
        self._given.discard(ticket)
        return known


class Sockets:
    """The bot's open sockets; any one of them may get a request."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._open: list[WebSocket] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    @property
    def count(self) -> int:
        return len(self._open)

    @property
    def connected(self) -> bool:
        return bool(self._open)

    async def serve(self, socket: WebSocket) -> None:
        """Hold one socket until it closes."""
        ticket = socket.query_params.get("ticket", "")
        if not self._sandbox.tickets.take(ticket) or len(self._open) >= MOST_CONNECTIONS:
            await socket.close(code=4403)
            return
        await socket.accept()
        self._open.append(socket)
        try:
            await socket.send_json(self._hello())
            while True:
                self._acknowledged(await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            if socket in self._open:
                self._open.remove(socket)

    async def disconnect_all(self, reason: str = "refresh_requested") -> None:
        """Tell every client to reconnect, as Slack does every few hours."""
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
            self._open.remove(socket)
            await socket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": "sandbox", "approximate_connection_time": 3600},
            "connection_info": {"app_id": self._sandbox.config.app_id},
        }

    def _acknowledged(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.pop(frame.get("envelope_id", ""), None)
        if waiting and not waiting.done():
            waiting.set_result(frame)

    async def send(self, envelope: Envelope, payload: Json, headers: Json) -> BotAnswer:
        started = time.perf_counter()
        envelope_id = secrets.token_hex(16)
        frame: Json = {
            "envelope_id": envelope_id,
            "type": envelope,
            "payload": payload,
            "accepts_response_payload": envelope != "events_api",
        }
        if envelope == "events_api":
            frame["retry_attempt"] = int(headers.get("x-slack-retry-num", 0))
            frame["retry_reason"] = headers.get("x-slack-retry-reason", "")
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        try:
            async with asyncio.timeout(self._sandbox.config.ack_timeout):
                await secrets.choice(self._open).send_json(frame)
                acked = await waiting
        except TimeoutError:
            return BotAnswer(failure="timeout", seconds=time.perf_counter() - started)
        except (RuntimeError, WebSocketDisconnect):  # the socket closed under our hands
            return BotAnswer(failure="connection", seconds=time.perf_counter() - started)
        finally:
            self._waiting.pop(envelope_id, None)
        return self._as_answer(acked.get("payload"), time.perf_counter() - started)

    @staticmethod
    def _as_answer(content: object, seconds: float) -> BotAnswer:
        """An ack's payload stands for the body of an HTTP answer."""
        if not content:
            return BotAnswer(OK, seconds=seconds)
        if isinstance(content, str):
            return BotAnswer(OK, content.encode(), "text/plain", seconds=seconds)
        return BotAnswer(OK, json.dumps(content).encode(), "application/json", seconds=seconds)
