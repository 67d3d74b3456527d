"""Long text of people's own, shown exactly as typed: nothing in it is ever read as markup."""

from __future__ import annotations

from collections.abc import Sequence

from messages import limits
from messages.elements import NOTHING_VISIBLE, Block, Element, Json, require
from messages.safe import Safe
from messages.shorten import shorten
from messages.typed import clean_text


def rich_text(*parts: Element, block_id: str | None = None) -> Block:
    """A block of paragraphs, quotes and lists."""
    require(len(parts) > 0, "a rich text needs a part")
    block: Block = {"type": "rich_text", "elements": list(parts)}
    return {**block, "block_id": block_id} if block_id else block


def paragraph(*spans: str | Element) -> Element:
    """Plain strings and spans made by `bold`, in one line of thought."""
    return {"type": "rich_text_section", "elements": _spans(spans)}


def quote(*spans: str | Element) -> Element:
    """Somebody's own words, set off."""
    return {"type": "rich_text_quote", "elements": _spans(spans)}


def preformatted(text: str) -> Element:
    """Text of ours for machines, to be copied letter by letter; it must fit as it is."""
    require(0 < len(text) <= limits.RICH_TEXT, "a text for machines cannot be cut")
    return {
        "type": "rich_text_preformatted",
        "elements": [{"type": "text", "text": text.removesuffix("\n")}],
    }


def bullets(items: Sequence[str | Element]) -> Element:
    require(len(items) > 0, "a list needs an item")
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [paragraph(item) for item in items],
    }


def bold(text: str) -> Element:
    return {**_span(text), "style": {"bold": True}}


def code(text: str) -> Element:
    """Something to copy, sign by sign."""
    return {**_span(text), "style": {"code": True}}


def _spans(spans: Sequence[str | Element]) -> list[Json]:
    require(len(spans) > 0, "a rich text needs words")
    return [_span(span) if isinstance(span, str) else span for span in spans]


def _span(text: str) -> Element:
    require(not isinstance(text, Safe), "mrkdwn would be shown literally in rich text")
    require(text != "", "Slack refuses empty text")
    cleaned = shorten(clean_text(text), limits.RICH_TEXT) or NOTHING_VISIBLE
    # A space at an edge separates the span from its neighbour; clean_text took it.
    before, after = (" " if edge.isspace() else "" for edge in (text[0], text[-1]))
    return {"type": "text", "text": f"{before}{cleaned}{after}"}
