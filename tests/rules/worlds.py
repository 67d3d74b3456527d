"""Small organisations, made up by Hypothesis: everything that decides who may see a goal.

People, units and goals are named by their number in the world.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID, uuid4, uuid5

from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from domain.goals import Audience, Capacity, GoalState, Side
from domain.holds import HoldScope
from domain.people import (
    Employment,
    GrantState,
    Level,
    LineKind,
    PersonState,
    Role,
)
from storage.tables.base import Base
from storage.tables.goals import Goal, GoalCase, GoalShare, GoalVersion
from storage.tables.holds import LegalHold
from storage.tables.people import Delegation, OrgUnit, Person, ReportingLine, RoleGrant

TODAY = date(2027, 3, 1)
MOMENTS = tuple(datetime(2027, 2, day, tzinfo=UTC) for day in (1, 2, 3))
# Names that patterns of SQL would take for each other, or for more than they say.
UNITS = (
    "Company",
    "Company / R_D",
    "Company / RxD",
    "Company / R_D / Lab",
    "Company / RxD / Lab",
    "company / r_d / lab",
    "Company / R_D Lab",
)
REGIONS = ("DE", "DE-BY", "PT", "DEX")
PEOPLE = 4
GOALS = 3
NAMESPACE = UUID("0d6c3a52-54a5-4d5f-9f0e-2a86a1b0c001")


@dataclass(frozen=True)
class Range:
    """Half-open dates."""

    start: date
    end: date | None

    def holds(self, today: date = TODAY) -> bool:
        return self.start <= today and (self.end is None or self.end > today)


@dataclass(frozen=True)
class Somebody:
    unit: int | None
    region: str | None
    employment: Employment
    state: PersonState


@dataclass(frozen=True)
class Line:
    person: int
    manager: int
    kind: LineKind
    dates: Range


@dataclass(frozen=True)
class Deputy:
    delegator: int
    deputy: int
    dates: Range
    revoked: bool


@dataclass(frozen=True)
class Grant:
    person: int
    role: Role
    unit: int | None
    region: str | None
    state: GrantState
    dates: Range


@dataclass(frozen=True)
class Aim:
    owner: int
    audience: Audience
    title_visible: bool
    state: GoalState
    counterpart: int | None
    turn: Side | None = None


@dataclass(frozen=True)
class Share:
    goal: int
    person: int
    revoked: bool


@dataclass(frozen=True)
class Case:
    goal: int
    person: int
    capacity: Capacity | None
    closed: datetime | None


@dataclass(frozen=True)
class Kept:
    """A legal hold on somebody."""

    person: int
    scope: HoldScope
    released: bool


@dataclass(frozen=True)
class World:
    people: tuple[Somebody, ...]
    lines: tuple[Line, ...]
    deputies: tuple[Deputy, ...]
    grants: tuple[Grant, ...]
    goals: tuple[Aim, ...]
    shares: tuple[Share, ...]
    cases: tuple[Case, ...]
    today: date = TODAY
    holds: tuple[Kept, ...] = ()


def _now_and_then() -> st.SearchStrategy[Range]:
    """Mostly in force; also ended yesterday, ending today, beginning tomorrow."""
    day = timedelta(days=1)
    return st.sampled_from(
        [
            Range(TODAY - 9 * day, None),
            Range(TODAY - 8 * day, None),
            Range(TODAY, None),
            Range(TODAY - 9 * day, TODAY + day),
            Range(TODAY - 9 * day, TODAY),
            Range(TODAY + day, None),
        ]
    )


def worlds() -> st.SearchStrategy[World]:
    person, goal = st.integers(0, PEOPLE - 1), st.integers(0, GOALS - 1)
    # What seldom lets anybody in is drawn seldom, so that the other rules are put to the test.
    unit = st.sampled_from([None, *range(len(UNITS))])
    region = st.sampled_from([None, *REGIONS])
    lines = st.builds(Line, person, person, st.sampled_from(LineKind), _now_and_then())
    return st.builds(
        World,
        people=_several(
            st.builds(
                Somebody,
                unit,
                region,
                st.sampled_from([Employment.REGULAR] * 4 + [Employment.CONTRACTOR]),
                st.sampled_from([PersonState.ACTIVE] * 5 + [PersonState.LEFT]),
            ),
            PEOPLE,
            PEOPLE,
        ),
        lines=_several(lines, 3, 8).map(_one_open_primary_line_each),
        deputies=_several(
            st.builds(
                Deputy, person, person, _now_and_then(), st.sampled_from([False, False, True])
            ),
            1,
            3,
        ),
        grants=_several(
            st.builds(
                Grant,
                person,
                st.sampled_from([*[Role.HR] * 3, Role.LEGAL, Role.COMPLIANCE, Role.FACILITATOR]),
                st.none() | unit,
                st.sampled_from([None, None, *REGIONS]),
                st.sampled_from([GrantState.ACTIVE] * 3 + [*GrantState]),
                _now_and_then(),
            ),
            1,
            3,
        ),
        goals=_several(
            st.builds(
                Aim,
                person,
                st.sampled_from([Audience.LINE] * 4 + [*Audience]),
                st.booleans(),
                st.sampled_from([GoalState.PROPOSED, GoalState.ACTIVE, *GoalState]),
                st.none() | person,
                st.sampled_from([Side.OTHER, Side.OTHER, Side.OWNER, None]),
            ),
            GOALS,
            GOALS,
        ),
        shares=st.lists(
            st.builds(Share, goal, person, st.booleans()),
            max_size=3,
            unique_by=lambda share: (share.goal, share.person),
        ).map(tuple),
        cases=_several(
            st.builds(
                Case,
                goal,
                person,
                st.none() | st.sampled_from(Capacity),
                st.none() | st.sampled_from(MOMENTS),
            ),
            0,
            4,
        ),
        holds=_several(
            st.builds(
                Kept, person, st.sampled_from(HoldScope), st.sampled_from([False, False, True])
            ),
            0,
            2,
        ),
    )


T = TypeVar("T")


def _several(one: st.SearchStrategy[T], least: int, most: int) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(one, min_size=least, max_size=most).map(tuple)


def _one_open_primary_line_each(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """As the database insists."""
    open_lines: set[int] = set()
    kept = []
    for line in lines:
        if line.kind is LineKind.PRIMARY and line.dates.end is None:
            if line.person in open_lines:
                continue
            open_lines.add(line.person)
        kept.append(line)
    return tuple(kept)


def person_of(number: int) -> UUID:
    return uuid5(NAMESPACE, f"person {number}")


def goal_of(number: int) -> UUID:
    return uuid5(NAMESPACE, f"goal {number}")


def unit_of(number: int | None) -> UUID | None:
    return None if number is None else uuid5(NAMESPACE, f"unit {number}")


def settle(connection: Connection, world: World) -> None:
    """Write the world into an empty database."""
    rows: dict[type[Base], list[dict[str, object]]] = {
        OrgUnit: [
            {"id": unit_of(number), "path": path, "name": path.rpartition(" / ")[2]}
            for number, path in enumerate(UNITS)
        ],
        Person: [person_row(number, person) for number, person in enumerate(world.people)],
        ReportingLine: [
            {
                "person_id": person_of(line.person),
                "manager_id": person_of(line.manager),
                "kind": line.kind,
                "source": "test",
                **_dates(line.dates),
            }
            for line in world.lines
        ],
        Delegation: [
            {
                "delegator_id": person_of(one.delegator),
                "deputy_id": person_of(one.deputy),
                "revoked_at": MOMENTS[0] if one.revoked else None,
                **_dates(one.dates),
            }
            for one in world.deputies
        ],
        RoleGrant: [
            {
                "person_id": person_of(grant.person),
                "role": grant.role,
                "org_unit_id": unit_of(grant.unit),
                "region": grant.region,
                "state": grant.state,
                **_dates(grant.dates),
            }
            for grant in world.grants
        ],
        Goal: [_goal_row(number, goal) for number, goal in enumerate(world.goals)],
        GoalVersion: [_version_row(number, goal) for number, goal in enumerate(world.goals)],
        GoalShare: [
            {
                "goal_id": goal_of(share.goal),
                "person_id": person_of(share.person),
                "shared_at": MOMENTS[0],
                "revoked_at": MOMENTS[1] if share.revoked else None,
            }
            for share in world.shares
        ],
        GoalCase: [
            {
                "goal_id": goal_of(case.goal),
                "person_id": person_of(case.person),
                "capacity": case.capacity,
                "opened_at": MOMENTS[0],
                "closed_at": case.closed,
            }
            for case in world.cases
        ],
        LegalHold: [
            {
                "person_id": person_of(kept.person),
                "scope": kept.scope,
                "matter": b"",
                "reason": b"",
                "placed_by_id": person_of(kept.person),
                "placed_at": MOMENTS[0],
                "released_at": MOMENTS[1] if kept.released else None,
            }
            for kept in world.holds
        ],
    }
    for table, of_table in rows.items():
        if of_table:
            connection.execute(insert(table), [_with_id(table, row) for row in of_table])


def _with_id(table: type[Base], row: dict[str, object]) -> dict[str, object]:
    return {"id": uuid4(), **row} if "id" in table.__table__.columns else row


def _dates(dates: Range) -> dict[str, object]:
    return {"valid_from": dates.start, "valid_to": dates.end}


def person_row(number: int, person: Somebody) -> dict[str, object]:
    return {
        "id": person_of(number),
        "email": f"{number}@company.example",
        "name": f"Person {number}",
        "name_folded": f"person {number}",
        "slack_user": f"U{number}",
        "state": person.state,
        "level": Level.INDIVIDUAL,
        "employment": person.employment,
        "fte_percent": 100,
        "working_days": "12345",
        "day_start": time(9),
        "region": person.region,
        "org_unit_id": unit_of(person.unit),
        "timezone": "UTC",
        "locale": "en",
    }


def _goal_row(number: int, goal: Aim) -> dict[str, object]:
    return {
        "id": goal_of(number),
        "number": number + 1,
        "owner_id": person_of(goal.owner),
        "proposer_id": person_of(goal.owner),
        "state": goal.state,
        "revision": 1,
        "version": 1,
        "audience": goal.audience,
        "title_visible": goal.title_visible,
        "counterpart_id": None if goal.counterpart is None else person_of(goal.counterpart),
        "turn": goal.turn,
        "counters": 0,
        "title_folded": f"goal {number}",
    }


def _version_row(number: int, goal: Aim) -> dict[str, object]:
    return {
        "goal_id": goal_of(number),
        "number": 1,
        "author_id": person_of(goal.owner),
        "side": Side.OWNER,
        "at": MOMENTS[0],
        "policy": 0,
        "title": f"Goal {number}",
        "metric": "Hours",
        "target": 1.0,
        "target_text": "1",
        "due_date": TODAY,
        "template": Level.INDIVIDUAL,
    }
