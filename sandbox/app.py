"""The pretend workspace as a web application."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from sandbox.admin_api import AdminApi
from sandbox.answers import respond
from sandbox.config import SandboxConfig
from sandbox.dropping import TRANSPORT, transport_behind
from sandbox.errors import ClientRefusalError, SlackError
from sandbox.events import Events
from sandbox.files import mimetype
from sandbox.hub import Sandbox
from sandbox.live import Live
from sandbox.passing import Passing
from sandbox.person_api import PersonApi
from sandbox.state_file import StateFile
from sandbox.web_api import WebApi

STATIC = Path(__file__).parent / "static"
GONE_URLS = ("no_such_url", "expired_url", "used_url")


class SandboxApp(Starlette):
    """Starlette, plus what must see the server's own request before any middleware."""

    sandbox: Sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[TRANSPORT] = transport_behind(send)
        if scope["type"] in ("http", "websocket") and scope.get("server"):
            host, port = scope["server"][:2]
            self.sandbox.base_url = f"http://{host}:{port}"  # for the URLs that we hand out
        await super().__call__(scope, receive, send)


class Files:
    """Uploading and downloading as the bot does it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def upload(self, request: Request) -> Response:
        file = self._sandbox.files.get(request.path_params["file"])
        content = await request.body()
        if len(content) != file.length:
            return PlainTextResponse("length does not match", 400)
        file.content = content
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(self, request: Request) -> Response:
        """Without the bot's token, Slack shows its sign-in page."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token != self._sandbox.config.bot_token:
            return Response("<html>Sign in</html>", media_type="text/html")
        file = self._sandbox.files.get(request.path_params["file"])
        return Response(file.content or b"", media_type=mimetype(file.name))


class Responding:
    """``/respond/{key}``: what response_url points at."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, request: Request) -> Response:
        body = await request.body()
        now = self._sandbox.clock.now()
        entry = self._sandbox.journal.write("response_url", "response_url", {}, now)
        try:
            content = json.loads(body)
            if not isinstance(content, dict):
                raise SlackError("invalid_payload")
            entry["args"] = content
            respond(self._sandbox, request.path_params["key"], content)
        except ValueError:
            entry["outcome"] = "invalid_payload"
            return PlainTextResponse("invalid_payload", 400)
        except SlackError as error:
            entry["outcome"] = error.code
            if error.code in GONE_URLS:
                return JSONResponse({"ok": False, "error": error.code}, 404)
            return PlainTextResponse(error.code, 400)
        entry["outcome"] = "ok"
        return PlainTextResponse("ok")


async def _refused(_request: Request, error: Exception) -> Response:
    """What a person cannot do, in words."""
    if isinstance(error, ClientRefusalError):
        return JSONResponse({"error": error.words}, error.status)
    if isinstance(error, SlackError):
        return JSONResponse({"error": error.code, "messages": error.messages}, 400)
    return JSONResponse({"error": f"not understood: {error}"}, 400)


async def _page(_request: Request) -> Response:
    return FileResponse(STATIC / "index.html")


def create_sandbox(
    config: SandboxConfig, lived_ahead: Callable[[], float] = lambda: 0.0
) -> SandboxApp:
    """A pretend Slack workspace; its parts are reachable as ``app.sandbox``.

    ``lived_ahead`` tells by how many seconds the time that people live by is ahead of the real one.
    """
    sandbox = Sandbox(config, lived_ahead)
    passing = Passing(sandbox)
    events, live, files = Events(sandbox), Live(sandbox, passing), Files(sandbox)
    kept = StateFile(sandbox, config.state_path) if config.state_path else None
    sandbox.workspace.listeners += [events.on_change, live.on_change]
    if kept:
        kept.restore()
        sandbox.workspace.listeners.insert(0, kept.on_change)

    def forget() -> None:
        sandbox.start_afresh()
        if kept:
            kept.forget()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        live.close()
        await events.close()
        await sandbox.bot.close()
        if kept:
            kept.close()

    app = SandboxApp(
        routes=[
            Route("/api/{method}", WebApi(sandbox).__call__, methods=["GET", "POST"]),
            Route("/respond/{key}", Responding(sandbox).__call__, methods=["POST"]),
            Route("/upload/{file}", files.upload, methods=["POST"]),
            Route("/files/{file}/{name:path}", files.download),
            WebSocketRoute("/link/", sandbox.sockets.serve),
            Route("/sandbox/as/{user}/live", live.stream),
            *PersonApi(sandbox, events).routes(),
            *AdminApi(sandbox, events, passing, forget).routes(),
            Mount("/static", StaticFiles(directory=STATIC, check_dir=False)),
            Route("/", _page),
            Route("/archives/{rest:path}", _page),
        ],
        exception_handlers={
            ClientRefusalError: _refused,
            SlackError: _refused,
            ValidationError: _refused,
            KeyError: _refused,
        },
        lifespan=lifespan,
    )
    app.sandbox = sandbox
    app.state.workspace = sandbox.workspace
    return app
