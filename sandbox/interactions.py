"""What a person does in Slack's client, and what the bot gets to know of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox import payloads
from sandbox.answers import after_submission, command_reply
from sandbox.blocks import elements_of
from sandbox.blocks_views import option_reply_problems
from sandbox.bot_link import BotAnswer
from sandbox.conversations import Conversation, Message
from sandbox.dialog_checks import unsent_errors
from sandbox.dialogs import View
from sandbox.elements_state import VALUE_KEYS
from sandbox.errors import ClientRefusalError, SlackError
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.people import Person
from sandbox.typing_in import with_mentions


@dataclass
class Outcome:
    """How the bot answered and what the person sees of it."""

    answer: BotAnswer | None = None
    error: str | None = None
    """Slack's own words to the person, if something went wrong."""
    message: Message | None = None
    field_errors: dict[str, str] = field(default_factory=dict)


def find_element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    """The block and element with these ids; raises ClientRefusalError if they are not there."""
    for block in blocks:
        for element in elements_of(block):
            if block["block_id"] == block_id and element.get("action_id") == action_id:
                return block, element
    raise ClientRefusalError("there is no such element", 404)


def _response_url(
    sandbox: Sandbox, person: Person, channel: str, source: Message | None = None
) -> str:
    return f"{sandbox.base_url}/respond/{sandbox.response_urls.give(person.id, channel, source)}"


async def run_command(
    sandbox: Sandbox,
    person: Person,
    conversation: Conversation,
    typed: str,
    forged: Json | None = None,
) -> Outcome:
    """``/name words``: the ack's body is the answer; errors are told by Slack itself."""
    name, _, words = typed.strip().partition(" ")
    command = sandbox.manifest.commands.get(name)
    if command is None:
        message = f"{name} is not a valid command."
        raise ClientRefusalError(message)
    words = words.strip()
    if command.should_escape:
        words = with_mentions(sandbox.workspace, words, labelled=True)
    keys = (
        sandbox.dialogs.new_trigger(person.id),
        _response_url(sandbox, person, conversation.id),
    )
    payload = payloads.command_payload(sandbox, person, conversation, name, words, keys)
    answer = await sandbox.bot.deliver(
        "slash_commands", "command", payloads.merged(payload, forged)
    )
    problem = answer.slack_error
    shown = None
    if problem is None:
        try:
            shown = command_reply(sandbox, person.id, conversation.id, answer)
        except SlackError:
            problem = "dispatch_unknown_error"
    error = f':warning: {name} failed with the error "{problem}"' if problem else None
    return Outcome(answer, error, shown)


async def act_in_message(
    sandbox: Sandbox,
    person: Person,
    message: Message,
    ids: tuple[str, str],
    value: Json,
    forged: Json | None = None,
) -> Outcome:
    """Press or choose in a message; ``ids``: block_id, action_id. The ack's body is ignored."""
    block, element = find_element(message.blocks, *ids)
    if element["type"] in VALUE_KEYS:
        key = (person.id, message.channel, message.ts)
        state = sandbox.message_states.setdefault(key, {})
        state.setdefault(ids[0], {})[ids[1]] = value
    url = _response_url(sandbox, person, message.channel, message)
    payload = {
        **_block_actions(sandbox, person, None, block, element, value),
        **payloads.in_message(sandbox, person, message, url),
    }
    return await _send_action(sandbox, payload, forged)


async def act_in_view(
    sandbox: Sandbox,
    person: Person,
    view: View,
    ids: tuple[str, str],
    value: Json,
    forged: Json | None = None,
) -> Outcome:
    """Press or choose in a dialog or on the Home."""
    block, element = find_element(view.blocks, *ids)
    if element["type"] in VALUE_KEYS:
        sandbox.dialogs.set_value(view, *ids, value)
    inside = view.id if view.definition["type"] == "modal" else None
    payload = {
        **_block_actions(sandbox, person, inside, block, element, value),
        **payloads.in_view(sandbox, view),
    }
    return await _send_action(sandbox, payload, forged)


def _block_actions(
    sandbox: Sandbox,
    person: Person,
    in_dialog: str | None,
    block: Json,
    element: Json,
    value: Json,
) -> Json:
    trigger = sandbox.dialogs.new_trigger(person.id, in_dialog)
    pressed = payloads.action(block, element, value, sandbox.clock.next_ts())
    payload = payloads.interaction(sandbox, person, "block_actions", trigger)
    return {**payload, "actions": [pressed]}


async def _send_action(sandbox: Sandbox, payload: Json, forged: Json | None) -> Outcome:
    sent = payloads.merged(payload, forged)
    answer = await sandbox.bot.deliver("interactive", "block_actions", sent)
    error = None if answer.ok else ":warning: This app responded with an error."
    if answer.failure:
        error = ":warning: This app didn’t respond. Try again."  # noqa: RUF001  Slack's apostrophe
    return Outcome(answer, error)


