"""The mark by which a message is found again."""

from __future__ import annotations

from uuid import uuid4

from scheduler import marker
from scheduler.rendering import Block


def test_a_message_is_known_by_its_metadata_or_by_its_block() -> None:
    delivery = uuid4()
    blocks = marker.marked([{"type": "section"}], delivery)
    assert marker.delivery_of({"metadata": marker.metadata(delivery)}) == delivery
    assert marker.delivery_of({"blocks": blocks}) == delivery
    # What Slack leaves of metadata where the reader did not ask for all of it:
    stripped = {"event_type": marker.EVENT_TYPE}
    assert marker.delivery_of({"metadata": stripped, "blocks": blocks}) == delivery


def test_only_a_block_that_nobody_else_needs_is_marked() -> None:
    blocks: list[Block] = [
        {"type": "actions"},
        {"type": "section", "block_id": "taken"},
        {"type": "context"},
        {"type": "section"},
    ]
    delivery = uuid4()
    ids = [block.get("block_id") for block in marker.marked(blocks, delivery)]
    assert ids == [None, "taken", f"d:{delivery}", None]
    assert "block_id" not in blocks[2]


def test_messages_of_others_are_not_ours() -> None:
    for foreign in (
        {},
        {"metadata": None, "blocks": None},
        {"metadata": {"event_type": "other", "event_payload": {"delivery_id": str(uuid4())}}},
        {"metadata": {"event_type": marker.EVENT_TYPE, "event_payload": {"delivery_id": 7}}},
        {"blocks": [{"type": "section", "block_id": "d:not-an-id"}, {"type": "divider"}]},
    ):
        assert marker.delivery_of(foreign) is None
