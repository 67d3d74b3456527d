"""Somebody leaves, entered by hand: what ends with their last day, and taking it back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from domain.canonical import canonical
from domain.people import Member
from domain.roles import Lacking, Reason, RoleHeld

LONG_AGO = timedelta(days=366)
FURTHEST = timedelta(days=366)
LISTED_SINCE = timedelta(days=30)
"""For so long after their last day somebody stands in the list of those who leave."""


class LastDay(BaseModel):
    """Who leaves, and their last day, which belongs to it. The context holds `today`."""

    model_config = ConfigDict(frozen=True)

    who: UUID
    last_day: date

    @field_validator("last_day")
    @classmethod
    def _in_sight(cls, last_day: date, info: ValidationInfo) -> date:
        today = (info.context or {}).get("today")
        if today is not None and not today - LONG_AGO <= last_day <= today + FURTHEST:
            raise PydanticCustomError("last_day_out_of_sight", "last_day_out_of_sight")
        return last_day


class ConfirmLeaving(BaseModel):
    """Why it is entered; for the record."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


@dataclass(frozen=True, slots=True)
class Holdings:
    """What somebody was given and asked, which ends when they leave."""

    roles: tuple[RoleHeld, ...]
    deputies: tuple[str, ...]
    """Who stands in for them, by name."""
    stands_in_for: tuple[str, ...]
    shares: int
    """Goals of others that are shared with them."""
    cases: int
    """Goals of others that they are asked to decide."""
    help_asked: int
    """Negotiations that they are asked to help with."""
    rhythms: int
    """Goals of their own on which they are asked to check in."""


@dataclass(frozen=True, slots=True)
class Departure:
    """What would happen if somebody's last day were this one, as things stand."""

    viewer: Member
    person: Member
    last_day: date
    entered: date | None
    """The last day that was entered before, if one was."""
    at_once: bool
    """Whether that day is over where they are, so that everything ends now."""
    ends: Holdings
    open_goals: int
    reports: int
    """How many people report to them."""
    lacking: Lacking | None
    """Why no two people could give roles any more without them; None where they still can."""

    @property
    def digest(self) -> str:
        """What was shown, all of it; another one where anything of it has changed."""
        ends = self.ends
        told = canonical(
            {
                "person": str(self.person.id),
                "last_day": self.last_day.isoformat(),
                "entered": self.entered.isoformat() if self.entered else None,
                "at_once": self.at_once,
                "roles": sorted(str(one.id) for one in ends.roles),
                "deputies": list(ends.deputies),
                "stands_in_for": list(ends.stands_in_for),
                "counts": [ends.shares, ends.cases, ends.help_asked, ends.rhythms],
                "open": [self.open_goals, self.reports],
                "lacking": self.lacking.value if self.lacking else None,
            }
        )
        return hashlib.sha256(told).hexdigest()


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody whose last day is entered."""

    person: Member
    last_day: date
    left: bool


@dataclass(frozen=True, slots=True)
class DepartureNotice:
    """Tells the person, or who leads them, how it stands; without a last day they stay."""

    reader: Member
    person: Member
    last_day: date | None
    left: bool
    open_goals: int
    whom_to_ask: tuple[str, ...]
    """HR where the person works, by name."""

    @property
    def own(self) -> bool:
        return self.reader.id == self.person.id
