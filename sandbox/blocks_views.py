"""Views (modals and App Home) and option replies as Slack validates them."""

from __future__ import annotations

import json
from typing import Any

from sandbox.blocks import check_blocks
from sandbox.blocks_objects import OPTION_GROUPS, OPTIONS, plain_text
from sandbox.blocks_schema import Check, Place, array, boolean, either, one_of, record, string

VIEW_BYTES = 250_000


def _blocks(value: Any, place: Place) -> None:
    check_blocks(value, place)


_SHARED: dict[str, Check] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}


def _inputs_need_submit(view: Any, place: Place) -> None:
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        place.complain("missing required field: submit")


_MODAL = record(
    {"type": one_of("modal"), "title": plain_text(24), "blocks": _blocks},
    {
        **_SHARED,
        "close": plain_text(24),
        "submit": plain_text(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    _inputs_need_submit,
)
_HOME = record({"type": one_of("home"), "blocks": _blocks}, _SHARED)


def view_size(view: object) -> int:
    """The bytes that Slack counts against a view's 250 kB."""
    return len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode())


def view_problems(view: object) -> list[str]:
    """Slack's complaints about a view; empty means that Slack takes it (size aside)."""
    kind = view.get("type") if isinstance(view, dict) else None
    place = Place("home" if kind == "home" else "modal", "/view")
    if not isinstance(view, dict):
        place.complain("must provide an object")
    elif kind not in ("modal", "home"):
        place.complain("missing required field: type" if kind is None else "unsupported type")
    else:
        (_HOME if kind == "home" else _MODAL)(view, place)
    return place.complaints


_OPTION_REPLY = record(
    {}, {"options": OPTIONS, "option_groups": OPTION_GROUPS}, either("options", "option_groups")
)
_EMPTY_REPLY = record({"options": array(string(), 0, 0)})


def option_reply_problems(reply: object) -> list[str]:
    """Slack's complaints about the answer to a block_suggestion; no options at all is fine."""
    empty, filled = Place("modal"), Place("modal")
    _EMPTY_REPLY(reply, empty)
    _OPTION_REPLY(reply, filled)
    return filled.complaints if empty.complaints else []
