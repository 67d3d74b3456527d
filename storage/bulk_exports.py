"""What bulk exports are made of: rows of a population, counted and read page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased

from domain.approvals import ApprovalState
from domain.exports import ExportContent, Population
from domain.goals import GoalState
from domain.my_data import Plain
from domain.people import Member
from domain.references import ReferenceKind
from storage.conditions import NO_CONDITION, Condition
from storage.goals import AT_VERSION
from storage.tables.approvals import Approval
from storage.tables.audit import AuditEntry, AuditLeaf
from storage.tables.checkins import CheckInAnswer, CheckInRow
from storage.tables.exports import BulkExport
from storage.tables.goals import Goal, GoalShare, GoalValue, GoalVersion
from storage.tables.people import Delegation, OrgUnit, Person, RoleGrant
from storage.types import EPOCH
from storage.visibility import covered_by_hr

Column = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of an export. `keys` order its rows, and tell where the next page begins."""

    name: str
    rows: Select[Any]
    keys: tuple[Any, ...]
    columns: tuple[Column, ...]
    condition: Condition = NO_CONDITION

    @property
    def heads(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[tuple[Plain, ...]]
    last: tuple[Any, ...] | None
    """The key of its last row; None for the last page."""


def tables(content: ExportContent, who: Population, viewer: Member, today: date) -> list[Table]:
    """What is exported of these people to the viewer; whether they may have it is asked before."""
    makers: dict[ExportContent, Callable[[Population, Condition], list[Table]]] = {
        ExportContent.GOALS: _goals,
        ExportContent.CHECK_INS: _check_ins,
        ExportContent.ACCESS: _access,
        ExportContent.RECORD: _record,
    }
    # A hold is legal's own reason to read; for all else the one rule of HR's decides.
    seen = NO_CONDITION if who.person is not None else covered_by_hr(viewer, today)
    return makers[content](who, seen)


def count(connection: Connection, found: Sequence[Table]) -> int:
    """How many rows there are in all of them now."""
    total = 0
    for table in found:
        counted = table.rows.with_only_columns(func.count()).order_by(None)
        total += connection.execute(counted, table.condition.values).scalar_one()
    return total


def page(connection: Connection, table: Table, after: tuple[Any, ...] | None, limit: int) -> Page:
    """Rows behind the key `after`, at most `limit`."""
    wanted = table.rows.with_only_columns(
        *(column for _, column in table.columns), *table.keys
    ).order_by(*table.keys)
    if after is not None:
        wanted = wanted.where(tuple_(*table.keys) > tuple_(*after))
    found = connection.execute(wanted.limit(limit), table.condition.values).all()
    width = len(table.columns)
    rows = [tuple(_plain(cell) for cell in row[:width]) for row in found]
    return Page(rows, tuple(found[-1][width:]) if len(found) == limit else None)


def _plain(cell: Any) -> Plain:
    match cell:
        case Enum():
            return str(cell.value)
        case datetime() | date():
            return cell.isoformat()
        case bytes():
            return cell.hex()
        case None | bool() | int() | float():
            return cell
        case _:
            return str(cell)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), EPOCH.tzinfo)


def _within(moment: Any, who: Population) -> ColumnElement[bool]:
    """From the first day to the last, in UTC."""
    begin = moment >= _moment(who.first_day) if who.first_day else true()
    return and_(begin, moment < _moment(who.day_after) if who.day_after else true())


def _happened(moment: Any, who: Population) -> ColumnElement[bool]:
    """The same for what comes to be once and stays as it is."""
    return and_(_within(moment, who), moment < who.before if who.before else true())


def _overlaps(valid_from: Any, valid_to: Any, who: Population) -> ColumnElement[bool]:
    begin = or_(valid_to.is_(None), valid_to > who.first_day) if who.first_day else true()
    return and_(begin, valid_from < who.day_after if who.day_after else true())


def _works(person: Any, unit: Any, who: Population) -> ColumnElement[bool]:
    """Whether somebody belongs to these people."""
    if who.person is not None:
        return person.id == who.person  # type: ignore[no-any-return] # a clause
    if who.path is not None:
        inside = func.substr(unit.path, 1, len(who.path) + 3) == f"{who.path} / "
        return or_(unit.path == who.path, inside)
    if who.region is not None:
        inside = func.substr(person.region, 1, len(who.region) + 1) == f"{who.region}-"
        return or_(person.region == who.region, inside)
    return true()


