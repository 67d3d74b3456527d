"""Messages and conversations as the Web API and payloads show them."""

from __future__ import annotations

from sandbox.config import SandboxConfig
from sandbox.conversations import Conversation, Message
from sandbox.json_types import Json

SLACKBOT = "USLACKBOT"


def bot_profile(config: SandboxConfig) -> Json:
    return {
        "id": config.bot_id,
        "app_id": config.app_id,
        "user_id": config.bot_user_id,
        "name": config.app_name,
        "icons": {},
        "deleted": False,
        "updated": 0,
        "team_id": config.team_id,
    }


def message_object(
    message: Message,
    config: SandboxConfig,
    conversation: Conversation | None = None,
    *,
    whole_metadata: bool = True,
) -> Json:
    """Slack's message object; with a conversation, thread counters are filled in.

    Without ``whole_metadata`` the payload of the metadata is left out, as Slack does.
    """
    shown: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": config.team_id,
    }
    if message.subtype == "tombstone":
        shown |= {"user": SLACKBOT, "hidden": True}
    elif message.bot_id:
        shown |= {
            "bot_id": message.bot_id,
            "app_id": config.app_id,
            "bot_profile": bot_profile(config),
        }
    optional = {
        "blocks": message.blocks,
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "thread_ts": message.thread_ts,
        "edited": message.edited,
        "files": message.files,
    }
    shown |= {key: value for key, value in optional.items() if value}
    if message.metadata:
        kind = {"event_type": message.metadata["event_type"]}
        shown["metadata"] = message.metadata if whole_metadata else kind
    if conversation:
        shown |= thread_counters(message, conversation)
    return shown


def thread_counters(message: Message, conversation: Conversation) -> Json:
    if message.thread_ts is None:
        return {}
    if message.is_reply:
        parent = conversation.messages.get(message.thread_ts)
        return {"parent_user_id": parent.user} if parent else {}
    replies = list(conversation.replies(message.ts))
    if not replies:
        return {}
    return {
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
        "reply_users_count": len({reply.user for reply in replies}),
        "latest_reply": replies[-1].ts,
    }


def conversation_object(conversation: Conversation, config: SandboxConfig) -> Json:
    kind = conversation.kind
    shown: Json = {
        "id": conversation.id,
        "created": conversation.created,
        "is_archived": conversation.is_archived,
        "is_im": kind == "im",
        "is_org_shared": False,
        "context_team_id": config.team_id,
    }
    if kind == "im":
        other = [each for each in conversation.members if each != config.bot_user_id]
        return {**shown, "user": other[0] if other else config.bot_user_id, "priority": 0}
    return {
        **shown,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": kind == "public",
        "is_group": kind == "private",
        "is_mpim": kind == "mpim",
        "is_private": kind != "public",
        "is_general": False,
        "is_shared": conversation.is_ext_shared,
        "is_ext_shared": conversation.is_ext_shared,
        "is_member": config.bot_user_id in conversation.members,
        "topic": {"value": conversation.topic, "creator": "", "last_set": 0},
        "purpose": {"value": conversation.purpose, "creator": "", "last_set": 0},
        "num_members": len(conversation.members),
    }
