"""A Slack that takes messages, no faster than Slack would: `python -m benchmarks.pretend_slack`.

Beyond its limit it says when to come back, as Slack does. Nothing that is sent is kept or looked
at.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from itertools import count

import uvicorn
from starlette.types import Receive, Scope, Send

MESSAGES_A_SECOND = 20
"""More than Slack takes from one app: what the benchmark asks of delivery is the harder."""
TAKES_SECONDS = 0.05
"""About as long as Slack takes to answer."""


class PretendSlack:
    """Answers what clock and delivery call."""

    def __init__(self, a_second: float) -> None:
        self._a_second = a_second
        self._room = a_second
        self._looked_at = time.monotonic()
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(TAKES_SECONDS)
        method = scope["path"].rpartition("/")[2]
        if method.startswith("chat.") and not self._has_room():
            await _answer(send, 429, {"ok": False, "error": "ratelimited"}, retry_after=1)
        else:
            await _answer(send, 200, self._said(method))

    def _has_room(self) -> bool:
        now = time.monotonic()
        grown = self._room + (now - self._looked_at) * self._a_second
        self._room, self._looked_at = min(grown, self._a_second), now
        if self._room < 1:
            return False
        self._room -= 1
        return True

    def _said(self, method: str) -> dict[str, object]:
        if method == "users.list":
            return {"ok": True, "members": []}
        if method.startswith("chat."):
            number = next(self._numbers)
            return {"ok": True, "channel": f"D{number}", "ts": f"{number}.000100"}
        return {"ok": True, "messages": [], "channels": []}


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
    told = parser.parse_args()
    uvicorn.run(PretendSlack(MESSAGES_A_SECOND), port=told.port, log_level="error", lifespan="off")


if __name__ == "__main__":
    main()
