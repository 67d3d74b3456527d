"""Commands that Slack itself answers, whatever apps there are."""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.conversations import Conversation, Message
from sandbox.errors import ClientRefusalError
from sandbox.hub import Sandbox
from sandbox.people import Person
from sandbox.typing_in import with_mentions

_NAMED = re.compile(r"<@(\w+)>")


def invite(sandbox: Sandbox, person: Person, conversation: Conversation, words: str) -> None:
    """``/invite @somebody``: adds people and apps, and says so in the channel."""
    if conversation.is_direct:
        raise ClientRefusalError("people are invited to channels; this is a direct message")
    if person.id not in conversation.members:
        raise ClientRefusalError("join the channel first", 403)
    named = _NAMED.findall(with_mentions(sandbox.workspace, words, labelled=False))
    if not named:
        raise ClientRefusalError("say whom: /invite @name")
    for user_id in named:
        if user_id in conversation.members:
            continue
        sandbox.workspace.add_member(conversation, user_id)
        sandbox.workspace.post(
            Message(
                channel=conversation.id,
                ts=sandbox.clock.next_ts(),
                user=user_id,
                text=f"<@{user_id}> was added by <@{person.id}>.",
                subtype="channel_join",
            )
        )


OWN: dict[str, tuple[str, str, Callable[[Sandbox, Person, Conversation, str], None]]] = {
    # name: (usage hint, description, what it does)
    "/invite": ("@name", "Add somebody, or an app, to this channel", invite),
}
