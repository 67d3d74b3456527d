"""Putting a check-in off, chosen in a dialog.

The context of validation holds `today`, the asker's own calendar date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError


class PutOffTo(StrEnum):
    TOMORROW = "tomorrow"
    THREE_DAYS = "three_days"
    NEXT_WEEK = "next_week"
    OTHER = "other"
    """A date that they pick."""


DAYS = {PutOffTo.TOMORROW: 1, PutOffTo.THREE_DAYS: 3, PutOffTo.NEXT_WEEK: 7}


class SnoozeCheckIn(BaseModel):
    """Until when everything that is due is put off."""

    model_config = ConfigDict(frozen=True)

    until: PutOffTo
    day: Annotated[date | None, Field(validate_default=True)] = None

    @field_validator("day")
    @classmethod
    def _ahead(cls, day: date | None, info: ValidationInfo) -> date | None:
        if info.data.get("until") is not PutOffTo.OTHER:
            return day
        if day is None:
            raise _refuse("snooze_needs_day")
        today = (info.context or {}).get("today")
        if today is not None and day <= today:
            raise _refuse("snooze_day_over")
        return day

    def days(self, today: date) -> int:
        """How many days that is from today."""
        if self.until is PutOffTo.OTHER and self.day is not None:
            return (self.day - today).days
        return DAYS[self.until]


@dataclass(frozen=True, slots=True)
class SnoozeOffer:
    """By how many days the asker can put off what is due."""

    today: date
    most: int


def _refuse(code: str) -> PydanticCustomError:
    return PydanticCustomError(code, code, {"field": "day"})
