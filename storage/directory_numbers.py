"""The directory in numbers, and its last import."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, and_, func, select

from domain.audit import Action, RecordedAct
from domain.directory_pages import DirectoryNumbers
from domain.notices import SubjectType
from domain.people import LineKind, PersonState
from storage.audit import entries_about
from storage.people import line_in_force
from storage.sealing import Opener
from storage.tables.audit import AuditEntry
from storage.tables.people import OrgUnit, Person, ReportingLine


def directory_numbers(connection: Connection, today: date) -> DirectoryNumbers:
    here = Person.state == PersonState.ACTIVE
    led = (
        select(ReportingLine.id)
        .where(
            ReportingLine.person_id == Person.id,
            ReportingLine.kind == LineKind.PRIMARY,
            line_in_force(today),
        )
        .exists()
    )
    row = connection.execute(
        select(
            func.count().filter(here).label("people"),
            func.count().filter(Person.state == PersonState.LEFT).label("gone"),
            func.count().filter(and_(here, ~led)).label("unled"),
            func.count().filter(and_(here, Person.slack_user.is_(None))).label("unreached"),
        ).select_from(Person)
    ).one()
    org_units = connection.scalar(select(func.count()).select_from(OrgUnit)) or 0
    return DirectoryNumbers(row.people, row.gone, org_units, row.unled, row.unreached)


def last_import(connection: Connection, opener: Opener) -> RecordedAct | None:
    newest = connection.scalar(
        select(AuditEntry.object_id)
        .where(AuditEntry.action == Action.DIRECTORY_IMPORT)
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
    if newest is None:
        return None
    found = entries_about(connection, opener, SubjectType.DIRECTORY, newest, limit=1)
    return found[0] if found else None
