"""How a request reaches the bot: signed HTTP, or a WebSocket in Socket Mode."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol
from urllib.parse import urlencode

import httpx

from sandbox.clock import Clock
from sandbox.config import SandboxConfig
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.json_types import Json
from sandbox.signing import signature

Envelope = Literal["slash_commands", "interactive", "events_api"]
OK = 200


@cache
def _trusted() -> ssl.SSLContext:
    """The usual certificates, read once: that takes longer than most requests."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True)
class BotAnswer:
    """What came back. ``failure`` says why nothing did; ``seconds`` is how long it took;
    ``no_retry`` is the bot's wish that a refused event is not sent again."""

    status: int | None = None
    body: bytes = b""
    content_type: str = ""
    no_retry: bool = False
    failure: Literal["timeout", "connection"] | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return self.failure is None and self.status == OK

    @property
    def slack_error(self) -> str | None:
        """The word that Slack's own error message to the person carries, if any."""
        if self.failure == "timeout":
            return "operation_timeout"
        return None if self.ok else "dispatch_failed"

    @property
    def json(self) -> Json | None:
        """The body, if it is a JSON object and says so."""
        if not self.content_type.startswith("application/json"):
            return None
        try:
            content = json.loads(self.body)
        except ValueError:
            return None
        return content if isinstance(content, dict) else None


class SocketSender(Protocol):
    """The Socket Mode side, as far as sending needs it."""

    @property
    def connected(self) -> bool: ...

    async def send(self, envelope: Envelope, payload: Json, headers: Json) -> BotAnswer: ...


class BotLink:
    """Delivers requests to the bot. Never raises: what goes wrong is in the answer."""

    def __init__(
        self, config: SandboxConfig, clock: Clock, faults: Faults, journal: Journal
    ) -> None:
        self._config = config
        self._clock = clock
        self._faults = faults
        self._journal = journal
        self._client: httpx.AsyncClient | None = None
        self.request_url = config.request_url
        self.socket: SocketSender | None = None

    async def close(self) -> None:
        if self._client:
            await self._client.aclose()
            self._client = None

    async def deliver(
        self,
        envelope: Envelope,
        kind: str,
        payload: Json,
        *,
        timeout: float | None = None,
        headers: dict[str, str] | None = None,
    ) -> BotAnswer:
        """Send ``payload``; ``kind`` names it in the journal and for faults."""
        entry = self._journal.write("to_bot", kind, payload, self._clock.now())
        entry["headers"] = headers or {}
        if self._faults.strike(kind, "lose"):
            answer = BotAnswer(failure="connection")
            entry["fault"] = "lose"
        elif self.socket and self.socket.connected:
            answer = await self.socket.send(envelope, payload, headers or {})
        else:
            answer = await self._by_http(envelope, kind, payload, timeout, headers or {})
        entry["outcome"] = answer.failure or answer.status
        entry["seconds"] = round(answer.seconds, 4)
        return answer

    async def _by_http(
        self,
        envelope: Envelope,
        kind: str,
        payload: Json,
        timeout: float | None,
        headers: dict[str, str],
    ) -> BotAnswer:
        if envelope == "events_api":
            body, content_type = json.dumps(payload).encode(), "application/json"
        else:
            form = {"payload": json.dumps(payload)} if envelope == "interactive" else payload
            body, content_type = urlencode(form).encode(), "application/x-www-form-urlencoded"
        stale = self._faults.strike(kind, "old_timestamp")
        timestamp = str(int(time.time() - (stale.seconds if stale else 0)))
        signed = signature(self._config.signing_secret, timestamp, body)
        if self._faults.strike(kind, "wrong_signature"):
            signed = "v0=" + "0" * 64
        sent = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signed,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **headers,
        }
        answer = await self.raw(body, sent, timeout)
        if self._faults.strike(kind, "duplicate"):
            await self.raw(body, sent, timeout)
        return answer

    async def raw(
        self,
        body: bytes,
        headers: dict[str, str],
        timeout: float | None = None,
        url: str | None = None,
        *,
        method: str = "POST",
    ) -> BotAnswer:
        """Send exactly these bytes and headers."""
        started = time.perf_counter()
        target = url or self.request_url
        if target is None:
            return BotAnswer(failure="connection")
        if self._client is None:
            limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
            self._client = httpx.AsyncClient(limits=limits, trust_env=False, verify=_trusted())
        deadline = timeout or self._config.ack_timeout
        try:
            async with asyncio.timeout(deadline):
                got = await self._client.request(
                    method, target, content=body, headers=headers, timeout=None
                )
        except TimeoutError:
            return BotAnswer(failure="timeout", seconds=time.perf_counter() - started)
        except httpx.HTTPError:
            return BotAnswer(failure="connection", seconds=time.perf_counter() - started)
        return BotAnswer(
            got.status_code,
            got.content,
            got.headers.get("content-type", ""),
            got.headers.get("x-slack-no-retry") == "1",
            seconds=time.perf_counter() - started,
        )
