"""What became of each of those whom an announcement is for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from domain.announcements import RecipientState, Timing
from domain.cycles import PhaseAct
from domain.notices import SubjectType
from storage.literals import literally
from storage.statements import Statement
from storage.tables.cycles import Announcement, AnnouncementRecipient, CyclePhase
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Op, Post, Way

HANDED = AnnouncementRecipient.state == literally(RecipientState.HANDED)
"""Delivery has the message; spelled out, so that SQLite uses the index of these rows."""

_ASKED_TO = Statement(
    select(AnnouncementRecipient.notice_key)
    .join(Announcement, Announcement.id == AnnouncementRecipient.announcement_id)
    .join(CyclePhase, CyclePhase.id == Announcement.phase_id)
    .where(
        AnnouncementRecipient.person_id == bindparam("person"),
        AnnouncementRecipient.notice_key.is_not(None),
        CyclePhase.act == bindparam("act"),
        CyclePhase.ends >= bindparam("today"),
    )
)


def stop_waiting(connection: Connection, announcement: UUID) -> None:
    """Nobody who still waits gets it, nor who waits for their morning."""
    mine = AnnouncementRecipient.announcement_id == announcement
    for_morning = select(Notice.dedup_key).where(
        Notice.subject_type == SubjectType.ANNOUNCEMENT,
        Notice.subject_id == announcement,
        Notice.state == literally(NoticeState.WAITING),
    )
    connection.execute(
        update(AnnouncementRecipient)
        .where(
            mine,
            or_(
                AnnouncementRecipient.state == literally(RecipientState.WAITING),
                and_(HANDED, AnnouncementRecipient.notice_key.in_(for_morning)),
            ),
        )
        .values(state=RecipientState.STOPPED)
    )
    connection.execute(
        update(Notice)
        .where(Notice.dedup_key.in_(for_morning))
        .values(state=NoticeState.VOID, reason="stopped")
    )


def wait_again(
    connection: Connection, announcement: UUID, phase: UUID, *, unless_announced: bool
) -> int:
    """Whoever was stopped waits again; returns how many.

    With `unless_announced` they do not if another announcement of the phase is for them since.
    """
    other = aliased(AnnouncementRecipient)
    has_another = exists().where(
        other.person_id == AnnouncementRecipient.person_id,
        other.announcement_id != announcement,
        other.announcement_id == Announcement.id,
        other.state.in_((RecipientState.WAITING, RecipientState.HANDED, RecipientState.SENT)),
        Announcement.phase_id == phase,
    )
    return connection.execute(
        update(AnnouncementRecipient)
        .where(
            AnnouncementRecipient.announcement_id == announcement,
            AnnouncementRecipient.state == RecipientState.STOPPED,
            not_(has_another) if unless_announced else true(),
        )
        .values(state=RecipientState.WAITING, reason=None)
    ).rowcount


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row of the list of recipients."""

    announcement: UUID
    person: UUID
    state: RecipientState
    due_at: datetime
    short: bool
    notice_key: str | None
    reason: str | None
    not_for_me_at: datetime | None


_RECIPIENT: tuple[InstrumentedAttribute[Any], ...] = (
    AnnouncementRecipient.announcement_id,
    AnnouncementRecipient.person_id,
    AnnouncementRecipient.state,
    AnnouncementRecipient.due_at,
    AnnouncementRecipient.short,
    AnnouncementRecipient.notice_key,
    AnnouncementRecipient.reason,
    AnnouncementRecipient.not_for_me_at,
)


def recipient(
    connection: Connection, announcement: UUID, person: UUID, *, lock: bool = False
) -> Recipient | None:
    wanted = select(*_RECIPIENT).where(
        AnnouncementRecipient.announcement_id == announcement,
        AnnouncementRecipient.person_id == person,
    )
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else Recipient(*row)


def asked_to(connection: Connection, person: UUID, act: PhaseAct, today: date) -> list[str]:
    """The keys of what has told the person of a phase that goes on and asks for this act."""
    asked = {"person": person, "act": act, "today": today}
    return [key for (key,) in _ASKED_TO.rows(connection, asked)]


