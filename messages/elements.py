"""Block Kit's elements and objects, as plain dicts within Slack's limits.

A plain `str` is anybody's text: it is shown as it is and cut to fit. What must be ours (an id, a
value, a count) raises BlockError when Slack would reject it: that is a mistake in our code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Literal, TypeAlias

from messages import limits
from messages.safe import Safe, as_safe, shorten_safe
from messages.shorten import shorten, units
from messages.typed import clean_line, clean_text, sendable

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"
Block: TypeAlias = dict[str, Json]
Element: TypeAlias = dict[str, Json]
Option: TypeAlias = dict[str, Json]

NOTHING_VISIBLE = "…"
"""Stands where somebody's text shows nothing at all; Slack refuses empty text."""


class BlockError(ValueError):
    """Our own code was about to show what Slack would reject."""


def require(condition: bool, complaint: str) -> None:
    if not condition:
        raise BlockError(complaint)


def identifier(value: str) -> str:
    if not 0 < len(value) <= limits.IDENTIFIER:
        raise BlockError(f"an id needs 1 to 255 characters: {value[:40]!r}")
    return value


def plain_text(text: str, limit: int) -> Element:
    """Text that Slack shows literally, without mrkdwn and without emoji codes."""
    require(not isinstance(text, Safe), "mrkdwn would be shown literally in a plain text")
    require(text != "", "Slack refuses empty text")
    cleaned = shorten(clean_text(text), limit) or NOTHING_VISIBLE
    return {"type": "plain_text", "text": cleaned, "emoji": False}


def mrkdwn_text(text: str, limit: int) -> str:
    """mrkdwn cut to fit; a plain `str` is escaped."""
    require(text != "", "Slack refuses empty text")
    fitting = str(shorten_safe(as_safe(text, limit), limit))
    return fitting if fitting.strip() else NOTHING_VISIBLE


def mrkdwn(text: str, limit: int) -> Element:
    """A text object in mrkdwn. `verbatim` keeps Slack from linking by itself."""
    return {"type": "mrkdwn", "text": mrkdwn_text(text, limit), "verbatim": True}


def button(
    text: str,
    action_id: str,
    value: str = "",
    *,
    style: Literal["primary", "danger"] | None = None,
    confirm: Element | None = None,
    accessibility_label: str | None = None,
    url: str | None = None,
) -> Element:
    require(units(value) <= limits.BUTTON_VALUE, "a button's value may have 2,000 characters")
    require(url is None or len(url) <= limits.URL, "an address may have 3,000 characters")
    label = accessibility_label and plain_text(accessibility_label, limits.BUTTON_TEXT)["text"]
    return {
        "type": "button",
        "text": plain_text(text, limits.BUTTON_TEXT),
        "action_id": identifier(action_id),
        **given(
            value=value or None, style=style, confirm=confirm, url=url, accessibility_label=label
        ),
    }


def given(**properties: Json) -> Element:
    """Those that are not None: Slack rejects a null."""
    return {name: value for name, value in properties.items() if value is not None}


def confirm(title: str, text: str, yes: str, no: str, *, danger: bool = False) -> Element:
    """The question that Slack asks before it sends an action."""
    return {
        "title": plain_text(title, limits.CONFIRM_TITLE),
        "text": plain_text(text, limits.CONFIRM_TEXT),
        "confirm": plain_text(yes, limits.CONFIRM_BUTTON),
        "deny": plain_text(no, limits.CONFIRM_BUTTON),
        **given(style="danger" if danger else None),
    }


def option(value: str, label: str, description: str | None = None) -> Option:
    require(is_option_value(value), "an option's value has 1 to 150 characters")
    shown = plain_text(description, limits.OPTION_TEXT) if description else None
    text = plain_text(label, limits.OPTION_TEXT)
    return {"text": text, "value": value, **given(description=shown)}


def is_option_value(value: str) -> bool:
    return 0 < units(value) <= limits.OPTION_VALUE and sendable(value) == value


def picture(url: str, alt: str) -> Element:
    """A small image inside a section or context."""
    require(0 < len(url) <= limits.URL, "an address has 1 to 3,000 characters")
    require(alt != "", "a picture needs a text for those who cannot see it")
    text = shorten(clean_line(alt), limits.ALT_TEXT) or NOTHING_VISIBLE
    return {"type": "image", "image_url": url, "alt_text": text}


def overflow(action_id: str, options: Sequence[Option]) -> Element:
    return {
        "type": "overflow",
        "action_id": identifier(action_id),
        "options": _options(options, limits.OVERFLOW_OPTIONS),
    }


def static_select(
    action_id: str,
    options: Sequence[Option],
    *,
    initial: Option | None = None,
    placeholder: str | None = None,
) -> Element:
    _require_offered([initial] if initial else [], options)
    return {
        "type": "static_select",
        "action_id": identifier(action_id),
        "options": _options(options, limits.SELECT_OPTIONS),
        **given(initial_option=initial, placeholder=_placeholder(placeholder)),
    }


