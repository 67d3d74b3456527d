"""The directory as an import reads and changes it: whole sets of rows, never one by one."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Executable, bindparam, insert, or_, select, text, update

from domain.directory import (
    DirectoryNow,
    GrantKey,
    KnownLine,
    KnownPerson,
    PersonFacts,
)
from domain.directory_plan import LineChange, LineStep, NewGrant, NewUnit, Plan
from domain.people import GrantState, LineKind
from storage.tables.people import OrgUnit, Person, ReportingLine, RoleGrant

IMPORTED = "import"
"""The source of reporting lines that came from a file."""


def lock_directory(connection: Connection) -> None:
    """Let one import at a time read and change the directory; others keep reading meanwhile."""
    if connection.dialect.name == "postgresql":
        # Imports alone write units. On SQLite a writer is alone in any case.
        connection.execute(text("LOCK TABLE org_unit IN SHARE ROW EXCLUSIVE MODE"))


def read_directory(connection: Connection, today: date) -> DirectoryNow:
    """Everybody, every unit, and the lines and grants that have not ended on `today`."""
    units = {path: unit for unit, path in connection.execute(select(OrgUnit.id, OrgUnit.path))}
    lines = _lines(connection, today)
    return DirectoryNow(
        people=_people(connection),
        units=units,
        primary=lines[LineKind.PRIMARY],
        matrix=lines[LineKind.MATRIX],
        grants=_grants(connection, today),
    )


def _people(connection: Connection) -> dict[UUID, KnownPerson]:
    return {row.id: known_person(row) for row in connection.execute(PEOPLE)}


PEOPLE = select(
    Person.id,
    Person.state,
    Person.email,
    Person.name,
    Person.level,
    Person.timezone,
    OrgUnit.path,
    Person.region,
    Person.slack_user,
    Person.employment,
    Person.fte_percent,
    Person.working_days,
    Person.day_start,
    Person.legal_entity,
    Person.start_date,
    Person.locale,
    Person.probation_until,
    Person.leaving_on,
    Person.bargaining_unit,
    Person.roster,
).outerjoin(OrgUnit, OrgUnit.id == Person.org_unit_id)


def known_person(row: Any) -> KnownPerson:
    """A row of `PEOPLE`."""
    facts = PersonFacts(
        email=row.email,
        name=row.name,
        level=row.level,
        timezone=row.timezone,
        unit=row.path,
        region=row.region,
        slack_user=row.slack_user,
        employment=row.employment,
        fte_percent=row.fte_percent,
        working_days=frozenset(map(int, row.working_days)),
        day_start=row.day_start,
        legal_entity=row.legal_entity,
        start_date=row.start_date,
        probation_until=row.probation_until,
        leaving_on=row.leaving_on,
        bargaining_unit=row.bargaining_unit,
        roster=row.roster,
        locale=row.locale,
    )
    return KnownPerson(row.id, facts, row.state)


def _lines(
    connection: Connection, today: date
) -> Mapping[LineKind, dict[UUID, tuple[KnownLine, ...]]]:
    found: dict[LineKind, dict[UUID, tuple[KnownLine, ...]]] = defaultdict(dict)
    rows = connection.execute(
        select(
            ReportingLine.kind,
            ReportingLine.person_id,
            ReportingLine.id,
            ReportingLine.manager_id,
            ReportingLine.valid_from,
            ReportingLine.valid_to,
        )
        .where(or_(ReportingLine.valid_to.is_(None), ReportingLine.valid_to > today))
        .order_by(ReportingLine.valid_from)
    )
    for row in rows:
        line = KnownLine(row.id, row.manager_id, row.valid_from, row.valid_to)
        of_kind = found[row.kind]
        of_kind[row.person_id] = (*of_kind.get(row.person_id, ()), line)
    return found


def _grants(connection: Connection, today: date) -> frozenset[GrantKey]:
    rows = connection.execute(
        select(RoleGrant.person_id, RoleGrant.role, OrgUnit.path, RoleGrant.region)
        .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(
            RoleGrant.state != GrantState.REVOKED,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today),
        )
    )
    return frozenset(GrantKey(*row) for row in rows)


def office_holders(connection: Connection) -> frozenset[UUID]:
    """Everybody to whom a role was given or promised, and not taken back."""
    wanted = select(RoleGrant.person_id).where(RoleGrant.state != GrantState.REVOKED).distinct()
    return frozenset(connection.scalars(wanted))


def apply_plan(connection: Connection, plan: Plan, units: Mapping[str, UUID]) -> None:
    """Carry out the plan; `units` are those that existed when it was made, by path.

    Raises IntegrityError where somebody changed the directory since the plan was made.
    """
    ids = {**units, **{unit.path: unit.id for unit in plan.units}}
    _insert_units(connection, plan.units)
    _insert_people(connection, plan, ids)
    _change_people(connection, plan, ids)
    _change_lines(connection, plan.lines)
    _insert_grants(connection, plan.grants, ids, plan.today)


def _insert_units(connection: Connection, units: Sequence[NewUnit]) -> None:
    rows = [
        {"id": unit.id, "path": unit.path, "name": unit.name, "parent_id": unit.parent}
        for unit in units
    ]
    _run(connection, insert(OrgUnit), rows)


def _insert_people(connection: Connection, plan: Plan, units: Mapping[str, UUID]) -> None:
    rows = [{"id": new.who.id, **_columns(new.facts, units, plan.today)} for new in plan.created]
    _run(connection, insert(Person), rows)


def _change_people(connection: Connection, plan: Plan, units: Mapping[str, UUID]) -> None:
    """Update those who change. Slack ids are let go of first: two people may swap theirs."""
    this_person = update(Person).where(Person.id == bindparam("whom"))
    changing = [
        {"whom": person.who.id}
        for person in plan.changed
        if any(change.fact == "slack_user" for change in person.changes)
    ]
    _run(connection, this_person.values(slack_user=None), changing)
    rows = [
        {
            "whom": each.who.id,
            **_columns(each.facts, units, plan.today),
            "state": each.state,
        }
        for each in plan.changed
    ]
    if rows:
        values: dict[str, object] = {name: bindparam(name) for name in rows[0] if name != "whom"}
        _run(connection, this_person.values(values), rows)


def _columns(facts: PersonFacts, units: Mapping[str, UUID], today: date) -> dict[str, object]:
    return {
        "email": facts.email,
        "name": facts.name,
        "name_folded": folded_name(facts.name),
        "slack_user": facts.slack_user,
        "state": facts.state_on(today),
        "level": facts.level,
        "employment": facts.employment,
        "fte_percent": facts.fte_percent,
        "working_days": "".join(map(str, sorted(facts.working_days))),
        "day_start": facts.day_start,
        "region": facts.region,
        "legal_entity": facts.legal_entity,
        "org_unit_id": units[facts.unit] if facts.unit else None,
        "start_date": facts.start_date,
        "probation_until": facts.probation_until,
        "leaving_on": facts.leaving_on,
        "bargaining_unit": facts.bargaining_unit,
        "roster": facts.roster,
        "timezone": facts.timezone,
        "locale": facts.locale,
    }


def folded_name(name: str) -> str:
    """How names are stored for search and order: case, width and accents do not matter."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", bare)[:200]


