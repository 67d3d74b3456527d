"""What one person sees, as JSON for the page and the tests."""

from __future__ import annotations

from sandbox.acting import can_see
from sandbox.api_chat import permalink
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
    return {
        **message_object(message, sandbox.config, conversation),
        "channel": message.channel,
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
        direct = each.kind in ("im", "mpim")
        shown.append(
            {
                "id": each.id,
                "kind": "app" if each.kind == "im" and bot in each.members else each.kind,
                "name": each.name if not direct else _names(sandbox, others),
                "topic": each.topic,
                "members": each.members,
                "is_member": person.id in each.members,
                "is_archived": each.is_archived,
                "unread": each.unread(person.id) if person.id in each.members else 0,
                "last_read": each.last_read.get(person.id, ""),
                "latest": next(reversed(each.messages), ""),
                "is_ext_shared": each.is_ext_shared,
            }
        )
    return shown


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
        }
        for person in sandbox.workspace.people.values()
    ]
