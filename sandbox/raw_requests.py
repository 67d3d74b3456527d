"""Hostile and broken requests to the bot, byte by byte."""

from __future__ import annotations

import time
from urllib.parse import urlsplit, urlunsplit

from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.signing import signature


async def send_raw(sandbox: Sandbox, given: Json) -> Json:
    """POST ``body`` as it is. ``sign``: ``right`` (default), ``wrong`` or ``none``; ``age`` makes
    the timestamp that many seconds old; ``timestamp`` replaces it by any text; ``headers`` come
    last; ``path`` replaces the path of the request URL."""
    body = str(given.get("body", "")).encode()
    timestamp = str(given.get("timestamp") or int(time.time() - float(given.get("age", 0))))
    headers = {"Content-Type": given.get("content_type", "application/x-www-form-urlencoded")}
    sign = given.get("sign", "right")
    if sign != "none":
        secret = sandbox.config.signing_secret if sign == "right" else "not the secret"
        headers["X-Slack-Request-Timestamp"] = timestamp
        headers["X-Slack-Signature"] = signature(secret, timestamp, body)
    headers |= given.get("headers", {})
    url = sandbox.bot.request_url
    if url and given.get("path"):
        url = urlunsplit(urlsplit(url)._replace(path=given["path"]))
    answer = await sandbox.bot.raw(body, headers, given.get("timeout"), url)
    return {
        "status": answer.status,
        "failure": answer.failure,
        "body": answer.body.decode(errors="replace"),
        "content_type": answer.content_type,
    }
