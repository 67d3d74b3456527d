"""What employee representatives hear of a change of the rules, and how they hold it up.

Every approved version of the policy is told to the representatives of whoever it touches. Until the
end of a term one of them can object; the version then does not hold before the objection is
settled. Silence is no objection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.agreements import ClauseNamed
from domain.notices import NoticeKind
from domain.people import Member
from domain.places import EVERYWHERE
from domain.policy import Policy
from domain.policy_versions import FieldChange, VersionHead
from domain.roles import Reason, RolePlace


class ObjectionState(StrEnum):
    """What a representative said of a version, and what became of it. The value is stored."""

    NONE = "none"
    """They have no objection."""
    STANDING = "standing"
    WITHDRAWN = "withdrawn"
    SETTLED = "settled"
    """An agreement settled it."""
    MOOT = "moot"
    """The version was withdrawn."""


# What people send


class RaiseObjection(BaseModel):
    """Why a version shall not hold."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


class WithdrawObjection(BaseModel):
    """Why a version may hold after all."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


# For whom a version is


def places_touched(changes: Iterable[FieldChange]) -> frozenset[RolePlace]:
    """Where the changes hold: what the standard says holds everywhere."""
    found = set()
    for change in changes:
        match change.path:
            case ("regions", code, *_):
                found.add(RolePlace(region=code))
            case ("units", path, *_):
                found.add(RolePlace(unit=path))
            case _:
                found.add(EVERYWHERE)
    return frozenset(found)


def objection_until(base: Policy, approved_at: datetime, first_moment: datetime) -> datetime:
    """Until when one can object, by the rules that held at approval; never past the first day."""
    return min(first_moment, approved_at + timedelta(days=base.changes.objection_days))


# What people see


@dataclass(frozen=True, slots=True)
class ObjectionCard:
    """What one representative said of a version. `ended_by` is None where no person ended it."""

    id: UUID
    person: Member
    state: ObjectionState
    reason: str | None
    raised_at: datetime
    ended_at: datetime | None = None
    ended_by: Member | None = None
    ended_reason: str | None = None
    agreement: str | None = None
    """The agreement that settled it, as `A-3`."""
    can_withdraw: bool = False
    can_undo: bool = False
    """Within the first minutes, without giving a reason."""


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """A version for one reader: what it changes from when, and what representatives said of it."""

    viewer: Member
    head: VersionHead
    changes: tuple[FieldChange, ...]
    until: datetime | None
    """Until when one can object; None for a version that was never told to anybody."""
    said: tuple[ObjectionCard, ...]
    mine: ObjectionCard | None
    """What the viewer said last."""
    represents: bool
    """Whether the viewer represents people whom it touches."""
    can_object: bool
    can_agree: bool
    """Whether they can still say that they have no objection."""
    clauses: tuple[ClauseNamed, ...] = ()
    """What the reason for it names of agreements that count."""

    @property
    def standing(self) -> tuple[ObjectionCard, ...]:
        return tuple(one for one in self.said if one.state is ObjectionState.STANDING)


@dataclass(frozen=True, slots=True)
class ChangeNotice:
    """Tells a representative of a change to come; later what became of it."""

    reader: Member
    change: ChangeCard


@dataclass(frozen=True, slots=True)
class ObjectionNotice:
    """Tells whoever proposed or approved a version that somebody objects, or that it is settled."""

    kind: NoticeKind
    reader: Member
    objection: ObjectionCard
    change: ChangeCard


def newest_by(said: Sequence[ObjectionCard], person: UUID) -> ObjectionCard | None:
    """What somebody said last; `said` is in the order in which it was said."""
    return next((one for one in reversed(said) if one.person.id == person), None)
