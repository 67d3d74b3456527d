"""What makes a goal a good one, and what of it is missing in a given goal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.goal_advice import Advice, Criterion, Strictness
from domain.goal_kinds import GoalKind
from domain.goals import Direction, GoalContent
from domain.retention_rules import months_later

FIELD: Mapping[Criterion, str] = {
    Criterion.TIME_BOUND: "due_date",
    Criterion.MEASURABLE: "baseline",
    Criterion.ALIGNED: "aligned_to",
    Criterion.REASONED: "why",
}


@dataclass(frozen=True, slots=True)
class QualityRules:
    """How strictly each criterion holds for somebody's goals of a level; one not named does not."""

    strictness: Mapping[Criterion, Strictness]
    horizon_months: int

    def told(self, kind: GoalKind) -> tuple[Advice, ...]:
        """What a form for that kind tells before anything is typed."""
        return tuple(self._advice(one, kind) for one in _asked_of(kind) if self._holds(one))

    def missing(self, content: GoalContent, today: date) -> tuple[Advice, ...]:
        """What the goal lacks, what is required first."""
        lacking = [
            self._advice(one, content.kind)
            for one in _asked_of(content.kind)
            if self._holds(one) and not self._met(one, content, today)
        ]
        return tuple(sorted(lacking, key=lambda it: it.strictness is not Strictness.REQUIRED))

    def _holds(self, criterion: Criterion) -> bool:
        return self.strictness.get(criterion, Strictness.OFF) is not Strictness.OFF

    def _advice(self, criterion: Criterion, kind: GoalKind) -> Advice:
        in_parts = criterion is Criterion.MEASURABLE and kind is GoalKind.OKR
        field = "parts" if in_parts else FIELD[criterion]
        return Advice(criterion, self.strictness[criterion], field, self.horizon_months)

    def _met(self, criterion: Criterion, content: GoalContent, today: date) -> bool:
        match criterion:
            case Criterion.TIME_BOUND:
                begins = max(content.start_date or today, today)
                return content.due_date <= months_later(begins, self.horizon_months)
            case Criterion.MEASURABLE if content.kind is GoalKind.OKR:
                return all(part.start is not None for part in content.parts)
            case Criterion.MEASURABLE:
                # The lower end of a range, and a thing that is done or not, say where it begins.
                stated = content.direction in (
                    Direction.RANGE,
                    Direction.DONE,
                    Direction.MILESTONES,
                )
                return stated or content.baseline is not None
            case Criterion.ALIGNED:
                return content.aligned_to is not None
            case Criterion.REASONED:
                return content.why is not None


def _asked_of(kind: GoalKind) -> Iterator[Criterion]:
    """A development goal serves its owner; it and milestones begin at nothing done."""
    for one in Criterion:
        if one is Criterion.MEASURABLE and kind in (GoalKind.MILESTONE, GoalKind.DEVELOPMENT):
            continue
        if one is Criterion.ALIGNED and kind is GoalKind.DEVELOPMENT:
            continue
        yield one
