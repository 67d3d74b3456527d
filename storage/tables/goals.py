"""Goals: a head row each, numbered versions that are never overwritten, steps, values, cases."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    Uuid,
    false,
    text,
)
from sqlalchemy.orm import Mapped

from domain.adoption import AdoptionState
from domain.goal_kinds import GoalKind
from domain.goals import Audience, Capacity, Direction, GoalState, Rhythm, Side, StepKind
from domain.people import Level
from storage.tables.base import Base, confidential, internal
from storage.types import Moment, Word


class ReferenceCounter(Base):
    """The last short reference given out, by kind (`G`)."""

    __tablename__ = "reference_counter"

    kind: Mapped[str] = internal(String(4), primary_key=True)
    last: Mapped[int] = internal(Integer)


class Goal(Base):
    """The head of a goal: where it stands now. `revision` grows with every change of any kind."""

    __tablename__ = "goal"
    __table_args__ = (
        # A list goes by number, and passes over what has ended without reading its rows.
        Index("ix_goal_owner_id_number_state", "owner_id", "number", "state"),
        Index("ix_goal_state_answer_by", "state", "answer_by"),
        Index("ix_goal_counterpart_id_state", "counterpart_id", "state"),
        Index("ix_goal_state_paused_until", "state", "paused_until"),
    )

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    number: Mapped[int] = internal(Integer, unique=True)
    owner_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    proposer_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    state: Mapped[GoalState] = internal(Word(GoalState))
    revision: Mapped[int] = internal(Integer)
    version: Mapped[int] = internal(Integer)
    agreed_version: Mapped[int | None] = internal(Integer)
    audience: Mapped[Audience] = internal(Word(Audience))
    title_visible: Mapped[bool] = internal(Boolean)
    turn: Mapped[Side | None] = internal(Word(Side))
    counterpart_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    capacity: Mapped[Capacity | None] = internal(Word(Capacity))
    counters: Mapped[int] = internal(Integer)
    turn_since: Mapped[datetime | None] = internal(Moment)
    answer_by: Mapped[datetime | None] = internal(Moment)
    remind_at: Mapped[datetime | None] = internal(Moment)
    """When the silent side is to be reminded; None once that has happened."""
    title_folded: Mapped[str] = internal(String(300))
    paused_until: Mapped[date | None] = internal(Date)
    """The first day on which it counts again."""
    successor_id: Mapped[UUID | None] = internal(Uuid)
    """The goal that took its place."""
    archived_at: Mapped[datetime | None] = internal(Moment)
    """When retention took it out of the lists; whoever may read it still finds it by number."""
    planned: Mapped[bool] = internal(Boolean, server_default=false())
    """Whether its owner is going to be asked about what is agreed now, if it is active."""


Index(
    "ix_goal_unplanned",
    Goal.id,
    sqlite_where=text("state = 'active' AND planned = 0"),
    postgresql_where=text("state = 'active' AND NOT planned"),
)


class GoalVersion(Base):
    """What was aimed at, from one proposal to the next."""

    __tablename__ = "goal_version"

    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), primary_key=True)
    number: Mapped[int] = internal(Integer, primary_key=True)
    author_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    side: Mapped[Side] = internal(Word(Side))
    at: Mapped[datetime] = internal(Moment)
    reason: Mapped[str | None] = internal(Text)
    policy: Mapped[int] = internal(Integer)
    title: Mapped[str] = internal(String(300))
    metric: Mapped[str] = internal(String(300))
    measure_unit: Mapped[str | None] = internal(String(40))
    direction: Mapped[Direction | None] = internal(Word(Direction))
    baseline: Mapped[float | None] = internal(Double)
    baseline_text: Mapped[str | None] = internal(String(60))
    threshold: Mapped[float | None] = internal(Double)
    threshold_text: Mapped[str | None] = internal(String(60))
    target: Mapped[float] = internal(Double)
    target_text: Mapped[str] = internal(String(60))
    stretch: Mapped[float | None] = internal(Double)
    stretch_text: Mapped[str | None] = internal(String(60))
    start_date: Mapped[date | None] = internal(Date)
    due_date: Mapped[date] = internal(Date)
    check_in_every: Mapped[Rhythm | None] = internal(Word(Rhythm))
    template: Mapped[Level] = internal(Word(Level))
    why: Mapped[str | None] = internal(Text)
    aligned_to_id: Mapped[UUID | None] = internal(ForeignKey("goal.id"), index=True)
    kind: Mapped[GoalKind] = internal(
        Word(GoalKind), default=GoalKind.KPI, server_default=GoalKind.KPI.value
    )
    expectation: Mapped[str | None] = internal(Text)
    own_capacity: Mapped[str | None] = internal(Text)
    interest: Mapped[str | None] = internal(Text)
    """What its author said with it to the other side, as `domain.goals.SaidWords` has it."""
    parts: Mapped[str | None] = internal(Text)
    """Key results or milestones, as `domain.goal_kinds` writes them."""


class GoalLink(Base):
    """Which goal another one serves, and how much of it, in basis points; None: not said."""

    __tablename__ = "goal_link"

    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), primary_key=True)
    parent_id: Mapped[UUID] = internal(ForeignKey("goal.id"), index=True)
    contribution: Mapped[int | None] = internal(Integer)


class GoalAdoption(Base):
    """A goal proposed upward: who was asked to take it up, and what came of it.

    What both said stands in the steps of the goal.
    """

    __tablename__ = "goal_adoption"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), index=True)
    asked_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    state: Mapped[AdoptionState] = internal(Word(AdoptionState))
    at: Mapped[datetime] = internal(Moment)
    answered_at: Mapped[datetime | None] = internal(Moment)
    adopted_id: Mapped[UUID | None] = internal(ForeignKey("goal.id"))
    """The goal that was made of it."""


class GoalStep(Base):
    """What happened to a goal, in order; the history that people read."""

    __tablename__ = "goal_step"

    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), primary_key=True)
    number: Mapped[int] = internal(Integer, primary_key=True)
    kind: Mapped[StepKind] = internal(Word(StepKind))
    actor_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    at: Mapped[datetime] = internal(Moment)
    version: Mapped[int] = internal(Integer)
    reason: Mapped[str | None] = internal(Text)
    capacity: Mapped[Capacity | None] = internal(Word(Capacity))


class GoalValue(Base):
    """A reported value of a goal's metric, with what changed."""

    __tablename__ = "goal_value"
    __table_args__ = (Index("ix_goal_value_goal_id_at_id", "goal_id", "at", "id"),)

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"))
    value: Mapped[float] = internal(Double)
    value_text: Mapped[str] = internal(String(60))
    note: Mapped[str | None] = internal(Text)
    reported_by: Mapped[UUID] = internal(ForeignKey("person.id"))
    at: Mapped[datetime] = internal(Moment)


