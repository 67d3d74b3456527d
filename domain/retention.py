"""Retention: people who have left, kinds of record, what is purged of them and who is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.erasure import in_minimum
from domain.holds import HoldScope, Matter
from domain.people import Member
from domain.retention_rules import (
    Fate,
    Kind,
    Maximum,
    Part,
    Retention,
    Rule,
    holds_in,
    months_later,
)


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who has left. `left` is their last day, or when the last entry about them was made;
    `newest` when the newest record of each part was made."""

    id: UUID
    region: str | None
    left: date
    newest: Mapping[Part, date]


def fate(
    policy: Retention,
    leaver: Leaver,
    holds: Collection[HoldScope],
    today: date,
    *,
    disputed: bool = False,
) -> Fate:
    """Hold before statutory minimum before maximum; where maximums meet, the shortest counts.

    While a case of theirs is open, nothing is purged either.
    """
    longest = shortest_maximum(policy.leaver_maximums, leaver.region)
    if longest is None or today < months_later(leaver.left, longest.months):
        return Fate.NOT_YET
    if holds:
        return Fate.HELD
    if in_minimum(policy.all_minimums, leaver.region, leaver.newest, today):
        return Fate.CONFLICT
    return Fate.DISPUTED if disputed else Fate.DUE


def shortest_maximum(maximums: Iterable[Maximum], region: str | None) -> Maximum | None:
    """The maximum that counts in a region; None where there is none."""
    here = [one for one in maximums if holds_in(one.region, region)]
    return min(here, key=lambda one: one.months, default=None)


class AskPurge(BaseModel):
    """`matter` is where the purge was decided, such as a ticket's number."""

    model_config = ConfigDict(frozen=True)

    matter: Matter


class AskKindPurge(AskPurge):
    """The same for one kind of record."""

    kind: Kind


class PurgeState(StrEnum):
    """Where a purge stands. The value is stored."""

    APPROVED = "approved"
    """Two people want it; what is due goes batch by batch."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StoredPurge:
    """A purge that two people approved; `day` and `asked_at` fix what it takes."""

    id: UUID
    kind: Kind
    day: date
    policy: int
    asked_at: datetime
    approval: UUID
    asked_by: UUID
    approved_by: UUID
    state: PurgeState
    asked_count: int
    thing_count: int


@dataclass(frozen=True, slots=True)
class KindPreview:
    """How many of one kind are past their maximum, by fate, under which rules.

    `examples` are references of some that are due, as far as whoever looks may see them.
    """

    kind: Kind
    counts: Mapping[Fate, int]
    rules: tuple[Rule, ...]
    examples: tuple[str, ...] = ()

    @property
    def due(self) -> int:
        return self.counts.get(Fate.DUE, 0)


@dataclass(frozen=True, slots=True)
class RetentionPreview:
    """How many of those who have left have which fate; `due` are the first of those to purge.

    `kinds` tells the same of each kind of record that has a maximum, `to_archive` how many goals
    leave the lists next.
    """

    counts: Mapping[Fate, int]
    due: tuple[UUID, ...]
    rules: tuple[Maximum, ...]
    kinds: tuple[KindPreview, ...] = ()
    to_archive: int = 0

    def of(self, kind: Kind) -> KindPreview | None:
        return next((one for one in self.kinds if one.kind is kind), None)


@dataclass(frozen=True, slots=True)
class RetentionPage:
    """The same for one viewer, with some of the names; `can_ask` for those who may purge."""

    viewer: Member
    preview: RetentionPreview
    names: tuple[str, ...]
    can_ask: bool


@dataclass(frozen=True, slots=True)
class RetentionDue:
    """Tells somebody responsible that something is due, or that rules contradict each other."""

    reader: Member
    due: bool
    conflict: bool


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """Tells whoever asked for a purge what it took."""

    reader: Member
    purge: StoredPurge
    approved_by: str
