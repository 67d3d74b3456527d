"""``/api/{method}``: token, scopes, limits, faults, the method itself, and the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox import api_chat, api_conversations, api_files, api_users, api_views
from sandbox.api_args import Args, parse_args
from sandbox.dropping import Dropped
from sandbox.errors import SlackError
from sandbox.faults import Fault
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.socket_mode import open_connection

Run: TypeAlias = Callable[[Sandbox, Args], Json]


@dataclass(frozen=True)
class Method:
    """``scopes``: any one of them is enough. ``takes_json``: Slack reads a JSON body here."""

    run: Run
    scopes: tuple[str, ...] = ()
    takes_json: bool = True
    app_token: bool = False


_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_OPEN = ("im:write", "mpim:write", "channels:manage", "groups:write")
METHODS: dict[str, Method] = {
    "auth.test": Method(api_users.auth_test),
    "chat.postMessage": Method(api_chat.post_message, ("chat:write",)),
    "chat.update": Method(api_chat.update, ("chat:write",)),
    "chat.delete": Method(api_chat.delete, ("chat:write",)),
    "chat.postEphemeral": Method(api_chat.post_ephemeral, ("chat:write",)),
    "chat.getPermalink": Method(api_chat.get_permalink, takes_json=False),
    "conversations.open": Method(api_conversations.open_conversation, _OPEN),
    "conversations.info": Method(api_conversations.info, _READ, takes_json=False),
    "conversations.members": Method(api_conversations.members, _READ, takes_json=False),
    "conversations.list": Method(api_conversations.list_conversations, _READ, takes_json=False),
    "conversations.history": Method(api_conversations.history, _HISTORY, takes_json=False),
    "conversations.replies": Method(api_conversations.replies, _HISTORY, takes_json=False),
    "users.info": Method(api_users.info, ("users:read",), takes_json=False),
    "users.list": Method(api_users.list_users, ("users:read",), takes_json=False),
    "users.lookupByEmail": Method(
        api_users.lookup_by_email, ("users:read.email",), takes_json=False
    ),
    "bots.info": Method(api_users.bots_info, ("users:read",), takes_json=False),
    "views.open": Method(api_views.open_view),
    "views.push": Method(api_views.push),
    "views.update": Method(api_views.update),
    "views.publish": Method(api_views.publish),
    "files.getUploadURLExternal": Method(
        api_files.get_upload_url, ("files:write",), takes_json=False
    ),
    "files.completeUploadExternal": Method(api_files.complete_upload, ("files:write",)),
    "files.info": Method(api_files.info, ("files:read",), takes_json=False),
    "apps.connections.open": Method(open_connection, app_token=True),
}


def _check_token(sandbox: Sandbox, token: str, method: Method) -> None:
    config = sandbox.config
    if not token:
        raise SlackError("not_authed")
    if token not in (config.bot_token, config.app_token):
        raise SlackError("invalid_auth")
    if (token == config.app_token) != method.app_token:
        raise SlackError("not_allowed_token_type")
    if sandbox.token_revoked:
        raise SlackError("token_revoked")
    granted = sandbox.manifest.scopes
    if granted is not None and method.scopes and not granted & set(method.scopes):
        provided = ",".join(sorted(granted))
        extra = {"needed": method.scopes[0], "provided": provided}
        raise SlackError("missing_scope", extra=extra)


def _refusal(error: SlackError) -> Json:
    answer: Json = {"ok": False, "error": error.code, **error.extra}
    if error.messages:
        answer["response_metadata"] = {"messages": error.messages}
    return answer


def _limited(seconds: int) -> Response:
    headers = {"Retry-After": str(seconds)}
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers=headers)


class WebApi:
    """Answers a call as Slack would, or as a fault on demand says."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, request: Request) -> Response:
        name = request.path_params["method"]
        entry = self._sandbox.journal.write("web_api", name, {}, self._sandbox.clock.now())
        body = await request.body()
        method = METHODS.get(name)
        try:
            if method is None:
                raise SlackError("unknown_method", extra={"req_method": name})
            values = parse_args(
                request.url.query,
                body,
                request.headers.get("content-type", ""),
                json_allowed=method.takes_json,
            )
            bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
            token = bearer or str(values.get("token", ""))
            values.pop("token", None)
            entry["args"] = values
            _check_token(self._sandbox, token, method)
        except SlackError as error:
            entry["outcome"] = error.code
            return JSONResponse(_refusal(error))
        return await self._run(name, method, Args(values), entry)

    async def _run(self, name: str, method: Method, args: Args, entry: Json) -> Response:
        faults = self._sandbox.faults
        channel = args.text("channel") or None
        wait = self._sandbox.limits.wait_for(name, channel)
        if wait:
            entry["outcome"] = "ratelimited"
            return _limited(wait)
        before = faults.strike(
            name, "drop_before", "status_before", "error_before", "rate_limited", channel=channel
        )
        if before:
            return self._failed(before, entry)
        try:
            answer = {"ok": True, **method.run(self._sandbox, args)}
            entry["outcome"] = "ok"
        except SlackError as error:
            answer = _refusal(error)
            entry["outcome"] = error.code
        entry["answer"] = {key: answer[key] for key in ("channel", "ts") if key in answer}
        slow = faults.strike(name, "delay", "hang", channel=channel)
        if slow:
            entry["fault"] = slow.kind
            await asyncio.sleep(slow.seconds)
        after = faults.strike(name, "drop_after", "status_after", "error_after", channel=channel)
        if after:
            return self._failed(after, entry)
        headers = {"x-oauth-scopes": ",".join(sorted(self._sandbox.manifest.scopes or ()))}
        return JSONResponse(answer, headers=headers)

    @staticmethod
    def _failed(fault: Fault, entry: Json) -> Response:
        entry["fault"] = fault.kind
        if fault.kind.endswith("_before") or fault.kind == "rate_limited":
            entry["outcome"] = fault.kind
        if fault.kind.startswith("drop"):
            return Dropped()
        if fault.kind == "rate_limited":
            return _limited(int(fault.seconds))
        if fault.kind.startswith("status"):
            return Response("upstream error", fault.status, media_type="text/plain")
        return JSONResponse({"ok": False, "error": fault.error})