def _goals(who: Population, seen: Condition) -> list[Table]:
    unit = aliased(OrgUnit)
    rows = (
        select(Goal.id)
        .join(Person, Person.id == Goal.owner_id)
        .outerjoin(unit, unit.id == Person.org_unit_id)
        .join(GoalVersion, AT_VERSION)
        .where(Goal.state != GoalState.DRAFT, _works(Person, unit, who), seen.clause)
        .where(_within(GoalVersion.at, who))
    )
    columns = (
        *_person(Person, unit),
        ("goal", _reference()),
        ("state", Goal.state),
        ("version", GoalVersion.number),
        ("version_at", GoalVersion.at),
        *((name, getattr(GoalVersion, name)) for name in _GOAL_FIELDS),
    )
    return [Table("goals", rows, (Goal.number,), columns, seen)]


_GOAL_FIELDS = (
    *("title", "metric", "target_text", "measure_unit", "direction", "baseline_text"),
    *("threshold_text", "stretch_text", "start_date", "due_date", "check_in_every", "why"),
    *("kind", "parts"),
)


def _reference() -> ColumnElement[str]:
    return literal(f"{ReferenceKind.GOAL.value}-") + cast(Goal.number, String)


def _person(person: Any, unit: Any) -> tuple[Column, ...]:
    return (
        ("person", person.name),
        ("email", person.email),
        ("unit", unit.path),
        ("region", person.region),
    )


def _check_ins(who: Population, seen: Condition) -> list[Table]:
    """The part that is record: values and what changed. Support is kept elsewhere.

    What somebody took back nobody reads any more; under a hold it is there, with when that was.
    """
    unit = aliased(OrgUnit)
    stands = true() if who.person is not None else CheckInRow.undone_at.is_(None)
    rows = (
        select(CheckInAnswer.check_in_id)
        .join(CheckInRow, CheckInRow.id == CheckInAnswer.check_in_id)
        .join(Goal, Goal.id == CheckInAnswer.goal_id)
        .join(Person, Person.id == CheckInRow.owner_id)
        .outerjoin(unit, unit.id == Person.org_unit_id)
        .outerjoin(GoalValue, GoalValue.id == CheckInAnswer.value_id)
        .where(Goal.state != GoalState.DRAFT, _works(Person, unit, who), seen.clause)
        .where(Goal.owner_id == CheckInRow.owner_id, _happened(CheckInRow.at, who), stands)
    )
    columns = (
        *_person(Person, unit),
        ("goal", _reference()),
        ("at", CheckInRow.at),
        ("taken_back_at", CheckInRow.undone_at),
        ("kind", CheckInAnswer.kind),
        ("value", GoalValue.value_text),
        ("what_changed", func.coalesce(GoalValue.note, CheckInAnswer.words)),
    )
    keys = (CheckInAnswer.check_in_id, CheckInAnswer.goal_id)
    return [Table("check-ins", rows, keys, columns, seen)]


def _access(who: Population, _seen: Condition) -> list[Table]:
    return [_roles(who), _deputies(who), _shares(who)]


def _roles(who: Population) -> Table:
    unit, place = aliased(OrgUnit), aliased(OrgUnit)
    rows = (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(unit, unit.id == Person.org_unit_id)
        .outerjoin(place, place.id == RoleGrant.org_unit_id)
        .where(_works(Person, unit, who), _overlaps(RoleGrant.valid_from, RoleGrant.valid_to, who))
    )
    columns = (
        *_person(Person, unit),
        ("role", RoleGrant.role),
        ("for_unit", place.path),
        ("for_region", RoleGrant.region),
        ("state", RoleGrant.state),
        ("valid_from", RoleGrant.valid_from),
        ("valid_to", RoleGrant.valid_to),
    )
    return Table("roles", rows, (RoleGrant.id,), columns)


def _deputies(who: Population) -> Table:
    unit, other = aliased(OrgUnit), aliased(Person)
    rows = (
        select(Delegation.id)
        .join(Person, Person.id == Delegation.deputy_id)
        .outerjoin(unit, unit.id == Person.org_unit_id)
        .join(other, other.id == Delegation.delegator_id)
        .where(
            _works(Person, unit, who), _overlaps(Delegation.valid_from, Delegation.valid_to, who)
        )
    )
    columns = (
        *_person(Person, unit),
        ("stands_in_for", other.name),
        ("valid_from", Delegation.valid_from),
        ("valid_to", Delegation.valid_to),
        ("revoked_at", Delegation.revoked_at),
    )
    return Table("deputies", rows, (Delegation.id,), columns)


