"""Agreements with employee representatives, and every version of each."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped

from domain.agreements import AgreementState, Side
from storage.tables.base import Base, internal
from storage.types import Moment, Word


class Agreement(Base):
    """One agreement and for whom it is: a unit with all below it, a region, or everybody."""

    __tablename__ = "agreement"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    number: Mapped[int] = internal(Integer, unique=True)
    org_unit_id: Mapped[UUID | None] = internal(ForeignKey("org_unit.id"))
    region: Mapped[str | None] = internal(String(10))
    current: Mapped[int | None] = internal(Integer)
    """The version that counts; None before the first was confirmed."""
    look_on: Mapped[date | None] = internal(Date, index=True)
    """When something is to be done about its end; None where it has none, or is over."""


class AgreementText(Base):
    """One version of an agreement. Moments are business time."""

    __tablename__ = "agreement_version"

    agreement_id: Mapped[UUID] = internal(ForeignKey("agreement.id"), primary_key=True)
    number: Mapped[int] = internal(Integer, primary_key=True)
    state: Mapped[AgreementState] = internal(Word(AgreementState))
    title: Mapped[str] = internal(Text)
    parties: Mapped[str] = internal(Text)
    clauses: Mapped[str] = internal(Text)
    valid_from: Mapped[date] = internal(Date)
    expires_on: Mapped[date | None] = internal(Date)
    permalink: Mapped[str | None] = internal(Text)
    sha256: Mapped[str | None] = internal(String(64))
    settles: Mapped[int | None] = internal(ForeignKey("policy_version.number"))
    side: Mapped[Side] = internal(Word(Side))
    proposed_by_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = internal(Moment)
    answered_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = internal(Moment)
    answer: Mapped[str | None] = internal(Text)
