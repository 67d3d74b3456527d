"""People, units, reporting lines, leave, roles and delegations. Ranges of dates are half-open."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import (
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Time,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped

from domain.own_hours import ListDay
from domain.people import (
    Employment,
    GrantState,
    Level,
    LineKind,
    PersonState,
    Role,
    Standing,
)
from storage.tables.base import Base, internal
from storage.types import Moment, Word


class Workspace(Base):
    """The one Slack workspace that this deployment serves; a single row."""

    __tablename__ = "workspace"

    id: Mapped[int] = internal(Integer, primary_key=True)
    team: Mapped[str] = internal(String(40))
    enterprise: Mapped[str | None] = internal(String(40))
    bot_user: Mapped[str] = internal(String(40))
    bot: Mapped[str] = internal(String(40))


class OrgUnit(Base):
    """A unit of the organisation, by its path (`Company / Support / Lisbon`)."""

    __tablename__ = "org_unit"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    path: Mapped[str] = internal(String(400), unique=True)
    name: Mapped[str] = internal(String(150))
    parent_id: Mapped[UUID | None] = internal(ForeignKey("org_unit.id"), index=True)


class Person(Base):
    """Somebody in the directory. The UUID is their own and stands for them in the record."""

    __tablename__ = "person"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    email: Mapped[str] = internal(String(320), unique=True)
    """Folded to lower case."""
    name: Mapped[str] = internal(String(200))
    name_folded: Mapped[str] = internal(String(200), index=True)
    slack_user: Mapped[str | None] = internal(String(40), unique=True)
    state: Mapped[PersonState] = internal(Word(PersonState))
    level: Mapped[Level] = internal(Word(Level))
    employment: Mapped[Employment] = internal(Word(Employment))
    fte_percent: Mapped[int] = internal(Integer)
    working_days: Mapped[str] = internal(String(7))
    """ISO weekday digits, `12345` for Monday to Friday."""
    day_start: Mapped[time] = internal(Time)
    region: Mapped[str | None] = internal(String(10))
    legal_entity: Mapped[str | None] = internal(String(150))
    org_unit_id: Mapped[UUID | None] = internal(ForeignKey("org_unit.id"), index=True)
    start_date: Mapped[date | None] = internal(Date)
    probation_until: Mapped[date | None] = internal(Date)
    """The last day of probation."""
    leaving_on: Mapped[date | None] = internal(Date)
    """The last day of employment, once notice was given by either side."""
    bargaining_unit: Mapped[str | None] = internal(String(150))
    roster: Mapped[str | None] = internal(String(200))
    """As `domain.rosters` writes it; None where the working days are the same each week."""
    timezone: Mapped[str] = internal(String(60))
    locale: Mapped[str] = internal(String(20))
    """Empty where the directory names none."""
    slack_locale: Mapped[str | None] = internal(String(20))
    """As Slack's profile last said; holds where the directory names none."""
    standing: Mapped[Standing] = internal(Word(Standing), default=Standing.FULL)
    """As Slack's profile last said."""
    messages_from: Mapped[time | None] = internal(Time)
    """This and the next three as they chose themselves: times of the wall where they are."""
    quiet_from: Mapped[time | None] = internal(Time)
    quiet_to: Mapped[time | None] = internal(Time)
    list_day: Mapped[ListDay] = internal(
        Word(ListDay), default=ListDay.AS_USUAL, server_default=ListDay.AS_USUAL.value
    )
    dm_channel: Mapped[str | None] = internal(String(40))
    home_opened_at: Mapped[datetime | None] = internal(Moment)
    """Machine time; Home is refreshed only for those who looked at it in the last ten minutes."""


class ReportingLine(Base):
    """Who reports to whom, from a date to a date (exclusive, open when None)."""

    __tablename__ = "reporting_line"
    __table_args__ = (
        Index("ix_reporting_line_manager_id_kind", "manager_id", "kind"),
        Index("ix_reporting_line_person_id_kind", "person_id", "kind"),
    )

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    manager_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    kind: Mapped[LineKind] = internal(Word(LineKind))
    valid_from: Mapped[date] = internal(Date)
    valid_to: Mapped[date | None] = internal(Date)
    source: Mapped[str] = internal(String(40))


class Leave(Base):
    """Days on which a person is away. Why is nobody's business and not stored."""

    __tablename__ = "leave"
    __table_args__ = (UniqueConstraint("person_id", "first_day"),)

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    first_day: Mapped[date] = internal(Date)
    day_after: Mapped[date] = internal(Date)


class RoleGrant(Base):
    """A role for the whole organisation, a unit (with those below it) or a region."""

    __tablename__ = "role_grant"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    person_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = internal(Word(Role), index=True)
    org_unit_id: Mapped[UUID | None] = internal(ForeignKey("org_unit.id"))
    region: Mapped[str | None] = internal(String(10))
    state: Mapped[GrantState] = internal(Word(GrantState))
    valid_from: Mapped[date] = internal(Date)
    valid_to: Mapped[date | None] = internal(Date)


class Delegation(Base):
    """A deputy: acts for somebody between two dates, until revoked; never more than they may."""

    __tablename__ = "delegation"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    delegator_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[UUID] = internal(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date] = internal(Date)
    valid_to: Mapped[date | None] = internal(Date)
    revoked_at: Mapped[datetime | None] = internal(Moment)


# One primary manager at a time: the importer closes the old line before it opens a new one.
Index(
    "uq_reporting_line_open_primary",
    ReportingLine.person_id,
    unique=True,
    sqlite_where=text("kind = 'primary' AND valid_to IS NULL"),
    postgresql_where=text("kind = 'primary' AND valid_to IS NULL"),
)
