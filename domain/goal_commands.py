"""What people ask for about goals, checked as far as it can be without the record.

The context of validation holds `today`, the asker's own calendar date. Errors carry the path of the
input at fault in their parameters (`field`), so that the dialog can show them there.
"""

from __future__ import annotations

from datetime import date, timedelta
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

from domain.goals import Audience, Direction, GoalContent, Rhythm, direction_between
from domain.measures import Measure, Measured
from domain.people import Level

TITLE_LIMIT = 150
PROSE_LIMIT = 3_000
UNIT_LIMIT = 20
FURTHEST_DUE = timedelta(days=3653)

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LIMIT)
]
ShortWord = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=UNIT_LIMIT)
]
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=PROSE_LIMIT)
]


def _refuse(code: str, field: str, **params: object) -> PydanticCustomError:
    return PydanticCustomError(code, code, {"field": field, **params})


class Aim(BaseModel):
    """The part of a goal that both sides negotiate."""

    model_config = ConfigDict(frozen=True)

    title: Line
    metric: Line
    target: Measured
    due_date: date
    measure_unit: ShortWord | None = None
    direction: Direction | None = None
    baseline: Measured | None = None
    threshold: Measured | None = None
    stretch: Measured | None = None
    start_date: date | None = None

    @model_validator(mode="after")
    def _dates_are_in_order(self, info: ValidationInfo) -> Self:
        today = (info.context or {}).get("today")
        if today is not None and self.due_date < today:
            raise _refuse("due_in_past", "due_date", today=today)
        if today is not None and self.due_date > today + FURTHEST_DUE:
            raise _refuse("due_too_far", "due_date")
        if self.start_date is not None and self.start_date > self.due_date:
            raise _refuse("starts_after_due", "start_date", due=self.due_date)
        return self

    @model_validator(mode="after")
    def _numbers_fit_together(self) -> Self:
        _check_units(self)
        if self.direction is Direction.DONE:
            _check_done(self)
        elif self.direction is Direction.MILESTONES:
            _check_milestones(self)
        elif self.direction is Direction.RANGE:
            _check_range(self)
        else:
            _check_line(self)
        return self

    def settled_direction(self) -> Direction | None:
        """The direction as chosen, else as the anchors show it, else None until a value comes."""
        if self.direction is not None:
            return self.direction
        for anchor in (self.baseline, self.threshold):
            if anchor is not None:
                return direction_between(anchor.value, self.target.value)
        if self.stretch is not None:
            return direction_between(self.target.value, self.stretch.value)
        return None

    def settled_unit(self) -> str | None:
        if self.measure_unit is not None:
            return self.measure_unit
        anchors = (self.target, self.baseline, self.threshold, self.stretch)
        return next((a.measure_unit for a in anchors if a is not None and a.measure_unit), None)


def _check_units(aim: Aim) -> None:
    unit = aim.settled_unit()
    for name in ("target", "baseline", "threshold", "stretch"):
        anchor: Measure | None = getattr(aim, name)
        if anchor is not None and len(anchor.measure_unit or "") > UNIT_LIMIT:
            raise _refuse("unit_too_long", name, limit=UNIT_LIMIT)
        if anchor is not None and anchor.measure_unit and unit and anchor.measure_unit != unit:
            raise _refuse("unit_differs", name, unit=unit, typed=anchor.measure_unit)


def _check_done(aim: Aim) -> None:
    if aim.target.value != 1:
        raise _refuse("target_of_done", "target")


def _check_milestones(aim: Aim) -> None:
    if aim.target.value < 1 or not aim.target.value.is_integer():
        raise _refuse("target_of_milestones", "target")


def _check_range(aim: Aim) -> None:
    if aim.threshold is None:
        raise _refuse("range_needs_lower", "threshold")
    if aim.threshold.value >= aim.target.value:
        raise _refuse("range_upside_down", "threshold", target=aim.target.text)


def _check_line(aim: Aim) -> None:
    if aim.baseline is not None and aim.baseline.value == aim.target.value:
        raise _refuse("target_is_baseline", "target", baseline=aim.baseline.text)
    direction = aim.settled_direction()
    if direction is None:
        for name in ("threshold", "stretch"):
            anchor: Measure | None = getattr(aim, name)
            if anchor is not None:
                raise _refuse("anchor_is_target", name)
        return
    sign = 1 if direction is Direction.INCREASE else -1
    target = sign * aim.target.value
    if aim.baseline is not None and sign * aim.baseline.value >= target:
        raise _refuse(f"baseline_wrong_side_{direction}", "baseline", target=aim.target.text)
    if aim.threshold is not None and sign * aim.threshold.value >= target:
        raise _refuse(f"threshold_wrong_side_{direction}", "threshold", target=aim.target.text)
    if aim.stretch is not None and sign * aim.stretch.value <= target:
        raise _refuse(f"stretch_wrong_side_{direction}", "stretch", target=aim.target.text)


class ProposeGoal(Aim):
    """A new goal, by its owner or, for one of their reports, by the manager (`owner`)."""

    template: Level | None = None
    why: Prose | None = None
    check_in_every: Rhythm | None = None
    aligned_to: UUID | None = None
    visible_to: Audience | None = None
    owner: str | None = Field(default=None, max_length=40)
    """Slack's id of the person the goal is for; None: the proposer."""

    def content(self, template: Level, rhythm: Rhythm) -> GoalContent:
        return _content(self, template, self.why, self.check_in_every or rhythm, self.aligned_to)


class CounterGoal(Aim):
    """Another version of a proposed goal, with the reason for it."""

    goal: UUID
    version: int
    reason: Prose

    def content(self, before: GoalContent) -> GoalContent:
        return _content(self, before.template, before.why, before.check_in_every, before.aligned_to)


def _content(
    aim: Aim, template: Level, why: str | None, rhythm: Rhythm | None, aligned_to: UUID | None
) -> GoalContent:
    return GoalContent(
        title=aim.title,
        metric=aim.metric,
        target=aim.target,
        due_date=aim.due_date,
        template=template,
        why=why,
        measure_unit=aim.settled_unit(),
        direction=aim.settled_direction(),
        baseline=aim.baseline,
        threshold=aim.threshold,
        stretch=aim.stretch,
        start_date=aim.start_date,
        check_in_every=rhythm,
        aligned_to=aligned_to,
    )


class ReviseGoal(Aim):
    """A draft proposed again by its owner."""

    goal: UUID
    version: int
    why: Prose | None = None

    def content(self, before: GoalContent) -> GoalContent:
        return _content(self, before.template, self.why, before.check_in_every, before.aligned_to)


class AcceptGoal(BaseModel):
    """Agree to the version that the person saw."""

    goal: UUID
    version: int


class DeclineGoal(BaseModel):
    goal: UUID
    version: int
    reason: Prose


class UndoProposal(BaseModel):
    """Withdraw one's own last proposal or counter-proposal."""

    goal: UUID
    version: int


class AskFacilitator(BaseModel):
    goal: UUID
    note: Prose | None = None


class UpdateGoal(BaseModel):
    """Report a value and what changed."""

    goal: UUID
    value: Measured
    note: (
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=PROSE_LIMIT)] | None
    ) = None
