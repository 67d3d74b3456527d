"""Named moments at which a process may die; tests make it die there."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Checkpoint(StrEnum):
    CLAIMED = "claimed"
    """Leased and committed; nothing sent."""
    SENDING = "sending"
    """Committed as being sent; the request has not left."""
    ANSWERED = "answered"
    """Slack has it; we have not written so."""
    SENT = "sent"
    """Written and committed."""
    MATERIALISING = "materialising"
    """Deliveries made, not committed."""
    LOOKING = "looking"
    """Slack's history is about to be read."""
    FOUND = "found"
    """History has it; we have not written so."""


Reached = Callable[[Checkpoint], None]


def carry_on(_: Checkpoint) -> None:
    """What a process does at a checkpoint outside tests."""