def _change_lines(connection: Connection, lines: Iterable[LineChange]) -> None:
    """End lines before others begin: a person has one open primary line at a time."""
    lines = tuple(lines)
    this_line = update(ReportingLine).where(ReportingLine.id == bindparam("line"))
    closed = [{"line": line.id, "on": line.on} for line in lines if line.step is LineStep.CLOSE]
    _run(connection, this_line.values(valid_to=bindparam("on")), closed)
    opened = [
        {
            "id": line.id,
            "person_id": line.who.id,
            "manager_id": line.manager.id,
            "kind": line.kind,
            "valid_from": line.on,
            "valid_to": None,
            "source": IMPORTED,
        }
        for line in lines
        if line.step is LineStep.OPEN
    ]
    _run(connection, insert(ReportingLine), opened)


def _insert_grants(
    connection: Connection, grants: Iterable[NewGrant], units: Mapping[str, UUID], today: date
) -> None:
    rows = [
        {
            "id": grant.id,
            "person_id": grant.who.id,
            "role": grant.role,
            "org_unit_id": units[grant.unit] if grant.unit else None,
            "region": grant.region,
            "state": grant.state,
            "valid_from": today,
            "valid_to": None,
        }
        for grant in grants
    ]
    _run(connection, insert(RoleGrant), rows)


def _run(
    connection: Connection, statement: Executable, rows: Sequence[Mapping[str, object]]
) -> None:
    if rows:
        connection.execute(statement, rows)
