"""Words typed to the bot in its own conversation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select

from storage.tables.conversation import SaidWords

KEPT = 200


def keep_words(connection: Connection, person: UUID, words: str, at: datetime) -> UUID:
    said = uuid4()
    connection.execute(
        insert(SaidWords).values(id=said, person_id=person, words=words[:KEPT], at=at)
    )
    return said


def words_said(connection: Connection, said: UUID) -> str | None:
    return connection.execute(
        select(SaidWords.words).where(SaidWords.id == said)
    ).scalar_one_or_none()
