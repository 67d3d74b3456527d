"""The mark by which a message is recognised in Slack's history: the id of its delivery.

It travels twice, in the metadata and in a block's id, because metadata can be stripped and blocks
can be replaced. Text is never compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from scheduler.rendering import Block

EVENT_TYPE = "accord_delivery"
_PREFIX = "d:"

# Handlers find what was typed or pressed by the block_id of these.
_TAKEN = frozenset({"actions", "input"})


def metadata(delivery: UUID) -> dict[str, object]:
    """The message's `metadata` argument."""
    return {"event_type": EVENT_TYPE, "event_payload": {"delivery_id": str(delivery)}}


def marked(blocks: Sequence[Block], delivery: UUID) -> list[Block]:
    """The blocks, the first one that has no id of its own marked."""
    result = [dict(block) for block in blocks]
    for block in result:
        if "block_id" not in block and block.get("type") not in _TAKEN:
            block["block_id"] = f"{_PREFIX}{delivery}"
            break
    return list(result)


def delivery_of(message: Mapping[str, Any]) -> UUID | None:
    """The delivery that a message of Slack's history or of a click came from, if it is marked."""
    claimed = [_in_metadata(message)]
    claimed += [
        str(block.get("block_id")).removeprefix(_PREFIX)
        for block in message.get("blocks") or ()
        if str(block.get("block_id")).startswith(_PREFIX)
    ]
    for text in claimed:
        if text is not None:
            try:
                return UUID(text)
            except ValueError:
                continue
    return None


def _in_metadata(message: Mapping[str, Any]) -> str | None:
    found = message.get("metadata") or {}
    if found.get("event_type") != EVENT_TYPE:
        return None
    identity = (found.get("event_payload") or {}).get("delivery_id")
    return identity if isinstance(identity, str) else None
