"""The arguments of a Web API call, however they came."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from sandbox.errors import SlackError
from sandbox.json_types import Json


class Args:
    """Typed access. Every getter raises SlackError the way Slack complains."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        return self.values.get(name) in (True, "true", "True", "1", 1)

    def number(self, name: str, default: int, most: int) -> int:
        """A limit: from 1 to ``most``; Slack answers ``invalid_limit`` outside."""
        try:
            value = int(self.values.get(name) or default)
        except (TypeError, ValueError):
            raise SlackError("invalid_limit") from None
        if not 1 <= value <= most:
            raise SlackError("invalid_limit")
        return value

    def structure(self, name: str, error: str) -> Any:
        """A JSON value, given as such or as text; None if absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            if name in self.values and value is None:
                raise SlackError(error)
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None


def parse_args(query: str, body: bytes, content_type: str, *, json_allowed: bool) -> Json:
    """Arguments from the query and the body; a JSON body is ignored where Slack ignores it."""
    values: Json = dict(parse_qsl(query, keep_blank_values=True))
    if content_type.startswith("application/json"):
        try:
            given = json.loads(body or b"{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(given, dict):
            raise SlackError("json_not_object")
        if json_allowed:
            values |= given
        values.pop("token", None)  # with JSON, Slack takes the token from the header alone
    elif content_type.startswith("application/x-www-form-urlencoded"):
        values |= dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    elif body:
        raise SlackError("invalid_post_type")
    return values
