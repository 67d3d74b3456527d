"""What people choose for themselves about what the clock sends them: from when, and when not.

It narrows the hours of their working day and never widens them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

DAY = timedelta(days=1)
LEFT_AT_LEAST = timedelta(hours=1)
"""What has to be left of a working day."""


class ListDay(StrEnum):
    """When a manager gets the weekly list of their people, as they choose it themselves."""

    AS_USUAL = "as_usual"
    """As the organisation's rules say."""
    MONDAY = "1"
    TUESDAY = "2"
    WEDNESDAY = "3"
    THURSDAY = "4"
    FRIDAY = "5"
    SATURDAY = "6"
    SUNDAY = "7"
    NEVER = "never"

    def weekday(self, usual: int) -> int | None:
        """The ISO weekday, where `usual` is that of the rules; None where there is no list."""
        if self is ListDay.AS_USUAL:
            return usual
        return None if self is ListDay.NEVER else int(self.value)


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of moments."""

    begins: datetime
    ends: datetime

    def covers(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends


@dataclass(frozen=True, slots=True)
class OwnHours:
    """Not before `starts`, nor from `quiet_from` to `quiet_to`, which may pass midnight.

    All are times of the wall where the person is.
    """

    starts: time | None = None
    quiet_from: time | None = None
    quiet_to: time | None = None
    list_day: ListDay = ListDay.AS_USUAL

    def narrow(self, day: Span, zone: ZoneInfo) -> list[Span]:
        """What is left of a working day, in order; the whole day where that would be nothing."""
        left = list(self._left(day, zone))
        return left or [day]

    def leaves_enough(self, day: Span, zone: ZoneInfo) -> bool:
        left = sum((one.ends - one.begins for one in self._left(day, zone)), timedelta())
        return left >= LEFT_AT_LEAST

    def _left(self, day: Span, zone: ZoneInfo) -> Iterator[Span]:
        at, ends = self._first(day, zone), day.ends
        for quiet in self._quiet(day, zone):
            if at < quiet.begins:
                yield Span(at, min(quiet.begins, ends))
            at = max(at, quiet.ends)
            if at >= ends:
                return
        if at < ends:
            yield Span(at, ends)

    def _first(self, day: Span, zone: ZoneInfo) -> datetime:
        """The first time that the clock on the wall has come to `starts`, on that working day."""
        if self.starts is None:
            return day.begins
        local = day.begins.astimezone(zone).date()
        ahead = (_moment(one, self.starts, zone) for one in (local, local + DAY))
        # A night shift that begins at ten in the evening comes to one o'clock on the next date.
        within = next((moment for moment in ahead if day.covers(moment)), None)
        if within is not None:
            return within
        return day.begins if _moment(local, self.starts, zone) < day.begins else day.ends

    def _quiet(self, day: Span, zone: ZoneInfo) -> Iterator[Span]:
        if self.quiet_from is None or self.quiet_to is None:
            return
        first = day.begins.astimezone(zone).date() - DAY
        last = day.ends.astimezone(zone).date()
        for local in _days(first, last):
            until = local if self.quiet_to > self.quiet_from else local + DAY
            quiet = Span(_moment(local, self.quiet_from, zone), _moment(until, self.quiet_to, zone))
            if quiet.begins < day.ends and quiet.ends > day.begins:
                yield quiet


AS_USUAL = OwnHours()


class ChooseHours(BaseModel):
    """From when on and when not the clock may write to somebody; each empty: as usual."""

    model_config = ConfigDict(frozen=True)

    starts: time | None = None
    quiet_from: time | None = None
    quiet_to: Annotated[time | None, Field(validate_default=True)] = None
    list_day: ListDay = ListDay.AS_USUAL

    @field_validator("quiet_to")
    @classmethod
    def _quiet_has_two_ends(cls, quiet_to: time | None, info: ValidationInfo) -> time | None:
        if "quiet_from" not in info.data:
            return quiet_to
        quiet_from = info.data["quiet_from"]
        if quiet_from is None and quiet_to is not None:
            raise _refuse("quiet_needs_from", "quiet_from")
        if quiet_to is None and quiet_from is not None:
            raise _refuse("quiet_needs_to", "quiet_to")
        if quiet_from is not None and quiet_from == quiet_to:
            raise _refuse("quiet_all_day", "quiet_to")
        return quiet_to

    @property
    def hours(self) -> OwnHours:
        return OwnHours(self.starts, self.quiet_from, self.quiet_to, self.list_day)


@dataclass(frozen=True, slots=True)
class OwnTimes:
    """What somebody sees of when they are written to: what they chose, what holds, what is next."""

    hours: OwnHours
    opens: time
    """From when on, on an ordinary working day of theirs."""
    followed: bool
    """Whether what they chose is followed: it is not where it leaves nothing of their day."""
    next_check_in: date | None
    list_on: ListDay | None
    """Of the weekly list of their people; None where they lead nobody, or want none."""
    list_choices: tuple[ListDay, ...]
    """What they can choose of it; empty where they lead nobody, or the rules leave no choice."""


def clock(at: time) -> str:
    """As a clock on the wall shows it."""
    return f"{at:%H:%M}"


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _refuse(code: str, field: str) -> PydanticCustomError:
    return PydanticCustomError(code, code, {"field": field})
