"""Who looked at what is confidential about somebody: for that person, never with its content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.audit import Receipt
from domain.people import Member


class Looked(StrEnum):
    """What was opened, as its subject may know it."""

    SUPPORT = "support"
    """What they wrote for their manager with a check-in, and the replies."""
    FACILITATION = "facilitation"
    """Their note to a facilitator."""
    FEEDBACK = "feedback"
    """Feedback about them that they may read."""
    OTHER_FEEDBACK = "other_feedback"
    """Feedback about them that its giver did not share with them."""
    ROUND = "round"
    """Their private answer in a round."""
    CORRECTION = "correction"
    """What they asked to have corrected."""
    METADATA = "metadata"
    """Who did what about them and when, without what it says."""
    HELD = "held"
    """What a legal hold keeps of them."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Look:
    """One opening by somebody else. Both times are the record's: machine time, or when it was done
    where that was entered later.

    `thing` names what was opened where it has a name (a goal's reference, a round's topic, who gave
    the feedback), `made_at` is when it came about.
    """

    receipt: Receipt
    at: datetime
    reader: str | None
    """None for an operator at the command line."""
    what: Looked
    thing: str | None = None
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Looks:
    """One page of them, newest first; `more_before` opens the next one."""

    viewer: Member
    looks: tuple[Look, ...]
    more_before: int | None