class GoalShare(Base):
    """A goal shared with a named person, until revoked."""

    __tablename__ = "goal_share"

    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), primary_key=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"), primary_key=True)
    shared_at: Mapped[datetime] = internal(Moment)
    revoked_at: Mapped[datetime | None] = internal(Moment)


class GoalCase(Base):
    """Access of somebody who must decide or help, from when they were asked until it is closed."""

    __tablename__ = "goal_case"
    __table_args__ = (Index("ix_goal_case_person_id_closed_at", "person_id", "closed_at"),)

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), index=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    capacity: Mapped[Capacity | None] = internal(Word(Capacity))
    """None: a facilitator, who reads but does not decide."""
    opened_at: Mapped[datetime] = internal(Moment)
    closed_at: Mapped[datetime | None] = internal(Moment)
    change_id: Mapped[UUID | None] = internal(Uuid)
    """The request for a change that they were asked about; None: the goal's own negotiation."""


class Facilitation(Base):
    """Somebody asked a neutral person for help with a negotiation; the other side is not told."""

    __tablename__ = "facilitation"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    goal_id: Mapped[UUID] = internal(ForeignKey("goal.id"), index=True)
    asker_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    facilitator_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    note: Mapped[bytes | None] = confidential(LargeBinary)
    answer: Mapped[bytes | None] = confidential(LargeBinary)
    """For whoever asked alone."""
    answered_at: Mapped[datetime | None] = internal(Moment)
    at: Mapped[datetime] = internal(Moment)
    closed_at: Mapped[datetime | None] = internal(Moment)
