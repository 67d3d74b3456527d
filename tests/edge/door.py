"""Requests as Slack makes them, and broken ones, straight to the bot's ASGI application."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

import httpx
from anyio.from_thread import start_blocking_portal
from starlette.types import ASGIApp

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

INTERACTIONS = ("block_actions", "view_submission", "block_suggestion", "shortcut")

Json = dict[str, Any]


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """As Slack documents it, written apart from what is under test."""
    signed = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class Door:
    """The way in. An exception that leaves the application is raised here, and fails the test."""

    def __init__(self, app: ASGIApp, secret: str) -> None:
        # A loop on a thread of its own: a browser of other tests keeps one on this thread.
        self._thread = start_blocking_portal()
        self._loop = self._thread.__enter__()
        transport = httpx.ASGITransport(app=app)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://bot.example")
        self.secret = secret

    def close(self) -> None:
        self._loop.call(self._http.aclose)
        self._thread.__exit__(None, None, None)

    def get(self, path: str) -> httpx.Response:
        return self._loop.call(self._http.get, path)

    def knock(
        self, body: bytes, headers: Mapping[str, str] | Mapping[bytes, bytes]
    ) -> httpx.Response:
        """These bytes with exactly these headers."""
        post = partial(self._http.post, "/slack/events", content=body, headers=headers)
        return self._loop.call(post)

    def send(
        self, body: bytes | str, content_type: str = FORM, timestamp: str | None = None
    ) -> httpx.Response:
        """Rightly signed, whatever the body is."""
        content = body.encode() if isinstance(body, str) else body
        stamp = timestamp if timestamp is not None else str(int(time.time()))
        return self.knock(
            content,
            {
                "content-type": content_type,
                "x-slack-request-timestamp": stamp,
                "x-slack-signature": signature(self.secret, stamp, content),
            },
        )

    def command(self, **fields: str) -> httpx.Response:
        return self.send(urlencode(command(**fields)))

    def interaction(self, payload: object) -> httpx.Response:
        return self.send(urlencode({"payload": json.dumps(payload)}))

    def event(self, body: object) -> httpx.Response:
        return self.send(json.dumps(body), JSON)

    def deliver(self, kind: str, payload: Json) -> httpx.Response:
        """A request that the workspace's log holds, or one much like it; `kind` is the log's."""
        if kind == "command":
            return self.send(urlencode(payload))
        return self.interaction(payload) if kind in INTERACTIONS else self.event(payload)


def command(**fields: str) -> dict[str, str]:
    """A slash command of Lena's."""
    return {
        "team_id": "T0SANDBOX",
        "user_id": "U0LENA",
        "channel_id": "D0LENA",
        "command": "/goal",
        "text": "help",
        "response_url": "http://127.0.0.1:9/respond",
        "trigger_id": "1.2.3",
        **fields,
    }
