"""The support side of check-ins, sealed under the key of whoever wrote it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from domain.checkins import SupportKind
from domain.sensitivity import Sensitivity
from storage.sealing import Place, Sealer
from storage.tables.checkin_support import SupportConfidence, SupportNote, SupportReply
from storage.tables.checkins import CheckInRow


def note_place(check_in: UUID, kind: SupportKind) -> Place:
    return Place("support_note", f"{check_in}:{kind.value}", "words")


def reply_place(reply: UUID) -> Place:
    return Place("support_reply", reply, "words")


def add_note(
    connection: Connection,
    sealer: Sealer,
    check_in: UUID,
    owner: UUID,
    kind: SupportKind,
    words: str,
) -> None:
    sealed = sealer.seal(note_place(check_in, kind), owner, Sensitivity.CONFIDENTIAL, words)
    connection.execute(insert(SupportNote).values(check_in_id=check_in, kind=kind, words=sealed))


def note_kinds(
    connection: Connection, check_ins: Collection[UUID]
) -> dict[UUID, frozenset[SupportKind]]:
    """Which notes each check-in has; their words stay sealed."""
    found: dict[UUID, frozenset[SupportKind]] = {}
    rows = connection.execute(
        select(SupportNote.check_in_id, SupportNote.kind).where(
            SupportNote.check_in_id.in_(check_ins)
        )
    )
    for check_in, kind in rows:
        found[check_in] = found.get(check_in, frozenset()) | {kind}
    return found


def open_notes(
    connection: Connection, sealer: Sealer, check_in: UUID
) -> list[tuple[SupportKind, str]]:
    rows = connection.execute(
        select(SupportNote.kind, SupportNote.words)
        .where(SupportNote.check_in_id == check_in)
        .order_by(SupportNote.kind)
    )
    return [(kind, sealer.open(note_place(check_in, kind), words)) for kind, words in rows]


def add_confidence(connection: Connection, check_in: UUID, goal: UUID, level: int) -> None:
    connection.execute(
        insert(SupportConfidence).values(check_in_id=check_in, goal_id=goal, level=level)
    )


def confidences(connection: Connection, check_ins: Collection[UUID]) -> dict[UUID, dict[UUID, int]]:
    """How sure the owner was, by check-in and goal."""
    found: dict[UUID, dict[UUID, int]] = {}
    rows = connection.execute(
        select(
            SupportConfidence.check_in_id, SupportConfidence.goal_id, SupportConfidence.level
        ).where(SupportConfidence.check_in_id.in_(check_ins))
    )
    for check_in, goal, level in rows:
        found.setdefault(check_in, {})[goal] = level
    return found


@dataclass(frozen=True, slots=True)
class Sureness:
    """How sure somebody was of a goal, and in which check-in they said so."""

    goal: UUID
    owner: UUID
    manager: UUID | None
    check_in: UUID
    at: datetime
    level: int


def latest_confidences(connection: Connection, owners: Collection[UUID]) -> list[Sureness]:
    """The last that each of these people said of each goal, of what was not taken back."""
    newest_first = CheckInRow.at.desc(), CheckInRow.made_at.desc()
    ranked = (
        select(
            SupportConfidence.goal_id,
            CheckInRow.owner_id,
            CheckInRow.manager_id,
            CheckInRow.id,
            CheckInRow.at,
            SupportConfidence.level,
            func.row_number()
            .over(partition_by=SupportConfidence.goal_id, order_by=newest_first)
            .label("rank"),
        )
        .join(CheckInRow, CheckInRow.id == SupportConfidence.check_in_id)
        .where(CheckInRow.owner_id.in_(owners), CheckInRow.undone_at.is_(None))
        .subquery()
    )
    rows = connection.execute(select(ranked).where(ranked.c.rank == 1))
    return [Sureness(*row[:-1]) for row in rows]


def erase_notes(connection: Connection, check_in: UUID) -> None:
    """The check-in was taken back, and its support part with it."""
    connection.execute(delete(SupportNote).where(SupportNote.check_in_id == check_in))
    connection.execute(delete(SupportConfidence).where(SupportConfidence.check_in_id == check_in))


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply in a support conversation; `words` are still sealed, None once taken back."""

    id: UUID
    check_in: UUID
    author: UUID
    reader: UUID
    words: bytes | None
    at: datetime
    made_at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None
    read_at: datetime | None


_REPLY: tuple[InstrumentedAttribute[Any], ...] = (
    SupportReply.id,
    SupportReply.check_in_id,
    SupportReply.author_id,
    SupportReply.reader_id,
    SupportReply.words,
    SupportReply.at,
    SupportReply.made_at,
    SupportReply.edited_at,
    SupportReply.withdrawn_at,
    SupportReply.read_at,
)


