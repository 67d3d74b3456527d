"""Slack's payloads, read into our own terms. Raises Malformed for what Slack never sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.clock import Clock
from domain.origin import Origin, Via
from handlers.desk import new_request_id
from messages.typed import sendable

Payload = Mapping[str, Any]


class Malformed(ValueError):
    """A signed request that lacks what every request of its kind has."""


def _text(payload: Payload, *path: str) -> str:
    found = _perhaps(payload, *path)
    if found is None:
        raise Malformed(".".join(path))
    return found


def _perhaps(payload: Payload, *path: str) -> str | None:
    found: Any = payload
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) and found else None


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command, or the same words in the bot's own conversation (no trigger)."""

    origin: Origin
    command: str
    words: str
    trigger: str | None
    channel: str | None = None
    """Where it was typed, for a slash command."""


def read_command(body: Payload, clock: Clock) -> Command:
    origin = Origin(
        via=Via.COMMAND,
        now=clock.business(),
        request=new_request_id(),
        slack_user=_text(body, "user_id"),
        team=_perhaps(body, "team_id"),
        enterprise=_perhaps(body, "enterprise_id"),
        delivery_key=_key("c", _perhaps(body, "trigger_id")),
    )
    words = body.get("text")
    return Command(
        origin,
        _text(body, "command").lstrip("/"),
        sendable(words) if isinstance(words, str) else "",
        _perhaps(body, "trigger_id"),
        _perhaps(body, "channel_id"),
    )


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button pressed, or a choice made, in a message, a dialog or Home."""

    origin: Origin
    action: str
    value: str
    trigger: str | None
    response_url: str | None
    view: Payload | None
    ephemeral: bool

    @property
    def in_home(self) -> bool:
        return self.view is not None and self.view.get("type") == "home"

    @property
    def in_dialog(self) -> bool:
        return self.view is not None and self.view.get("type") == "modal"


def read_press(body: Payload, clock: Clock) -> Pressed:
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], Mapping):
        raise Malformed("actions")
    action: Payload = actions[0]
    view = body.get("view")
    channel, ts = (
        _perhaps(body, "container", "channel_id"),
        _perhaps(body, "container", "message_ts"),
    )
    container = body.get("container")
    ephemeral = isinstance(container, Mapping) and bool(container.get("is_ephemeral"))
    clicked = (channel, ts) if channel and ts and not ephemeral else None
    return Pressed(
        origin=_interaction_origin(body, Via.ACTION, clock, clicked),
        action=_text(action, "action_id"),
        value=_value(action),
        trigger=_perhaps(body, "trigger_id"),
        response_url=_perhaps(body, "response_url"),
        view=view if isinstance(view, Mapping) else None,
        ephemeral=ephemeral,
    )


def _value(action: Payload) -> str:
    chosen = action.get("selected_option")
    if isinstance(chosen, Mapping):
        return _perhaps(chosen, "value") or ""
    return _perhaps(action, "value") or ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A dialog sent."""

    origin: Origin
    view: Payload
    callback: str
    metadata: str


def read_submission(body: Payload, clock: Clock) -> Submission:
    view = body.get("view")
    if not isinstance(view, Mapping):
        raise Malformed("view")
    metadata = view.get("private_metadata")
    return Submission(
        _interaction_origin(body, Via.DIALOG, clock),
        view,
        _text(view, "callback_id"),
        metadata if isinstance(metadata, str) else "",
    )


@dataclass(frozen=True, slots=True)
class Lookup:
    """What somebody typed into a list that we fill."""

    origin: Origin
    action: str
    words: str


def read_lookup(body: Payload, clock: Clock) -> Lookup:
    words = body.get("value")
    return Lookup(
        _interaction_origin(body, Via.ACTION, clock),
        _text(body, "action_id"),
        sendable(words)[:200] if isinstance(words, str) else "",
    )


@dataclass(frozen=True, slots=True)
class ChosenMessage:
    """The message on which a shortcut was chosen. `author` is None for one by an app."""

    channel: str
    ts: str
    author: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut from Slack's own menus; `message` where it was chosen on one."""

    origin: Origin
    callback: str
    trigger: str
    message: ChosenMessage | None = None


def read_shortcut(body: Payload, clock: Clock) -> Shortcut:
    return Shortcut(
        _interaction_origin(body, Via.ACTION, clock),
        _text(body, "callback_id"),
        _text(body, "trigger_id"),
        _chosen_message(body) if body.get("type") == "message_action" else None,
    )


def _chosen_message(body: Payload) -> ChosenMessage:
    by_app = _perhaps(body, "message", "bot_id") is not None
    return ChosenMessage(
        channel=_text(body, "channel", "id"),
        ts=_text(body, "message_ts"),
        author=None if by_app else _perhaps(body, "message", "user"),
        words=_perhaps(body, "message", "text") or "",
    )


def read_event(body: Payload, clock: Clock) -> tuple[Origin, Payload]:
    """An event with its origin; the event's own user acts."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        raise Malformed("event")
    user = event.get("user")
    origin = Origin(
        via=Via.EVENT,
        now=clock.business(),
        request=new_request_id(),
        slack_user=user if isinstance(user, str) else None,
        team=_perhaps(event, "user_team") or _perhaps(event, "team") or _perhaps(body, "team_id"),
        enterprise=_perhaps(body, "enterprise_id"),
        delivery_key=_key("e", _perhaps(body, "event_id")),
    )
    return origin, event


def _interaction_origin(
    body: Payload, via: Via, clock: Clock, clicked: tuple[str, str] | None = None
) -> Origin:
    own_team = _perhaps(body, "user", "team_id")
    return Origin(
        via=via,
        now=clock.business(),
        request=new_request_id(),
        slack_user=_text(body, "user", "id"),
        # A person's own team and enterprise, which differ from the workspace's for strangers.
        team=own_team or _perhaps(body, "team", "id"),
        enterprise=_perhaps(body, "user", "enterprise_id")
        or (None if own_team else _perhaps(body, "enterprise", "id")),
        delivery_key=_key("i", _perhaps(body, "trigger_id")),
        clicked=clicked,
    )


def _key(kind: str, identity: str | None) -> str | None:
    return f"{kind}:{identity}"[:200] if identity else None
