"""Erasing a person: what is asked for, what has to stay and why, what was done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.corrections import CorrectionAbout
from domain.holds import HoldScope, Matter
from domain.people import Member
from domain.retention_rules import Minimum, Part, holds_in, months_later

ERASED_NAME = "Erased person"
ERASED_TITLE = "Erased"
"""What stands for a person's name, and for the titles of their goals, once they are erased."""


class ErasureScope(StrEnum):
    """What is asked for. The value is stored."""

    EVERYTHING = "everything"
    GOALS = "goals"
    CHECK_INS = "check_ins"
    FEEDBACK = "feedback"

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(Part) if self is ErasureScope.EVERYTHING else (Part(self.value),)


class KeptBecause(StrEnum):
    """Why a part is not erased. The value is stored; one goes before those behind it."""

    HOLD = "hold"
    MINIMUM = "minimum"
    DISPUTE = "dispute"
    """A case about it is open: it is restricted instead, neither erased nor purged meanwhile."""


class AskErasure(BaseModel):
    """What is asked for. `matter` is where the request is kept, such as a ticket's number."""

    model_config = ConfigDict(frozen=True)

    scope: ErasureScope
    matter: Matter


@dataclass(frozen=True, slots=True)
class Ruled:
    """What happens to each part that was asked for: erased, or kept for a reason."""

    erased: tuple[Part, ...]
    kept: Mapping[Part, KeptBecause]


def rule(
    asked: Iterable[Part],
    holds: Collection[HoldScope],
    in_minimum: Collection[Part],
    disputed: Collection[Part] = (),
) -> Ruled:
    """Hold before statutory minimum before erasure; what is disputed is restricted instead.

    Who somebody is stays for as long as anything else about them has to: a record of nobody is
    none.
    """
    kept: dict[Part, KeptBecause] = {}
    for part in asked:
        why = _kept_because(part, holds, in_minimum, disputed)
        if why is not None:
            kept[part] = why
    return Ruled(tuple(part for part in asked if part not in kept), kept)


def _kept_because(
    part: Part,
    holds: Collection[HoldScope],
    in_minimum: Collection[Part],
    disputed: Collection[Part],
) -> KeptBecause | None:
    on_this = {HoldScope.EVERYTHING} | (
        {HoldScope(part.value)} if part is not Part.PERSON else set()
    )
    if any(part is Part.PERSON or hold in on_this for hold in holds):
        return KeptBecause.HOLD
    if part in in_minimum or (part is Part.PERSON and in_minimum):
        return KeptBecause.MINIMUM
    if part in disputed or (part is Part.PERSON and disputed):
        return KeptBecause.DISPUTE
    return None


def disputed_parts(cases: Iterable[CorrectionAbout]) -> frozenset[Part]:
    """What somebody's open cases are about: a goal, feedback, or anything at all.

    A goal goes with the check-ins on it; without them nobody could judge the case.
    """
    return frozenset(part for case in cases for part in _DISPUTED[case])


_DISPUTED: Mapping[CorrectionAbout, tuple[Part, ...]] = {
    CorrectionAbout.GOAL: (Part.GOALS, Part.CHECK_INS),
    CorrectionAbout.FEEDBACK: (Part.FEEDBACK,),
    CorrectionAbout.DATA: tuple(Part),
}


def in_minimum(
    minimums: Iterable[Minimum], region: str | None, newest: Mapping[Part, date], today: date
) -> frozenset[Part]:
    """The parts that a law keeps still; `newest` is when the newest record of each was made.

    Where rules meet, the longest holds.
    """
    return frozenset(
        one.part
        for one in minimums
        if one.part in newest
        and holds_in(one.region, region)
        and today < months_later(newest[one.part], one.months)
    )


def keeping(
    minimums: Iterable[Minimum], region: str | None, newest: Mapping[Part, date], today: date
) -> Mapping[Part, tuple[str, date]]:
    """What keeps each of `in_minimum` the longest, and the day from which it does no more."""
    found: dict[Part, tuple[str, date]] = {}
    for one in minimums:
        if one.part not in in_minimum([one], region, newest, today):
            continue
        free = months_later(newest[one.part], one.months)
        if one.part not in found or free > found[one.part][1]:
            found[one.part] = (one.reference, free)
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """A part that has to stay: why, under which rule and until when, and who can tell more.

    Of a hold there is neither: it stands until two people end it. `ask` are names.
    """

    part: Part
    why: KeptBecause
    law: str | None = None
    until: date | None = None
    """The day from which the law keeps it no more."""
    ask: tuple[str, ...] = ()


def told_of(
    kept: Mapping[Part, KeptBecause],
    laws: Mapping[Part, tuple[str, date]],
    ask: Mapping[KeptBecause, tuple[str, ...]],
) -> tuple[Kept, ...]:
    """What is kept, with what there is to tell of it.

    Who somebody is stays for as long as the law that keeps anything of theirs the longest.
    """
    longest = max(laws.values(), key=lambda law: law[1], default=None)
    found = []
    for part, why in kept.items():
        known = laws.get(part) or (longest if part is Part.PERSON else None)
        if part is Part.PERSON and known and longest and longest[1] > known[1]:
            known = longest
        law, until = known if known and why is KeptBecause.MINIMUM else (None, None)
        found.append(Kept(part, why, law, until, ask.get(why, ())))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What would happen, before somebody who may ask for it: here, that all of it has to stay."""

    person: Member
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class StoredErasure:
    """An erasure that was carried out. `at` is business time."""

    id: UUID
    person: UUID
    parts: tuple[Part, ...]
    kept: Mapping[Part, KeptBecause]
    approval: UUID
    asked_by: UUID
    approved_by: UUID
    at: datetime
    values: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """Tells whoever asked what was erased, and what was not and why; also whose it was.

    `matter` is where the request is kept, as whoever asked wrote it.
    """

    reader: Member
    erasure: StoredErasure
    asked_by: str
    approved_by: str
    matter: str | None = None
    kept: tuple[Kept, ...] = ()
    """What had to stay, and what still keeps it."""

    @property
    def own(self) -> bool:
        return self.reader.id == self.erasure.person
