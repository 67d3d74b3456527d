"""Form tokens: a dialog counts once, however often it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from domain.errors import InvalidInput
from storage.conflicts import insert_if_new
from storage.tables.requests import FormToken


@dataclass(frozen=True, slots=True)
class EarlierSubmission:
    """What the first submission of this dialog led to; `person` is who sent it."""

    person: UUID | None
    outcome: UUID | None

    def require(self, person: UUID | None, outcome: UUID | None) -> None:
        """Raises InvalidInput for a token from another person's dialog, or another thing's."""
        if (self.person, self.outcome) != (person, outcome):
            raise InvalidInput("form_state")


def consume_token(
    connection: Connection, token: str, person: UUID | None, outcome: UUID | None, at: datetime
) -> EarlierSubmission | None:
    """Consume the token for this outcome; the earlier submission if it was consumed before.

    Two submissions at once: the second waits for the first to commit, then sees its outcome.
    """
    consumed = {"token": token, "person_id": person, "outcome": outcome, "at": at}
    if insert_if_new(connection, FormToken, consumed):
        return None
    row = connection.execute(
        select(FormToken.person_id, FormToken.outcome).where(FormToken.token == token)
    ).one()
    return EarlierSubmission(row[0], row[1])
