"""Block Kit's elements, each with the places where Slack takes it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.blocks_objects import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_CONFIG,
    IDENTIFIER,
    MARKED_OPTION,
    OPTION_GROUPS,
    OPTIONS,
    OVERFLOW_OPTION,
    SELECT_OPTION,
    SLACK_FILE,
    WEB_ADDRESS,
    any_text,
    initial_is_offered,
    plain_text,
)
from sandbox.blocks_rich_text import RICH_TEXT_VALUE
from sandbox.blocks_schema import (
    Check,
    Place,
    array,
    boolean,
    either,
    integer,
    one_of,
    only_on,
    record,
    string,
)

PLACEHOLDER = plain_text(150)
TEXT_LIMIT = 3000
SLACK_ID = string(255)


def _is_calendar_date(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _calendar_date(value: Any, place: Place) -> None:
    if not _is_calendar_date(value):
        place.complain("must be a date in the format YYYY-MM-DD")


def _decimal(value: Any, place: Place) -> None:
    try:
        finite = Decimal(value if isinstance(value, str) else "not a string").is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        place.complain("must be a number given as a string")


def _lengths_agree(element: Any, place: Place) -> None:
    least, most = element.get("min_length", 0), element.get("max_length", TEXT_LIMIT)
    if least > most:
        place.at("min_length").complain("must not be greater than max_length")
    if len(element.get("initial_value", "")) > most:
        place.at("initial_value").complain(f"must be less than {most + 1} characters")


def _numbers_agree(element: Any, place: Place) -> None:
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and most is not None and Decimal(least) > Decimal(most):
        place.at("min_value").complain("must not be greater than max_value")
    given = [element[k] for k in ("initial_value", "min_value", "max_value") if k in element]
    if not element["is_decimal_allowed"] and any(Decimal(n) % 1 for n in given):
        place.complain("decimals are not allowed here")


def _element(
    kind: str,
    required: dict[str, Check] | None = None,
    optional: dict[str, Check] | None = None,
    *rules: Check,
) -> Check:
    common: dict[str, Check] = {"action_id": IDENTIFIER}
    return record(
        {"type": one_of(kind), **(required or {})}, {**common, **(optional or {})}, *rules
    )


def _select(kind: str, optional: dict[str, Check], *rules: Check) -> Check:
    shared: dict[str, Check] = {
        "placeholder": PLACEHOLDER,
        "confirm": CONFIRM,
        "focus_on_load": boolean,
    }
    if kind.startswith("multi_"):
        shared["max_selected_items"] = integer(1)
    return _element(kind, {}, {**shared, **optional}, *rules)


def _typed(
    kind: str, required: dict[str, Check], optional: dict[str, Check], *rules: Check
) -> Check:
    """An element that one types into."""
    shared: dict[str, Check] = {
        "placeholder": PLACEHOLDER,
        "focus_on_load": boolean,
        "dispatch_action_config": DISPATCH_CONFIG,
    }
    return _element(kind, required, {**shared, **optional}, *rules)


_CONVERSATIONS: dict[str, Check] = {
    "default_to_current_conversation": boolean,
    "filter": CONVERSATION_FILTER,
}
_SINGLE_CONVERSATION: dict[str, Check] = {
    **_CONVERSATIONS,
    "initial_conversation": SLACK_ID,
    "response_url_enabled": boolean,
}
_STATIC: dict[str, Check] = {"options": OPTIONS, "option_groups": OPTION_GROUPS}
_SOME_OPTIONS = array(SELECT_OPTION, 1, 100)
_SOME_IDS = array(SLACK_ID, 1)
_ONE_LIST = either("options", "option_groups")

BUTTON = _element(
    "button",
    {"text": plain_text(75)},
    {
        "value": string(2000),
        "url": WEB_ADDRESS,
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
IMAGE_ELEMENT = record(
    {"type": one_of("image"), "alt_text": string(2000)},
    {"image_url": WEB_ADDRESS, "slack_file": SLACK_FILE},
    either("image_url", "slack_file"),
)
OVERFLOW = _element("overflow", {"options": array(OVERFLOW_OPTION, 1, 5)}, {"confirm": CONFIRM})
_TEN = array(MARKED_OPTION, 1, 10)
_CHOICE: dict[str, Check] = {"confirm": CONFIRM, "focus_on_load": boolean}
_DATED: dict[str, Check] = {"confirm": CONFIRM, "focus_on_load": boolean}

CHOOSERS: dict[str, Check] = {
    "static_select": _select(
        "static_select", {**_STATIC, "initial_option": SELECT_OPTION}, _ONE_LIST, initial_is_offered
    ),
    "external_select": _select(
        "external_select", {"initial_option": SELECT_OPTION, "min_query_length": integer(0)}
    ),
    "users_select": _select("users_select", {"initial_user": SLACK_ID}),
    "conversations_select": _select("conversations_select", _SINGLE_CONVERSATION),
    "channels_select": _select(
        "channels_select", {"initial_channel": SLACK_ID, "response_url_enabled": boolean}
    ),
}
MULTI_CHOOSERS: dict[str, Check] = {
    "multi_static_select": _select(
        "multi_static_select",
        {**_STATIC, "initial_options": _SOME_OPTIONS},
        _ONE_LIST,
        initial_is_offered,
    ),
    "multi_external_select": _select(
        "multi_external_select",
        {"initial_options": _SOME_OPTIONS, "min_query_length": integer(0)},
    ),
    "multi_users_select": _select("multi_users_select", {"initial_users": _SOME_IDS}),
    "multi_conversations_select": _select(
        "multi_conversations_select", {**_CONVERSATIONS, "initial_conversations": _SOME_IDS}
    ),
    "multi_channels_select": _select("multi_channels_select", {"initial_channels": _SOME_IDS}),
}
PICKERS: dict[str, Check] = {
    "datepicker": _element(
        "datepicker",
        {},
        {**_DATED, "placeholder": PLACEHOLDER, "initial_date": _calendar_date},
    ),
    "timepicker": _element(
        "timepicker",
        {},
        {
            **_DATED,
            "placeholder": PLACEHOLDER,
            "initial_time": string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d"),
            "timezone": string(100),
        },
    ),
    "datetimepicker": _element(
        "datetimepicker",
        {},
        {**_DATED, "initial_date_time": integer(1_000_000_000, 9_999_999_999)},
        only_on("message", "modal"),
    ),
    "radio_buttons": _element(
        "radio_buttons",
        {"options": _TEN},
        {**_CHOICE, "initial_option": MARKED_OPTION},
        initial_is_offered,
    ),
    "checkboxes": _element(
        "checkboxes", {"options": _TEN}, {**_CHOICE, "initial_options": _TEN}, initial_is_offered
    ),
}
WRITERS: dict[str, Check] = {
    "plain_text_input": _typed(
        "plain_text_input",
        {},
        {
            "initial_value": string(TEXT_LIMIT),
            "multiline": boolean,
            "min_length": integer(0, TEXT_LIMIT),
            "max_length": integer(1, TEXT_LIMIT),
        },
        _lengths_agree,
    ),
    "number_input": _typed(
        "number_input",
        {"is_decimal_allowed": boolean},
        {"initial_value": _decimal, "min_value": _decimal, "max_value": _decimal},
        only_on("modal"),
        _numbers_agree,
    ),
    "email_text_input": _typed(
        "email_text_input",
        {},
        {"initial_value": string(255, pattern=r"[^@\s]+@[^@\s]+")},
        only_on("modal"),
    ),
    "url_text_input": _typed(
        "url_text_input", {}, {"initial_value": WEB_ADDRESS}, only_on("modal")
    ),
    "rich_text_input": _typed(
        "rich_text_input",
        {},
        {
            "initial_value": RICH_TEXT_VALUE,
            "min_lines": integer(1, 100),
            "max_lines": integer(1, 100),
        },
        only_on("modal", "home"),
    ),
    "file_input": _element(
        "file_input",
        {},
        {"filetypes": array(string(20), 1), "max_files": integer(1, 10)},
        only_on("modal"),
    ),
}

IN_ACTIONS: dict[str, Check] = {
    "button": BUTTON,
    "overflow": OVERFLOW,
    **CHOOSERS,
    **PICKERS,
}
IN_SECTION: dict[str, Check] = {
    kind: check
    for kind, check in {**IN_ACTIONS, **MULTI_CHOOSERS, "image": IMAGE_ELEMENT}.items()
    if kind != "datetimepicker"  # Slack takes it in actions and inputs alone
}
IN_INPUT: dict[str, Check] = {**CHOOSERS, **MULTI_CHOOSERS, **PICKERS, **WRITERS}
IN_CONTEXT: dict[str, Check] = {
    "image": IMAGE_ELEMENT,
    "plain_text": any_text(TEXT_LIMIT),
    "mrkdwn": any_text(TEXT_LIMIT),
}