def _shares(who: Population) -> Table:
    """Which goals, by reference: a title is content."""
    unit, owner = aliased(OrgUnit), aliased(Person)
    rows = (
        select(GoalShare.goal_id)
        .join(Person, Person.id == GoalShare.person_id)
        .outerjoin(unit, unit.id == Person.org_unit_id)
        .join(Goal, Goal.id == GoalShare.goal_id)
        .join(owner, owner.id == Goal.owner_id)
        .where(_works(Person, unit, who), _happened(GoalShare.shared_at, who))
    )
    columns = (
        *_person(Person, unit),
        ("goal", _reference()),
        ("of", owner.name),
        ("shared_at", GoalShare.shared_at),
        ("revoked_at", GoalShare.revoked_at),
    )
    return Table("shares", rows, (GoalShare.goal_id, GoalShare.person_id), columns)


def _record(who: Population, _seen: Condition) -> list[Table]:
    """Who did what when, without what was said. Of everybody also what the clock did."""
    actor, subject = aliased(Person), aliased(Person)
    actors, subjects = aliased(OrgUnit), aliased(OrgUnit)
    everybody = who.path is None and who.region is None and who.person is None
    of_them = or_(
        and_(actor.id.is_not(None), _works(actor, actors, who)),
        and_(subject.id.is_not(None), _works(subject, subjects, who)),
    )
    rows = (
        select(AuditEntry.seq)
        .join(AuditLeaf, AuditLeaf.seq == AuditEntry.seq)
        .outerjoin(actor, actor.id == AuditEntry.actor)
        .outerjoin(actors, actors.id == actor.org_unit_id)
        .outerjoin(subject, subject.id == AuditEntry.subject)
        .outerjoin(subjects, subjects.id == subject.org_unit_id)
        .where(true() if everybody else of_them, _within(AuditEntry.at, who))
        .where(AuditEntry.seq < who.entries if who.entries is not None else true())
    )
    columns = (
        ("entry", AuditEntry.seq),
        ("fingerprint", AuditLeaf.hash),
        ("at", AuditEntry.at),
        ("action", AuditEntry.action),
        ("actor", actor.name),
        ("actor_id", AuditEntry.actor),
        ("about", subject.name),
        ("about_id", AuditEntry.subject),
        ("thing", AuditEntry.object_type),
        ("thing_id", AuditEntry.object_id),
        ("version", AuditEntry.object_version),
        ("class", AuditEntry.sensitivity),
    )
    return [Table("record", rows, (AuditEntry.seq,), columns)]


def entries_now(connection: Connection) -> int:
    """How many entries the record has: each later one has this number or a higher one."""
    last: int | None = connection.scalar(select(func.max(AuditLeaf.seq)))
    return 0 if last is None else last + 1


# Approved exports


@dataclass(frozen=True, slots=True)
class StoredExport:
    """An approved export. Business time."""

    approval: UUID
    rows: int
    expires_at: datetime
    fetched_at: datetime | None


def add(connection: Connection, new: StoredExport) -> None:
    connection.execute(
        insert(BulkExport).values(
            approval_id=new.approval,
            rows=new.rows,
            expires_at=new.expires_at,
            fetched_at=new.fetched_at,
        )
    )


def by_approval(connection: Connection, approval: UUID) -> StoredExport | None:
    row = connection.execute(
        select(
            BulkExport.approval_id, BulkExport.rows, BulkExport.expires_at, BulkExport.fetched_at
        ).where(BulkExport.approval_id == approval)
    ).one_or_none()
    return None if row is None else StoredExport(*row)


def mark_fetched(connection: Connection, approval: UUID, now: datetime) -> bool:
    """Once; False for one that was fetched, or that is over."""
    fetched = connection.execute(
        update(BulkExport)
        .where(
            BulkExport.approval_id == approval,
            BulkExport.fetched_at.is_(None),
            BulkExport.expires_at > now,
        )
        .values(fetched_at=now)
    )
    return fetched.rowcount == 1


def done_lately(connection: Connection, act: str, asker: UUID, since: datetime) -> int:
    """How many exports of somebody's were approved since then."""
    return connection.execute(
        select(func.count()).where(
            Approval.act == act,
            Approval.asker_id == asker,
            Approval.state == ApprovalState.DONE,
            Approval.decided_at > since,
        )
    ).scalar_one()