def waiting(
    connection: Connection,
    announcements: Collection[UUID],
    after: datetime | None,
    until: datetime,
    limit: int,
) -> list[Recipient]:
    """Who waits and is due between these moments, held until the commit.

    Other processes pass over what is held.
    """
    rows = connection.execute(
        select(*_RECIPIENT)
        .where(
            AnnouncementRecipient.announcement_id.in_(list(announcements)),
            AnnouncementRecipient.state == literally(RecipientState.WAITING),
            AnnouncementRecipient.due_at > after if after is not None else true(),
            AnnouncementRecipient.due_at <= until,
        )
        .order_by(AnnouncementRecipient.due_at, AnnouncementRecipient.person_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [Recipient(*row) for row in rows]


def handed_count(connection: Connection, announcements: Collection[UUID], now: datetime) -> int:
    """How many messages delivery has by now."""
    return connection.execute(
        select(func.count())
        .select_from(AnnouncementRecipient)
        .where(
            AnnouncementRecipient.announcement_id.in_(list(announcements)),
            HANDED,
            AnnouncementRecipient.due_at <= now,
        )
    ).scalar_one()


def due_count(connection: Connection, announcement: UUID, now: datetime) -> int:
    """How many could have it now and wait to be handed to delivery."""
    return connection.execute(
        select(func.count())
        .select_from(AnnouncementRecipient)
        .where(
            AnnouncementRecipient.announcement_id == announcement,
            AnnouncementRecipient.state == literally(RecipientState.WAITING),
            AnnouncementRecipient.due_at <= now,
        )
    ).scalar_one()


def anybody_open(connection: Connection, announcement: UUID) -> bool:
    """Whether somebody still waits, or delivery still has somebody's message."""
    still_waits = AnnouncementRecipient.state == literally(RecipientState.WAITING)
    mine = AnnouncementRecipient.announcement_id == announcement
    return any(
        connection.execute(select(exists().where(mine, state))).scalar_one()
        for state in (still_waits, HANDED)
    )


def save(connection: Connection, changed: Sequence[Recipient]) -> None:
    """Write what became of these recipients."""
    if changed:
        connection.execute(
            update(AnnouncementRecipient)
            .where(
                AnnouncementRecipient.announcement_id == bindparam("one_announcement"),
                AnnouncementRecipient.person_id == bindparam("one_person"),
            )
            .values(
                state=bindparam("to_state"),
                due_at=bindparam("to_due"),
                short=bindparam("to_short"),
                notice_key=bindparam("to_key"),
                reason=bindparam("to_reason"),
            ),
            [
                {
                    "one_announcement": one.announcement,
                    "one_person": one.person,
                    "to_state": one.state,
                    "to_due": one.due_at,
                    "to_short": one.short,
                    "to_key": one.notice_key,
                    "to_reason": one.reason,
                }
                for one in changed
            ],
        )


def decline(connection: Connection, announcement: UUID, person: UUID, at: datetime | None) -> None:
    """Note that it isn't for them, or, with None, that it is after all."""
    connection.execute(
        update(AnnouncementRecipient)
        .where(
            AnnouncementRecipient.announcement_id == announcement,
            AnnouncementRecipient.person_id == person,
        )
        .values(not_for_me_at=at)
    )


def look_now(connection: Connection, person: UUID, now: datetime) -> None:
    """What was put off for the person is to be decided anew; a time yet to come stays."""
    begun = select(Announcement.id).where(
        or_(Announcement.send_at != Timing.AT, Announcement.at <= now)
    )
    connection.execute(
        update(AnnouncementRecipient)
        .where(
            AnnouncementRecipient.person_id == person,
            AnnouncementRecipient.state == literally(RecipientState.WAITING),
            AnnouncementRecipient.due_at > now,
            AnnouncementRecipient.announcement_id.in_(begun),
        )
        .values(due_at=now)
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """A message of whose fate something is known: Slack has it, refuses it, or it is pointless."""

    announcement: UUID
    person: UUID
    in_slack: bool
    dead: bool
    error: str | None
    send_started: datetime | None
    """Machine time when it may first have reached Slack."""


def settled(
    connection: Connection, announcements: Collection[UUID], now: datetime, limit: int
) -> list[Settled]:
    """Those handed to delivery by now whose fate is known and not yet noted."""
    finished = Delivery.state.in_((DeliveryState.VOID, DeliveryState.DEAD))
    rows = connection.execute(
        select(
            AnnouncementRecipient.announcement_id,
            AnnouncementRecipient.person_id,
            Post.ts,
            Delivery.state,
            Delivery.error,
            Notice.reason,
            Delivery.send_started,
        )
        .join(Notice, Notice.dedup_key == AnnouncementRecipient.notice_key)
        .outerjoin(Post, Post.id == Notice.post_id)
        .outerjoin(Delivery, and_(Delivery.post_id == Notice.post_id, Delivery.op == Op.POST))
        .where(
            AnnouncementRecipient.announcement_id.in_(list(announcements)),
            HANDED,
            AnnouncementRecipient.due_at <= now,
            or_(Notice.state == NoticeState.VOID, Post.ts.is_not(None), finished),
        )
        .limit(limit)
    )
    return [
        Settled(
            row[0],
            row[1],
            row[2] is not None,
            row[3] is DeliveryState.DEAD,
            row[4] or row[5],
            row[6],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one recipient's message."""

    announcement: UUID
    person: UUID
    state: RecipientState
    reason: str | None


def note_fates(connection: Connection, fates: Sequence[Fate]) -> None:
    connection.execute(
        update(AnnouncementRecipient)
        .where(
            AnnouncementRecipient.announcement_id == bindparam("one_announcement"),
            AnnouncementRecipient.person_id == bindparam("one_person"),
            AnnouncementRecipient.state == RecipientState.HANDED,
        )
        .values(state=bindparam("to_state"), reason=bindparam("to_reason")),
        [
            {
                "one_announcement": one.announcement,
                "one_person": one.person,
                "to_state": one.state,
                "to_reason": one.reason,
            }
            for one in fates
        ],
    )


def forget_notice(connection: Connection, key: str) -> None:
    """The message of a morning that a stopped notice was part of tells nothing of it any more."""
    connection.execute(
        update(Notice)
        .where(Notice.dedup_key == key, Notice.way == Way.MORNING)
        .values(state=NoticeState.VOID, reason="stopped", post_id=None)
    )


def is_in_slack(connection: Connection, key: str) -> bool:
    """Whether the message that holds the notice has been sent."""
    found = connection.execute(
        select(Post.ts)
        .join(Notice, Notice.post_id == Post.id)
        .where(Notice.dedup_key == key, Post.ts.is_not(None))
    )
    return found.first() is not None


def next_due(connection: Connection, announcement: UUID) -> datetime | None:
    """When the next of those who wait may get it."""
    return connection.execute(
        select(func.min(AnnouncementRecipient.due_at)).where(
            AnnouncementRecipient.announcement_id == announcement,
            AnnouncementRecipient.state == literally(RecipientState.WAITING),
        )
    ).scalar_one_or_none()


def to_correct(
    connection: Connection, announcement: UUID, after: UUID | None, limit: int
) -> list[Recipient]:
    """Those who have it or are about to, by person, after the one named."""
    beyond = AnnouncementRecipient.person_id > after if after is not None else None
    wanted = select(*_RECIPIENT).where(
        AnnouncementRecipient.announcement_id == announcement,
        AnnouncementRecipient.state.in_((RecipientState.SENT, RecipientState.HANDED)),
        *([beyond] if beyond is not None else []),
    )
    rows = connection.execute(wanted.order_by(AnnouncementRecipient.person_id).limit(limit))
    return [Recipient(*row) for row in rows]
