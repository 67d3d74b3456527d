"""The directory of people as an import sees it: columns, facts, and what is known already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from domain.errors import AccordError
from domain.people import Employment, Level, PersonState, Role

UNIT_SEPARATOR = " / "

Fact: TypeAlias = str | int | date | time | frozenset[int] | None
"""The value of one fact about a person."""


class Column(StrEnum):
    """The columns of the file, as its first line names them."""

    EMAIL = "email"
    NAME = "name"
    MANAGER = "manager_email"
    LEVEL = "level"
    UNIT = "unit"
    ROLES = "roles"
    REGION = "region"
    TIMEZONE = "timezone"
    SLACK_USER = "slack_user_id"
    MATRIX_MANAGERS = "matrix_manager_emails"
    EMPLOYMENT = "employment"
    FTE = "fte"
    WORKING_DAYS = "working_days"
    DAY_START = "day_start"
    LEGAL_ENTITY = "legal_entity"
    START_DATE = "start_date"
    LOCALE = "locale"
    PROBATION_UNTIL = "probation_until"
    LEAVING_ON = "leaving_on"
    BARGAINING_UNIT = "bargaining_unit"
    ROSTER = "roster"


REQUIRED_COLUMNS = (
    Column.EMAIL,
    Column.NAME,
    Column.MANAGER,
    Column.LEVEL,
    Column.UNIT,
    Column.ROLES,
    Column.REGION,
    Column.TIMEZONE,
    Column.SLACK_USER,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the file cannot be taken: `line` counts from 1 as editors do, None for the whole file.

    `code` and `params` find the words.
    """

    line: int | None
    column: str | None
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class BadDirectory(AccordError):
    """The file was refused as a whole; `problems` names every fault in it, in the file's order."""

    code = "directory_refused"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(count=len(problems))
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """What the directory says of a person, apart from whom they report to and what they may do.

    `unit` is a path, `working_days` are ISO weekday numbers, `roster` is as
    `domain.rosters` writes it, `day_start` is local time; where
    `locale` is empty, that of the Slack profile holds. The defaults hold for somebody of whom the
    file says no more.
    """

    email: str
    name: str
    level: Level
    timezone: str
    unit: str | None = None
    region: str | None = None
    slack_user: str | None = None
    employment: Employment = Employment.REGULAR
    fte_percent: int = 100
    working_days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    day_start: time = time(9)
    legal_entity: str | None = None
    start_date: date | None = None
    locale: str = ""
    probation_until: date | None = None
    leaving_on: date | None = None
    bargaining_unit: str | None = None
    roster: str | None = None

    def state_on(self, today: date) -> PersonState:
        """Whether they are still here, as their last day says."""
        gone = self.leaving_on is not None and self.leaving_on < today
        return PersonState.LEFT if gone else PersonState.ACTIVE


FACT_OF: Mapping[Column, str] = {
    Column.EMAIL: "email",
    Column.NAME: "name",
    Column.LEVEL: "level",
    Column.UNIT: "unit",
    Column.REGION: "region",
    Column.TIMEZONE: "timezone",
    Column.SLACK_USER: "slack_user",
    Column.EMPLOYMENT: "employment",
    Column.FTE: "fte_percent",
    Column.WORKING_DAYS: "working_days",
    Column.DAY_START: "day_start",
    Column.LEGAL_ENTITY: "legal_entity",
    Column.START_DATE: "start_date",
    Column.LOCALE: "locale",
    Column.PROBATION_UNTIL: "probation_until",
    Column.LEAVING_ON: "leaving_on",
    Column.BARGAINING_UNIT: "bargaining_unit",
    Column.ROSTER: "roster",
}
"""The columns that state a fact about the person, and its name in `PersonFacts`."""


@dataclass(frozen=True, slots=True)
class RoleAsked:
    """A role in a row, for the whole organisation or for the unit or region named after `@`."""

    role: Role
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """One person as the file describes them. E-mails are folded to lower case."""

    line: int
    facts: PersonFacts
    manager: str | None = None
    matrix_managers: tuple[str, ...] = ()
    roles: tuple[RoleAsked, ...] = ()


@dataclass(frozen=True, slots=True)
class DirectoryFile:
    """The rows that could be read, the columns that the file has, and what is wrong so far.

    Rows with a wrong cell are among `rows`, so that others may name them as managers.
    """

    columns: frozenset[Column]
    rows: tuple[DirectoryRow, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who is in the directory already."""

    id: UUID
    facts: PersonFacts
    state: PersonState = PersonState.ACTIVE


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A reporting line that has not ended. Dates are half-open."""

    id: UUID
    manager: UUID
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class GrantKey:
    """Which role somebody holds, and for where. `unit` is a path."""

    person: UUID
    role: Role
    unit: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class DirectoryNow:
    """The directory before an import, as far as an import looks at it.

    `primary` and `matrix` hold lines that have not ended, by the person who reports; `grants` those
    given or asked for, and not revoked.
    """

    people: Mapping[UUID, KnownPerson] = field(default_factory=dict)
    units: Mapping[str, UUID] = field(default_factory=dict)
    primary: Mapping[UUID, tuple[KnownLine, ...]] = field(default_factory=dict)
    matrix: Mapping[UUID, tuple[KnownLine, ...]] = field(default_factory=dict)
    grants: frozenset[GrantKey] = frozenset()


def units_above(path: str) -> list[str]:
    """The paths of the units that a unit lies in, outermost first, and its own."""
    parts = path.split(UNIT_SEPARATOR)
    return [UNIT_SEPARATOR.join(parts[: end + 1]) for end in range(len(parts))]
