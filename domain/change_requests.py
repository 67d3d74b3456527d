"""Changing an active goal by agreement: what is asked for, how large it is, who has to agree.

The goal stays as it was agreed until everybody whom the policy names has agreed to the change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from domain.goal_commands import FURTHEST_DUE, Aim, Prose
from domain.goal_kinds import GoalPart, parts_from, parts_text
from domain.goals import (
    COMPARED_FIELDS,
    AlignedGoal,
    Capacity,
    Change,
    Direction,
    GoalCard,
    GoalContent,
    Rhythm,
    Side,
    differences,
)
from domain.measures import Measure
from domain.notices import NoticeKind
from domain.people import Member
from domain.references import ReferenceKind, reference_text

LINK_LIMIT = 500
_LINK = re.compile(r"https://[^\s<>|]+")


class ChangeKind(StrEnum):
    """How large a change is. The value is stored."""

    ADJUSTMENT = "adjustment"
    """Both sides agree, and that is that."""
    RENEGOTIATION = "renegotiation"
    """Others have to agree, too."""


class Ground(StrEnum):
    """What has changed around a goal, so that its target or date may move. Stored."""

    SCOPE = "scope"
    RESOURCES = "resources"
    MARKET = "market"


class What(StrEnum):
    """Which part of a goal a dialog asks to change."""

    AIM = "aim"
    DUE_DATE = "due_date"
    BOTH = "both"
    MORE = "more"


class Approver(StrEnum):
    """Who has to agree to a renegotiation besides the two sides."""

    MANAGERS_MANAGER = "managers_manager"
    HR = "hr"


class ApprovalWhy(StrEnum):
    """Why somebody else has to agree. The value is stored."""

    RENEGOTIATION = "renegotiation"
    RETROACTIVE = "retroactive"
    """It counts from a day that is over, and a review is near."""


class ChangeState(StrEnum):
    """What became of a request. The value is stored."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """It has become pointless; `Ended` says why."""


class Ended(StrEnum):
    """Why a request has become pointless. The value is stored."""

    MOVED = "moved"
    """The goal was paused, or has ended."""
    CORRECTED = "corrected"
    LEFT = "left"


class Turn(StrEnum):
    """Whose answer is waited for. The value is stored."""

    OWNER = "owner"
    OTHER = "other"
    APPROVER = "approver"

    @classmethod
    def of(cls, side: Side) -> Turn:
        return cls(side.value)


# What people ask for

Link = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LINK_LIMIT)]


class ChangeAim(Aim):
    """What a goal is to say from now on, and why; whatever is not named stays.

    The context of validation holds `due_date`, which may be over if it stays as it is.
    """

    unit_comes_with_numbers: ClassVar[bool] = False

    what: What = What.MORE
    change_kind: ChangeKind | None = None
    """None: as large as it is by policy."""
    reason: Prose
    ground: Ground | None = None
    evidence: Prose | None = None
    link: Link | None = None
    effective_on: date | None = None
    """None: from when it is agreed."""

    @field_validator("due_date")
    @classmethod
    def _due_ahead(cls, due: date, info: ValidationInfo) -> date:
        known = info.context or {}
        today = known.get("today")
        if today is None or due == known.get("due_date"):
            return due
        if due < today:
            raise PydanticCustomError(
                "due_in_past", "due_in_past", {"field": "due_date", "today": today}
            )
        if due > today + FURTHEST_DUE:
            raise PydanticCustomError("due_too_far", "due_too_far", {"field": "due_date"})
        return due

    @field_validator("link")
    @classmethod
    def _is_a_link(cls, link: str | None) -> str | None:
        if link and not _LINK.fullmatch(link):
            raise PydanticCustomError("agreement_link", "agreement_link", {"field": "link"})
        return link or None

    @field_validator("effective_on")
    @classmethod
    def _is_not_ahead(cls, effective_on: date | None, info: ValidationInfo) -> date | None:
        today = (info.context or {}).get("today")
        if effective_on is not None and today is not None and effective_on > today:
            raise PydanticCustomError(
                "change_effective_ahead", "change_effective_ahead", {"field": "effective_on"}
            )
        return effective_on

    def content(self, before: GoalContent) -> GoalContent:
        return replace(
            before,
            title=self.title,
            metric=self.metric,
            target=self.target,
            due_date=self.due_date,
            measure_unit=self.measure_unit,
            direction=self.settled_direction(),
            baseline=self.baseline,
            threshold=self.threshold,
            stretch=self.stretch,
            start_date=self.start_date,
            parts=self.parts,
        )

    @property
    def evidence_link(self) -> str | None:
        """Where the evidence can be looked up: as given, else the first link in its words."""
        found = _LINK.search(self.evidence or "")
        return self.link or (found[0][:LINK_LIMIT] if found else None)


class AskChange(ChangeAim):
    """A change of an active goal, as somebody saw it."""

    goal: UUID
    version: int


class CounterChange(ChangeAim):
    """Other terms than those on the table."""

    change: UUID
    terms: int


class AnswerChange(BaseModel):
    """Agree to the terms that the person saw, approve them, or take the request back."""

    model_config = ConfigDict(frozen=True)

    change: UUID
    terms: int


class DeclineChange(AnswerChange):
    reason: Prose


# Terms


@dataclass(frozen=True, slots=True)
class Terms:
    """What is on the table, by whom. `changes` are the fields that differ, as they are stored."""

    number: int
    author: UUID
    side: Side
    at: datetime
    kind: ChangeKind
    changes: str
    reason: str
    ground: Ground | None
    evidence: str | None
    link: str | None
    effective_on: date | None


def changes_text(before: GoalContent, after: GoalContent) -> str:
    """The fields in which they differ, with the new values, as JSON."""
    told = {change.field: _plain(change.after) for change in differences(before, after)}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _plain(value: object) -> Any:
    match value:
        case Measure():
            return {"value": value.value, "text": value.text}
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case tuple():
            return parts_text(value)
    return value


def with_changes(content: GoalContent, changes: str) -> GoalContent:
    """The goal with these changes."""
    told = changed_values(changes)
    return replace(content, **told) if told else content


def changed_values(changes: str) -> dict[str, Any]:
    """The new values by field; nothing of what was erased."""
    told: Mapping[str, Any] = json.loads(changes) if changes else {}
    return {name: _read(name, told[name]) for name in COMPARED_FIELDS if name in told}


def _read(name: str, value: Any) -> Any:
    if name == "parts":
        return parts_from(value)
    if value is None:
        return None
    if name in ("target", "baseline", "threshold", "stretch"):
        return Measure.model_validate(value)
    if name in ("due_date", "start_date"):
        return date.fromisoformat(value)
    if name == "direction":
        return Direction(value)
    if name == "check_in_every":
        return Rhythm(value)
    return value


# How large it is


@dataclass(frozen=True, slots=True)
class Deviation:
    """How far new terms are from those agreed.

    `share` of the way from baseline to target, or of the target where nobody knows whence; None
    where something else is measured, or there is nothing to hold it against. `days` between the due
    dates, without sign.
    """

    share: float | None
    days: int

    @property
    def none(self) -> bool:
        return self.share == 0 and self.days == 0


MEASURED = ("metric", "measure_unit", "direction", "baseline")
"""Where these differ, something else is measured, or from elsewhere."""
AIMS = (*MEASURED, "target", "threshold", "stretch", "parts")
DATES = ("due_date", "start_date")


def deviation(before: GoalContent, after: GoalContent) -> Deviation:
    """Parts count for what they are: an objective's key results, or milestones, that differ."""
    days = max(
        abs((after.due_date - before.due_date).days),
        _days_between(before.start_date, after.start_date),
    )
    if before.parts or after.parts:
        return Deviation(_share_of_parts(before.parts, after.parts), days)
    changed = {change.field for change in differences(before, after)}
    if not changed.isdisjoint(MEASURED):
        return Deviation(None, days)
    anchors = ("target", "threshold", "stretch")
    shares = [_share(before, getattr(before, one), getattr(after, one)) for one in anchors]
    known = [share for share in shares if share is not None]
    return Deviation(None if len(known) < len(shares) else max(known), days)


