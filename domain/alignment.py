"""How goals hang together: which goal another one serves, and how much of it.

A goal serves one goal at most, so that all of them are trees. How much of the parent it carries
(its contribution) is in basis points of the parent; a link may have none, and then counts for
nothing in the parent's progress.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo
from pydantic_core import PydanticCustomError

from domain.goal_status import ENDED
from domain.goals import AlignedGoal, GoalCard, GoalLine, GoalState
from domain.measures import Measure, Measured
from domain.people import Member
from domain.roll_up import WHOLE

DEEPEST = 16
"""How many goals may stand one above the other."""
COUNTING = (GoalState.ACTIVE, GoalState.COMPLETED)
"""What counts for the parent: what is under way, and what was reached."""
PLEDGED = (GoalState.PROPOSED, GoalState.ACTIVE, GoalState.PAUSED, GoalState.COMPLETED)
"""What takes a share of the parent: all that is, or may come to be, done for it."""


def _a_share(given: Measure, info: ValidationInfo) -> Measure:
    if given.measure_unit not in (None, "%"):
        raise PydanticCustomError("contribution_unit", "contribution_unit", {})
    if not 1 <= round(given.value * 100) <= WHOLE:
        raise PydanticCustomError("contribution_range", "contribution_range", {})
    if info.data.get("aligned_to", given) is None:
        code = "contribution_to_nothing"
        raise PydanticCustomError(code, code, {"field": "aligned_to"})
    return given


Contribution = Annotated[Measured, AfterValidator(_a_share)]
"""Percent of the parent, which stands before it as `aligned_to`: above 0, 100 at the most, to the
hundredth."""


def basis_points(contribution: Measure | None) -> int | None:
    return None if contribution is None else round(contribution.value * 100)


def percent(contribution: int) -> float:
    """Basis points as people write them."""
    return contribution / 100


def contribution_of(card: GoalCard) -> Measure | None:
    """How much a goal carries of the one that it serves, as it is typed."""
    given = card.contribution
    if given is None:
        return None
    return Measure(value=percent(given), text=f"{percent(given):g}", measure_unit="%")


def may_be_served(state: GoalState) -> bool:
    """Whether a goal in this state can still be aligned to."""
    return state not in ENDED


class AlignGoal(BaseModel):
    """Say which goal another one serves, or (`nothing`) that it serves none any more."""

    model_config = ConfigDict(frozen=True)

    goal: UUID
    aligned_to: UUID | None = None
    contribution: Contribution | None = None
    nothing: bool = False
    """Slack lets nobody empty a menu once something is chosen in it."""

    @property
    def parent(self) -> UUID | None:
        return None if self.nothing else self.aligned_to

    @property
    def basis_points(self) -> int | None:
        return None if self.nothing else basis_points(self.contribution)


@dataclass(frozen=True, slots=True)
class AlignmentShown:
    """A goal whose alignment somebody looks at or has just changed."""

    card: GoalCard
    named: AlignedGoal | None = None
    """The goal that they have named already."""
    carried: int | None = None
    """What all goals carry together of the one that it serves, in basis points, where that is more
    than all of it."""


@dataclass(frozen=True, slots=True)
class GoalAboveNotice:
    """Tells somebody that a goal which theirs serve has ended, or is due on another day.

    `above` is None where not even its title may be known to them.
    """

    reader: Member
    above: AlignedGoal | None
    state: GoalState
    due: date
    ended: bool
    cards: tuple[GoalLine, ...]
    """Their goals that serve it."""
