"""Block Kit's blocks, as plain dicts within Slack's limits. See `messages.elements` on text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from messages import limits
from messages.elements import (
    Block,
    Element,
    given,
    identifier,
    mrkdwn,
    picture,
    plain_text,
    require,
)
from messages.safe import Safe, shorten_safe
from messages.shorten import units


def section(text: str, *, accessory: Element | None = None, block_id: str | None = None) -> Block:
    """One paragraph. Our own text must fit; for text that may not, there is `sections`."""
    require(
        not isinstance(text, Safe) or units(text) <= limits.SECTION_TEXT,
        "a section takes 3,000 characters; `sections` splits longer text",
    )
    return {
        "type": "section",
        "text": mrkdwn(text, limits.SECTION_TEXT),
        **given(accessory=accessory, block_id=block_id and identifier(block_id)),
    }


def sections(text: Safe) -> list[Block]:
    """As many sections as the text needs, split between lines. No section for no text."""
    return [section(part) for part in _parts(text, limits.SECTION_TEXT)]


def _parts(text: Safe, limit: int) -> Iterable[Safe]:
    """Whole lines together up to the limit; a single longer line is cut."""
    part = ""
    for line in text.split("\n"):
        joined = f"{part}\n{line}" if part else line
        if part and units(joined) > limit:
            yield from _fitting(part, limit)
            joined = line
        part = joined
    yield from _fitting(part, limit)


def _fitting(part: str, limit: int) -> Iterable[Safe]:
    if stripped := part.strip():
        yield shorten_safe(Safe(stripped), limit)


def fields(items: Sequence[str], *, block_id: str | None = None) -> Block:
    """Short texts in two columns."""
    require(1 <= len(items) <= limits.FIELDS, f"1 to 10 fields, not {len(items)}")
    return {
        "type": "section",
        "fields": [mrkdwn(item, limits.FIELD_TEXT) for item in items],
        **given(block_id=block_id and identifier(block_id)),
    }


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, limits.HEADER_TEXT)}


def context(*items: str | Element) -> Block:
    """Small print: texts, and pictures made by `elements.picture`."""
    require(1 <= len(items) <= limits.CONTEXT_ELEMENTS, f"1 to 10 items, not {len(items)}")
    return {
        "type": "context",
        "elements": [
            mrkdwn(item, limits.CONTEXT_TEXT) if isinstance(item, str) else item for item in items
        ],
    }


def actions(*elements: Element, block_id: str | None = None) -> Block:
    require(1 <= len(elements) <= limits.ACTIONS_ELEMENTS, f"1 to 25 elements, not {len(elements)}")
    return {
        "type": "actions",
        "elements": list(elements),
        **given(block_id=block_id and identifier(block_id)),
    }


def divider() -> Block:
    return {"type": "divider"}


def image(url: str, alt: str, title: str | None = None) -> Block:
    return {
        **picture(url, alt),
        **given(title=plain_text(title, limits.ALT_TEXT) if title else None),
    }


def input_block(
    label: str,
    element: Element,
    *,
    block_id: str,
    hint: str | None = None,
    optional: bool = False,
    dispatch: bool = False,
) -> Block:
    """A labelled input. `dispatch` sends an action as soon as its value changes."""
    return {
        "type": "input",
        "block_id": identifier(block_id),
        "label": plain_text(label, limits.INPUT_LABEL),
        "element": element,
        "optional": optional,
        "dispatch_action": dispatch,
        **given(hint=plain_text(hint, limits.INPUT_HINT) if hint else None),
    }
