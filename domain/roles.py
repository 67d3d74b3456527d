"""Roles as they are asked for, given and ended in Slack."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from domain.one_time_codes import Code
from domain.people import GrantState, Member, Role
from domain.regions import TypedRegion

REASON_LIMIT = 500
FURTHEST = timedelta(days=3652)
"""Ten years: who wants a role without an end says so."""
_DAY = timedelta(days=1)
_LAST_ZONE_TO_BEGIN_A_DAY = timedelta(hours=12)

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=REASON_LIMIT)
]


def earliest_date(now: datetime) -> date:
    """The earliest date that anybody on earth writes at `now`.

    Lines and roles are looked up by the date of whoever asks; dated so, they hold for all at once.
    """
    return (now - _LAST_ZONE_TO_BEGIN_A_DAY).date()


@dataclass(frozen=True, slots=True)
class RolePlace:
    """Where a role holds: in a unit (by path) with all below it, in a region, or everywhere."""

    unit: str | None = None
    region: str | None = None


class GrantRole(BaseModel):
    """A role that somebody shall hold. `who` is Slack's id; the last day belongs to it.

    The context of validation holds `today`.
    """

    model_config = ConfigDict(frozen=True)

    who: str
    role: Role
    reason: Reason
    last_day: date | None = None
    org_unit: UUID | None = None
    region: TypedRegion = None

    @field_validator("region")
    @classmethod
    def _one_place(cls, region: str | None, info: ValidationInfo) -> str | None:
        if region is not None and info.data.get("org_unit") is not None:
            raise PydanticCustomError("role_one_place", "role_one_place")
        return region

    @field_validator("last_day")
    @classmethod
    def _a_day_to_come(cls, last_day: date | None, info: ValidationInfo) -> date | None:
        today = (info.context or {}).get("today")
        if today is not None and last_day is not None and last_day < today:
            raise PydanticCustomError("role_ends_in_past", "role_ends_in_past")
        if today is not None and last_day is not None and last_day > today + FURTHEST:
            raise PydanticCustomError("due_too_far", "due_too_far")
        return last_day

    @property
    def valid_to(self) -> date | None:
        """The day after the last, as ranges of dates are kept."""
        return None if self.last_day is None else self.last_day + _DAY


class ConfirmPending(BaseModel):
    """Why a role that an import asked for shall be given."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


class RefuseRescue(BaseModel):
    """Why a role that an operator asked for is not given: whoever was told of it reads it."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


class EndRole(BaseModel):
    """Why a role ends, with the code that confirms it."""

    model_config = ConfigDict(frozen=True)

    reason: Reason
    code: Code


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role of somebody's, or one that waits to be given. Dates are half-open."""

    id: UUID
    person: Member
    role: Role
    place: RolePlace
    state: GrantState
    valid_from: date
    valid_to: date | None
    waiting: bool = False
    """Whether somebody is asked to approve it just now."""
    by_operator: bool = False
    """Whether whoever runs Accord asked for it, so that one person confirms it."""
    last_administrator: bool = False
    """Whether nobody else is administrator; it is told to whoever is about to end it."""

    @property
    def last_day(self) -> date | None:
        return None if self.valid_to is None else self.valid_to - _DAY


class Lacking(StrEnum):
    """Why nobody can give roles in Slack, though two people are there for it."""

    ASKER = "asker"
    """Nobody is administrator, nor in HR."""
    APPROVER = "approver"
    """Nobody else is in HR or compliance."""


GIVING = (Role.ADMINISTRATOR, Role.HR, Role.COMPLIANCE)
"""The roles that it takes to give roles."""
APPROVING = (Role.HR, Role.COMPLIANCE)
"""Whoever holds one of these, for the place in question, may approve a role."""


def asking_role(held: Collection[Role]) -> Role:
    """Which role may ask for others, given those that anybody holds: HR without administrators."""
    return Role.ADMINISTRATOR if Role.ADMINISTRATOR in held else Role.HR


def lacking(held: Collection[tuple[UUID, Role]], asks: Role | None = None) -> Lacking | None:
    """Why no two people could give a role together, given who holds which; None if they could.

    `asks` is the role that may ask, where more roles are held than are given here.
    """
    asks = asks or asking_role({role for _, role in held})
    asking = {person for person, role in held if role is asks}
    approving = {person for person, role in held if role in APPROVING}
    if not asking:
        return Lacking.ASKER
    if any(approving - {one} for one in asking):
        return None
    return Lacking.APPROVER


@dataclass(frozen=True, slots=True)
class RolePage:
    """Who holds which role, as far as the viewer may know; `more_after` opens the next page."""

    viewer: Member
    today: date
    roles: tuple[RoleHeld, ...]
    all_of_them: bool
    can_change: bool
    lacking: Lacking | None = None
    ask: tuple[str, ...] = ()
    """Who can tell more, or give roles."""
    more_after: UUID | None = None


class RoleEnd(StrEnum):
    """How a role ended, where nobody ended it by itself."""

    NOT_CONFIRMED = "not_confirmed"
    REVOKED_IN_REVIEW = "revoked_in_review"
    LAST_DAY = "last_day"


@dataclass(frozen=True, slots=True)
class RoleNotice:
    """Tells somebody that they hold a role, or hold it no more."""

    reader: Member
    held: RoleHeld
    ended: bool
    by: tuple[str, ...]
    """Who asked and who approved."""
    how: RoleEnd | None = None
    ask: tuple[str, ...] = ()
    """Who else can tell more, and give it again; nobody where the reader alone can."""


@dataclass(frozen=True, slots=True)
class PendingRolesNotice:
    """Tells an administrator that an import asks for roles; how many still wait."""

    reader: Member
    waiting: int


@dataclass(frozen=True, slots=True)
class RescueAsked:
    """A role that an operator asks for, and who can confirm it."""

    person: Member
    role: Role
    confirming: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class RescueNotice:
    """Tells of a role that an operator asked for, since no two people can give one."""

    reader: Member
    held: RoleHeld
    reason: str
    until: datetime
    waits: bool
    confirmed_by: str | None
    confirming: tuple[str, ...]
    can_confirm: bool
    refused_by: str | None = None
    refusal: str = ""
