"""What `/accord audit` shows by role: entries without what they say, and what a hold keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.audit import Action, ActorKind, Receipt
from domain.goals import GoalLine
from domain.holds import HoldScope
from domain.notices import SubjectType
from domain.people import Member
from domain.sensitivity import Sensitivity


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry of the record without its values: who, which act, when, and which fields.

    Names are those of the directory today; None where there is nobody to name. `gone` says that
    retention took the entry itself, of which number and fingerprint are left.
    """

    receipt: Receipt
    gone: bool = False
    at: datetime | None = None
    """Machine time, as the record has it."""
    as_of: datetime | None = None
    actor: ActorKind | None = None
    name: str | None = None
    for_whom: str | None = None
    action: Action | None = None
    object_type: SubjectType | None = None
    reference: str | None = None
    version: int | None = None
    subject: str | None = None
    sensitivity: Sensitivity | None = None
    reason: str | None = None
    """A code."""
    policy: int | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """A page of entries, newest first: about one goal, one person, or one entry by itself."""

    viewer: Member
    entries: tuple[EntryShown, ...]
    more_before: int | None = None
    goal: UUID | None = None
    reference: str | None = None
    person: Member | None = None


@dataclass(frozen=True, slots=True)
class HeldFeedback:
    """Feedback for an evaluation that is kept under a hold, without its words."""

    id: UUID
    giver: str
    at: datetime
    """Business time."""


@dataclass(frozen=True, slots=True)
class HeldFeedbackOpened:
    """The same with its words, or, where it is kept as a link, the link; None: it is gone."""

    feedback: HeldFeedback
    person: Member
    words: str | None
    permalink: str | None


@dataclass(frozen=True, slots=True)
class Matter:
    """What holds keep of one person, for whoever in legal answers for them."""

    viewer: Member
    person: Member
    scopes: frozenset[HoldScope]
    goals: tuple[GoalLine, ...]
    more_after: int | None
    feedback: tuple[HeldFeedback, ...]
    """On the first page alone, newest first."""


@dataclass(frozen=True, slots=True)
class RecordsOffered:
    """What `/accord audit` can show this viewer besides what it shows everybody."""

    metadata: bool
    matters: bool
