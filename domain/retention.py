"""How long what is held on people who have left is kept, and what happens then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.erasure import in_minimum, months_later
from domain.holds import HoldScope, Matter
from domain.people import Member
from domain.policy import Maximum, Part, Retention


class Fate(StrEnum):
    """What retention says of somebody who has left."""

    NOT_YET = "not_yet"
    DUE = "due"
    """The maximum is over and nothing keeps them: to be purged."""
    HELD = "held"
    """The maximum is over, but a legal hold stands."""
    CONFLICT = "conflict"
    """The maximum is over before a statutory minimum is: the minimum holds, and counsel decides."""


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who has left. `left` is their last day, or when the last entry about them was made;
    `newest` when the newest record of each part was made."""

    id: UUID
    region: str | None
    left: date
    newest: Mapping[Part, date]


def fate(policy: Retention, leaver: Leaver, holds: Collection[HoldScope], today: date) -> Fate:
    """Hold before statutory minimum before maximum; where maximums meet, the shortest counts."""
    longest = shortest_maximum(policy.maximums, leaver.region)
    if longest is None or today < months_later(leaver.left, longest.months):
        return Fate.NOT_YET
    if holds:
        return Fate.HELD
    if in_minimum(policy.minimums, leaver.region, leaver.newest, today):
        return Fate.CONFLICT
    return Fate.DUE


def shortest_maximum(maximums: Iterable[Maximum], region: str | None) -> Maximum | None:
    """The maximum that counts in a region; None where there is none."""
    here = [
        one
        for one in maximums
        if one.region is None or f"{region or ''}-".startswith(f"{one.region}-")
    ]
    return min(here, key=lambda one: one.months, default=None)


class AskPurge(BaseModel):
    """`matter` is where the purge was decided, such as a ticket's number."""

    model_config = ConfigDict(frozen=True)

    matter: Matter


@dataclass(frozen=True, slots=True)
class RetentionPreview:
    """How many of those who have left have which fate; `due` are the first of those to purge."""

    counts: Mapping[Fate, int]
    due: tuple[UUID, ...]
    rules: tuple[Maximum, ...]


@dataclass(frozen=True, slots=True)
class RetentionPage:
    """The same for one viewer, with some of the names."""

    viewer: Member
    preview: RetentionPreview
    names: tuple[str, ...]
