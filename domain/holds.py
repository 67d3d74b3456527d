"""Legal holds: what legal keeps from being erased or purged, until two people end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from domain.people import Member
from domain.roles import Reason

MATTER_LIMIT = 120

Matter = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MATTER_LIMIT)
]


class HoldScope(StrEnum):
    """What of a person a hold keeps. The value is stored."""

    EVERYTHING = "everything"
    GOALS = "goals"
    CHECK_INS = "check_ins"
    FEEDBACK = "feedback"


class PlaceHold(BaseModel):
    """A hold to be placed. `who` is Slack's id; `matter` is a reference, such as a file number."""

    model_config = ConfigDict(frozen=True)

    who: str
    scope: HoldScope
    matter: Matter
    reason: Reason


class ReleaseHold(BaseModel):
    """Why a hold is to end."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as it is listed: without its matter, which only its own dialog shows."""

    id: UUID
    person: Member
    scope: HoldScope
    placed_by: Member
    placed_at: datetime
    """Business time."""


@dataclass(frozen=True, slots=True)
class HoldOpened:
    """A hold with what was noted about it; that somebody opened it is recorded first."""

    hold: Hold
    matter: str
    reason: str
    can_release: bool


@dataclass(frozen=True, slots=True)
class HoldPage:
    """The holds that stand within what the viewer's role covers, newest first."""

    viewer: Member
    holds: tuple[Hold, ...]
    more: bool
    can_place: bool
