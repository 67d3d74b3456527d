"""conversations.*"""

from __future__ import annotations

import base64
from itertools import islice

from sandbox.api_args import Args
from sandbox.conversations import CHANNEL_TYPES, Conversation, Message
from sandbox.errors import SlackError
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.rendering import conversation_object, message_object

MOST_USERS = 8
TYPE_NAMES = {"public": "public_channel", "private": "private_channel", "im": "im", "mpim": "mpim"}
READ_SCOPES = {
    kind: f"{name}s:read" if kind in ("public", "private") else f"{name}:read"
    for kind, name in CHANNEL_TYPES.items()
}


def cursor_at(position: str) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def position_of(cursor: str) -> str:
    """Raises SlackError ``invalid_cursor``."""
    try:
        word, _, position = base64.b64decode(cursor, validate=True).decode().partition(":")
    except ValueError:
        raise SlackError("invalid_cursor") from None
    if word != "next":
        raise SlackError("invalid_cursor")
    return position


def page_start(args: Args) -> int:
    """Where a page begins whose cursor counts items; raises SlackError ``invalid_cursor``."""
    cursor = args.text("cursor")
    if not cursor:
        return 0
    position = position_of(cursor)
    if not position.isdecimal():
        raise SlackError("invalid_cursor")
    return int(position)


def _readable(sandbox: Sandbox, channel_id: str) -> Conversation:
    """A conversation whose messages the bot may read: it must be a member."""
    conversation = sandbox.workspace.conversation(channel_id)
    if sandbox.config.bot_user_id not in conversation.members:
        error = "not_in_channel" if conversation.kind == "public" else "channel_not_found"
        raise SlackError(error)
    return conversation


def _known(sandbox: Sandbox, channel_id: str) -> Conversation:
    """A conversation that the bot can see: public, or with the bot in it."""
    conversation = sandbox.workspace.conversation(channel_id)
    if conversation.kind != "public" and sandbox.config.bot_user_id not in conversation.members:
        raise SlackError("channel_not_found")
    return conversation


def open_conversation(sandbox: Sandbox, args: Args) -> Json:
    if channel_id := args.text("channel"):
        conversation = _known(sandbox, channel_id)
    else:
        given = (
            args.structure("users", "invalid_arguments")
            if isinstance(args.values.get("users"), list)
            else args.text("users").split(",")
        )
        users = [each.strip() for each in given if each.strip()]
        if not users:
            raise SlackError("users_list_not_supplied")
        if len(users) > MOST_USERS:
            raise SlackError("too_many_users")
        _check_addressees(sandbox, users)
        conversation = sandbox.workspace.direct(*users, sandbox.config.bot_user_id)
    full = args.flag("return_im")
    shown = conversation_object(conversation, sandbox.config) if full else {"id": conversation.id}
    return {"channel": shown}


def _check_addressees(sandbox: Sandbox, users: list[str]) -> None:
    for user_id in users:
        person = sandbox.workspace.person(user_id)
        if person.profile.is_bot:
            raise SlackError("cannot_dm_bot")
        if person.profile.deleted:
            raise SlackError("user_disabled")
        if person.profile.is_stranger:
            raise SlackError("user_not_visible")


def info(sandbox: Sandbox, args: Args) -> Json:
    conversation = _known(sandbox, args.required("channel"))
    shown = conversation_object(conversation, sandbox.config)
    if not args.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def members(sandbox: Sandbox, args: Args) -> Json:
    conversation = _known(sandbox, args.required("channel"))
    limit = args.number("limit", 100, 1000)
    start = page_start(args)
    page = conversation.members[start : start + limit]
    more = start + limit < len(conversation.members)
    following = cursor_at(str(start + limit)) if more else ""
    return {"members": page, "response_metadata": {"next_cursor": following}}


def list_conversations(sandbox: Sandbox, args: Args) -> Json:
    wanted = {each.strip() for each in args.text("types", "public_channel").split(",")}
    if wanted - set(TYPE_NAMES.values()):
        raise SlackError("invalid_types")
    bot = sandbox.config.bot_user_id
    visible = [
        each
        for each in sandbox.workspace.conversations.values()
        if TYPE_NAMES[each.kind] in wanted
        and (each.kind == "public" or bot in each.members)
        and not (args.flag("exclude_archived") and each.is_archived)
    ]
    limit = args.number("limit", 100, 1000)
    start = page_start(args)
    following = cursor_at(str(start + limit)) if start + limit < len(visible) else ""
    shown = [conversation_object(each, sandbox.config) for each in visible[start : start + limit]]
    return {"channels": shown, "response_metadata": {"next_cursor": following}}


def _in_window(args: Args, ts: str) -> bool:
    oldest, latest = args.text("oldest"), args.text("latest")
    inclusive = args.flag("inclusive")
    after = not oldest or _moment(ts) > _moment(oldest)
    before = not latest or _moment(ts) < _moment(latest)
    on_edge = inclusive and _moment(ts) in [_moment(each) for each in (oldest, latest) if each]
    return (after and before) or on_edge


def _moment(ts: str) -> int:
    """A timestamp in microseconds; whole seconds are taken too."""
    seconds, _, fraction = ts.partition(".")
    try:
        return int(seconds) * 1_000_000 + int((fraction + "000000")[:6])
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None


def history(sandbox: Sandbox, args: Args) -> Json:
    """Newest first; a message hidden by the fault ``slow_history`` is not there yet."""
    conversation = _readable(sandbox, args.required("channel"))
    limit = args.number("limit", 100, 999)
    cursor = args.text("cursor")
    before = position_of(cursor) if cursor else ""
    now = sandbox.clock.now()
    newest_first = (conversation.messages[ts] for ts in reversed(conversation.messages))
    matching = (
        message
        for message in newest_first
        if (not message.is_reply or message.broadcast)
        and message.visible_at <= now
        and (not before or message.ts < before)
        and _in_window(args, message.ts)
    )
    found = list(islice(matching, limit + 1))
    page, more = found[:limit], len(found) > limit
    shown: Json = {
        "messages": [_shown(sandbox, args, each, conversation) for each in page],
        "has_more": more,
        "pin_count": 0,
    }
    if more:
        shown["response_metadata"] = {"next_cursor": cursor_at(page[-1].ts)}
    return shown


def replies(sandbox: Sandbox, args: Args) -> Json:
    """The parent, then its replies, oldest first."""
    conversation = _readable(sandbox, args.required("channel"))
    asked = conversation.messages.get(args.required("ts"))
    if asked is None:
        raise SlackError("thread_not_found")
    parent = conversation.messages.get(asked.thread_ts or asked.ts, asked)
    limit = args.number("limit", 1000, 1000)
    cursor = args.text("cursor")
    after = position_of(cursor) if cursor else ""
    now = sandbox.clock.now()
    thread = [
        message
        for message in conversation.replies(parent.ts)
        if message.visible_at <= now and message.ts > after and _in_window(args, message.ts)
    ]
    page, more = thread[:limit], len(thread) > limit
    shown: Json = {
        "messages": [_shown(sandbox, args, each, conversation) for each in (parent, *page)],
        "has_more": more,
    }
    if more:
        shown["response_metadata"] = {"next_cursor": cursor_at(page[-1].ts)}
    return shown


def _shown(sandbox: Sandbox, args: Args, message: Message, conversation: Conversation) -> Json:
    return message_object(
        message,
        sandbox.config,
        conversation,
        whole_metadata=args.flag("include_all_metadata"),
    )