def multi_static_select(
    action_id: str,
    options: Sequence[Option],
    *,
    initial: Sequence[Option] = (),
    placeholder: str | None = None,
) -> Element:
    _require_offered(initial, options)
    return {
        "type": "multi_static_select",
        "action_id": identifier(action_id),
        "options": _options(options, limits.SELECT_OPTIONS),
        **given(initial_options=list(initial) or None, placeholder=_placeholder(placeholder)),
    }


def external_select(
    action_id: str,
    *,
    initial: Option | None = None,
    placeholder: str | None = None,
    min_query_length: int = 1,
) -> Element:
    """A menu whose options the handler answers while a person types."""
    require(min_query_length >= 0, "a query cannot have fewer than no characters")
    return {
        "type": "external_select",
        "action_id": identifier(action_id),
        "min_query_length": min_query_length,
        **given(initial_option=initial, placeholder=_placeholder(placeholder)),
    }


def users_select(
    action_id: str, *, initial: str | None = None, placeholder: str | None = None
) -> Element:
    return {
        "type": "users_select",
        "action_id": identifier(action_id),
        **given(initial_user=initial, placeholder=_placeholder(placeholder)),
    }


def multi_users_select(
    action_id: str,
    *,
    initial: Sequence[str] = (),
    placeholder: str | None = None,
    max_selected: int | None = None,
) -> Element:
    return {
        "type": "multi_users_select",
        "action_id": identifier(action_id),
        **given(
            initial_users=list(initial) or None,
            placeholder=_placeholder(placeholder),
            max_selected_items=max_selected,
        ),
    }


def radio_buttons(
    action_id: str, options: Sequence[Option], *, initial: Option | None = None
) -> Element:
    _require_offered([initial] if initial else [], options)
    return {
        "type": "radio_buttons",
        "action_id": identifier(action_id),
        "options": _options(options, limits.CHECK_OPTIONS),
        **given(initial_option=initial),
    }


def checkboxes(
    action_id: str, options: Sequence[Option], *, initial: Sequence[Option] = ()
) -> Element:
    _require_offered(initial, options)
    return {
        "type": "checkboxes",
        "action_id": identifier(action_id),
        "options": _options(options, limits.CHECK_OPTIONS),
        **given(initial_options=list(initial) or None),
    }


def date_picker(
    action_id: str, *, initial: date | None = None, placeholder: str | None = None
) -> Element:
    return {
        "type": "datepicker",
        "action_id": identifier(action_id),
        **given(
            initial_date=initial.isoformat() if initial else None,
            placeholder=_placeholder(placeholder),
        ),
    }


def time_picker(
    action_id: str, *, initial: time | None = None, placeholder: str | None = None
) -> Element:
    return {
        "type": "timepicker",
        "action_id": identifier(action_id),
        **given(
            initial_time=f"{initial:%H:%M}" if initial else None,
            placeholder=_placeholder(placeholder),
        ),
    }


def datetime_picker(action_id: str, *, initial: datetime | None = None) -> Element:
    """Modals and messages only. Slack wants ten digits of seconds: 2001 to 2286."""
    seconds = int(initial.timestamp()) if initial else None
    require(seconds is None or 10**9 <= seconds < 10**10, "a moment from 2001 to 2286")
    require(initial is None or initial.tzinfo is not None, "a moment needs a zone")
    return {
        "type": "datetimepicker",
        "action_id": identifier(action_id),
        **given(initial_date_time=seconds),
    }


def text_input(
    action_id: str,
    *,
    multiline: bool = False,
    initial: str | None = None,
    placeholder: str | None = None,
    max_length: int = limits.INPUT_TEXT,
    dispatch_on_enter: bool = False,
) -> Element:
    """A field for text. `initial` is cut to `max_length`."""
    require(1 <= max_length <= limits.INPUT_TEXT, "a text input takes 1 to 3,000 characters")
    return {
        "type": "plain_text_input",
        "action_id": identifier(action_id),
        "multiline": multiline,
        "max_length": max_length,
        **given(
            initial_value=shorten(sendable(initial or ""), max_length) or None,
            placeholder=_placeholder(placeholder),
            dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]}
            if dispatch_on_enter
            else None,
        ),
    }


def file_input(action_id: str, *, filetypes: Sequence[str] = (), max_files: int = 1) -> Element:
    require(1 <= max_files <= limits.FILES, "a file input takes 1 to 10 files")
    return {
        "type": "file_input",
        "action_id": identifier(action_id),
        "max_files": max_files,
        **given(filetypes=list(filetypes) or None),
    }


def _placeholder(text: str | None) -> Element | None:
    return plain_text(text, limits.PLACEHOLDER) if text else None


def _options(options: Sequence[Option], most: int) -> list[Json]:
    require(1 <= len(options) <= most, f"1 to {most} options, not {len(options)}")
    values = [option["value"] for option in options]
    require(len(set(map(str, values))) == len(values), "two options with one value")
    return list(options)


def _require_offered(initial: Sequence[Option], options: Sequence[Option]) -> None:
    require(all(one in options for one in initial), "an initial option that is not offered")
