"""One page of the tree of goals as somebody may see it, and what it points out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.goal_kinds import GoalKind
from domain.goals import GoalState
from domain.people import Level
from domain.references import ReferenceKind, reference_text
from domain.roll_up import WHOLE


class Pointer(StrEnum):
    """What deserves a talk. None of it is refused: people settle it."""

    NOBODY_SERVES = "nobody_serves"
    SERVES_NONE = "serves_none"
    MORE_THAN_ALL = "more_than_all"
    """Those who serve it promise more than all of it."""
    LESS_THAN_ALL = "less_than_all"
    """All who serve it can succeed, and it fails nevertheless."""
    OUTLIVES = "outlives"
    """It is due after the goal that it serves."""


@dataclass(frozen=True, slots=True)
class TreeGoal:
    """A goal in the tree. One that is not `readable` is its title alone."""

    id: UUID
    number: int
    title: str
    readable: bool
    state: GoalState
    owner: str
    level: Level
    kind: GoalKind
    due: date
    parent: UUID | None
    weight: int | None
    """How much it carries of the goal above, in basis points."""
    share: float | None
    """How far it has come itself."""
    served_by: int
    """How many goals serve it."""
    carried: int
    """How much of it these carry together, in basis points."""

    @property
    def reference(self) -> str:
        return reference_text(ReferenceKind.GOAL, self.number)


class PlaceKind(StrEnum):
    """Where in the tree one stands."""

    TOP = "top"
    GOAL = "goal"
    PERSON = "person"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class TreePlace:
    """The goal, person or unit whose goals are shown; of people and units, also what to call it."""

    kind: PlaceKind
    id: UUID | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class GoalTree:
    """`goals` serve the one that is `here`, or belong to the place; `hidden` more serve it.

    `above` is what the goal here serves; `above_hidden` says that it may not be known. `more_after`
    opens the next page.
    """

    place: TreePlace
    goals: tuple[TreeGoal, ...]
    here: TreeGoal | None = None
    above: TreeGoal | None = None
    above_hidden: bool = False
    hidden: int = 0
    more_after: int | None = None


def pointers(goal: TreeGoal, above: TreeGoal | None) -> tuple[Pointer, ...]:
    """What a goal points out to somebody who may read it; `above` where they may know that one."""
    if not goal.readable:
        return ()
    found = {
        # Whoever leads sets goals for others to serve; everybody else's are where the work is done.
        Pointer.NOBODY_SERVES: not goal.served_by and goal.level is not Level.INDIVIDUAL,
        Pointer.SERVES_NONE: goal.parent is None
        and goal.level is not Level.EXECUTIVE
        and goal.kind is not GoalKind.DEVELOPMENT,
        Pointer.MORE_THAN_ALL: goal.carried > WHOLE,
        Pointer.LESS_THAN_ALL: 0 < goal.carried < WHOLE,
        Pointer.OUTLIVES: above is not None and above.readable and goal.due > above.due,
    }
    return tuple(pointer for pointer, holds in found.items() if holds)
