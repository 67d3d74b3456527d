"""A Slack that takes messages, no faster than Slack would: `python -m benchmarks.pretend_slack`.

Beyond its limit it says when to come back, as Slack does. Of what is sent it keeps when which
delivery came, and tells it at `/arrivals`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import deque
from itertools import count
from typing import Protocol

import uvicorn
from starlette.types import Receive, Scope, Send

MESSAGES_A_SECOND = 20
"""More than Slack takes from one app: what the benchmark asks of delivery is the harder."""
TAKES_SECONDS = 0.05
"""About as long as Slack takes to answer."""
MINUTE_SECONDS = 60.0


class Limit(Protocol):
    def has_room(self) -> bool:
        """Whether one more message is taken now; if so, it counts."""


class ASecond:
    """So many a second, and as many at once."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._room = most
        self._looked_at = time.monotonic()

    def has_room(self) -> bool:
        now = time.monotonic()
        grown = self._room + (now - self._looked_at) * self._most
        self._room, self._looked_at = min(grown, self._most), now
        if self._room < 1:
            return False
        self._room -= 1
        return True


class AMinute:
    """So many in any minute, as Slack documents its limits, and not one more."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: deque[float] = deque()

    def has_room(self) -> bool:
        now = time.monotonic()
        while self._taken and self._taken[0] <= now - MINUTE_SECONDS:
            self._taken.popleft()
        if len(self._taken) >= self._most:
            return False
        self._taken.append(now)
        return True


class PretendSlack:
    """Answers what clock and delivery call."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._numbers = count(1)
        self._arrivals: dict[str, float] = {}
        self._refused = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        arrived, body = time.time(), b""
        while (part := await receive()).get("type") == "http.request":
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        method = scope["path"].rpartition("/")[2]
        if method == "arrivals":
            await _answer(send, 200, {"taken": self._arrivals, "refused": self._refused})
            return
        await asyncio.sleep(TAKES_SECONDS)
        if method.startswith("chat.") and not self._limit.has_room():
            self._refused += 1
            await _answer(send, 429, {"ok": False, "error": "ratelimited"}, retry_after=1)
            return
        if method == "chat.postMessage":
            self._arrivals[_delivery(body)] = arrived
        await _answer(send, 200, self._said(method))

    def _said(self, method: str) -> dict[str, object]:
        if method == "users.list":
            return {"ok": True, "members": []}
        if method.startswith("chat."):
            number = next(self._numbers)
            return {"ok": True, "channel": f"D{number}", "ts": f"{number}.000100"}
        return {"ok": True, "messages": [], "channels": []}


def _delivery(body: bytes) -> str:
    """Which delivery a message carries out, as its marker says."""
    payload = json.loads(body).get("metadata", {}).get("event_payload", {})
    return str(payload.get("delivery_id"))


async def _answer(
    send: Send, status: int, body: dict[str, object], retry_after: int | None = None
) -> None:
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    if retry_after is not None:
        headers.append((b"retry-after", b"%d" % retry_after))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--posts-per-minute", type=int, help="and not one more")
    told = parser.parse_args()
    per_minute = told.posts_per_minute
    limit: Limit = AMinute(per_minute) if per_minute else ASecond(MESSAGES_A_SECOND)
    uvicorn.run(PretendSlack(limit), port=told.port, log_level="error", lifespan="off")


if __name__ == "__main__":
    main()
