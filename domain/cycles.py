"""Cycles: a period with phases, each of which names one act that people are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
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

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
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


class ChangeCycle(BaseModel):
    """Name, days and phases of a cycle, as HR sets or changes them.

    The context of validation holds `today`, and `shown`: the phases that the dialog filled in,
    which are not held against the days that were chosen since.
    """

    model_config = ConfigDict(frozen=True)

    name: Line
    starts: date
    ends: date
    phases: tuple[PhasePlan, ...] = Field(default=(), max_length=MOST_PHASES)
    """None: the usual ones."""

    @field_validator("starts")
    @classmethod
    def _starts_in_sight(cls, starts: date, info: ValidationInfo) -> date:
        today = (info.context or {}).get("today")
        if today is not None and starts > today + LATEST_START:
            raise _refuse("cycle_too_far", "starts")
        return starts

    @field_validator("ends")
    @classmethod
    def _ends_after_it_starts(cls, ends: date, info: ValidationInfo) -> date:
        today, starts = (info.context or {}).get("today"), info.data.get("starts")
        if starts is not None and ends <= starts:
            raise _refuse("cycle_ends_before_start", "ends")
        if starts is not None and ends - starts > LONGEST_CYCLE:
            raise _refuse("cycle_too_long", "ends")
        if today is not None and ends < today:
            raise _refuse("cycle_over", "ends")
        return ends

    @field_validator("phases")
    @classmethod
    def _phases_within(
        cls, phases: tuple[PhasePlan, ...], info: ValidationInfo
    ) -> tuple[PhasePlan, ...]:
        if phases == (info.context or {}).get("shown"):
            return phases
        starts, ends = info.data.get("starts", date.min), info.data.get("ends", date.max)
        for number, phase in enumerate(phases, start=1):
            if phase.ends < phase.starts:
                raise _refuse("phase_upside_down", "phases", line=number)
            if phase.starts < starts or phase.ends > ends:
                raise _refuse("phase_outside", "phases", line=number)
        return phases

    def filled(self, kind: CycleKind, shown: tuple[PhasePlan, ...] = ()) -> Self:
        """With the usual phases of its days where none were planned, or `shown` untouched."""
        if self.phases and self.phases != shown:
            return self
        usual = default_phases(kind, self.starts, self.ends)
        return self.model_copy(update={"phases": usual})


class NewCycle(ChangeCycle):
    """A cycle that HR sets up."""

    kind: CycleKind = CycleKind.QUARTERLY
    org_unit: Annotated[UUID | None, Field(validate_default=True)] = None

    @field_validator("org_unit")
    @classmethod
    def _whose(cls, org_unit: UUID | None, info: ValidationInfo) -> UUID | None:
        if info.data.get("kind") is CycleKind.UNIT and org_unit is None:
            raise _refuse("cycle_needs_unit", "org_unit")
        return org_unit

    def with_phases(self, shown: tuple[PhasePlan, ...] = ()) -> Self:
        """As `filled`, for its own kind."""
        return self.filled(self.kind, shown)


class WithdrawCycle(BaseModel):
    """Why a cycle is withdrawn: everybody who was told of it reads it."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


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
    withdrawn: str | None = None
    """Why its cycle was withdrawn."""

    @property
    def plan(self) -> PhasePlan:
        return PhasePlan(act=self.act, starts=self.starts, ends=self.ends, name=self.name)


@dataclass(frozen=True, slots=True)
class CycleHead:
    """A cycle as stored, its phases in order. `org_unit` is the path of a unit's own cycle.

    `withdrawn` is the reason why it holds no longer.
    """

    id: UUID
    name: str
    kind: CycleKind
    org_unit: str | None
    starts: date
    ends: date
    phases: tuple[Phase, ...]
    version: int = 1
    withdrawn: str | None = None

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
    may_change: frozenset[UUID] = frozenset()
    """Those of them that the reader may change and withdraw."""


@dataclass(frozen=True, slots=True)
class CycleToChange:
    """A cycle for whoever may change it; `told` are the phases that people were told of."""

    cycle: CycleHead
    told: tuple[Phase, ...]


def matched(
    before: Sequence[Phase], after: Sequence[PhasePlan]
) -> tuple[list[tuple[UUID | None, PhasePlan]], list[Phase]]:
    """Which of the phases each planned one is, and those that are no longer there.

    The same one is what reads the same; else what has its act and name; else what has its act.
    """
    left = list(before)
    found: dict[int, UUID] = {}
    for alike in (_same, _named_alike, _acting_alike):
        for place, plan in enumerate(after):
            one = next((phase for phase in left if alike(phase, plan)), None)
            if place not in found and one is not None:
                found[place] = one.id
                left.remove(one)
    return [(found.get(place), plan) for place, plan in enumerate(after)], left


def _same(phase: Phase, plan: PhasePlan) -> bool:
    return phase.plan == plan


def _named_alike(phase: Phase, plan: PhasePlan) -> bool:
    return (phase.act, phase.name) == (plan.act, plan.name)


def _acting_alike(phase: Phase, plan: PhasePlan) -> bool:
    return phase.act is plan.act


def default_phases(kind: CycleKind, starts: date, ends: date) -> tuple[PhasePlan, ...]:
    """What a cycle of that kind usually consists of; nothing for days that no cycle can have."""
    if ends <= starts or ends - starts > LONGEST_CYCLE or ends.year == MAXYEAR:
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
