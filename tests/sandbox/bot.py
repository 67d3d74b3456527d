"""A small bot that a test scripts: it checks signatures and answers as told."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.signing import signature

Json = dict[str, Any]
Handler = Callable[[Json], Any]


class Bot:
    """``on[kind]`` answers a request: None and "" with an empty 200, a dict as JSON, a str as text,
    an int as that HTTP status (negative: with x-slack-no-retry). ``api`` calls the Web API."""

    def __init__(self, secret: str, token: str) -> None:
        self.secret = secret
        self.token = token
        self.base_url = ""
        self.on: dict[str, Handler] = {}
        self.got: list[tuple[str, Json]] = []
        self.headers: list[dict[str, str]] = []
        # Over plain HTTP only: the machine's certificates would be read for nothing, at each call.
        self._http = httpx.Client(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), timeout=10)
        self.app = Starlette(routes=[Route("/slack/events", self._endpoint, methods=["POST"])])

    def api(self, method: str, **args: Any) -> Json:
        headers = {"Authorization": f"Bearer {self.token}"}
        form = {k: v if isinstance(v, str) else json.dumps(v) for k, v in args.items()}
        got = self._http.post(f"{self.base_url}/api/{method}", data=form, headers=headers)
        answer: Json = got.json()
        return answer

    def close(self) -> None:
        self._http.close()

    def last(self, kind: str) -> Json:
        return next(payload for name, payload in reversed(self.got) if name == kind)

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.got]

    async def _endpoint(self, request: Request) -> Response:
        body = await request.body()
        stamp = request.headers["x-slack-request-timestamp"]
        if request.headers["x-slack-signature"] != signature(self.secret, stamp, body):
            return Response("bad signature", 401)
        kind, payload = self._read(request, body)
        if kind == "url_verification":
            return JSONResponse({"challenge": payload["challenge"]})
        self.got.append((kind, payload))
        self.headers.append(dict(request.headers))
        answer = await run_in_threadpool(self.on.get(kind, lambda _: None), payload)
        if isinstance(answer, int):
            headers = {"x-slack-no-retry": "1"} if answer < 0 else {}
            return Response(status_code=abs(answer), headers=headers)
        if isinstance(answer, dict):
            return JSONResponse(answer)
        return Response(answer or "", media_type="text/plain")

    @staticmethod
    def _read(request: Request, body: bytes) -> tuple[str, Json]:
        if request.headers["content-type"].startswith("application/json"):
            payload = json.loads(body)
            kind = payload["event"]["type"] if "event" in payload else payload["type"]
            return kind, payload
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if "payload" in form:
            payload = json.loads(form["payload"])
            return payload["type"], payload
        return "command", form
