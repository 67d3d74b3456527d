"""A goal as it stood on a day: its state and terms, told by what had happened to it by then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from domain.goal_status import WAYS
from domain.goals import GoalCard, GoalContent, GoalState, Step, StepKind


@dataclass(frozen=True, slots=True)
class Stood:
    """How a goal stood: `version` are its terms, those agreed last unless others were on the
    table."""

    state: GoalState
    version: int


@dataclass(frozen=True, slots=True)
class LaterChange:
    """A change that was agreed after that day and counts from it or from before."""

    reference: str
    agreed_at: datetime
    effective_on: date


@dataclass(frozen=True, slots=True)
class GoalOnDay:
    """A goal as it stood at the end of a day, with who wrote its terms, when and why."""

    card: GoalCard
    day: date
    stood: Stood
    content: GoalContent
    author: str
    reason: str | None
    later: tuple[LaterChange, ...] = ()


_MOVED: Mapping[StepKind, GoalState] = {
    way.step: way.after for way in WAYS if not way.negotiated and way.step is not StepKind.REOPENED
}


@dataclass(frozen=True, slots=True)
class _Told:
    """What the steps so far have told."""

    state: GoalState
    version: int
    agreed: int = 0
    counters: int = 0


def stood(steps: Iterable[Step], owner: UUID) -> Stood | None:
    """After these steps, the oldest first; None where there were none yet."""
    told: _Told | None = None
    for step in steps:
        if step.kind is StepKind.PROPOSED:
            agreed = told.agreed if told else 0
            told = _Told(GoalState.PROPOSED, step.version, agreed)
        elif told is not None:
            told = _after(told, step, owner)
    if told is None:
        return None
    open_terms = told.state in (GoalState.PROPOSED, GoalState.DRAFT)
    return Stood(told.state, told.version if open_terms or not told.agreed else told.agreed)


def _after(told: _Told, step: Step, owner: UUID) -> _Told:
    match step.kind:
        case StepKind.COUNTERED:
            return replace(told, version=step.version, counters=told.counters + 1)
        case StepKind.ACCEPTED:
            return replace(told, state=GoalState.ACTIVE, agreed=step.version)
        case StepKind.DECLINED:
            return replace(told, state=GoalState.DRAFT)
        case StepKind.WITHDRAWN:
            return _withdrawn(told, own=step.by == owner)
        case StepKind.REOPENED:
            return replace(told, state=GoalState.ACTIVE if told.agreed else GoalState.DRAFT)
        case StepKind.CORRECTED | StepKind.CHANGED:
            return replace(told, version=step.version, agreed=step.version)
    return replace(told, state=_MOVED.get(step.kind, told.state))


def _withdrawn(told: _Told, *, own: bool) -> _Told:
    """A counter-proposal gives way to the version before, which is one of its own then."""
    if told.counters:
        return replace(told, version=told.version + 1, counters=told.counters - 1)
    return replace(told, state=GoalState.DRAFT if own else GoalState.ABANDONED)
