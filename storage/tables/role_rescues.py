"""Roles that whoever runs Accord has asked for, while no two people could give one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped

from storage.tables.base import Base, internal
from storage.types import Moment


class RoleRescue(Base):
    """Why, when, and who confirmed it in Slack. The role itself waits as a grant does."""

    __tablename__ = "role_rescue"

    grant_id: Mapped[UUID] = internal(ForeignKey("role_grant.id"), primary_key=True)
    reason: Mapped[str] = internal(Text)
    asked_at: Mapped[datetime] = internal(Moment)
    """Business time."""
    confirmed_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = internal(Moment)


class RoleRescueRefusal(Base):
    """Who refused it in Slack instead, and why, for everybody who was told of it."""

    __tablename__ = "role_rescue_refusal"

    grant_id: Mapped[UUID] = internal(ForeignKey("role_rescue.grant_id"), primary_key=True)
    refused_by_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    refused_at: Mapped[datetime] = internal(Moment)
    """Business time."""
    reason: Mapped[str] = internal(Text)
