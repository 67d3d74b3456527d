"""Form tokens: a dialog counts once, however often it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables.requests import FormToken


@dataclass(frozen=True, slots=True)
class EarlierSubmission:
    """What the first submission of this dialog led to; `person` is who sent it."""

    person: UUID | None
    outcome: UUID | None


def consume_token(
    connection: Connection, token: str, person: UUID | None, outcome: UUID | None, at: datetime
) -> EarlierSubmission | None:
    """Consume the token for this outcome; the earlier submission if it was consumed before.

    Two submissions at once: the second waits for the first to commit, then sees its outcome.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    inserted = connection.execute(
        dialect.insert(FormToken)
        .values(token=token, person_id=person, outcome=outcome, at=at)
        .on_conflict_do_nothing()
    )
    if inserted.rowcount:
        return None
    row = connection.execute(
        select(FormToken.person_id, FormToken.outcome).where(FormToken.token == token)
    ).one()
    return EarlierSubmission(row[0], row[1])
