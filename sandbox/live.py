"""Server-sent events: the page hears what changed and reads it anew."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import StreamingResponse

from sandbox.acting import can_see
from sandbox.attention import notifies
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.passing import Passing
from sandbox.workspace import Change

HEARTBEAT = 15.0
PRIVATE = ("ephemeral", "home", "dialog", "read")
ELSEWHERE: Json = {"what": "elsewhere"}
"""Something happened that this person cannot see; only how much waits for others may differ."""


class Live:
    """Every open page has a queue; a change goes to those whose person it concerns."""

    def __init__(self, sandbox: Sandbox, passing: Passing) -> None:
        self._sandbox = sandbox
        self._passing = passing
        self._queues: dict[asyncio.Queue[Json | None], str] = {}

    def on_change(self, change: Change) -> None:
        for queue, user_id in self._queues.items():
            if self._concerns(change, user_id):
                queue.put_nowait(self._told(change, user_id))
            elif change.what in ("message", "read"):
                queue.put_nowait(ELSEWHERE)

    def close(self) -> None:
        for queue in self._queues:
            queue.put_nowait(None)

    def _concerns(self, change: Change, user_id: str) -> bool:
        if change.user and (change.what in PRIVATE or change.message):
            return change.user == user_id
        person = self._sandbox.workspace.people.get(user_id)
        if change.conversation and person:
            return can_see(self._sandbox, person, change.conversation)
        return True

    def _told(self, change: Change, user_id: str) -> Json:
        told: Json = {"what": change.what}
        if change.what == "clock":
            return told | self._passing.told
        if change.conversation:
            told["channel"] = change.conversation.id
        if change.message:
            told |= {
                "ts": change.message.ts,
                "thread_ts": change.message.thread_ts,
                "from": change.message.user,
                "text": change.message.text,
            }
        if change.what == "message" and change.conversation and change.message:
            told["notifies"] = notifies(change.conversation, change.message, user_id)
        return told

    async def stream(self, request: Request) -> StreamingResponse:
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._queues[queue] = request.path_params["user"]
        return StreamingResponse(
            self._lines(queue),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def _lines(self, queue: asyncio.Queue[Json | None]) -> AsyncIterator[str]:
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        told = await queue.get()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if told is None:
                    return
                yield f"data: {json.dumps(told)}\n\n"
        finally:
            self._queues.pop(queue, None)
