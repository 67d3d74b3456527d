"""Named moments at which a process may die or stand still; tests make it do so there.

Delivery and clock tell `Parts.reached` (in `bot.app`) when they get to one. In earnest nobody
listens: whoever puts the parts together in a test gives them a listener.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Checkpoint(StrEnum):
    CLAIMING = "claiming"
    """Leased, not committed; all other processes wait for that."""
    CLAIMED = "claimed"
    """Leased and committed; nothing sent."""
    SENDING = "sending"
    """Committed as being sent; the request has not left."""
    FENCED = "fenced"
    """The lease was still good; the request leaves next, however long this process now stalls."""
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
    ANNOUNCING = "announcing"
    """Between two steps of an announcement: some of its people are handed over, the rest is not."""


Reached = Callable[[Checkpoint], None]


def carry_on(_: Checkpoint) -> None:
    """What a process does at a checkpoint outside tests."""
