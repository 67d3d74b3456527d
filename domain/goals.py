"""What a goal is: its content, its states, its negotiation, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.goal_advice import Advice
from domain.goal_kinds import GoalKind, GoalPart
from domain.measures import Doubt, Measure
from domain.people import Level, Member
from domain.references import ReferenceKind, reference_text
from domain.roll_up import RollUp


class GoalState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    ACTIVE = "active"
    PAUSED = "paused"
    SUPERSEDED = "superseded"
    DEPRECATED = "deprecated"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


OPEN_STATES = (GoalState.DRAFT, GoalState.PROPOSED, GoalState.ACTIVE, GoalState.PAUSED)


class Direction(StrEnum):
    INCREASE = "increase"
    DECREASE = "decrease"
    RANGE = "range"
    MILESTONES = "milestones"
    DONE = "done"


COUNTED = (Direction.MILESTONES, Direction.DONE)
"""Whose progress is counted from nought, whatever value was the first."""


class Audience(StrEnum):
    """Who may read a goal besides its owner, their line and whoever decides a case about it."""

    EVERYONE = "everyone"
    UNIT = "unit"
    LINE = "line"
    NAMED = "named"


class Rhythm(StrEnum):
    """How often the owner is asked for a value."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class Side(StrEnum):
    """The two sides of a negotiation: the owner, and whoever agrees with them."""

    OWNER = "owner"
    OTHER = "other"

    @property
    def opposite(self) -> Side:
        return Side.OTHER if self is Side.OWNER else Side.OWNER


class Capacity(StrEnum):
    """Why somebody is asked to agree to a goal."""

    MANAGER = "manager"
    DEPUTY = "deputy"
    MANAGERS_MANAGER = "managers_manager"
    ROLE = "role"


class StepKind(StrEnum):
    """What happens in the life of a goal; the history lists these."""

    PROPOSED = "proposed"
    COUNTERED = "countered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REMINDED = "reminded"
    ASKED = "asked"
    UPDATED = "updated"
    CHECKED_IN = "checked_in"
    """A check-in without a new value: the last one confirmed, or words alone."""
    TAKEN_BACK = "taken_back"
    """The owner undid their last check-in; its value no longer counts."""
    CORRECTED = "corrected"
    """HR corrected what is aimed at, since somebody had asked for it: a version of its own."""
    VALUE_CORRECTED = "value_corrected"
    """HR corrected a value that had been reported."""
    CHANGE_ASKED = "change_asked"
    """A change of the active goal was asked for; until it is agreed, the goal stays as it is."""
    CHANGE_COUNTERED = "change_countered"
    CHANGE_AGREED = "change_agreed"
    """Both sides agree; others have to, too."""
    CHANGE_APPROVED = "change_approved"
    CHANGED = "changed"
    """Everybody has agreed: a version of its own."""
    CHANGE_DECLINED = "change_declined"
    CHANGE_WITHDRAWN = "change_withdrawn"
    CHANGE_ENDED = "change_ended"
    """The request has become pointless, since the goal moved on."""
    PAUSED = "paused"
    RESUMED = "resumed"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    SUPERSEDED = "superseded"
    DEPRECATED = "deprecated"
    REOPENED = "reopened"
    RESERVATION_WITHDRAWN = "reservation_withdrawn"
    """The owner agrees without the reservation that they had accepted with."""
    OFFERED = "offered"
    """Its owner proposed it upward."""
    ADOPTED = "adopted"
    """The manager took it up as a goal of their own, which it serves now."""
    NOT_ADOPTED = "not_adopted"
    ALIGNED = "aligned"
    """Somebody said which goal it serves, or that it serves none."""


