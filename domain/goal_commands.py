"""What people ask for about goals, checked as far as it can be without the record.

The context of validation holds `today`, the asker's own calendar date. Errors carry the path of the
input at fault in their parameters (`field`), so that the dialog can show them there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from domain.alignment import Contribution
from domain.goal_kinds import MOST_PARTS, WITH_PARTS, GoalKind, GoalPart, aim_of_kind
from domain.goals import (
    Audience,
    Direction,
    GoalContent,
    Rhythm,
    SaidWords,
    Side,
    direction_between,
)
from domain.measures import Measure, Measured, unit_fits
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
    """The part of a goal that both sides negotiate.

    Each field is checked against those that stand before it and can be read, so that all that is
    wrong is said at once, however much of the rest is missing.
    """

    model_config = ConfigDict(frozen=True)

    unit_comes_with_numbers: ClassVar[bool] = True
    """Whether a unit typed behind a number becomes the goal's, where none is named."""

    title: Line
    metric: Line
    due_date: date
    measure_unit: ShortWord | None = None
    direction: Direction | None = None
    target: Measured
    baseline: Measured | None = None
    threshold: Annotated[Measured | None, Field(validate_default=True)] = None
    stretch: Measured | None = None
    start_date: date | None = None
    kind: GoalKind = GoalKind.KPI
    parts: Annotated[tuple[GoalPart, ...], Field(max_length=MOST_PARTS)] = ()

    @model_validator(mode="before")
    @classmethod
    def _aim_of_the_kind(cls, given: Any, info: ValidationInfo) -> Any:
        """A kind that has its own aim brings it, whatever else was given.

        What a dialog asked for (`kind` in the context) says more than what was chosen in it last.
        """
        if not isinstance(given, dict):
            return given
        if asked := (info.context or {}).get("kind"):
            given = {**given, "kind": asked}
        if given.get("kind") in (None, GoalKind.KPI):
            return {name: one for name, one in given.items() if name != "parts"}
        kind = next((one for one in GoalKind if one == given["kind"]), None)
        if kind is None:
            return given
        parts = given.get("parts") or ()
        if kind in WITH_PARTS and not parts:
            # Without them there is no number to judge: the field that lacks them is told alone.
            return {**given, "metric": "?", "target": 1, "parts": None}
        known = [one for one in parts if isinstance(one, GoalPart)]
        bare = {name: one for name, one in given.items() if name not in _OF_ONE_NUMBER}
        return {**bare, **aim_of_kind(kind, known)}

    @field_validator("parts", mode="before")
    @classmethod
    def _parts_given(cls, parts: Any) -> Any:
        if parts is None:
            raise _refuse("missing_text", "parts")
        return parts

    @field_validator("due_date")
    @classmethod
    def _due_ahead(cls, due: date, info: ValidationInfo) -> date:
        today = (info.context or {}).get("today")
        if today is not None and due < today:
            raise _refuse("due_in_past", "due_date", today=today)
        if today is not None and due > today + FURTHEST_DUE:
            raise _refuse("due_too_far", "due_date")
        return due

    @field_validator("start_date")
    @classmethod
    def _starts_before_due(cls, start: date | None, info: ValidationInfo) -> date | None:
        due = info.data.get("due_date")
        if start is not None and due is not None and start > due:
            raise _refuse("starts_after_due", "start_date", due=due)
        return start

    @field_validator("target", "baseline", "threshold", "stretch")
    @classmethod
    def _fits_what_stands_before(
        cls, anchor: Measure | None, info: ValidationInfo
    ) -> Measure | None:
        name = str(info.field_name)
        if anchor is not None:
            _check_unit(name, anchor, info.data, inferred=cls.unit_comes_with_numbers)
        _CHECKS[name](anchor, info.data)
        return anchor

    def settled_direction(self) -> Direction | None:
        """The direction as chosen, else as the anchors show it, else None until a value comes."""
        way = _way(vars(self))
        if way is None and self.stretch is not None:
            return direction_between(self.target.value, self.stretch.value)
        return way

    def settled_unit(self) -> str | None:
        return _unit(vars(self))


_OF_ONE_NUMBER = ("threshold", "stretch", "baseline", "measure_unit", "direction")
_ANCHORS = ("target", "baseline", "threshold", "stretch")
Known = Mapping[str, Any]
"""Fields that could be read, by name; one that is missing here was given, but could not be."""


def _unit(known: Known) -> str | None:
    """The unit as named, else the first one typed behind a number."""
    if known.get("measure_unit") is not None:
        return str(known["measure_unit"])
    typed = (anchor.measure_unit for name in _ANCHORS if (anchor := known.get(name)) is not None)
    return next((unit for unit in typed if unit), None)


def _check_unit(name: str, anchor: Measure, known: Known, *, inferred: bool) -> None:
    typed = anchor.measure_unit
    if not typed or "measure_unit" not in known:
        return
    if len(typed) > UNIT_LIMIT:
        raise _refuse("unit_too_long", name, limit=UNIT_LIMIT)
    unit = _unit(known) if inferred else known["measure_unit"]
    if unit is None and not inferred:
        raise _refuse("unit_only_in_its_field", name, typed=typed)
    if unit is not None and not unit_fits(typed, unit):
        raise _refuse("unit_differs", name, unit=unit, typed=typed)


