"""Blocks and messages as Slack validates them.

Newer block kinds (cards, carousels, data tables, charts, layouts…) are refused here: nobody here
sends them, and a refusal is the safe side of strictness.
"""

from __future__ import annotations

from typing import Any

from sandbox.blocks_elements import IN_ACTIONS, IN_CONTEXT, IN_INPUT, IN_SECTION
from sandbox.blocks_objects import IDENTIFIER, SLACK_FILE, WEB_ADDRESS, any_text, plain_text
from sandbox.blocks_rich_text import RICH_TEXT, RICH_TEXT_VALUE
from sandbox.blocks_schema import (
    Check,
    Place,
    Surface,
    array,
    boolean,
    either,
    one_of,
    only_on,
    record,
    string,
    tagged,
)
from sandbox.json_types import Json

MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
TABLE_CHARACTERS = 10_000
MARKDOWN_CHARACTERS = 12_000


def _block(
    kind: str,
    required: dict[str, Check],
    optional: dict[str, Check] | None = None,
    *rules: Check,
) -> Check:
    return record(
        {"type": one_of(kind), **required}, {"block_id": IDENTIFIER, **(optional or {})}, *rules
    )


def _says_something(block: Any, place: Place) -> None:
    if "text" not in block and "fields" not in block:
        place.complain("must define either `text` or `fields`")


def _unique_action_ids(block: Any, place: Place) -> None:
    given = [e["action_id"] for e in block["elements"] if "action_id" in e]
    for repeated in sorted({each for each in given if given.count(each) > 1}):
        place.complain(f"`action_id` {repeated} already exists in this block")


_CELL = tagged(
    {
        "raw_text": record({"type": one_of("raw_text"), "text": string()}),
        "rich_text": RICH_TEXT_VALUE,
    },
    "table cell",
)


def _column_settings(value: Any, place: Place) -> None:
    column = record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
    if isinstance(value, list):
        array(column, 0, 20)([each if each is not None else {} for each in value], place)
    else:
        place.complain("must provide an array")


_BLOCK = tagged(
    {
        "section": _block(
            "section",
            {},
            {
                "text": any_text(3000),
                "fields": array(any_text(2000), 1, 10),
                "accessory": tagged(IN_SECTION, "accessory"),
                "expand": boolean,
            },
            _says_something,
        ),
        "header": _block("header", {"text": plain_text(150)}),
        "divider": _block("divider", {}),
        "context": _block("context", {"elements": array(tagged(IN_CONTEXT, "element"), 1, 10)}),
        "actions": _block(
            "actions",
            {"elements": array(tagged(IN_ACTIONS, "element"), 1, 25)},
            {},
            _unique_action_ids,
        ),
        "input": _block(
            "input",
            {"label": plain_text(2000), "element": tagged(IN_INPUT, "input element")},
            {"hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
        ),
        "image": _block(
            "image",
            {"alt_text": string(2000)},
            {"image_url": WEB_ADDRESS, "slack_file": SLACK_FILE, "title": plain_text(2000)},
            either("image_url", "slack_file"),
        ),
        "rich_text": _block("rich_text", RICH_TEXT),
        "table": _block(
            "table",
            {"rows": array(array(_CELL, 1, 20), 1, 100)},
            {"column_settings": _column_settings},
            only_on("message", "home"),
        ),
        "markdown": _block(
            "markdown", {"text": string(MARKDOWN_CHARACTERS)}, {}, only_on("message")
        ),
    },
    "block",
)


def elements_of(block: Json) -> list[Json]:
    """The elements that a person can act on in a block, wherever they stand in it."""
    inside = [block.get("accessory"), block.get("element"), *block.get("elements", [])]
    return [each for each in inside if isinstance(each, dict)]


def _cell_text(cell: Any) -> int:
    """Characters in a table cell, however deep its rich text goes."""
    if isinstance(cell, dict):
        return sum(
            len(v) if k == "text" and isinstance(v, str) else _cell_text(v) for k, v in cell.items()
        )
    return sum(map(_cell_text, cell)) if isinstance(cell, list) else 0


def _as_a_whole(blocks: list[Json], place: Place) -> None:
    """What only shows when all blocks are seen together."""
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    for repeated in sorted({each for each in ids if ids.count(each) > 1}):
        place.complain(f"`block_id` {repeated} already exists")
    focused = [e for b in blocks for e in elements_of(b) if e.get("focus_on_load")]
    if len(focused) > 1:
        place.complain("only one element can set focus_on_load")
    tables = [block for block in blocks if block["type"] == "table"]
    if len(tables) > 1:
        place.complain("only one table is allowed")
    if _cell_text([table["rows"] for table in tables]) > TABLE_CHARACTERS:
        place.complain(f"tables must be less than {TABLE_CHARACTERS + 1} characters")


def check_blocks(blocks: object, place: Place) -> None:
    """Add a complaint to ``place`` for everything Slack would reject in these blocks."""
    before = len(place.complaints)
    array(_BLOCK, 0, MOST_BLOCKS[place.surface])(blocks, place)
    if len(place.complaints) == before and isinstance(blocks, list):
        _as_a_whole(blocks, place)


def block_problems(blocks: object, surface: Surface = "message") -> list[str]:
    """Slack's complaints about the blocks of a message; empty means that Slack takes them."""
    place = Place(surface, "/blocks")
    check_blocks(blocks, place)
    return place.complaints