@dataclass(frozen=True, slots=True)
class GoalOutline:
    """What a line in a list says of what is aimed at. Measures are in `measure_unit`."""

    title: str
    target: Measure
    due_date: date
    measure_unit: str | None = None
    direction: Direction | None = None
    baseline: Measure | None = None
    threshold: Measure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalContent(GoalOutline):
    """One version of what is aimed at, in full. Dates are calendar dates."""

    metric: str
    template: Level
    why: str | None = None
    stretch: Measure | None = None
    start_date: date | None = None
    check_in_every: Rhythm | None = None
    aligned_to: UUID | None = None
    kind: GoalKind = GoalKind.KPI
    parts: tuple[GoalPart, ...] = ()
    """Key results or milestones, for the kinds that have them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A reported value of a goal's metric."""

    value: Measure
    note: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a goal, when, and by whom (None: the clock)."""

    kind: StepKind
    at: datetime
    actor: str | None
    version: int
    reason: str | None = None
    capacity: Capacity | None = None
    by: UUID | None = None
    """Whose act it was, for whoever is told of their own."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs between two versions."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a goal has come.

    `share` is 0 at the baseline and 1 at the target, unbounded (methods, topic 1); None where it is
    not measured yet. `baseline_assumed` says that the first reported value serves as baseline.
    """

    share: float | None
    value: Measure | None
    """The latest one; None where none was reported yet."""
    baseline_assumed: bool = False


@dataclass(frozen=True, slots=True)
class SaidWords:
    """What a side says with its version of a goal to the other one, and to HR; never to others."""

    expectation: str | None = None
    """Of whoever speaks for the other side: what they expect."""
    own_capacity: str | None = None
    """Of the owner: what they can take on."""
    interest: str | None = None
    """Of the owner: what they would like to learn with it."""

    def of_side(self, side: Side) -> SaidWords:
        """Without what is the other side's to say."""
        if side is Side.OWNER:
            return SaidWords(own_capacity=self.own_capacity, interest=self.interest)
        return SaidWords(expectation=self.expectation)

    def or_else(self, earlier: SaidWords) -> SaidWords:
        """What was said now and, of the rest, what was said earlier."""
        return SaidWords(
            *(getattr(self, name) or getattr(earlier, name) for name in SAID_FIELDS),
        )

    def fields(self) -> dict[str, str]:
        """What was said, by name."""
        told = {name: getattr(self, name) for name in SAID_FIELDS}
        return {name: words for name, words in told.items() if words}


SAID_FIELDS = ("expectation", "own_capacity", "interest")
NOTHING_SAID = SaidWords()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What goals like one have come to, where enough people are behind it (`domain.past_goals`)."""

    same_metric: bool
    """Of the same metric; else of the same kind."""
    people: int
    goals: int
    reached: int
    share: float
    """How many reach their target, between 0 and 1, with what is known before."""
    counts_told: bool
    """Whether the counts may be told: none of them is about a few people."""
    ended_at: float | None = None
    """Where those of the same metric ended on average, in the goal's unit."""


@dataclass(frozen=True, slots=True)
class AlignedGoal:
    """The goal that another one serves, as far as the viewer may see it."""

    reference: str
    title: str
    id: UUID | None = None
    contribution: int | None = None
    """How much of it the other one carries, in basis points; None where that is not said."""


@dataclass(frozen=True, slots=True)
class GoalOption:
    """A goal to choose from a list."""

    id: UUID
    reference: str
    title: str


@dataclass(frozen=True, slots=True)
class OpenChange:
    """A change of the goal that somebody asks for and that is not agreed yet."""

    id: UUID
    number: int

    @property
    def reference(self) -> str:
        return reference_text(ReferenceKind.CHANGE, self.number)


