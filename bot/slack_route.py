"""`POST /slack/events` as a bare ASGI route: checks the signature, hands over to the sync app.

Bolt's own adapter runs sync listeners on the event loop; here each request has a thread of a pool
that nothing else uses. Nothing of a refused body is logged.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import structlog
from slack_bolt import App, BoltRequest, BoltResponse
from starlette.types import Receive, Scope, Send

from handlers.edge import not_for_us

MAX_BODY = 1_000_000
MAX_SKEW_SECONDS = 300
SIGNATURE = b"x-slack-signature"
TIMESTAMP = b"x-slack-request-timestamp"

log = structlog.get_logger()


class SlackRoute:
    """The ASGI application behind the route. `machine` tells machine time, for the stamp's age."""

    def __init__(
        self, app: App, signing_secret: str, machine: Callable[[], datetime], threads: int
    ) -> None:
        if not signing_secret:
            raise ValueError("a signing secret is needed")
        self._app = app
        self._secret = signing_secret.encode()
        self._machine = machine
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="slack")

    def close(self) -> None:
        """Finish the requests in hand."""
        self._pool.shutdown(wait=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        body = await _read(receive)
        if body is None:
            await _answer(send, 413, b"too large")
            return
        if not self._signed(headers, body):
            log.info("slack_request_refused", why="signature")
            await _answer(send, 401, b"invalid signature")
            return
        request = _well_formed(headers, body)
        if request is None:
            log.info("slack_request_refused", why="malformed")
            await _answer(send, 400, b"malformed")
            return
        loop = asyncio.get_running_loop()
        response: BoltResponse = await loop.run_in_executor(self._pool, self._dispatch, request)
        content = response.headers.get("content-type", ["text/plain"])[0]
        await _answer(send, response.status, (response.body or "").encode(), content.encode())

    def _dispatch(self, request: BoltRequest) -> BoltResponse:
        try:
            return self._app.dispatch(request)
        except Exception as error:  # noqa: BLE001 - ours are answered further in; Bolt raises on odd shapes
            return not_for_us(error)

    def _signed(self, headers: dict[bytes, bytes], body: bytes) -> bool:
        stamp = headers.get(TIMESTAMP, b"")
        if not (stamp.isdigit() and len(stamp) <= 12):  # noqa: PLR2004 - seconds since 1970
            return False
        if abs(self._machine().timestamp() - int(stamp)) > MAX_SKEW_SECONDS:
            return False
        expected = hmac.new(self._secret, b"v0:" + stamp + b":" + body, hashlib.sha256)
        return hmac.compare_digest(
            b"v0=" + expected.hexdigest().encode(), headers.get(SIGNATURE, b"")
        )


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None if it is larger than anything that Slack sends."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _well_formed(headers: dict[bytes, bytes], body: bytes) -> BoltRequest | None:
    """The request for Bolt, if its body is what its content type says: a command, else something
    with a type, an interaction or an event."""
    if b"payload" in body and not body.startswith((b"payload=", b"{")):
        # Bolt takes every form for an interaction in which the word stands, if only as typed.
        body = body.replace(b"payload", b"%70ayload")
    try:
        request = BoltRequest(
            body=body.decode("utf-8"),
            headers={k.decode("latin-1"): v.decode("latin-1") for k, v in headers.items()},
        )
    except Exception:  # noqa: BLE001 - Bolt raises all sorts of errors on bodies of other shapes
        return None
    return request if request.body.keys() & {"command", "type"} else None


async def _answer(
    send: Send, status: int, body: bytes, content_type: bytes = b"text/plain"
) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", content_type),
                (b"content-length", b"%d" % len(body)),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
