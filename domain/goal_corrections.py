"""What HR corrects in a goal, within a case of *Correct this*, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from domain.corrections import CorrectionCard
from domain.goal_commands import FURTHEST_DUE, Aim, Prose, content_of
from domain.goals import Change, GoalCard, GoalContent, GoalLine, Reading, Step
from domain.measures import Measure, Measured
from domain.people import Member


class CorrectGoal(Aim):
    """What a goal should have said, and why; whatever is not named stays."""

    unit_comes_with_numbers: ClassVar[bool] = False

    correction: UUID
    goal: UUID
    version: int
    reason: Prose

    @field_validator("due_date")
    @classmethod
    def _due_ahead(cls, due: date, info: ValidationInfo) -> date:
        """What was due already can be corrected, too."""
        today = (info.context or {}).get("today")
        if today is not None and due > today + FURTHEST_DUE:
            raise PydanticCustomError("due_too_far", "due_too_far", {"field": "due_date"})
        return due

    def content(self, before: GoalContent) -> GoalContent:
        """The version that should have stood there. Without a unit no number says anything: where
        none is named, the one before stays."""
        content = content_of(
            self, before.template, before.why, before.check_in_every, before.aligned_to
        )
        return replace(content, measure_unit=content.measure_unit or before.measure_unit)


class CorrectValue(BaseModel):
    """What a reported value should have been, and why."""

    model_config = ConfigDict(frozen=True)

    correction: UUID
    goal: UUID
    revision: int
    """Of the goal, as it was on the screen."""
    which: UUID
    value: Measured
    reason: Prose


@dataclass(frozen=True, slots=True)
class ReportedValue:
    """A value that was reported, by its id."""

    id: UUID
    reading: Reading


@dataclass(frozen=True, slots=True)
class ToCorrect:
    """The goals that a case is about and that the viewer may correct."""

    case: CorrectionCard
    goals: tuple[GoalLine, ...]
    agreed: frozenset[UUID] = frozenset()
    """Those that were agreed on and are not under discussion: what they say can be corrected."""
    more_after: int | None = None


@dataclass(frozen=True, slots=True)
class GoalToCorrect:
    """One of them, with its latest values, newest first."""

    case: CorrectionCard
    card: GoalCard
    values: tuple[ReportedValue, ...]


@dataclass(frozen=True, slots=True)
class ValueCorrected:
    """What was corrected in a reported value, as far as the record still says it."""

    before: Measure
    after: Measure
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class GoalCorrectedNotice:
    """Tells owner or manager what was corrected, by whom and why."""

    reader: Member
    card: GoalCard
    step: Step
    content: GoalContent
    changes: tuple[Change, ...]
    value: ValueCorrected | None
