"""What a person can read in blocks: everything visible, as plain text."""

from __future__ import annotations

import html
import re
from typing import Any

Json = dict[str, Any]

_MARKS = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)(.+?)(?<=\S)\1(?![\w*_~`])")


def plain(mrkdwn: str, names: dict[str, str]) -> str:
    """mrkdwn as it is read: mentions by name, dates by fallback, links by label, no markers."""

    def token(match: re.Match[str]) -> str:
        target, _, label = match[1].partition("|")
        if target.startswith(("!date", "!subteam", "#")):
            return label or target
        if target.startswith("@"):
            return f"@{names.get(target[1:]) or label or target[1:]}"
        if target.startswith("!"):
            return "@" + target[1:]
        return label or target

    previous, shown = "", re.sub(r"<([^<>]+)>", token, mrkdwn)
    while previous != shown:
        previous, shown = shown, _MARKS.sub(r"\2", shown)
    return html.unescape(shown)


def text_of(piece: Json, names: dict[str, str]) -> str:
    """A text object as it is read."""
    text: str = piece["text"]
    return plain(text, names) if piece["type"] == "mrkdwn" else text


def _inline(element: Json, names: dict[str, str]) -> str:
    kind = element["type"]
    if kind == "user":
        return f"@{names.get(element['user_id'], element['user_id'])}"
    if kind == "date":
        return str(element.get("fallback", element["timestamp"]))
    if kind == "broadcast":
        return "@" + str(element["range"])
    if kind == "emoji":
        return f":{element['name']}:"
    return str(element.get("text") or element.get("url") or element.get("channel_id") or "")


def _rich(element: Json, names: dict[str, str]) -> str:
    if element["type"] in ("rich_text", "rich_text_list"):
        return "\n".join(_rich(each, names) for each in element["elements"])
    return "".join(_inline(each, names) for each in element["elements"])


def _block(block: Json, names: dict[str, str]) -> list[str]:
    kind = block["type"]
    if kind == "rich_text":
        return [_rich(block, names)]
    if kind == "table":
        rows = [[_cell(cell, names) for cell in row] for row in block["rows"]]
        return [" | ".join(row) for row in rows]
    if kind == "image":
        return [block["alt_text"]]
    pieces = [block.get("text"), *block.get("fields", []), block.get("label"), block.get("hint")]
    if kind == "context":
        pieces += block["elements"]
    return [text_of(each, names) if "text" in each else each["alt_text"] for each in pieces if each]


def _cell(cell: Json, names: dict[str, str]) -> str:
    return str(cell["text"]) if cell["type"] == "raw_text" else _rich(cell, names)


def blocks_text(blocks: list[Json], names: dict[str, str]) -> str:
    """Every text in the blocks except what stands on buttons and menus, one line each."""
    return "\n".join(line for block in blocks for line in _block(block, names))
