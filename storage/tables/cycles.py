"""Cycles, their phases, and what is announced of them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped

from domain.announcements import AnnouncementState, RecipientState, Timing
from domain.cycles import CycleKind, PhaseAct
from storage.tables.base import Base, internal
from storage.types import Moment, Word


class Cycle(Base):
    """A period in which goals are set and followed."""

    __tablename__ = "cycle"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    name: Mapped[str] = internal(String(150))
    kind: Mapped[CycleKind] = internal(Word(CycleKind))
    org_unit_id: Mapped[UUID | None] = internal(ForeignKey("org_unit.id"))
    starts: Mapped[date] = internal(Date)
    ends: Mapped[date] = internal(Date, index=True)
    created_by_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    created_at: Mapped[datetime] = internal(Moment)
    version: Mapped[int] = internal(Integer, default=1, server_default="1")
    """Goes up with each change, so that nobody overwrites what they have not seen."""
    withdrawn_at: Mapped[datetime | None] = internal(Moment)
    withdrawn_because: Mapped[str | None] = internal(Text)


class CyclePhase(Base):
    """A part of a cycle; both days belong to it."""

    __tablename__ = "cycle_phase"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    cycle_id: Mapped[UUID] = internal(ForeignKey("cycle.id"), index=True)
    position: Mapped[int] = internal(SmallInteger)
    act: Mapped[PhaseAct] = internal(Word(PhaseAct))
    name: Mapped[str | None] = internal(String(80))
    """None: the act's own name, in each reader's language."""
    starts: Mapped[date] = internal(Date)
    ends: Mapped[date] = internal(Date)


class Announcement(Base):
    """One text to everybody whom a phase concerns; a draft until its author confirms it."""

    __tablename__ = "announcement"
    __table_args__ = (Index("ix_announcement_state", "state"),)

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    phase_id: Mapped[UUID] = internal(ForeignKey("cycle_phase.id"), index=True)
    author_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    state: Mapped[AnnouncementState] = internal(Word(AnnouncementState))
    audience: Mapped[str] = internal(Text)
    """`domain.announcements.AudienceRule` as JSON."""
    send_at: Mapped[Timing] = internal(Word(Timing))
    at: Mapped[datetime | None] = internal(Moment)
    language: Mapped[str] = internal(String(20))
    """Of the text that whoever reads no other one gets."""
    text_version: Mapped[int] = internal(Integer)
    drafted_at: Mapped[datetime] = internal(Moment)
    confirmed_at: Mapped[datetime | None] = internal(Moment)
    ended_at: Mapped[datetime | None] = internal(Moment)
    """When the last was sent, or the rest stopped."""
    stopped_at: Mapped[datetime | None] = internal(Moment)
    """Machine time when the rest was stopped: what was sent later tells nothing of it."""
    resumed_at: Mapped[datetime | None] = internal(Moment)
    """Machine time from which on it is sent again, after the stop."""
    ended_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    """Who stopped it."""
    corrected_at: Mapped[datetime | None] = internal(Moment)
    correct_after: Mapped[UUID | None] = internal(Uuid)
    """While sent messages are corrected: the person after whom to go on."""
    correcting: Mapped[bool] = internal(Boolean)
    told_at: Mapped[datetime | None] = internal(Moment)
    """Machine time when its author was last told how far it is; None while there is news."""


class AnnouncementWords(Base):
    """The text of an announcement in one language. A correction is a new version."""

    __tablename__ = "announcement_text"

    announcement_id: Mapped[UUID] = internal(ForeignKey("announcement.id"), primary_key=True)
    version: Mapped[int] = internal(Integer, primary_key=True)
    language: Mapped[str] = internal(String(20), primary_key=True)
    words: Mapped[str] = internal(Text)
    corrected_at: Mapped[datetime | None] = internal(Moment)
    """When this language's text was last another one; None for the text as it was sent."""


class AnnouncementRecipient(Base):
    """One of those whom an announcement is for, and what became of it."""

    __tablename__ = "announcement_recipient"

    announcement_id: Mapped[UUID] = internal(ForeignKey("announcement.id"), primary_key=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"), primary_key=True, index=True)
    state: Mapped[RecipientState] = internal(Word(RecipientState))
    due_at: Mapped[datetime] = internal(Moment)
    """Business time from which on they may get it."""
    short: Mapped[bool] = internal(Boolean)
    """They were away when the others got it."""
    notice_key: Mapped[str | None] = internal(String(200))
    """The `dedup_key` of the notice that tells it."""
    reason: Mapped[str | None] = internal(String(80))
    """Why it failed or became pointless: a code."""
    not_for_me_at: Mapped[datetime | None] = internal(Moment)


Index(
    "ix_announcement_recipient_waiting",
    AnnouncementRecipient.announcement_id,
    AnnouncementRecipient.due_at,
    AnnouncementRecipient.person_id,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)
Index(
    "ix_announcement_recipient_handed",
    AnnouncementRecipient.announcement_id,
    AnnouncementRecipient.person_id,
    sqlite_where=text("state = 'handed'"),
    postgresql_where=text("state = 'handed'"),
)
