"""When people are away, and who stands in for whom meanwhile.

The context of validation holds `today`, the asker's own calendar date. Both days of a range belong
to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from domain.people import Member

DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
FURTHEST = timedelta(days=366)
ENTERED_LATE = timedelta(days=31)
"""How long ago leave may have begun when somebody enters it."""

SlackUser = Annotated[str, StringConstraints(max_length=40)]


class Days(BaseModel):
    """A range of days, still going on or ahead."""

    model_config = ConfigDict(frozen=True)

    first_day: date
    last_day: date

    @field_validator("first_day")
    @classmethod
    def _begins_in_sight(cls, first_day: date, info: ValidationInfo) -> date:
        today = (info.context or {}).get("today")
        if today is not None and first_day > today + FURTHEST:
            raise _refuse("days_too_far", "first_day")
        if today is not None:
            cls._require_begin(first_day, today)
        return first_day

    @classmethod
    def _require_begin(cls, first_day: date, today: date) -> None:
        """How early it may begin; each sort of days has its own rule."""

    @field_validator("last_day")
    @classmethod
    def _ends_in_order(cls, last_day: date, info: ValidationInfo) -> date:
        first, today = info.data.get("first_day"), (info.context or {}).get("today")
        if first is not None and last_day < first:
            raise _refuse("days_upside_down", "last_day")
        if first is not None and last_day - first > LONGEST:
            raise _refuse("days_too_many", "last_day")
        if today is not None and last_day < today:
            raise _refuse("days_over", "last_day")
        return last_day

    @property
    def day_after(self) -> date:
        return self.last_day + DAY


class TakeLeave(Days):
    """Days on which somebody will not be at work; why is not asked."""

    @classmethod
    def _require_begin(cls, first_day: date, today: date) -> None:
        if first_day < today - ENTERED_LATE:
            raise _refuse("leave_began_long_ago", "first_day")


class NameDeputy(Days):
    """Somebody (by Slack's id) who stands in for the asker on these days."""

    deputy: SlackUser

    @classmethod
    def _require_begin(cls, first_day: date, today: date) -> None:
        if first_day < today:
            raise _refuse("deputy_from_past", "first_day")


def _refuse(code: str, field: str) -> PydanticCustomError:
    return PydanticCustomError(code, code, {"field": field})


@dataclass(frozen=True, slots=True)
class LeaveDays:
    """Stored leave of one person."""

    id: UUID
    person: UUID
    first_day: date
    day_after: date

    @property
    def last_day(self) -> date:
        return self.day_after - DAY


@dataclass(frozen=True, slots=True)
class Delegation:
    """One person stands in for another; without `day_after` until somebody ends it."""

    id: UUID
    delegator: UUID
    deputy: UUID
    first_day: date
    day_after: date | None
    ended: bool
    """Somebody ended it before its time."""

    @property
    def last_day(self) -> date | None:
        return None if self.day_after is None else self.day_after - DAY

    def over(self, today: date) -> bool:
        return self.ended or (self.day_after is not None and self.day_after <= today)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A delegation with the other side of it: for the delegator the deputy, and the reverse."""

    delegation: Delegation
    other: Member


@dataclass(frozen=True, slots=True)
class OwnCover:
    """What a person sees and changes of their own: days away, deputies, for whom they stand in."""

    reader: Member
    today: date
    away: tuple[LeaveDays, ...]
    deputies: tuple[StandIn, ...]
    stands_in_for: tuple[StandIn, ...]
    leads: bool
    """Whether anybody reports to them, so that there is something to stand in for."""

    @property
    def nobody_for(self) -> bool:
        """Whether some of their days away have no deputy although somebody reports to them."""
        return self.leads and any(
            not any(_stands_in(one.delegation, leave) for one in self.deputies)
            for leave in self.away
        )


def _stands_in(delegation: Delegation, leave: LeaveDays) -> bool:
    """Whether it holds on one of these days."""
    begins_in_time = delegation.first_day < leave.day_after
    return begins_in_time and not delegation.over(leave.first_day)


@dataclass(frozen=True, slots=True)
class DeputyNotice:
    """Tells somebody that they stand in for another, from when to when; later that it is over."""

    reader: Member
    delegator: Member
    delegation: Delegation
    over: bool


@dataclass(frozen=True, slots=True)
class DelegationEnded:
    """Tells one side that a delegation was ended before its time."""

    reader: Member
    delegator: Member
    deputy: Member
    delegation: UUID
