"""The payloads of requests to the bot, in Slack's shapes."""

from __future__ import annotations

from sandbox.conversations import Conversation, Message
from sandbox.dialogs import View, view_object
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.people import Person
from sandbox.rendering import message_object


def merged(payload: Json, forged: Json | None) -> Json:
    """The payload with forged parts laid over it, however deep."""
    result = dict(payload)
    for key, value in (forged or {}).items():
        inner = result.get(key)
        both = isinstance(value, dict) and isinstance(inner, dict)
        result[key] = merged(inner, value) if both else value  # type: ignore[arg-type]  # both are dicts
    return result


def interaction(sandbox: Sandbox, person: Person, kind: str, trigger_id: str | None) -> Json:
    """What every interaction carries."""
    config = sandbox.config
    enterprise = (
        {"id": config.enterprise_id, "name": config.enterprise_name}
        if config.enterprise_id
        else None
    )
    payload: Json = {
        "type": kind,
        "team": {"id": config.team_id, "domain": config.team_domain},
        "user": {
            "id": person.id,
            "username": person.profile.name,
            "name": person.profile.name,
            "team_id": person.team_id,
        },
        "api_app_id": config.app_id,
        "token": config.verification_token,
        "is_enterprise_install": False,
        "enterprise": enterprise,
    }
    if trigger_id:
        payload["trigger_id"] = trigger_id
    return payload


def command_payload(
    sandbox: Sandbox,
    person: Person,
    conversation: Conversation,
    command: str,
    text: str,
    keys: tuple[str, str],
) -> Json:
    """A slash command; ``keys`` are the trigger id and the response URL."""
    config = sandbox.config
    payload: Json = {
        "token": config.verification_token,
        "team_id": config.team_id,
        "team_domain": config.team_domain,
        "channel_id": conversation.id,
        "channel_name": conversation.shown_name,
        "user_id": person.id,
        "user_name": person.profile.name,
        "command": command,
        "text": text,
        "api_app_id": config.app_id,
        "is_enterprise_install": "false",
        "response_url": keys[1],
        "trigger_id": keys[0],
    }
    if config.enterprise_id:
        payload |= {
            "enterprise_id": config.enterprise_id,
            "enterprise_name": config.enterprise_name,
        }
    return payload


def in_message(sandbox: Sandbox, person: Person, message: Message, response_url: str) -> Json:
    """Where a message's element was pressed; an ephemeral message is not sent along."""
    conversation = sandbox.workspace.conversations[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.only_for is not None,
    }
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    state = sandbox.message_states.get((person.id, message.channel, message.ts), {})
    place: Json = {
        "container": container,
        "channel": {"id": message.channel, "name": conversation.shown_name},
        "state": {"values": state},
        "response_url": response_url,
    }
    if message.only_for is None:
        place["message"] = message_object(message, sandbox.config)
    return place


def in_view(sandbox: Sandbox, view: View) -> Json:
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": view_object(view, sandbox.config),
    }


def action(block: Json, element: Json, value: Json, action_ts: str) -> Json:
    """One entry of ``actions``: the element and what was chosen in it."""
    copied = ("text", "value", "style", "placeholder", "initial_option", "confirm", "url")
    shown = {key: element[key] for key in copied if key in element}
    return {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        **shown,
        **value,
        "action_ts": action_ts,
    }
