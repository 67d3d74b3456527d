"""What an element holds: its value at first, and after a person has chosen or typed."""

from __future__ import annotations

from typing import Any

from sandbox.blocks import elements_of
from sandbox.blocks_objects import offered
from sandbox.errors import ClientRefusalError
from sandbox.json_types import Json

VALUE_KEYS: dict[str, tuple[str, str]] = {
    # type: (key in the state, key of the initial value)
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "files"),
}
TYPED = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
OFFERING = ("static_select", "radio_buttons", "checkboxes", "multi_static_select")


def holds_many(kind: str) -> bool:
    return kind.startswith("multi_") or kind in ("checkboxes", "file_input")


def first_value(element: Json) -> Json:
    """The state of an element that nobody has touched."""
    kind = element["type"]
    key, initial = VALUE_KEYS[kind]
    return {"type": kind, key: element.get(initial, [] if holds_many(kind) else None)}


def is_empty(state: Json) -> bool:
    """Whether Slack's client counts the element as not filled in."""
    return state[VALUE_KEYS[state["type"]][0]] in (None, "", [])


def state_of(blocks: list[Json], kept: Json) -> Json:
    """``state.values`` for these blocks; a value stays where block_id, action_id and kind stay.

    That is what Slack does on views.update: new initial values of such inputs are ignored.
    """
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in VALUE_KEYS:
                block_id, action_id = block["block_id"], element["action_id"]
                old = kept.get(block_id, {}).get(action_id)
                same = old is not None and old["type"] == element["type"]
                value = old if same else first_value(element)
                values.setdefault(block_id, {})[action_id] = value
    return values


def option_for(element: Json, wanted: str, options: list[Json] | None = None) -> Json:
    """The option with this visible text (or value), without its description.

    Raises ClientRefusalError when nothing of the kind is offered.
    """
    choices = offered(element) if options is None else options
    for option in choices:
        if wanted in (option["text"]["text"], option["value"]):
            return {key: option[key] for key in ("text", "value", "description") if key in option}
    visible = ", ".join(repr(option["text"]["text"]) for option in choices)
    message = f"{wanted!r} is not offered; there is: {visible}"
    raise ClientRefusalError(message)


def chosen(element: Json, wanted: Any, options: list[Json] | None = None) -> Json:
    """The state after a person typed or chose ``wanted``; None or [] empties the element.

    Choices are given by visible text or value, ``options`` being what an external select offers;
    people, channels, dates and times as Slack writes them; whole option objects are taken as such.
    """
    kind = element["type"]
    if kind not in VALUE_KEYS:
        message = f"nothing can be chosen in a {kind}"
        raise ClientRefusalError(message)
    key = VALUE_KEYS[kind][0]
    if key in ("selected_option", "selected_options"):
        many = wanted if isinstance(wanted, list) else [] if wanted is None else [wanted]
        found = [w if isinstance(w, dict) else option_for(element, str(w), options) for w in many]
        limit = element.get("max_selected_items", len(found))
        if len(found) > limit:
            message = f"no more than {limit} can be chosen"
            raise ClientRefusalError(message)
        value: Any = found if holds_many(kind) else found[0] if found else None
    elif holds_many(kind):
        value = wanted if isinstance(wanted, list) else [wanted] if wanted else []
    elif kind in TYPED:
        value = None if wanted in (None, "") else str(wanted)
    else:
        value = wanted
    return {"type": kind, key: value}