def add_reply(
    connection: Connection,
    sealer: Sealer,
    *,
    check_in: UUID,
    author: UUID,
    reader: UUID,
    place: tuple[str, str],
    words: str,
    at: datetime,
    made_at: datetime,
) -> UUID:
    """Store a reply that stands at `place` (channel and ts) in Slack."""
    reply = uuid4()
    sealed = sealer.seal(reply_place(reply), author, Sensitivity.CONFIDENTIAL, words)
    connection.execute(
        insert(SupportReply).values(
            id=reply,
            check_in_id=check_in,
            author_id=author,
            reader_id=reader,
            channel=place[0],
            ts=place[1],
            words=sealed,
            at=at,
            made_at=made_at,
        )
    )
    return reply


def reply_by_id(connection: Connection, reply: UUID, *, lock: bool = False) -> Reply | None:
    wanted = select(*_REPLY).where(SupportReply.id == reply)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else Reply(*row)


def reply_at(connection: Connection, place: tuple[str, str]) -> Reply | None:
    """The reply that stands there in Slack."""
    row = connection.execute(
        select(*_REPLY).where(SupportReply.channel == place[0], SupportReply.ts == place[1])
    ).one_or_none()
    return None if row is None else Reply(*row)


def replies(connection: Connection, check_in: UUID) -> list[Reply]:
    """The conversation under a check-in, in order."""
    rows = connection.execute(
        select(*_REPLY)
        .where(SupportReply.check_in_id == check_in)
        .order_by(SupportReply.made_at, SupportReply.id)
    )
    return [Reply(*row) for row in rows]


def open_reply(sealer: Sealer, reply: Reply) -> str | None:
    return None if reply.words is None else sealer.open(reply_place(reply.id), reply.words)


def edit_reply(
    connection: Connection, sealer: Sealer, reply: Reply, words: str, at: datetime
) -> None:
    sealed = sealer.seal(reply_place(reply.id), reply.author, Sensitivity.CONFIDENTIAL, words)
    connection.execute(
        update(SupportReply).where(SupportReply.id == reply.id).values(words=sealed, edited_at=at)
    )


def withdraw_reply(connection: Connection, reply: UUID, at: datetime) -> None:
    connection.execute(
        update(SupportReply).where(SupportReply.id == reply).values(words=None, withdrawn_at=at)
    )


def mark_read(connection: Connection, check_in: UUID, reader: UUID, at: datetime) -> list[UUID]:
    """The reader opened the conversation; returns the replies that were new to them."""
    return list(
        connection.scalars(
            update(SupportReply)
            .where(
                SupportReply.check_in_id == check_in,
                SupportReply.reader_id == reader,
                SupportReply.read_at.is_(None),
            )
            .values(read_at=at)
            .returning(SupportReply.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """The newest check-in of somebody's whose notes nobody has answered, and which it has."""

    check_in: UUID
    kinds: frozenset[SupportKind]


def waiting_for_support(
    connection: Connection, manager: UUID, owners: Collection[UUID]
) -> dict[UUID, Waiting]:
    """Who of these people wrote notes for this manager that wait for an answer.

    A reply answers its own check-in and what the same person wrote before it, as long as it is
    about notes: numbers that came later answer nothing.
    """
    later = aliased(CheckInRow)
    later_note = aliased(SupportNote)
    answered = (
        select(SupportReply.id)
        .join(later, later.id == SupportReply.check_in_id)
        .join(later_note, later_note.check_in_id == later.id)
        .where(
            later.owner_id == CheckInRow.owner_id,
            later.at >= CheckInRow.at,
            SupportReply.author_id != CheckInRow.owner_id,
            SupportReply.withdrawn_at.is_(None),
        )
        .exists()
    )
    rows = connection.execute(
        select(CheckInRow.owner_id, CheckInRow.id, SupportNote.kind)
        .join(SupportNote, SupportNote.check_in_id == CheckInRow.id)
        .where(
            CheckInRow.owner_id.in_(owners),
            CheckInRow.manager_id == manager,
            CheckInRow.undone_at.is_(None),
            ~answered,
        )
        .order_by(CheckInRow.at.desc(), CheckInRow.made_at.desc(), CheckInRow.id)
    )
    found: dict[UUID, Waiting] = {}
    for owner, check_in, kind in rows:
        newest = found.setdefault(owner, Waiting(check_in, frozenset()))
        if newest.check_in == check_in:
            found[owner] = Waiting(check_in, newest.kinds | {kind})
    return found
