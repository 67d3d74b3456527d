"""chat.*"""

from __future__ import annotations

import json

from sandbox.api_args import Args
from sandbox.blocks import block_problems
from sandbox.conversations import Conversation, Message
from sandbox.errors import SlackError
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.rendering import message_object

MOST_POSTED = 40_000
MOST_UPDATED = 4_000
MOST_METADATA = 8_000  # bytes of JSON; Slack's own number is not documented


def checked_blocks(args: Args) -> list[Json] | None:
    """The ``blocks`` argument, valid for a message; None if there is none."""
    blocks = args.structure("blocks", "invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if problems := block_problems(blocks):
        raise SlackError("invalid_blocks", problems)
    return blocks


def _metadata(args: Args) -> Json | None:
    metadata = args.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or set(metadata) - {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > MOST_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def _content(args: Args) -> tuple[str, list[Json]]:
    """Text and blocks; raises ``no_text`` if there is neither."""
    blocks = checked_blocks(args) or []
    text = args.text("text")
    if not text and not blocks:
        raise SlackError("no_text")
    return text, blocks


def writable(sandbox: Sandbox, channel_id: str) -> Conversation:
    """The conversation, if the bot may write there."""
    conversation = sandbox.workspace.conversation(channel_id)
    if sandbox.config.bot_user_id not in conversation.members:
        scopes = sandbox.manifest.scopes
        free = scopes is not None and "chat:write.public" in scopes
        if conversation.kind != "public":
            raise SlackError("channel_not_found")
        if not free:
            raise SlackError("not_in_channel")
    if conversation.is_archived:
        raise SlackError("is_archived")
    if conversation.kind == "im" and not sandbox.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    return conversation


def _addressed(sandbox: Sandbox, address: str) -> Conversation:
    """Where chat.postMessage writes: a conversation's id, or a person's for the direct message."""
    if address[:1] not in "UW" or address not in sandbox.workspace.people:
        return writable(sandbox, address)
    person = sandbox.workspace.person(address)
    if person.profile.is_bot:
        raise SlackError("cannot_dm_bot")
    if person.profile.is_stranger:
        raise SlackError("channel_not_found")
    return writable(sandbox, sandbox.workspace.bot_direct(address).id)


def _thread(args: Args, conversation: Conversation) -> str | None:
    thread_ts = args.text("thread_ts")
    if not thread_ts:
        return None
    parent = conversation.messages.get(thread_ts)
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.is_reply:
        raise SlackError("cannot_reply_to_message")
    return thread_ts


def visible_from(sandbox: Sandbox, method: str, channel: str) -> float:
    """When history begins to list what is posted now: at once, or as a fault says."""
    slow = sandbox.faults.strike(method, "slow_history", channel=channel)
    return sandbox.clock.now() + slow.seconds if slow else 0.0


def post_message(sandbox: Sandbox, args: Args) -> Json:
    conversation = _addressed(sandbox, args.required("channel"))
    text, blocks = _content(args)
    config = sandbox.config
    thread_ts = _thread(args, conversation)
    message = sandbox.workspace.post(
        Message(
            channel=conversation.id,
            ts=sandbox.clock.next_ts(),
            user=config.bot_user_id,
            bot_id=config.bot_id,
            text=text[:MOST_POSTED],
            blocks=blocks,
            thread_ts=thread_ts,
            broadcast=bool(thread_ts) and args.flag("reply_broadcast"),
            metadata=_metadata(args),
            visible_at=visible_from(sandbox, "chat.postMessage", conversation.id),
        )
    )
    shown = message_object(message, config)
    return {"channel": conversation.id, "ts": message.ts, "message": shown}


def _own(sandbox: Sandbox, args: Args, refusal: str) -> Message:
    """A message of the bot's own; a person's id is no conversation here."""
    conversation = sandbox.workspace.conversation(args.required("channel"))
    message = conversation.messages.get(args.required("ts"))
    if message is None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    if message.bot_id != sandbox.config.bot_id:
        raise SlackError(refusal)
    return message


def update(sandbox: Sandbox, args: Args) -> Json:
    message = _own(sandbox, args, "cant_update_message")
    if len(args.text("text")) > MOST_UPDATED:
        raise SlackError("msg_too_long")
    text, blocks = _content(args)
    files: list[Json] | None = [] if args.values.get("file_ids") in ([], "[]") else None
    sandbox.workspace.edit(
        message,
        text,
        blocks,
        metadata=_metadata(args),
        files=files,
        by=sandbox.config.bot_user_id,
    )
    shown = message_object(message, sandbox.config)
    return {"channel": message.channel, "ts": message.ts, "text": text, "message": shown}


def delete(sandbox: Sandbox, args: Args) -> Json:
    message = _own(sandbox, args, "cant_delete_message")
    sandbox.workspace.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(sandbox: Sandbox, args: Args) -> Json:
    conversation = writable(sandbox, args.required("channel"))
    addressee = args.required("user")
    person = sandbox.workspace.people.get(addressee)
    if person is None or person.profile.deleted or addressee not in conversation.members:
        raise SlackError("user_not_in_channel")
    text, blocks = _content(args)
    message = sandbox.workspace.post(
        Message(
            channel=conversation.id,
            ts=sandbox.clock.next_ts(),
            user=sandbox.config.bot_user_id,
            bot_id=sandbox.config.bot_id,
            text=text[:MOST_POSTED],
            blocks=blocks,
            thread_ts=args.text("thread_ts") or None,
            only_for=addressee,
        )
    )
    return {"message_ts": message.ts}


def get_permalink(sandbox: Sandbox, args: Args) -> Json:
    """Public channels give it to every app; elsewhere the bot must be a member."""
    conversation = sandbox.workspace.conversation(args.required("channel"))
    if conversation.kind != "public" and sandbox.config.bot_user_id not in conversation.members:
        raise SlackError("channel_not_found")
    message = conversation.messages.get(args.required("message_ts"))
    if message is None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    return {"channel": conversation.id, "permalink": permalink(sandbox, message)}


def permalink(sandbox: Sandbox, message: Message) -> str:
    """An address of a message that the page understands."""
    address = f"{sandbox.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        return f"{address}?thread_ts={message.thread_ts}&cid={message.channel}"
    return address
