"""The kinds of goals, and the parts that some of them have: key results and milestones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, FiniteFloat, StringConstraints

MOST_PARTS = 10
PART_LIMIT = 100
METRIC_LIMIT = 150
WHOLE = 100.0
"""What an objective is at when all of its key results are: per cent."""


class GoalKind(StrEnum):
    KPI = "kpi"
    """One measured number."""
    OKR = "okr"
    """An objective with up to ten key results; it is as far as they are on average."""
    MILESTONE = "milestone"
    """Up to ten milestones, of which it is counted how many are done."""
    DEVELOPMENT = "development"
    """Something learned: done or not, without baseline or unit."""


WITH_PARTS = frozenset({GoalKind.OKR, GoalKind.MILESTONE})


class GoalPart(BaseModel):
    """A key result, or a milestone, which has no numbers. Numbers are in `measure_unit`."""

    model_config = ConfigDict(frozen=True)

    what: Annotated[str, StringConstraints(min_length=1, max_length=PART_LIMIT)]
    start: FiniteFloat | None = None
    """Where it begins; None: at nought."""
    target: FiniteFloat | None = None
    measure_unit: Annotated[str, StringConstraints(max_length=40)] | None = None


def parts_text(parts: Sequence[GoalPart]) -> str | None:
    """The parts as they are stored and recorded; None for none."""
    if not parts:
        return None
    told = [part.model_dump(mode="json", exclude_none=True) for part in parts]
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def parts_from(text: str | None) -> tuple[GoalPart, ...]:
    return tuple(GoalPart.model_validate(one) for one in json.loads(text)) if text else ()


def aim_of_kind(kind: GoalKind, parts: Sequence[GoalPart]) -> dict[str, Any]:
    """The measured aim that a kind brings with it; nothing for one that states its own."""
    if kind is GoalKind.OKR:
        return {
            "metric": _names(parts),
            "measure_unit": "%",
            "direction": "increase",
            "target": int(WHOLE),
            "baseline": 0,
        }
    if kind is GoalKind.MILESTONE:
        return {"metric": _names(parts), "direction": "milestones", "target": len(parts)}
    if kind is GoalKind.DEVELOPMENT:
        return {"direction": "done", "target": 1}
    return {}


def _names(parts: Sequence[GoalPart]) -> str:
    told = "; ".join(part.what for part in parts)
    return told if len(told) <= METRIC_LIMIT else told[: METRIC_LIMIT - 1] + "…"