def _days_between(before: date | None, after: date | None) -> int:
    return 0 if before is None or after is None else abs((after - before).days)


def _share(content: GoalContent, before: Measure | None, after: Measure | None) -> float | None:
    if before is None and after is None:
        return 0.0
    if before is not None and before.same_as(after):
        return 0.0
    if content.baseline is not None:
        way = abs(content.target.value - content.baseline.value)
    else:
        way = abs(content.target.value)
    if before is None or after is None or way == 0:
        return None
    return abs(after.value - before.value) / way


def _share_of_parts(before: Sequence[GoalPart], after: Sequence[GoalPart]) -> float:
    """Key results whose target moves count as far as it does; others whole."""
    known = {part.what: part for part in before}
    moved = sum(_moved(known.pop(part.what, None), part) for part in after)
    return (moved + len(known)) / max(len(before), len(after), 1)


def _moved(before: GoalPart | None, after: GoalPart) -> float:
    if before is None or (before.start, before.measure_unit) != (after.start, after.measure_unit):
        return 1.0
    if before.target == after.target:
        return 0.0
    if before.target is None or after.target is None:
        return 1.0
    way = abs(before.target - (before.start or 0.0))
    return min(abs(after.target - before.target) / way, 1.0) if way else 1.0


def kind_by_size(found: Deviation, percent: int, days: int) -> ChangeKind:
    """What the policy calls it: both thresholds are still an adjustment."""
    small = found.share is not None and found.share * 100 <= percent + 1e-9
    return ChangeKind.ADJUSTMENT if small and found.days <= days else ChangeKind.RENEGOTIATION


