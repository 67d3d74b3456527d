"""A made-up organisation of any size, filled in by a few dozen statements over whole sets.

The same on SQLite and on PostgreSQL. Reporting lines are a tree with eight reports each; units,
regions, roles and deputies are spread over it. `benchmarks.history` adds goals and what became of
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, String, cast, insert, literal, text

from benchmarks.sql import chosen, fill, made_up_id, numbers, one_of, the_id
from domain.people import (
    Employment,
    GrantState,
    HomeWorkspace,
    Level,
    LineKind,
    PersonState,
    Role,
    Standing,
)
from domain.policy import Policy
from storage import people, policy
from storage.database import WRITING, is_sqlite
from storage.tables.people import Delegation, OrgUnit, Person, ReportingLine, RoleGrant

HOME = HomeWorkspace(team="T0BENCH", enterprise=None, bot_user="U0ACCORD", bot="B0ACCORD")
LONG_AGO = date(2020, 1, 1)

REPORTS = 8
EXECUTIVES = 9
PEOPLE_A_UNIT = 40
UNITS_A_UNIT = 6
PEOPLE_A_PARTNER = 200
MANAGERS_A_DEPUTY = 5
SLACK_NUMBER = 100_000_000
NAMES = ("Lena Novak", "Zoë Lindqvist", "Jonas Brandt", "Amélie Costa")
ZONES = ("Europe/Berlin", "Europe/Lisbon", "America/New_York")
REGIONS = ("DE-BE", "PT", "US-NY")

# Kinds of made-up ids; goals go on from there.
PERSON, LINE, DEPUTY, GRANT, UNIT, NEXT_KIND = range(1, 7)


@dataclass(frozen=True, slots=True)
class Organisation:
    """How many people, and the moment at which everything stands as it does."""

    people: int
    now: datetime

    @property
    def units(self) -> int:
        return max(self.people // PEOPLE_A_UNIT, 1)

    @property
    def managers(self) -> int:
        """They are the first so many people."""
        return (self.people + (REPORTS - 2)) // REPORTS


def slack_user(number: int) -> str:
    """Slack's id of the `number`-th person; the first one leads everybody."""
    return f"U{SLACK_NUMBER + number}"


def person(number: ColumnElement[int]) -> ColumnElement[UUID]:
    return made_up_id(PERSON, number)


def manager_of(number: Any) -> Any:
    """Whom somebody reports to, in SQL or in Python; of the first person, nobody."""
    return (number + (REPORTS - 2)) // REPORTS


def open_for_filling(engine: Engine) -> Connection:
    """A connection that may lose everything in a crash, and does not look every key up again."""
    connection = engine.execution_options(**{WRITING: True}).connect()
    if is_sqlite(engine):
        connection.exec_driver_sql("PRAGMA cache_size=-400000")
    else:
        # Foreign keys hold by construction; SQLite, which gets the same rows, checks them.
        connection.execute(text("SET session_replication_role = replica"))
    connection.commit()
    return connection


def learn(engine: Engine) -> None:
    """What autovacuum or ANALYZE has done long since in a database that is in use."""
    if is_sqlite(engine):
        with engine.execution_options(**{WRITING: True}).begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("CHECKPOINT")


def fill_directory(connection: Connection, organisation: Organisation) -> None:
    """Workspace, policy, units, people, lines, roles and deputies of an empty database."""
    people.save_workspace(connection, HOME)
    policy.adopt(connection, Policy(), organisation.now)
    _fill_units(connection, organisation)
    _fill_people(connection, organisation)
    _fill_lines(connection, organisation)
    _fill_roles(connection, organisation)
    _fill_deputies(connection, organisation)


def _fill_units(connection: Connection, organisation: Organisation) -> None:
    """A tree of paths; few enough to be listed here."""
    paths = ["Company"]
    for n in range(1, organisation.units):
        paths.append(f"{paths[(n - 1) // UNITS_A_UNIT]} / Unit {n}")
    rows = [
        {
            "id": the_id(UNIT, n + 1),
            "path": path,
            "name": path.rpartition(" / ")[2],
            "parent_id": the_id(UNIT, (n - 1) // UNITS_A_UNIT + 1) if n else None,
        }
        for n, path in enumerate(paths)
    ]
    connection.execute(insert(OrgUnit), rows)


def _fill_people(connection: Connection, organisation: Organisation) -> None:
    i = (each := numbers(organisation.people)).c.i
    number = cast(i, String)
    fill(
        connection,
        Person,
        each,
        id=person(i),
        email=literal("person-") + number + "@company.example",
        name=one_of(i, String(), *NAMES) + " " + number,
        name_folded=one_of(i, String(), *(name.casefold() for name in NAMES)) + " " + number,
        slack_user=literal("U") + cast(i + SLACK_NUMBER, String),
        dm_channel=literal("D") + cast(i + SLACK_NUMBER, String),
        state=PersonState.ACTIVE,
        level=chosen(
            Person.level.type,
            (i <= EXECUTIVES, Level.EXECUTIVE),
            (i <= organisation.managers, Level.MANAGER),
            Level.INDIVIDUAL,
        ),
        employment=Employment.REGULAR,
        fte_percent=100,
        working_days="12345",
        day_start=time(9),
        region=one_of(i, String(), *REGIONS),
        # Whoever reports to one manager is in one unit.
        org_unit_id=made_up_id(UNIT, manager_of(i) % organisation.units + 1),
        timezone=one_of(i, String(), *ZONES),
        locale="en-GB",
        standing=Standing.FULL,
    )


def _fill_lines(connection: Connection, organisation: Organisation) -> None:
    i = (each := numbers(organisation.people - 1)).c.i
    fill(
        connection,
        ReportingLine,
        each,
        id=made_up_id(LINE, i),
        person_id=person(i + 1),
        manager_id=person(manager_of(i + 1)),
        kind=LineKind.PRIMARY,
        valid_from=LONG_AGO,
        source="benchmark",
    )


def _fill_roles(connection: Connection, organisation: Organisation) -> None:
    """HR partners for a unit with those below it, and, as the second person, for everybody."""
    grant: dict[str, object] = {
        "role": Role.HR,
        "state": GrantState.ACTIVE,
        "valid_from": LONG_AGO,
    }
    everywhere: dict[str, object] = {
        "id": the_id(GRANT, 0),
        "person_id": the_id(PERSON, 2),
        "org_unit_id": None,
    }
    partners: list[dict[str, object]] = [
        {
            "id": the_id(GRANT, n),
            "person_id": the_id(PERSON, n * PEOPLE_A_PARTNER),
            "org_unit_id": the_id(UNIT, n % organisation.units + 1),
        }
        for n in range(1, organisation.people // PEOPLE_A_PARTNER + 1)
    ]
    connection.execute(insert(RoleGrant), [grant | one for one in [everywhere, *partners]])


def _fill_deputies(connection: Connection, organisation: Organisation) -> None:
    i = (each := numbers(organisation.managers // MANAGERS_A_DEPUTY)).c.i
    fill(
        connection,
        Delegation,
        each,
        id=made_up_id(DEPUTY, i),
        delegator_id=person(i * MANAGERS_A_DEPUTY),
        deputy_id=person(i * MANAGERS_A_DEPUTY - 1),
        valid_from=LONG_AGO,
    )
