"""The record of the rules as one viewer reads it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.people import Member
from domain.screens import ActShown


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """What the record says of the rules, newest first; `more_before` opens the next page."""

    viewer: Member
    acts: tuple[ActShown, ...]
    more_before: int | None
