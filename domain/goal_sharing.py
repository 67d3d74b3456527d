"""Sharing a goal with named people, until it is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.goals import GoalCard
from domain.people import Member

MOST_AT_ONCE = 10
MOST_IN_ALL = 50


class ShareGoal(BaseModel):
    """Let these people (by Slack's ids) read a goal."""

    model_config = ConfigDict(frozen=True)

    goal: UUID
    people: list[Annotated[str, StringConstraints(max_length=40)]] = Field(
        min_length=1, max_length=MOST_AT_ONCE
    )


@dataclass(frozen=True, slots=True)
class GoalSharing:
    """With whom a goal is shared and since when, for its owner.

    The manager, who may only show its title, sees nobody there and `can_share` with nobody.
    """

    card: GoalCard
    shared_with: tuple[tuple[Member, datetime], ...]
    can_share: bool = True


@dataclass(frozen=True, slots=True)
class GoalSharedNotice:
    """Tells somebody that a goal is shared with them; without `card` that it no longer is."""

    reader: Member
    owner: Member
    card: GoalCard | None
