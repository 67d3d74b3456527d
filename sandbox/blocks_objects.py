"""Block Kit's composition objects: texts, options, confirm dialogs, filters."""

from __future__ import annotations

from typing import Any

from sandbox.blocks_schema import (
    Check,
    Place,
    array,
    boolean,
    either,
    one_of,
    record,
    string,
    tagged,
)

OPTION_TEXT = 75
OPTION_VALUE = 150
MOST_OPTIONS = 100
IDENTIFIER = string(255)
WEB_ADDRESS = string(3000, pattern=r"(?s)(https?|mailto|slack):.+")
SLACK_FILE = record({}, {"id": string(255), "url": WEB_ADDRESS}, either("id", "url"))


def plain_text(most: int, least: int = 1) -> Check:
    """A plain_text object of at most ``most`` characters."""
    return tagged(
        {
            "plain_text": record(
                {"type": one_of("plain_text"), "text": string(most, least)}, {"emoji": boolean}
            )
        },
        "text object",
    )


def any_text(most: int) -> Check:
    """A plain_text or mrkdwn object; each knows only its own switch."""
    return tagged(
        {
            "plain_text": record(
                {"type": one_of("plain_text"), "text": string(most)}, {"emoji": boolean}
            ),
            "mrkdwn": record(
                {"type": one_of("mrkdwn"), "text": string(most)}, {"verbatim": boolean}
            ),
        },
        "text object",
    )


CONFIRM = record(
    {"title": plain_text(100), "text": any_text(300)},
    {
        "confirm": plain_text(30),
        "deny": plain_text(30),
        "style": one_of("primary", "danger"),
    },
)

SELECT_OPTION = record(
    {"text": plain_text(OPTION_TEXT), "value": string(OPTION_VALUE)},
    {"description": plain_text(75)},
)
MARKED_OPTION = record(  # radio buttons and checkboxes may use mrkdwn labels
    {"text": any_text(OPTION_TEXT), "value": string(OPTION_VALUE)},
    {"description": any_text(75)},
)
OVERFLOW_OPTION = record(
    {"text": plain_text(OPTION_TEXT), "value": string(OPTION_VALUE)},
    {"description": plain_text(75), "url": WEB_ADDRESS},
)
OPTION_GROUP = record(
    {"label": plain_text(OPTION_TEXT), "options": array(SELECT_OPTION, 1, MOST_OPTIONS)}
)
OPTIONS = array(SELECT_OPTION, 1, MOST_OPTIONS)
OPTION_GROUPS = array(OPTION_GROUP, 1, MOST_OPTIONS)

CONVERSATION_FILTER = record(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH_CONFIG = record(
    {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 1, 2)}
)


def offered(element: dict[str, Any]) -> list[Any]:
    """Every option that a select, radio group or checkbox group offers."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def _alike(left: Any, right: Any) -> bool:
    """Whether two options are one: Slack compares value and text, not the emoji switch."""
    same_value: bool = left["value"] == right["value"]
    same_text: bool = left["text"]["text"] == right["text"]["text"]
    return same_value and same_text


def initial_is_offered(element: Any, place: Place) -> None:
    """``initial_option`` and ``initial_options`` must be among the options."""
    single = [element["initial_option"]] if "initial_option" in element else []
    for initial in [*single, *element.get("initial_options", [])]:
        if not any(_alike(initial, option) for option in offered(element)):
            key = "initial_option" if single else "initial_options"
            place.at(key).complain("initial option must exactly match one of the options provided")