async def submit(
    sandbox: Sandbox, person: Person, view: View, forged: Json | None = None
) -> Outcome:
    """Press the dialog's submit button; what the client refuses itself is not sent."""
    if "submit" not in view.definition:
        raise ClientRefusalError("this dialog has no submit button")
    view.field_errors, view.banner = unsent_errors(view), None
    if view.field_errors:
        return Outcome(field_errors=view.field_errors)
    trigger = sandbox.dialogs.new_trigger(person.id, view.id)
    payload = {
        **payloads.interaction(sandbox, person, "view_submission", trigger),
        "view": payloads.in_view(sandbox, view)["view"],
        "response_urls": _asked_urls(sandbox, person, view),
    }
    sent = payloads.merged(payload, forged)
    answer = await sandbox.bot.deliver("interactive", "view_submission", sent)
    view.banner = after_submission(sandbox, view, answer)
    return Outcome(answer, view.banner, field_errors=view.field_errors)


def _asked_urls(sandbox: Sandbox, person: Person, view: View) -> list[Json]:
    """A response URL for every conversation chosen in an input that asks for one."""
    urls = []
    for block in view.blocks:
        for element in elements_of(block):
            if element.get("response_url_enabled"):
                value = view.state[block["block_id"]][element["action_id"]]
                channel = value.get(VALUE_KEYS[element["type"]][0])
                if channel:
                    urls.append(
                        {
                            "block_id": block["block_id"],
                            "action_id": element["action_id"],
                            "channel_id": channel,
                            "response_url": _response_url(sandbox, person, channel),
                        }
                    )
    return urls


async def close(
    sandbox: Sandbox, person: Person, view: View, *, everything: bool = False
) -> Outcome:
    """Cancel or Esc closes the top dialog; the X closes all. The bot hears it if it asked to."""
    stack = list(sandbox.dialogs.stacks.get(person.id, []))
    if everything or view.definition.get("clear_on_close"):
        closed, cleared = stack, True
        sandbox.dialogs.clear(person.id)
    else:
        closed, cleared = [view], False
        sandbox.dialogs.pop(person.id)
    outcome = Outcome()
    for each in closed:
        if each.definition.get("notify_on_close"):
            payload = {
                **payloads.interaction(sandbox, person, "view_closed", None),
                "view": payloads.in_view(sandbox, each)["view"],
                "is_cleared": cleared,
            }
            outcome.answer = await sandbox.bot.deliver("interactive", "view_closed", payload)
    return outcome


async def suggestions(
    sandbox: Sandbox, person: Person, place: View | Message, ids: tuple[str, str], query: str
) -> list[Json]:
    """What an external select offers for what was typed; groups come flattened.

    Raises ClientRefusalError when Slack would show that loading failed.
    """
    blocks = place.blocks
    _, element = find_element(blocks, *ids)
    if "external_select" not in element["type"]:
        raise ClientRefusalError("this is not an external select")
    if len(query) < element.get("min_query_length", 3):
        return []
    where = (
        payloads.in_view(sandbox, place)
        if isinstance(place, View)
        else payloads.in_message(sandbox, person, place, "")
    )
    where.pop("response_url", None)
    payload = {
        **payloads.interaction(sandbox, person, "block_suggestion", None),
        **where,
        "block_id": ids[0],
        "action_id": ids[1],
        "value": query,
    }
    answer = await sandbox.bot.deliver("interactive", "block_suggestion", payload)
    content = answer.json if answer.ok else None
    if content is None or option_reply_problems(content):
        raise ClientRefusalError("Results could not be loaded.", 502)
    groups = [option for group in content.get("option_groups", []) for option in group["options"]]
    return [*content.get("options", []), *groups]


async def global_shortcut(
    sandbox: Sandbox, person: Person, callback_id: str, forged: Json | None = None
) -> Outcome:
    shortcut = sandbox.manifest.shortcuts.get(callback_id)
    if shortcut is None or shortcut.type != "global":
        raise ClientRefusalError("there is no such shortcut", 404)
    trigger = sandbox.dialogs.new_trigger(person.id)
    payload = {
        **payloads.interaction(sandbox, person, "shortcut", trigger),
        "callback_id": callback_id,
        "action_ts": sandbox.clock.next_ts(),
    }
    return await _send_shortcut(sandbox, "shortcut", payloads.merged(payload, forged))


async def message_shortcut(
    sandbox: Sandbox, person: Person, callback_id: str, message: Message, forged: Json | None = None
) -> Outcome:
    shortcut = sandbox.manifest.shortcuts.get(callback_id)
    if shortcut is None or shortcut.type != "message":
        raise ClientRefusalError("there is no such shortcut", 404)
    trigger = sandbox.dialogs.new_trigger(person.id)
    conversation = sandbox.workspace.conversations[message.channel]
    place = payloads.in_message(sandbox, person, message, "")
    payload = {
        **payloads.interaction(sandbox, person, "message_action", trigger),
        "callback_id": callback_id,
        "action_ts": sandbox.clock.next_ts(),
        "message_ts": message.ts,
        "channel": {"id": message.channel, "name": conversation.shown_name},
        "message": place.get("message"),
        "response_url": _response_url(sandbox, person, message.channel),
    }
    return await _send_shortcut(sandbox, "message_action", payloads.merged(payload, forged))


async def _send_shortcut(sandbox: Sandbox, kind: str, payload: Json) -> Outcome:
    answer = await sandbox.bot.deliver("interactive", kind, payload)
    error = None if answer.ok else "Something went wrong. Try again."
    return Outcome(answer, error)
