"""A goal proposed upward: its owner's manager takes it up as a goal of their own, or does not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.goal_commands import Prose
from domain.goals import GoalCard, GoalState
from domain.people import Member

OFFERED = (GoalState.PROPOSED, GoalState.ACTIVE, GoalState.PAUSED)
"""What can be proposed upward: what its owner stands by."""


class AdoptionState(StrEnum):
    OPEN = "open"
    ADOPTED = "adopted"
    DECLINED = "declined"


class OfferGoal(BaseModel):
    """Propose one's goal upward, with a word for whoever is asked."""

    model_config = ConfigDict(frozen=True)

    goal: UUID
    note: Prose | None = None


class LeaveGoal(BaseModel):
    """Not take up a goal that was proposed upward."""

    model_config = ConfigDict(frozen=True)

    goal: UUID
    reason: Prose


@dataclass(frozen=True, slots=True)
class Offered:
    """What its owner is told: who is asked about which goal."""

    card: GoalCard
    asked: Member


@dataclass(frozen=True, slots=True)
class AdoptionNotice:
    """Asks the manager, or tells the owner, about a goal that was proposed upward.

    `words` are the owner's while it is open, and the manager's once it is not taken up.
    """

    reader: Member
    card: GoalCard
    asked: Member
    state: AdoptionState
    words: str | None

    @property
    def asks(self) -> bool:
        return self.state is AdoptionState.OPEN and self.reader.id == self.asked.id
