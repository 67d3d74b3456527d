"""Check-ins: cadences, the morning messages, what was reported.

Support stands in tables of its own (`checkin_support`), out of the reach of any evaluation.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped

from domain.checkins import AnswerKind
from domain.goals import Rhythm
from storage.tables.base import Base, internal
from storage.types import Moment, Word


class Cadence(Base):
    """When the owner of an active goal is asked next, and since when an answer is owed.

    `look_at` is when to look again at the latest: the next opening, but never more than a day
    ahead, since leave, zones and holidays change.
    """

    __tablename__ = "cadence"
    __table_args__ = (
        Index("ix_cadence_look_at", "look_at"),
        Index("ix_cadence_owner_id", "owner_id"),
    )

    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), primary_key=True)
    owner_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    version: Mapped[int] = internal(Integer)
    """The agreed version that it follows."""
    rhythm: Mapped[Rhythm] = internal(Word(Rhythm))
    anchor: Mapped[date] = internal(Date)
    last: Mapped[date] = internal(Date)
    handled: Mapped[date] = internal(Date)
    """Nominal days up to this one have been asked, answered or passed over."""
    next_local: Mapped[date | None] = internal(Date)
    """The owner's own date of the next question; None where nothing is left."""
    look_at: Mapped[datetime | None] = internal(Moment)
    """None while the goal is not active."""
    due_since: Mapped[date | None] = internal(Date)
    """The day of the oldest question without an answer."""
    ask_again_on: Mapped[date | None] = internal(Date)
    """The day until which the owner has put it off."""
    reported_at: Mapped[datetime | None] = internal(Moment)


class DigestCadence(Base):
    """When a manager gets their weekly list next."""

    __tablename__ = "digest_cadence"

    manager_id: Mapped[UUID] = internal(ForeignKey("person.id"), primary_key=True)
    look_at: Mapped[datetime] = internal(Moment, index=True)
    handled: Mapped[date] = internal(Date)
    """The last nominal day whose list was made."""


class CheckInPrompt(Base):
    """The one message of a person's morning; a second one for that day cannot exist."""

    __tablename__ = "check_in_prompt"
    __table_args__ = (UniqueConstraint("owner_id", "local_date"),)

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    owner_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    local_date: Mapped[date] = internal(Date, index=True)
    at: Mapped[datetime] = internal(Moment)
    after_leave: Mapped[bool] = internal(Boolean)
    with_digest: Mapped[bool] = internal(Boolean)
    snoozed_to: Mapped[date | None] = internal(Date)


class CheckInAsked(Base):
    """A goal that a prompt asks about; answered by a check-in, or elsewhere."""

    __tablename__ = "check_in_asked"

    prompt_id: Mapped[UUID] = internal(ForeignKey("check_in_prompt.id"), primary_key=True)
    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), primary_key=True, index=True)
    answered_at: Mapped[datetime | None] = internal(Moment)
    check_in_id: Mapped[UUID | None] = internal(ForeignKey("check_in.id"))


class CheckInRow(Base):
    """One check-in. `at` is business time; `made_at` machine time, for *Undo*."""

    __tablename__ = "check_in"
    __table_args__ = (Index("ix_check_in_owner_id_at", "owner_id", "at"),)

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    owner_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    manager_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    """Who was told, and for whom the support part was written."""
    at: Mapped[datetime] = internal(Moment)
    made_at: Mapped[datetime] = internal(Moment)
    undone_at: Mapped[datetime | None] = internal(Moment)


class CheckInAnswer(Base):
    """What was said of one goal. The value itself is one of the goal's values."""

    __tablename__ = "check_in_answer"

    check_in_id: Mapped[UUID] = internal(ForeignKey("check_in.id"), primary_key=True)
    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), primary_key=True, index=True)
    kind: Mapped[AnswerKind] = internal(Word(AnswerKind))
    value_id: Mapped[UUID | None] = internal(ForeignKey("goal_value.id"), index=True)
    words: Mapped[str | None] = internal(Text)
    due_since: Mapped[date | None] = internal(Date)
    """As it was before, for *Undo*."""


class TypedAnswer(Base):
    """A number typed to the bot, and what became of it (a code)."""

    __tablename__ = "typed_answer"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    words: Mapped[str] = internal(String(200))
    outcome: Mapped[str] = internal(String(40))
    check_in_id: Mapped[UUID | None] = internal(ForeignKey("check_in.id"))
    at: Mapped[datetime] = internal(Moment)
