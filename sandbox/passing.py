"""Letting time pass: the page's wishes go to ``clock_url``, and every page sees the time run."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlencode

from sandbox.errors import ClientRefusalError
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.workspace import Change

LONGEST = 900.0  # seconds of waiting for a quarter to pass
LOOK_EVERY = 0.4
TELLING = 5.0


class Passing:
    """Whoever owns the clock answers GET with ``at`` (Unix seconds), ``steps`` and ``passing``,
    POST when the wish is fulfilled, and DELETE by letting the passing end early."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.told: Json = {}
        """What was last heard of the clock, for the pages."""

    async def state(self, person: str | None) -> Json:
        """What time people live by; without a clock of their own, the present."""
        if self._sandbox.clock_url is None:
            return {"at": self._sandbox.clock.now(), "steps": {}, "passing": None}
        return await self._ask("GET", timeout=TELLING, query={"person": person} if person else {})

    async def advance(self, wish: Json) -> Json:
        """Returns when the time has come; raises ClientRefusalError with the owner's words."""
        looking = asyncio.create_task(self._look_on())
        try:
            return await self._ask("POST", wish, timeout=LONGEST)
        finally:
            looking.cancel()
            self._tell({"at": None, "passing": None})

    async def stop(self) -> Json:
        return await self._ask("DELETE", timeout=TELLING)

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                state = await self.state(None)
            except ClientRefusalError:
                continue
            self._tell({"at": state["at"], "passing": state["passing"]})

    def _tell(self, state: Json) -> None:
        self.told = state
        self._sandbox.workspace.tell(Change("clock"))

    async def _ask(
        self,
        method: str,
        content: Json | None = None,
        *,
        timeout: float,
        query: dict[str, str] | None = None,
    ) -> Json:
        url = self._sandbox.clock_url
        if url is None:
            raise ClientRefusalError("there is no clock to move", 404)
        if query:
            url = f"{url}?{urlencode(query)}"
        body = b"" if content is None else json.dumps(content).encode()
        headers = {"Content-Type": "application/json"}
        answer = await self._sandbox.bot.raw(body, headers, timeout, url, method=method)
        told = answer.json or {}
        if not answer.ok:
            why = told.get("error") or answer.failure or answer.status
            message = f"the clock did not move: {why}"
            raise ClientRefusalError(message, 409 if "error" in told else 502)
        return told
