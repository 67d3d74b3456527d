"""The things that make a good goal, and how strictly they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Criterion(StrEnum):
    """One accountable owner is no criterion: no goal can have none, or two."""

    TIME_BOUND = "time_bound"
    MEASURABLE = "measurable"
    ALIGNED = "aligned"
    REASONED = "reasoned"


class Strictness(StrEnum):
    REQUIRED = "required"
    """Refused without it, at the field."""
    ADVISED = "advised"
    """Said at the field and on the owner's card, with an example."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Advice:
    """A criterion that a goal misses, or that a form tells of. `months` is the level's horizon."""

    criterion: Criterion
    strictness: Strictness
    field: str
    months: int
