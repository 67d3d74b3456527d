"""Finding what a person means: the conversation, the message, the field with that label."""

from __future__ import annotations

from typing import Any

from sandbox.blocks import elements_of
from sandbox.conversations import Conversation, Message
from sandbox.dialogs import View
from sandbox.elements_state import VALUE_KEYS, chosen, option_for
from sandbox.errors import ClientRefusalError
from sandbox.files import file_object
from sandbox.hub import Sandbox
from sandbox.interactions import Outcome, act_in_message, act_in_view, find_element, suggestions
from sandbox.json_types import Json
from sandbox.people import Person


def visible_conversation(sandbox: Sandbox, person: Person, channel_id: str) -> Conversation:
    """By id or name; raises ClientRefusalError for what the person cannot see."""
    wanted = channel_id.removeprefix("#")
    for each in (sandbox.workspace.conversations.get(wanted), *_named(sandbox, wanted)):
        if each and can_see(sandbox, person, each):
            return each
    message = f"no conversation {channel_id}"
    raise ClientRefusalError(message, 404)


def _named(sandbox: Sandbox, name: str) -> list[Conversation]:
    return [each for each in sandbox.workspace.conversations.values() if each.name == name]


def can_see(sandbox: Sandbox, person: Person, conversation: Conversation) -> bool:
    """Members see their conversations; full members of the team see public channels too."""
    if person.id in conversation.members:
        return True
    insider = person.team_id == sandbox.config.team_id and not person.is_guest
    return insider and conversation.kind == "public"


def visible_message(sandbox: Sandbox, person: Person, channel_id: str, ts: str) -> Message:
    conversation = visible_conversation(sandbox, person, channel_id)
    message = conversation.messages.get(ts) or conversation.ephemerals.get(ts)
    if message is None or message.only_for not in (None, person.id):
        raise ClientRefusalError("no such message", 404)
    return message


def top_dialog(sandbox: Sandbox, person: Person) -> View:
    view = sandbox.dialogs.top(person.id)
    if view is None:
        raise ClientRefusalError("no dialog is open", 404)
    return view


def own_home(sandbox: Sandbox, person: Person) -> View:
    view = sandbox.dialogs.homes.get(person.id)
    if view is None:
        raise ClientRefusalError("the Home tab is empty", 404)
    return view


def label_of(block: Json, element: Json) -> str:
    """The words by which a person knows a field."""
    if block["type"] == "input":
        label: str = block["label"]["text"]
        return label
    for holder in (block.get("text"), element.get("placeholder"), element.get("text")):
        if holder:
            words: str = holder["text"]
            return words
    return ""


def field_labelled(view: View, label: str) -> tuple[str, str]:
    """block_id and action_id of the field: exactly this label, else one that starts with it,
    else one that contains it; case does not matter."""
    wanted = label.casefold()
    fields = [
        (label_of(block, element).casefold(), (block["block_id"], element["action_id"]))
        for block in view.blocks
        for element in elements_of(block)
        if element["type"] in VALUE_KEYS
    ]
    ranked = (
        [ids for text, ids in fields if text == wanted],
        [ids for text, ids in fields if text.startswith(wanted)],
        [ids for text, ids in fields if wanted in text],
    )
    for matches in ranked:
        if matches:
            return matches[0]
    there = ", ".join(repr(text) for text, _ in fields)
    message = f"no field {label!r}; there is: {there}"
    raise ClientRefusalError(message, 404)


def _person_id(sandbox: Sandbox, wanted: str) -> str:
    for person in sandbox.workspace.people.values():
        names = (person.id, person.profile.name, person.shown_name, person.profile.real_name)
        if wanted.removeprefix("@") in names:
            return person.id
    message = f"nobody is called {wanted!r}"
    raise ClientRefusalError(message, 404)


def _resolved(sandbox: Sandbox, kind: str, wanted: Any) -> Any:
    """Names of people and channels, and ids of files, as what the state holds."""
    if isinstance(wanted, list):
        return [_resolved(sandbox, kind, each) for each in wanted]
    if not isinstance(wanted, str) or not wanted:
        return wanted
    if "users_select" in kind:
        return _person_id(sandbox, wanted)
    if "channels_select" in kind or "conversations_select" in kind:
        found = _named(sandbox, wanted.removeprefix("#"))
        return found[0].id if found else wanted
    if kind == "file_input":
        return file_object(sandbox.files.get(wanted), sandbox.base_url)
    return wanted


async def value_for(
    sandbox: Sandbox, person: Person, place: View | Message, ids: tuple[str, str], wanted: Any
) -> Json:
    """The state that an element takes when the person types or chooses ``wanted``.

    In an external select the text is typed as a query and the option with that text chosen.
    """
    _, element = find_element(place.blocks, *ids)
    kind = element["type"]
    if kind == "overflow":
        return {"selected_option": option_for(element, str(wanted))}
    if kind not in VALUE_KEYS:
        return {}
    options: list[Json] | None = None
    if "external_select" in kind:
        options = []
        for query in wanted if isinstance(wanted, list) else [wanted]:
            if isinstance(query, str) and query:
                options += await suggestions(sandbox, person, place, ids, query)
    return chosen(element, _resolved(sandbox, kind, wanted), options)


def _dispatches(block: Json, element: Json, *, enter: bool) -> bool:
    """Whether Slack tells the bot at once about a change of this element."""
    if block["type"] != "input":
        return True
    if not block.get("dispatch_action"):
        return False
    if not element["type"].endswith("_input"):
        return True
    triggers = element.get("dispatch_action_config", {}).get(
        "trigger_actions_on", ["on_enter_pressed"]
    )
    return ("on_enter_pressed" if enter else "on_character_entered") in triggers


async def fill(
    sandbox: Sandbox,
    person: Person,
    view: View,
    ids: tuple[str, str],
    wanted: Any,
    *,
    enter: bool = False,
) -> Outcome | None:
    """Type or choose in a dialog or on the Home; returns what the bot said if it was told."""
    block, element = find_element(view.blocks, *ids)
    value = await value_for(sandbox, person, view, ids, wanted)
    sandbox.dialogs.set_value(view, *ids, value)
    if not _dispatches(block, element, enter=enter):
        return None
    return await act_in_view(sandbox, person, view, ids, value)


async def press(
    sandbox: Sandbox,
    person: Person,
    place: View | Message,
    ids: tuple[str, str],
    request: Json,
) -> Outcome:
    """Press a button or choose from a menu. ``request``: ``value``, ``confirmed``, ``forge``."""
    _, element = find_element(place.blocks, *ids)
    if element.get("confirm") and not request.get("confirmed"):
        title = element["confirm"]["title"]["text"]
        message = f"Slack asks first: {title}"
        raise ClientRefusalError(message, 409)
    value = await value_for(sandbox, person, place, ids, request.get("value"))
    forged = request.get("forge")
    if isinstance(place, View):
        return await act_in_view(sandbox, person, place, ids, value, forged)
    return await act_in_message(sandbox, person, place, ids, value, forged)
