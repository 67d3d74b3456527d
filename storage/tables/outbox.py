"""What people are told: intents (notice), what exists in Slack (post), operations on it (delivery).

`due_at` and `expires_at` are business time. All other moments are machine time: leases, back-off
and the windows of Slack's history must not follow a clock that a demo moves.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    TextClause,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped

from domain.notices import NoticeKind, SubjectType
from storage.tables.base import Base, internal
from storage.types import Moment, Word


class NoticeState(StrEnum):
    WAITING = "waiting"
    """Not due yet."""
    QUEUED = "queued"
    """Handed to a delivery, whose state says the rest."""
    VOID = "void"
    """Expired before it was due."""


class Way(StrEnum):
    """How a notice reaches its person."""

    ALONE = "alone"
    """As a message of its own."""
    MORNING = "morning"
    """As a part of the one message of a morning."""


class Op(StrEnum):
    """What a delivery does in Slack."""

    POST = "post"
    UPDATE = "update"
    DELETE = "delete"
    """Takes a message away that is in Slack beside the one that stands."""
    HOME = "home"

    @property
    def method(self) -> str:
        """The method of Slack that does it; each has a budget of its own."""
        return _METHODS[self]


_METHODS = {
    Op.POST: "chat.postMessage",
    Op.UPDATE: "chat.update",
    Op.DELETE: "chat.delete",
    Op.HOME: "views.publish",
}


class DeliveryState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    """Leased by a process that has certainly not sent anything yet."""
    SENDING = "sending"
    """Leased by a process that may have sent it."""
    UNCERTAIN = "uncertain"
    """Perhaps in Slack: its history decides."""
    SENT = "sent"
    VOID = "void"
    """Pointless before it was sent: expired, decided meanwhile, overtaken by a newer update."""
    DEAD = "dead"
    """Slack refuses it for good, or it cannot be rendered; an administrator must look."""


class Notice(Base):
    """An intent to tell one person, or a channel, something, once per `dedup_key`."""

    __tablename__ = "notice"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    kind: Mapped[NoticeKind] = internal(Word(NoticeKind))
    dedup_key: Mapped[str] = internal(String(200), unique=True)
    person_id: Mapped[UUID | None] = internal(ForeignKey("person.id"), index=True)
    channel: Mapped[str | None] = internal(String(40))
    thread_ts: Mapped[str | None] = internal(String(30))
    lane: Mapped[int] = internal(SmallInteger)
    subject_type: Mapped[SubjectType] = internal(Word(SubjectType))
    subject_id: Mapped[UUID] = internal(Uuid)
    subject_revision: Mapped[int] = internal(Integer)
    due_at: Mapped[datetime] = internal(Moment)
    expires_at: Mapped[datetime | None] = internal(Moment)
    state: Mapped[NoticeState] = internal(Word(NoticeState))
    reason: Mapped[str | None] = internal(String(80))
    """Why it is void."""
    way: Mapped[Way] = internal(Word(Way), default=Way.ALONE, server_default=Way.ALONE.value)
    post_id: Mapped[UUID | None] = internal(ForeignKey("post.id"), index=True)
    """Several notices may stand in one message; the first of them is what the post is about."""


class Post(Base):
    """A message that exists in Slack, or shall. `ts` is None until Slack has named it."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("channel", "ts"),
        Index("ix_post_subject_type_subject_id", "subject_type", "subject_id"),
    )

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    kind: Mapped[NoticeKind] = internal(Word(NoticeKind))
    subject_type: Mapped[SubjectType] = internal(Word(SubjectType))
    subject_id: Mapped[UUID] = internal(Uuid)
    person_id: Mapped[UUID | None] = internal(ForeignKey("person.id"), index=True)
    """The addressee of a direct message; None for a message to a channel."""
    about: Mapped[int] = internal(Integer)
    """The subject's revision that gave rise to it; 0 where the kind follows the subject anyway."""
    channel: Mapped[str | None] = internal(String(40))
    """Slack's conversation; of a direct message it is learnt from Slack's first reply."""
    thread_ts: Mapped[str | None] = internal(String(30))
    """Slack's name of the message under which it stands."""
    ts: Mapped[str | None] = internal(String(30))
    morning: Mapped[date | None] = internal(Date)
    """The addressee's own working day whose one message it is; None for any other message."""
    wanted_rev: Mapped[int] = internal(Integer)
    """Goes up whenever what the message says has changed."""
    shown_rev: Mapped[int] = internal(Integer)
    """The `wanted_rev` as of which Slack shows it, at least."""


