"""What one person sees, as JSON for the page and the tests."""

from __future__ import annotations

from sandbox.acting import can_see
from sandbox.api_chat import permalink
from sandbox.attention import followed, is_unread, notifies, unread_here, unread_replies, waiting
from sandbox.conversations import Conversation, Message
from sandbox.dialogs import View, view_object
from sandbox.hub import Sandbox
from sandbox.interactions import Outcome
from sandbox.json_types import Json
from sandbox.people import Person
from sandbox.rendering import message_object


def shown_message(sandbox: Sandbox, person: Person, message: Message) -> Json:
    """The message object plus what the client adds to it."""
    conversation = sandbox.workspace.conversations[message.channel]
    state = sandbox.message_states.get((person.id, message.channel, message.ts), {})
    leads = message.thread_ts == message.ts
    replies = list(conversation.replies(message.ts)) if leads else []
    return {
        **message_object(message, sandbox.config, conversation),
        "channel": message.channel,
        "shown_at": message.shown_at,
        "latest_reply_shown_at": replies[-1].shown_at if replies else None,
        "unread_replies": unread_here(conversation, message.ts, person.id) if leads else 0,
        "only_visible_to_you": message.only_for is not None,
        "state": state,
        "permalink": permalink(sandbox, message),
    }


def shown_messages(
    sandbox: Sandbox, person: Person, conversation: Conversation, thread_ts: str | None
) -> list[Json]:
    """Oldest first; a thread's parent comes first. Others' ephemeral messages are not there."""
    stored = conversation.messages.values()
    own = [m for m in conversation.ephemerals.values() if m.only_for == person.id]
    if thread_ts:
        chosen = [m for m in stored if thread_ts in (m.ts, m.thread_ts)]
        chosen += [m for m in own if m.thread_ts == thread_ts]
    else:
        chosen = [m for m in stored if not m.is_reply or m.broadcast]
        chosen += [m for m in own if not m.thread_ts]
    ordered = sorted(chosen, key=lambda message: message.ts)
    return [shown_message(sandbox, person, message) for message in ordered]


def shown_conversations(sandbox: Sandbox, person: Person) -> list[Json]:
    """The sidebar: channels, direct messages and the app's own conversation."""
    bot = sandbox.config.bot_user_id
    shown = []
    for each in sandbox.workspace.conversations.values():
        if not can_see(sandbox, person, each):
            continue
        others = [member for member in each.members if member != person.id]
        waits = waiting(each, person.id)
        shown.append(
            {
                "id": each.id,
                "kind": "app" if each.kind == "im" and bot in each.members else each.kind,
                "name": _names(sandbox, others) if each.is_direct else each.name,
                "topic": each.topic,
                "members": each.members,
                "is_member": person.id in each.members,
                "is_archived": each.is_archived,
                "unread": waits.unread,
                "pressing": waits.pressing,
                "unread_replies": waits.replies,
                "last_read": each.last_read.get(person.id, ""),
                "latest": next(reversed(each.messages), ""),
                "is_ext_shared": each.is_ext_shared,
            }
        )
    return shown


def shown_threads(sandbox: Sandbox, person: Person, limit: int = 30) -> list[Json]:
    """Threads that the person follows, the one with the newest reply first."""
    found = [
        (max(each.ts for each in conversation.replies(ts)), conversation, ts)
        for conversation in sandbox.workspace.conversations.values()
        if person.id in conversation.members
        for ts in followed(conversation, person.id)
        if ts in conversation.messages
    ]
    found.sort(key=lambda each: each[0], reverse=True)
    return [
        {
            "channel": conversation.id,
            "ts": ts,
            "unread": unread_replies(conversation, ts, person.id),
            "messages": shown_messages(sandbox, person, conversation, ts),
        }
        for _, conversation, ts in found[:limit]
    ]


def shown_notifications(sandbox: Sandbox, person: Person, limit: int = 50) -> list[Json]:
    """What a phone would have told the person, newest first; ``text`` is the top-level text."""
    found = [
        (message, conversation)
        for conversation in sandbox.workspace.conversations.values()
        for message in conversation.messages.values()
        if notifies(conversation, message, person.id)
    ]
    found.sort(key=lambda each: each[0].ts, reverse=True)
    return [
        {
            "channel": conversation.id,
            "ts": message.ts,
            "thread_ts": message.thread_ts if message.is_reply else None,
            "from": message.user,
            "text": message.text,
            "files": [each["title"] for each in message.files],
            "shown_at": message.shown_at,
            "unread": is_unread(conversation, message, person.id),
        }
        for message, conversation in found[:limit]
    ]


def _names(sandbox: Sandbox, user_ids: list[str]) -> str:
    return ", ".join(sandbox.workspace.people[each].shown_name for each in user_ids)


def shown_dialog(sandbox: Sandbox, person: Person) -> Json:
    """The dialog on top, with what stands in it; ``view`` is None if none is open."""
    view = sandbox.dialogs.top(person.id)
    depth = len(sandbox.dialogs.stacks.get(person.id, []))
    return {**shown_view(sandbox, view), "depth": depth}


def shown_view(sandbox: Sandbox, view: View | None) -> Json:
    if view is None:
        return {"view": None, "errors": {}, "banner": None}
    return {
        "view": view_object(view, sandbox.config),
        "errors": view.field_errors,
        "banner": view.banner,
    }


def shown_outcome(sandbox: Sandbox, person: Person, outcome: Outcome | None) -> Json:
    """How the bot answered, what the person saw of it, and the dialog that is open now."""
    if outcome is None:
        return {"dialog": shown_dialog(sandbox, person), "error": None, "status": None}
    answer = outcome.answer
    message = outcome.message
    return {
        "error": outcome.error,
        "status": answer.status if answer else None,
        "failure": answer.failure if answer else None,
        "seconds": round(answer.seconds, 4) if answer else 0.0,
        "message": shown_message(sandbox, person, message) if message else None,
        "errors": outcome.field_errors,
        "dialog": shown_dialog(sandbox, person),
    }


def _waits_for(sandbox: Sandbox, person: Person) -> Json:
    """How many unread messages concern the person (direct ones, mentions, replies in threads),
    and the ``ts`` of the newest."""
    places = sandbox.workspace.conversations.values()
    found = [] if person.profile.is_bot else [waiting(each, person.id) for each in places]
    return {
        "waiting": sum(each.pressing + each.replies for each in found),
        "newest": max((each.newest for each in found), default=""),
    }


def shown_people(sandbox: Sandbox) -> list[Json]:
    """Everybody one can be, for the switcher."""
    return [
        {
            "id": person.id,
            "name": person.profile.name,
            "real_name": person.profile.real_name,
            "display_name": person.shown_name,
            "title": person.profile.title,
            "email": person.profile.email,
            "image": person.profile.image,
            "tz": person.profile.tz,
            "locale": person.profile.locale,
            "team_id": person.team_id,
            "is_bot": person.profile.is_bot,
            "deleted": person.profile.deleted,
            "is_guest": person.is_guest,
            "is_stranger": person.team_id != sandbox.config.team_id,
            **_waits_for(sandbox, person),
        }
        for person in sandbox.workspace.people.values()
    ]
