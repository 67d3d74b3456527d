"""Directory files as tests write them, and the store they are imported into."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine, func, select

from domain.audit import Action, RecordedAct
from domain.clock import Clock
from domain.directory import REQUIRED_COLUMNS, Column, DirectoryNow
from domain.directory_plan import Plan
from domain.notices import SubjectType
from domain.origin import Origin, Via
from storage.audit import entries_about
from storage.directory import read_directory
from storage.keyring import Keyring
from storage.tables.audit import AuditEntry
from storage.unit_of_work import Store
from usecases.directory import import_people

NOW = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
"""Both clocks stand still; it is the second of March from Honolulu to Auckland."""

ORIGIN = Origin(Via.CLI, NOW, request="r-1")
KEYRING = Keyring(["the secret of the organisation, 32+"])

PLAIN: Mapping[str, str] = {
    "name": "Somebody",
    "level": "individual contributor",
    "unit": "Company",
    "region": "PT",
    "timezone": "Europe/Lisbon",
}


def a_row(email: str, **cells: str) -> dict[str, str]:
    return {**PLAIN, "email": email, **cells}


def a_file(
    *rows: Mapping[str, str], columns: Iterable[str] = REQUIRED_COLUMNS, delimiter: str = ","
) -> bytes:
    """A CSV file; columns that a row names beyond the required ones are added."""
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


CEO = a_row("ceo@x.example", name="Clara Stein", level="executive", slack_user_id="U0CLARA")
JONAS = a_row(
    "jonas@x.example",
    name="Jonas Brandt",
    level="manager",
    manager_email="ceo@x.example",
    unit="Company / Support",
    slack_user_id="U0JONAS",
)
LENA = a_row(
    "lena@x.example",
    name="Lena Novak",
    manager_email="jonas@x.example",
    unit="Company / Support",
    slack_user_id="U0LENA",
)
COMPANY = (CEO, JONAS, LENA)


@dataclass(frozen=True)
class Directory:
    """A directory in a database, and what the record says of it."""

    store: Store

    @classmethod
    def on(cls, engine: Engine, secret: str | None = None) -> Directory:
        keyring = KEYRING if secret is None else Keyring([secret])
        return cls(Store(engine, keyring, Clock(lambda: NOW)))

    def take(self, *rows: Mapping[str, str], origin: Origin = ORIGIN) -> Plan:
        return import_people(self.store, origin, a_file(*rows))

    def now(self) -> DirectoryNow:
        with self.store.read(ORIGIN) as reading:
            return read_directory(reading.connection, NOW.date())

    def id_of(self, email: str) -> UUID:
        return next(p.id for p in self.now().people.values() if p.facts.email == email)

    def managers(self) -> dict[str, str]:
        """Who reports to whom, by e-mail."""
        now = self.now()
        return {
            now.people[person].facts.email: now.people[line.manager].facts.email
            for person, lines in now.primary.items()
            for line in lines
        }

    def entries(self) -> int:
        with self.store.read(ORIGIN) as reading:
            count: int = reading.connection.execute(
                select(func.count()).select_from(AuditEntry)
            ).scalar_one()
            return count

    def recorded(self, action: Action) -> list[RecordedAct]:
        """Every entry of the action, oldest first."""
        with self.store.read(ORIGIN) as reading:
            objects = reading.connection.execute(
                select(AuditEntry.object_type, AuditEntry.object_id)
                .where(AuditEntry.action == action)
                .distinct()
            ).all()
            acts = [
                act
                for kind, which in objects
                for act in entries_about(
                    reading.connection, reading.sealer, SubjectType(kind), which
                )
                if act.action is action
            ]
        return sorted(acts, key=lambda act: act.receipt.seq)


OPTIONAL_COLUMNS = tuple(column for column in Column if column not in REQUIRED_COLUMNS)
