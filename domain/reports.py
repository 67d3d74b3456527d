"""The report for HR, legal, compliance and employee representatives: access, and goal setting.

It holds numbers about groups, never what anybody wrote; see `domain.aggregates` for small groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.access_reviews import AccessKind, Answer, ReviewHead
from domain.audit import Action
from domain.people import Member, Role
from domain.roles import RoleHeld

LOOKED_BACK = timedelta(days=90)
"""What the figures about proposals and check-ins cover."""
WEEKS = 8
ENDING_WITHIN = timedelta(days=60)


class ReportPart(StrEnum):
    """A part of the report, shown on its own. The value is recorded."""

    ACCESS = "access"
    READS = "reads"
    LEVELS = "levels"
    REGIONS = "regions"
    UNITS = "units"


ABOUT_GOALS = (ReportPart.LEVELS, ReportPart.REGIONS, ReportPart.UNITS)
"""In this order one has the right of way before the next, where telling both would tell too much.
"""


@dataclass(frozen=True, slots=True)
class RoleInReport:
    """Who holds one role. `names` are the first of them; nobody's for employee representatives."""

    role: Role
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeputyInReport:
    """Who stands in for whom, until the day before `until`."""

    name: str
    whom: str
    until: date | None


@dataclass(frozen=True, slots=True)
class AccessFigures:
    """Who has access by a role, a deputy's or a share. Names are left out for representatives."""

    roles: tuple[RoleInReport, ...]
    waiting: int
    ending_count: int
    ending: tuple[RoleHeld, ...]
    """The first that end soon, with the next to end first."""
    deputy_count: int
    deputies: tuple[DeputyInReport, ...]
    shares: int
    goals_shared: int
    review: ReviewHead | None
    """The open access review, else the last one."""
    answers: Mapping[AccessKind, Mapping[Answer, int]]


class ReaderKind(StrEnum):
    """As what somebody opened something, judged by what they are today. The first that fits."""

    HR = "hr"
    LEGAL = "legal"
    COMPLIANCE = "compliance"
    FACILITATOR = "facilitator"
    MANAGER = "manager"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class WeekOfReads:
    """How often something confidential was opened in a week, other than by whom it is about."""

    monday: date
    by_reader: Mapping[ReaderKind, int]
    by_kind: Mapping[Action, int]


@dataclass(frozen=True, slots=True)
class GoalFigures:
    """How a group sets goals. What is None is not told, since it would be about too few people.

    `days` is the median from proposal to agreement.
    """

    group: str
    """The unit's path, the region's code, the level; empty for everybody."""
    people: int | None
    with_goal: int | None
    unchanged: int | None
    countered: int | None
    declined: int | None
    days: int | None
    on_time: int | None
    late: int | None
    silent: int | None = None
    """What the other side asked for and the owner accepted as it was, without a word."""
    reserved: int | None = None
    """What the owner accepted with a reservation."""


@dataclass(frozen=True, slots=True)
class Report:
    """One part for one reader, `offset` groups into it; `parts` are those that they may open."""

    viewer: Member
    part: ReportPart
    parts: tuple[ReportPart, ...]
    access: AccessFigures | None = None
    reads: tuple[WeekOfReads, ...] = ()
    goals: tuple[GoalFigures, ...] = ()
    offset: int = 0
    more: bool = False