class Delivery(Base):
    """One operation on Slack. Holds ids, never words: those are made when it is sent."""

    __tablename__ = "delivery"

    # SQLite numbers rows by itself only where the type is spelled INTEGER.
    id: Mapped[int] = internal(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    uuid: Mapped[UUID] = internal(Uuid, unique=True)
    """Travels in the message as its marker."""
    op: Mapped[Op] = internal(Word(Op))
    post_id: Mapped[UUID | None] = internal(ForeignKey("post.id"), index=True)
    person_id: Mapped[UUID | None] = internal(ForeignKey("person.id"), index=True)
    """Whose Home it is; None where there is a post."""
    duplicate_ts: Mapped[str | None] = internal(String(30))
    """Slack's name of the message that is to be deleted; None for any other operation."""
    destination: Mapped[str] = internal(String(60))
    """One thing at a time goes to a destination; see `storage.outbox`."""
    lane: Mapped[int] = internal(SmallInteger)
    state: Mapped[DeliveryState] = internal(Word(DeliveryState))
    not_before: Mapped[datetime] = internal(Moment)
    expires_at: Mapped[datetime | None] = internal(Moment)
    attempt: Mapped[int] = internal(Integer)
    """Claims so far; numbers the rows of `attempt_log`."""
    failures: Mapped[int] = internal(Integer)
    """Attempts that count against it; being told to slow down does not."""
    lease_token: Mapped[UUID | None] = internal(Uuid)
    lease_until: Mapped[datetime | None] = internal(Moment)
    send_started: Mapped[datetime | None] = internal(Moment)
    """When it may first have reached Slack: how far back its history must be read."""
    reconcile_at: Mapped[datetime | None] = internal(Moment)
    rendered_rev: Mapped[int | None] = internal(Integer)
    """The post's `wanted_rev` when it may first have reached Slack."""
    looks: Mapped[int] = internal(SmallInteger)
    """Times that Slack's history has been read in vain since it became uncertain."""
    error: Mapped[str | None] = internal(String(80))
    """Slack's code or ours, never a text; also the reason of a void one."""
    reference: Mapped[str | None] = internal(String(20))
    """What to look for in the log, where nobody foresaw the error."""
    died_at: Mapped[datetime | None] = internal(Moment)
    """When it was given up, if it was."""
    told_at: Mapped[datetime | None] = internal(Moment)
    """When it was put before administrators that it is dead."""
    again_at: Mapped[datetime | None] = internal(Moment)
    """When an administrator had it tried again, if it came to be by that."""


class AttemptLog(Base):
    """One try to send, for those who have to find out what happened."""

    __tablename__ = "attempt_log"

    delivery_id: Mapped[int] = internal(ForeignKey("delivery.id"), primary_key=True)
    n: Mapped[int] = internal(Integer, primary_key=True)
    worker: Mapped[str] = internal(String(80))
    started: Mapped[datetime] = internal(Moment, index=True)
    ended: Mapped[datetime | None] = internal(Moment)
    outcome: Mapped[str | None] = internal(String(80))


class Inbound(Base):
    """Requests of Slack that have been dealt with: Slack repeats what it thinks was lost."""

    __tablename__ = "inbound"

    key: Mapped[str] = internal(String(120), primary_key=True)
    at: Mapped[datetime] = internal(Moment, index=True)


def _partial(name: str, *columns: object, where: TextClause, unique: bool = False) -> Index:
    return Index(
        name,
        *columns,  # type: ignore[arg-type] # mapped attributes are columns to Index
        unique=unique,
        sqlite_where=where,
        postgresql_where=where,
    )


_QUEUED = text("state = 'queued'")
_IN_FLIGHT = text("state IN ('claimed', 'sending')")

_partial("ix_notice_waiting", Notice.due_at, where=text("state = 'waiting'"))
_partial(
    "ix_notice_part",
    Notice.subject_type,
    Notice.subject_id,
    where=text("way = 'morning'"),
)
_partial("ix_delivery_queued", Delivery.lane, Delivery.not_before, Delivery.id, where=_QUEUED)
_partial(
    "ix_delivery_queued_destination",
    Delivery.destination,
    Delivery.lane,
    Delivery.not_before,
    Delivery.id,
    where=_QUEUED,
)
_partial("ix_delivery_lease", Delivery.lease_until, where=_IN_FLIGHT)
_partial("ix_delivery_uncertain", Delivery.reconcile_at, where=text("state = 'uncertain'"))
_partial(
    "ix_delivery_copies",
    Delivery.reconcile_at,
    where=text("state = 'sent' AND reconcile_at IS NOT NULL"),
)
_partial("ix_delivery_dead", Delivery.id, where=text("state = 'dead'"))
_partial("ix_delivery_again", Delivery.again_at, where=text("again_at IS NOT NULL"))
# The claim already sees to one in flight per destination; this is for the day it does not.
_partial("uq_delivery_in_flight", Delivery.destination, where=_IN_FLIGHT, unique=True)
# An update is rendered when it is sent, so one queued update says all that later ones could.
_partial(
    "uq_delivery_queued_update",
    Delivery.post_id,
    where=text("state = 'queued' AND op = 'update'"),
    unique=True,
)
_partial(
    "uq_delivery_queued_home",
    Delivery.person_id,
    where=text("state = 'queued' AND op = 'home'"),
    unique=True,
)
# Whoever finds a duplicate has it deleted; several may find it.
_partial(
    "uq_delivery_queued_delete",
    Delivery.post_id,
    Delivery.duplicate_ts,
    where=text("state = 'queued' AND op = 'delete'"),
    unique=True,
)