@dataclass(frozen=True, slots=True)
class ChangeMark:
    """A change that counts from a day that was over when it was asked for, near a review."""

    number: int
    agreed_at: datetime
    effective_on: date

    @property
    def reference(self) -> str:
        return reference_text(ReferenceKind.CHANGE, self.number)


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal in a list, as one viewer may see it: as much of its card as one line says."""

    id: UUID
    number: int
    state: GoalState
    version: int
    content: GoalOutline
    owner: Member
    progress: Progress
    turn: Side | None = None
    counterpart: str | None = None
    """The name of who speaks for the other side."""
    answer_by: datetime | None = None
    viewer: UUID | None = None
    """Who is told: their own acts are told to them as theirs."""
    can_decide: bool = False

    @property
    def reference(self) -> str:
        return reference_text(ReferenceKind.GOAL, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalCard(GoalLine):
    """A goal as one viewer may see and act on it; the one read model behind every screen."""

    content: GoalContent
    revision: int
    audience: Audience
    title_visible: bool
    latest: Reading | None = None
    """The last reported value, with who reported it and when."""
    proposed_by: str | None = None
    capacity: Capacity | None = None
    """Why the viewer is asked to decide; None for everybody else."""
    counters: int = 0
    next_in_line: str | None = None
    changes: tuple[Change, ...] = ()
    version_by: str | None = None
    version_reason: str | None = None
    settled: Step | None = None
    """The step that ended the last negotiation; None while one is going on."""
    aligned: AlignedGoal | None = None
    """The goal that it serves, as far as the viewer may see it."""
    contribution: int | None = None
    """How much of that one it carries, in basis points, whether or not the viewer may see it."""
    can_align: bool = False
    can_offer: bool = False
    """Whether its owner can propose it upward."""
    rolled: RollUp | None = None
    """How far it has come by the goals that serve it, where that was asked for and some do."""
    viewer_side: Side | None = None
    can_update: bool = False
    can_undo: bool = False
    can_ask_facilitator: bool = False
    can_share: bool = False
    shared_with: tuple[str, ...] = ()
    """The names of those it is shared with, for its owner alone."""
    next_check_in: date | None = None
    """When its owner is asked about it next, for them alone."""
    may_move: bool = False
    """Whether the viewer can change its state (`domain.goal_status`)."""
    paused_until: date | None = None
    """The first day on which it counts again; None where it is not paused."""
    successor: AlignedGoal | None = None
    """The goal that took its place, as far as the viewer may see it."""
    can_change: bool = False
    """Whether the viewer may ask for a change of it now."""
    open_change: OpenChange | None = None
    change_marks: tuple[ChangeMark, ...] = ()
    advice: tuple[Advice, ...] = ()
    """What the policy advises and the goal lacks, while it is not agreed, for its two sides."""
    comparison: Comparison | None = None
    """How it compares with what such goals have reached, while it is not agreed, for its sides."""
    said: SaidWords = NOTHING_SAID
    """What both sides have said last, while it is not agreed, for those who see both sides."""
    sees_sides: bool = False
    """Whether the viewer may read what the two sides say to each other alone."""
    reservation: Step | None = None
    """How the owner accepted with a reservation that stands, for those who see both sides."""

    @property
    def can_reserve(self) -> bool:
        """Whoever meets the wish of somebody with power over them may say what they doubt."""
        return self.can_decide and self.viewer_side is Side.OWNER

    @property
    def can_withdraw_reservation(self) -> bool:
        return self.reservation is not None and self.reservation.by == self.viewer


COMPARED_FIELDS = (
    "title",
    "metric",
    "target",
    "due_date",
    "why",
    "measure_unit",
    "direction",
    "baseline",
    "threshold",
    "stretch",
    "start_date",
    "check_in_every",
    "template",
    "aligned_to",
    "kind",
    "parts",
)


def differences(before: GoalContent, after: GoalContent) -> tuple[Change, ...]:
    """Every field that differs, in reading order. Measures differ when their values do."""
    changes = []
    for name in COMPARED_FIELDS:
        old, new = getattr(before, name), getattr(after, name)
        same = old.same_as(new) if isinstance(old, Measure) else old == new
        if not same:
            changes.append(Change(name, old, new))
    return tuple(changes)


def direction_between(start: float, target: float) -> Direction | None:
    if start == target:
        return None
    return Direction.INCREASE if target > start else Direction.DECREASE


def progress_of(content: GoalOutline, first: float | None, latest: Measure | None) -> Progress:
    """Progress from the first and the latest reported value; `first` is None where the latest is
    the only one. It counts for goals alone that have no baseline and are not `COUNTED`.

    Without a baseline the first value becomes it and there is no progress until a second one; a
    goal that its first value met already is whole as long as it stays so, and else not measured.
    """
    if latest is None:
        return Progress(None, None)
    value, target = latest.value, content.target.value
    if content.direction is Direction.DONE:
        return Progress(1.0 if value >= 1 else 0.0, latest)
    if content.direction is Direction.MILESTONES:
        return Progress(value / target, latest)
    if content.direction is Direction.RANGE and content.threshold is not None:
        return Progress(_share_in_range(value, content.threshold.value, target), latest)
    assumed = content.baseline is None
    start = content.baseline.value if content.baseline else value if first is None else first
    if assumed and content.direction not in (None, direction_between(start, target)):
        # Met when it was first measured: no way leads from there to the target.
        reached = value >= target if content.direction is Direction.INCREASE else value <= target
        return Progress(1.0 if reached else None, latest, baseline_assumed=True)
    if start == target or (assumed and first is None):
        return Progress(None, latest, baseline_assumed=assumed)
    return Progress((value - start) / (target - start), latest, assumed)


FAR = 10
"""How many times as far from all known numbers as these lie apart a value is doubted."""


def doubt_about(content: GoalContent, value: Measure, latest: Measure | None) -> Doubt | None:
    """The doubt whether this value was meant; None for all but absurd ones.

    The known numbers are nought, the goal's own (baseline, threshold, target, stretch) and the last
    value. A value is far off where it lies outside of their range by more than `FAR` times the
    width of that range: for 9 h → 5 h above 99 h or below -90 h, for a target of 2 alone above 22.
    Nought belongs to it so that a narrow aim on a high level (99.5 → 99.9 %) doubts no ordinary
    value. With a target of nought and nothing else known there is no measure for "far".
    """
    anchors = (content.baseline, content.threshold, content.target, content.stretch)
    known = [0.0, *(anchor.value for anchor in anchors if anchor is not None)]
    if latest is not None:
        known.append(latest.value)
    low, high = min(known), max(known)
    outside = max(low - value.value, value.value - high)
    if low == high or outside <= FAR * (high - low):
        return None
    return Doubt(value, content.target, content.measure_unit)


def _share_in_range(value: float, low: float, high: float) -> float:
    outside = max(low - value, value - high, 0.0)
    return max(0.0, 1.0 - outside / (high - low))
