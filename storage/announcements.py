"""Announcements as stored: what they are, their texts, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from domain.announcements import (
    Announce,
    AnnouncementHead,
    AnnouncementState,
    AudienceRule,
)
from domain.cycles import Phase
from storage import cycles
from storage.announcement_recipients import HANDED
from storage.tables.cycles import (
    Announcement,
    AnnouncementRecipient,
    AnnouncementWords,
    Cycle,
    CyclePhase,
)

_NEVER: Mapping[str, datetime] = {}
UNDER_WAY = (AnnouncementState.EXPANDING, AnnouncementState.RUNNING)


def save_draft(
    connection: Connection,
    draft: UUID,
    author: UUID,
    asked: Announce,
    language: str,
    now: datetime,
) -> None:
    """Store what was written, in place of an earlier draft with this id."""
    values = {
        "phase_id": asked.phase,
        "audience": asked.rule.model_dump_json(),
        "send_at": asked.send_at,
        "at": asked.at,
        "language": language,
        "drafted_at": now,
    }
    changed = connection.execute(
        update(Announcement)
        .where(Announcement.id == draft, Announcement.state == AnnouncementState.DRAFT)
        .values(**values)
    )
    if changed.rowcount == 0:
        connection.execute(
            insert(Announcement).values(
                id=draft,
                author_id=author,
                state=AnnouncementState.DRAFT,
                text_version=1,
                correcting=False,
                **values,
            )
        )
    connection.execute(delete(AnnouncementWords).where(AnnouncementWords.announcement_id == draft))
    add_texts(connection, draft, 1, {language: asked.message, **asked.texts})


def add_texts(
    connection: Connection,
    announcement: UUID,
    version: int,
    texts: Mapping[str, str],
    corrected: Mapping[str, datetime] = _NEVER,
) -> None:
    """Store a version; `corrected` says when the texts of some languages became what they are."""
    connection.execute(
        insert(AnnouncementWords),
        [
            {
                "announcement_id": announcement,
                "version": version,
                "language": language,
                "words": words,
                "corrected_at": corrected.get(language),
            }
            for language, words in texts.items()
        ],
    )


def _heads() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Announcement.id,
            Announcement.author_id,
            Announcement.state,
            Announcement.audience,
            Announcement.send_at,
            Announcement.at,
            Announcement.language,
            Announcement.text_version,
            Announcement.confirmed_at,
            Announcement.ended_at,
            Announcement.ended_by_id,
            Announcement.corrected_at,
            Announcement.stopped_at,
            Announcement.resumed_at,
            *cycles.PHASE,
        )
        .join(CyclePhase, CyclePhase.id == Announcement.phase_id)
        .join(Cycle, Cycle.id == CyclePhase.cycle_id)
    )


def _head(row: Row[Any]) -> AnnouncementHead:
    fixed = tuple(row)
    return AnnouncementHead(
        id=fixed[0],
        phase=Phase(*fixed[14:]),
        author=fixed[1],
        state=fixed[2],
        rule=AudienceRule.model_validate_json(fixed[3]),
        send_at=fixed[4],
        at=fixed[5],
        language=fixed[6],
        text_version=fixed[7],
        confirmed_at=fixed[8],
        ended_at=fixed[9],
        ended_by=fixed[10],
        corrected_at=fixed[11],
        stopped_at=fixed[12],
        resumed_at=fixed[13],
    )


def by_id(
    connection: Connection, announcement: UUID, *, lock: bool = False
) -> AnnouncementHead | None:
    """The announcement; with `lock`, nobody else can change it before the commit."""
    if lock:
        # Not with the joins: PostgreSQL would lock the cycle's rows as well.
        connection.execute(
            select(Announcement.id).where(Announcement.id == announcement).with_for_update()
        )
    row = connection.execute(_heads().where(Announcement.id == announcement)).one_or_none()
    return None if row is None else _head(row)


def stored(connection: Connection, announcement: UUID) -> AnnouncementHead:
    """An announcement that is known to be there."""
    return _head(connection.execute(_heads().where(Announcement.id == announcement)).one())


def draft_of(connection: Connection, author: UUID) -> AnnouncementHead | None:
    """What the author wrote last and has not sent."""
    row = connection.execute(
        _heads()
        .where(Announcement.author_id == author, Announcement.state == AnnouncementState.DRAFT)
        .order_by(Announcement.drafted_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _head(row)


def sent_ones(connection: Connection, limit: int) -> list[AnnouncementHead]:
    """Everything that was confirmed, the newest first."""
    rows = connection.execute(
        _heads()
        .where(Announcement.confirmed_at.is_not(None))
        .order_by(Announcement.confirmed_at.desc(), Announcement.id)
        .limit(limit)
    )
    return [_head(row) for row in rows]


def of_cycle(connection: Connection, cycle: UUID) -> list[AnnouncementHead]:
    """Everything written about its phases, drafts too."""
    rows = connection.execute(
        _heads().where(CyclePhase.cycle_id == cycle).order_by(Announcement.id)
    )
    return [_head(row) for row in rows]


def under_way(connection: Connection) -> list[AnnouncementHead]:
    """Those being sent, and those that were stopped while delivery still has some of it."""
    handed = exists().where(AnnouncementRecipient.announcement_id == Announcement.id, HANDED)
    stopping = and_(Announcement.state == AnnouncementState.STOPPED, handed)
    rows = connection.execute(
        _heads()
        .where(or_(Announcement.state.in_(UNDER_WAY), stopping))
        .order_by(Announcement.confirmed_at)
    )
    return [_head(row) for row in rows]


def texts(connection: Connection, announcement: UUID, version: int) -> dict[str, str]:
    rows = connection.execute(
        select(AnnouncementWords.language, AnnouncementWords.words).where(
            AnnouncementWords.announcement_id == announcement,
            AnnouncementWords.version == version,
        )
    )
    return {str(language): str(words) for language, words in rows}


def corrected(connection: Connection, announcement: UUID, version: int) -> dict[str, datetime]:
    """When the texts of a version became what they are, for each language that was corrected."""
    rows = connection.execute(
        select(AnnouncementWords.language, AnnouncementWords.corrected_at).where(
            AnnouncementWords.announcement_id == announcement,
            AnnouncementWords.version == version,
        )
    )
    return {str(language): at for language, at in rows if at is not None}


def change(connection: Connection, announcement: UUID, **values: object) -> None:
    connection.execute(update(Announcement).where(Announcement.id == announcement).values(**values))


@dataclass(frozen=True, slots=True)
class Correction:
    """An announcement whose sent messages are being corrected, and after whom to go on."""

    announcement: UUID
    after: UUID | None


def corrections(connection: Connection) -> list[Correction]:
    rows = connection.execute(
        select(Announcement.id, Announcement.correct_after)
        .where(Announcement.correcting)
        .order_by(Announcement.id)
    )
    return [Correction(*row) for row in rows]


def to_tell(connection: Connection) -> list[UUID]:
    """Announcements under way of which there is news that their author was not told."""
    return list(
        connection.scalars(
            select(Announcement.id).where(
                Announcement.state.in_(UNDER_WAY), Announcement.told_at.is_(None)
            )
        )
    )
