"""Whom the file means: each row, and each e-mail in it, as one person, known already or new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.directory import DirectoryFile, DirectoryNow, DirectoryRow, KnownPerson


@dataclass(frozen=True, slots=True)
class Roll:
    """Everybody in the file and in the directory, by e-mail.

    `rows` holds each person's row; of two rows with one e-mail the first.
    """

    ids: Mapping[str, UUID]
    rows: Mapping[UUID, DirectoryRow]
    now: DirectoryNow

    def known(self, person: UUID) -> KnownPerson | None:
        return self.now.people.get(person)

    def email(self, person: UUID) -> str:
        """The e-mail that a person has after the import."""
        row = self.rows.get(person)
        return row.facts.email if row else self.now.people[person].facts.email

    def name(self, person: UUID) -> str:
        row = self.rows.get(person)
        return row.facts.name if row else self.now.people[person].facts.name

    def manager(self, person: UUID) -> UUID | None:
        """The primary manager after the import; None for one whom nobody knows, too."""
        row = self.rows.get(person)
        if row is not None:
            return self.ids.get(row.manager) if row.manager else None
        lines = self.now.primary.get(person, ())
        return lines[-1].manager if lines else None


def call_roll(file: DirectoryFile, now: DirectoryNow, new_id: Callable[[], UUID]) -> Roll:
    """Match rows to people: by e-mail, else by Slack account (their e-mail has changed), else new.

    Somebody whose e-mail the file gives to a row of its own is never taken for another row.
    """
    listed = {row.facts.email for row in file.rows}
    ids = {person.facts.email: person.id for person in now.people.values()}
    renamed = {
        person.facts.slack_user: person.id
        for person in now.people.values()
        if person.facts.slack_user and person.facts.email not in listed
    }
    rows: dict[UUID, DirectoryRow] = {}
    for row in file.rows:
        person = ids.get(row.facts.email)
        if person is None:
            # Taken out, so that two rows with one Slack account do not become one person.
            person = renamed.pop(row.facts.slack_user or "", None) or new_id()
            ids[row.facts.email] = person
        rows.setdefault(person, row)
    return Roll(ids, rows, now)