def needs_ground(before: GoalContent, after: GoalContent) -> bool:
    """Whether a target or a date moves, which takes evidence."""
    changed = {change.field for change in differences(before, after)}
    return not changed.isdisjoint((*AIMS, *DATES))


def near_review(today: date, window_days: int, cycle_ends: Sequence[date], due_date: date) -> bool:
    """Whether a review or a decision on pay is near: a cycle ends, or where there is none, the
    goal is due, within these days."""
    if cycle_ends:
        return any(abs((end - today).days) <= window_days for end in cycle_ends)
    return (due_date - today).days <= window_days


# What people see


@dataclass(frozen=True, slots=True)
class ApprovalShown:
    """Somebody besides the two sides who has to agree; without a name, nobody is asked yet."""

    why: ApprovalWhy
    name: str | None
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Impact:
    """What else a change touches, as far as the viewer may know; of the rest, how many goals."""

    serving: tuple[AlignedGoal, ...] = ()
    """Goals that serve this one."""
    serving_others: int = 0
    same_metric: tuple[AlignedGoal, ...] = ()
    same_metric_others: int = 0
    served: AlignedGoal | None = None
    """The goal that it serves."""
    outlives_served: bool = False
    """Whether the goal that it serves would be due before it."""
    outlived_by: int = 0
    """How many of those that serve it would be due after it."""
    check_ins: tuple[int, int] | None = None
    """How many are to come, as it is and as it would be; None where that stays."""

    @property
    def goals(self) -> int:
        named = len(self.serving) + len(self.same_metric)
        return named + self.serving_others + self.same_metric_others


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """A request for a change as one viewer may see and act on it."""

    id: UUID
    number: int
    goal: GoalCard
    state: ChangeState
    terms: Terms
    content: GoalContent
    """The goal as it would be, or as it became."""
    changes: tuple[Change, ...]
    asker: str
    author: str
    """Of the terms."""
    deviation: Deviation
    turn: Turn | None = None
    waits_for: str | None = None
    """The name of whoever is asked now."""
    answer_by: datetime | None = None
    next_in_line: str | None = None
    capacity: Capacity | None = None
    """Why the viewer is asked; None for everybody else."""
    approvals: tuple[ApprovalShown, ...] = ()
    retroactive: bool = False
    marked: bool = False
    """It counts from a day that was over when it was asked for, and a review was near."""
    can_answer: bool = False
    can_approve: bool = False
    can_withdraw: bool = False
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer: str | None = None
    ended: Ended | None = None
    impact: Impact | None = None

    @property
    def reference(self) -> str:
        return reference_text(ReferenceKind.CHANGE, self.number)


@dataclass(frozen=True, slots=True)
class GoalChangeNotice:
    """A message about a request for one reader, as things stand now."""

    kind: NoticeKind
    reader: Member
    card: ChangeCard
    latest: bool
    """Whether it is about the terms on the table."""


@dataclass(frozen=True, slots=True)
class GoalTouchedNotice:
    """Tells the owner of goals that serve a changed one; `changed` as far as they may know it."""

    reader: Member
    changed: AlignedGoal | None
    goals: tuple[AlignedGoal, ...]
    """Their own."""
    due_date: date | None
    """When it is due now, where they may read it."""


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """What the dialog says of the policy before anything is typed."""

    percent: int
    days: int
