"""What employee representatives see of Accord's use: for whom, under which rules. Counts alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.people import Member
from domain.policy import Policy
from domain.reports import GoalFigures, ReportPart


@dataclass(frozen=True, slots=True)
class ScopePage:
    """Whom the viewer represents, in numbers, and the standard that holds now."""

    viewer: Member
    people: Mapping[ReportPart, tuple[GoalFigures, ...]]
    policy: Policy
    version: int
