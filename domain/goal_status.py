"""The life of a goal as one table: which moves there are, from where to where, and what each needs.

Everything else is read from it: what is offered, what is refused, the drawing in the docs. Who
negotiates moves by proposing and answering; the rest is a move of its own, by the owner or by
whoever speaks for the other side.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from domain.goals import GoalState, Side, StepKind

REASON_LIMIT = 3_000


class Move(StrEnum):
    """What somebody, or the clock, does to the state of a goal."""

    PROPOSE = "propose"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    TAKE_BACK = "take_back"
    """The manager's own first proposal, which is not left behind on the employee's desk."""
    DROP = "drop"
    RESTORE = "restore"
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    ABANDON = "abandon"
    SUPERSEDE = "supersede"
    DEPRECATE = "deprecate"
    REOPEN = "reopen"


class Need(StrEnum):
    """What a move asks for. The value is the field of `MoveGoal`."""

    REASON = "reason"
    UNTIL = "until"
    SUCCESSOR = "successor"
    NOTE = "note"
    """What whoever finds the goal in the archive should know."""


@dataclass(frozen=True, slots=True)
class Way:
    """One move: from these states to that one."""

    move: Move
    before: frozenset[GoalState]
    after: GoalState
    step: StepKind
    needs: tuple[Need, ...] = ()
    sides: frozenset[Side] = frozenset(Side)
    agreed: bool | None = None
    """Whether both sides must have agreed to the goal once; None: it does not matter."""
    negotiated: bool = False
    """It happens by proposing and answering, and is not chosen from a list."""


def _from(*states: GoalState) -> frozenset[GoalState]:
    return frozenset(states)


_RUNNING = _from(GoalState.ACTIVE, GoalState.PAUSED)
_OWNER = frozenset({Side.OWNER})

WAYS: tuple[Way, ...] = (
    Way(
        Move.PROPOSE,
        _from(GoalState.DRAFT),
        GoalState.PROPOSED,
        StepKind.PROPOSED,
        sides=_OWNER,
        negotiated=True,
    ),
    Way(
        Move.ACCEPT,
        _from(GoalState.PROPOSED),
        GoalState.ACTIVE,
        StepKind.ACCEPTED,
        negotiated=True,
    ),
    Way(
        Move.DECLINE,
        _from(GoalState.PROPOSED),
        GoalState.DRAFT,
        StepKind.DECLINED,
        negotiated=True,
    ),
    Way(
        Move.WITHDRAW,
        _from(GoalState.PROPOSED),
        GoalState.DRAFT,
        StepKind.WITHDRAWN,
        sides=_OWNER,
        negotiated=True,
    ),
    Way(
        Move.TAKE_BACK,
        _from(GoalState.PROPOSED),
        GoalState.ABANDONED,
        StepKind.WITHDRAWN,
        sides=frozenset({Side.OTHER}),
        negotiated=True,
    ),
    Way(
        Move.DROP,
        _from(GoalState.DRAFT),
        GoalState.ABANDONED,
        StepKind.ABANDONED,
        sides=_OWNER,
    ),
    Way(
        Move.RESTORE,
        _from(GoalState.ABANDONED),
        GoalState.DRAFT,
        StepKind.REOPENED,
        sides=_OWNER,
        agreed=False,
    ),
    Way(
        Move.COMPLETE,
        _from(GoalState.ACTIVE),
        GoalState.COMPLETED,
        StepKind.COMPLETED,
        (Need.NOTE,),
    ),
    Way(
        Move.PAUSE,
        _from(GoalState.ACTIVE),
        GoalState.PAUSED,
        StepKind.PAUSED,
        (Need.REASON, Need.UNTIL),
    ),
    Way(Move.RESUME, _from(GoalState.PAUSED), GoalState.ACTIVE, StepKind.RESUMED),
    Way(
        Move.SUPERSEDE,
        _RUNNING,
        GoalState.SUPERSEDED,
        StepKind.SUPERSEDED,
        (Need.SUCCESSOR, Need.REASON),
    ),
    Way(
        Move.DEPRECATE,
        _RUNNING,
        GoalState.DEPRECATED,
        StepKind.DEPRECATED,
        (Need.REASON,),
    ),
    Way(
        Move.ABANDON,
        _RUNNING,
        GoalState.ABANDONED,
        StepKind.ABANDONED,
        (Need.REASON,),
    ),
    Way(
        Move.REOPEN,
        _from(GoalState.COMPLETED, GoalState.ABANDONED, GoalState.SUPERSEDED, GoalState.DEPRECATED),
        GoalState.ACTIVE,
        StepKind.REOPENED,
        (Need.REASON,),
        agreed=True,
    ),
)

BY_MOVE = {way.move: way for way in WAYS}
CHOSEN = tuple(way.move for way in WAYS if not way.negotiated)
"""In the order in which they are offered."""
ENDED = frozenset(
    {GoalState.COMPLETED, GoalState.ABANDONED, GoalState.SUPERSEDED, GoalState.DEPRECATED}
)


def moved(state: GoalState, move: Move) -> GoalState:
    """The state after a move. Raises ValueError where there is no such way: a bug, not a wish."""
    way = BY_MOVE[move]
    if state not in way.before:
        raise ValueError(f"no {move} from {state}")
    return way.after


def moves_from(
    state: GoalState, side: Side | None, *, agreed: bool, owner_may: Collection[Move]
) -> tuple[Move, ...]:
    """What somebody on this side can choose for a goal in this state.

    `agreed`: both sides agreed to it once. `owner_may`: what policy leaves to owners alone; what
    was never agreed is theirs anyway.
    """
    return tuple(
        way.move
        for way in WAYS
        if not way.negotiated
        and side in way.sides
        and state in way.before
        and way.agreed in (None, agreed)
        and (side is Side.OTHER or not agreed or way.move in owner_may)
    )


Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=REASON_LIMIT)
]


class MoveGoal(BaseModel):
    """A move of one goal, as somebody saw it (`revision`), with what the move needs.

    The context of validation holds `today`, the asker's own date. A first day after the pause must
    lie ahead.
    """

    model_config = ConfigDict(frozen=True)

    move: Move
    reason: Words | None = None
    until: date | None = None
    successor: UUID | None = None
    note: Words | None = None

    @field_validator("until")
    @classmethod
    def _ends_later(cls, until: date | None, info: ValidationInfo) -> date | None:
        today = (info.context or {}).get("today")
        if until is not None and today is not None and until <= today:
            raise PydanticCustomError(
                "pause_over_already", "pause_over_already", {"field": "until"}
            )
        return until

    def given(self, need: Need) -> object:
        value: object = getattr(self, need.value)
        return value


def pause_too_long(today: date, until: date, longest_days: int) -> bool:
    """Whether a pause from `today` until the day of return takes more than policy allows."""
    return until > today + timedelta(days=longest_days)