def _way(known: Known) -> Direction | None:
    """Where to, as chosen or as the known anchors on the way to the target show it."""
    if known.get("direction") is not None:
        return Direction(known["direction"])
    target = known.get("target")
    if target is None:
        return None
    for name in ("baseline", "threshold"):
        if name not in known:
            return None
        if known[name] is not None:
            return direction_between(known[name].value, target.value)
    return None


def _is_line(known: Known) -> bool:
    """Whether the goal leads from somewhere to its target, as far as that can be told."""
    lines = (None, Direction.INCREASE, Direction.DECREASE)
    return "direction" in known and known["direction"] in lines and "target" in known


def _check_target(target: Measure | None, known: Known) -> None:
    if target is None:
        return
    if known.get("direction") is Direction.DONE and target.value != 1:
        raise _refuse("target_of_done", "target")
    whole = target.value >= 1 and target.value.is_integer()
    if known.get("direction") is Direction.MILESTONES and not whole:
        raise _refuse("target_of_milestones", "target")


def _check_baseline(baseline: Measure | None, known: Known) -> None:
    if baseline is None or not _is_line(known):
        return
    if baseline.value == known["target"].value:
        raise _refuse("target_is_baseline", "target", baseline=baseline.text)
    _check_side("baseline", baseline, known, before=True)


def _check_threshold(threshold: Measure | None, known: Known) -> None:
    if known.get("direction") is Direction.RANGE:
        if threshold is None:
            raise _refuse("range_needs_lower", "threshold")
        target = known.get("target")
        if target is not None and threshold.value >= target.value:
            raise _refuse("range_upside_down", "threshold", target=target.text)
    elif threshold is not None and _is_line(known):
        _check_side("threshold", threshold, known, before=True)


def _check_stretch(stretch: Measure | None, known: Known) -> None:
    if stretch is not None and _is_line(known):
        _check_side("stretch", stretch, known, before=False)


def _check_side(name: str, anchor: Measure, known: Known, *, before: bool) -> None:
    """What lies before the target on the way to it stands there, and what lies beyond it beyond."""
    way, target = _way(known), known["target"]
    if way is None:
        if anchor.value == target.value:
            raise _refuse("anchor_is_target", name)
        return
    ahead = target.value - anchor.value if before else anchor.value - target.value
    if (ahead if way is Direction.INCREASE else -ahead) <= 0:
        raise _refuse(f"{name}_wrong_side_{way}", name, target=target.text)


_CHECKS: Mapping[str, Callable[[Measure | None, Known], None]] = {
    "target": _check_target,
    "baseline": _check_baseline,
    "threshold": _check_threshold,
    "stretch": _check_stretch,
}


class Said(BaseModel):
    """What a side may say with its version; what is the other side's to say is not kept."""

    expectation: Prose | None = None
    own_capacity: Prose | None = None
    interest: Prose | None = None

    def said(self, side: Side) -> SaidWords:
        return SaidWords(self.expectation, self.own_capacity, self.interest).of_side(side)


class ProposeGoal(Aim, Said):
    """A new goal, by its owner or, for one of their reports, by the manager (`owner`)."""

    template: Level | None = None
    why: Prose | None = None
    check_in_every: Rhythm | None = None
    aligned_to: UUID | None = None
    contribution: Contribution | None = None
    visible_to: Audience | None = None
    owner: str | None = Field(default=None, max_length=40)
    """Slack's id of the person the goal is for; None: the proposer."""

    def content(self, template: Level, rhythm: Rhythm) -> GoalContent:
        return content_of(self, template, self.why, self.check_in_every or rhythm, self.aligned_to)


class CounterGoal(Aim, Said):
    """Another version of a proposed goal, with the reason for it.

    What the goal is measured in changes in the field for the unit alone.
    """

    unit_comes_with_numbers: ClassVar[bool] = False

    goal: UUID
    version: int
    reason: Prose
    why: Prose | None = None
    """What was not asked stays as it is."""

    def content(self, before: GoalContent) -> GoalContent:
        why = self.why if "why" in self.model_fields_set else before.why
        return content_of(self, before.template, why, before.check_in_every, before.aligned_to)


def content_of(
    aim: Aim, template: Level, why: str | None, rhythm: Rhythm | None, aligned_to: UUID | None
) -> GoalContent:
    """A version of a goal with this aim; the rest is what is not negotiated."""
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
        kind=aim.kind,
        parts=aim.parts,
    )


class ReviseGoal(Aim):
    """A draft proposed again by its owner."""

    goal: UUID
    version: int
    why: Prose | None = None
    aligned_to: UUID | None = None
    contribution: Contribution | None = None

    def content(self, before: GoalContent) -> GoalContent:
        return content_of(self, before.template, self.why, before.check_in_every, self.aligned_to)


class AcceptGoal(BaseModel):
    """Agree to the version that the person saw."""

    goal: UUID
    version: int


class AcceptWithReservation(AcceptGoal):
    """The same, with what one doubts, which is kept with the agreement."""

    reservation: Prose


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
    helper: str | None = Field(default=None, max_length=40)
    """Slack's id of who is asked; None: the least busy facilitator."""


class AnswerHelp(BaseModel):
    """What a neutral person thinks, for whoever asked them alone."""

    request: UUID
    answer: Prose


class UpdateGoal(BaseModel):
    """Report a value and what changed. `sure` is the value that was asked back about before."""

    goal: UUID
    value: Measured
    sure: float | None = None
    note: (
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=PROSE_LIMIT)] | None
    ) = None
