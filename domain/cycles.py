"""Cycles: a period with phases, each of which names one act that people are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from domain.cadence import months_later
from domain.goal_commands import Line

LONGEST_CYCLE = timedelta(days=3 * 366)
LATEST_START = timedelta(days=3 * 366)
MOST_PHASES = 12
SHORT = timedelta(days=42)
"""A shorter cycle is halved: first goals, then one check-in."""
_QUARTER_MONTHS = 3
_CHECK_IN_LASTS = timedelta(days=14)
_DAY = timedelta(days=1)

PhaseName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class CycleKind(StrEnum):
    """How an organisation divides its time."""

    ANNUAL = "annual"
    """A year of goals with a check-in at the end of each quarter."""
    QUARTERLY = "quarterly"
    CONTINUOUS = "continuous"
    """Goals come and go at any time; the whole period is one phase."""
    UNIT = "unit"
    """A unit's own rhythm."""


class PhaseAct(StrEnum):
    """What a phase asks of everybody whom it concerns."""

    SET_GOALS = "set_goals"
    CHECK_IN = "check_in"


class PhasePlan(BaseModel):
    """A phase as somebody plans it. Both days belong to it; no `name` means the act's own."""

    model_config = ConfigDict(frozen=True)

    act: PhaseAct
    starts: date
    ends: date
    name: PhaseName | None = None


class NewCycle(BaseModel):
    """A cycle that HR sets up.

    The context of validation holds `today`, and `shown`: the phases that the dialog filled in,
    which are not held against the days that were chosen since.
    """

    model_config = ConfigDict(frozen=True)

    name: Line
    starts: date
    ends: date
    kind: CycleKind = CycleKind.QUARTERLY
    org_unit: UUID | None = None
    phases: tuple[PhasePlan, ...] = Field(default=(), max_length=MOST_PHASES)
    """None: the usual ones."""

    @model_validator(mode="after")
    def _dates_in_order(self, info: ValidationInfo) -> Self:
        today = (info.context or {}).get("today")
        if self.ends <= self.starts:
            raise _refuse("cycle_ends_before_start", "ends")
        if self.ends - self.starts > LONGEST_CYCLE:
            raise _refuse("cycle_too_long", "ends")
        if today is not None and self.ends < today:
            raise _refuse("cycle_over", "ends")
        if today is not None and self.starts > today + LATEST_START:
            raise _refuse("cycle_too_far", "starts")
        if self.kind is CycleKind.UNIT and self.org_unit is None:
            raise _refuse("cycle_needs_unit", "org_unit")
        return self

    @model_validator(mode="after")
    def _phases_within(self, info: ValidationInfo) -> Self:
        if self.phases == (info.context or {}).get("shown"):
            return self
        for number, phase in enumerate(self.phases, start=1):
            if phase.ends < phase.starts:
                raise _refuse("phase_upside_down", "phases", line=number)
            if phase.starts < self.starts or phase.ends > self.ends:
                raise _refuse("phase_outside", "phases", line=number)
        return self

    def with_phases(self, shown: tuple[PhasePlan, ...] = ()) -> NewCycle:
        """With the usual phases of its days where none were planned, or `shown` untouched."""
        if self.phases and self.phases != shown:
            return self
        usual = default_phases(self.kind, self.starts, self.ends)
        return self.model_copy(update={"phases": usual})


def _refuse(code: str, field: str, **params: object) -> PydanticCustomError:
    return PydanticCustomError(code, code, {"field": field, **params})


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase as stored, with the cycle that it belongs to."""

    id: UUID
    cycle: UUID
    cycle_name: str
    act: PhaseAct
    name: str | None
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class CycleHead:
    """A cycle as stored, its phases in order. `org_unit` is the path of a unit's own cycle."""

    id: UUID
    name: str
    kind: CycleKind
    org_unit: str | None
    starts: date
    ends: date
    phases: tuple[Phase, ...]

    def phase_on(self, day: date) -> Phase | None:
        """The phase of that day; where several overlap, the one that began last."""
        running = [phase for phase in self.phases if phase.starts <= day <= phase.ends]
        return max(running, key=lambda phase: phase.starts, default=None)

    def phase_to_show(self, day: date) -> Phase:
        """The phase of that day, else the next one, else the last."""
        coming = [phase for phase in self.phases if phase.starts > day]
        return self.phase_on(day) or min(
            coming, key=lambda phase: phase.starts, default=self.phases[-1]
        )


@dataclass(frozen=True, slots=True)
class CycleList:
    """The cycles that concern the reader and have not ended. `can_add`: the reader is in HR."""

    today: date
    cycles: tuple[CycleHead, ...]
    more: bool
    can_add: bool
    ask: tuple[str, ...] = ()
    """Who can set up cycles."""


def default_phases(kind: CycleKind, starts: date, ends: date) -> tuple[PhasePlan, ...]:
    """What a cycle of that kind usually consists of; nothing for days in the wrong order."""
    if ends <= starts:
        return ()
    if kind is CycleKind.CONTINUOUS:
        return (PhasePlan(act=PhaseAct.SET_GOALS, starts=starts, ends=ends),)
    if ends - starts < SHORT:
        middle = starts + (ends - starts) // 2
        return (
            PhasePlan(act=PhaseAct.SET_GOALS, starts=starts, ends=middle),
            PhasePlan(act=PhaseAct.CHECK_IN, starts=middle + _DAY, ends=ends),
        )
    setting = PhasePlan(act=PhaseAct.SET_GOALS, starts=starts, ends=months_later(starts, 1) - _DAY)
    return (setting, *_quarterly_check_ins(starts, ends))


def _quarterly_check_ins(starts: date, ends: date) -> list[PhasePlan]:
    """The last two weeks of each quarter that counts from the beginning, and of the cycle."""
    closings, quarter = [], 1
    while (day := months_later(starts, quarter * _QUARTER_MONTHS) - _DAY) < ends:
        closings.append(day)
        quarter += 1
    # What is left at the end and too short for two weeks of its own joins the last quarter.
    if closings and ends - closings[-1] < 2 * _CHECK_IN_LASTS:
        closings.pop()
    return [
        PhasePlan(act=PhaseAct.CHECK_IN, starts=day - _CHECK_IN_LASTS + _DAY, ends=day)
        for day in [*closings, ends][: MOST_PHASES - 1]
    ]


def next_quarter(today: date) -> tuple[date, date]:
    """First and last day of the calendar quarter after this one."""
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    starts = months_later(first, _QUARTER_MONTHS)
    return starts, months_later(starts, _QUARTER_MONTHS) - _DAY
