"""What goals like one have come to: its class, how many reached their target, where they ended.

Methods, topic 5: `(hits + a) / (n + a + b)` of the goal class with Beta(6, 4) before anything is
known, so that two lucky goals say little; topic 1: the last value on or before the due date counts,
and what was never measured counts neither way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.aggregates import SMALLEST
from domain.goals import Comparison, Direction, GoalContent

REACHED_BEFORE, MISSED_BEFORE = 6, 4
"""What is reckoned with before anything is known: as if of ten such goals six had reached."""


@dataclass(frozen=True, slots=True)
class PastGoal:
    """A goal that both sides agreed to and whose time is over, with its last value in time."""

    owner: UUID
    metric: str
    measure_unit: str | None
    direction: Direction | None
    threshold: float | None
    target: float
    last: float

    @property
    def reached(self) -> bool | None:
        """Whether its target was reached; None where nobody knows which way that was."""
        match self.direction:
            case Direction.DECREASE:
                return self.last <= self.target
            case Direction.RANGE:
                return self.threshold is not None and self.threshold <= self.last <= self.target
            case None:
                return None
            case _:
                return self.last >= self.target


def compare(content: GoalContent, owner: UUID, past: Sequence[PastGoal]) -> Comparison | None:
    """How a goal of the owner's compares with those of others; None where fewer than five are.

    Those of the same metric, if five people or more are behind them and nobody, or as many again,
    behind the rest: else what is told of one goal less what is told of another would be about a
    few. Otherwise all of them. The counts themselves are told only where none is about a few.
    """
    others = [one for one in past if one.owner != owner and one.reached is not None]
    same = [one for one in others if _measures(one) == _aims(content)]
    rest = [one for one in others if _measures(one) != _aims(content)]
    enough = len(_owners(same)) >= SMALLEST
    if enough and (not rest or len(_owners(rest)) >= SMALLEST):
        return _told(same, same_metric=True)
    return _told(others, same_metric=False) if len(_owners(others)) >= SMALLEST else None


def _told(goals: Sequence[PastGoal], *, same_metric: bool) -> Comparison:
    hits = [one for one in goals if one.reached]
    misses = [one for one in goals if not one.reached]
    known = len(goals) + REACHED_BEFORE + MISSED_BEFORE
    return Comparison(
        same_metric=same_metric,
        people=len(_owners(goals)),
        goals=len(goals),
        reached=len(hits),
        share=(len(hits) + REACHED_BEFORE) / known,
        counts_told=all(not some or len(_owners(some)) >= SMALLEST for some in (hits, misses)),
        ended_at=sum(one.last for one in goals) / len(goals) if same_metric else None,
    )


def _owners(goals: Sequence[PastGoal]) -> set[UUID]:
    return {one.owner for one in goals}


def _measures(one: PastGoal) -> tuple[str, str]:
    return one.metric.strip().casefold(), (one.measure_unit or "").strip().casefold()


def _aims(content: GoalContent) -> tuple[str, str]:
    return content.metric.strip().casefold(), (content.measure_unit or "").strip().casefold()
