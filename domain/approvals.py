"""Acts that take two people: one asks, a second one approves, both with a one-time code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.canonical import Json, canonical
from domain.erasure import Kept
from domain.exports import ExportAsked
from domain.holds import HoldScope
from domain.notices import NoticeKind
from domain.people import Member, Role
from domain.policy_versions import FieldChange, Preview
from domain.retention_rules import Kind, Part
from domain.roles import Reason, RolePlace
from domain.step_up import Act

APPROVE_WITHIN = timedelta(hours=24)
DRAFT_KEPT = timedelta(hours=1)

Parameters = Mapping[str, Json]
"""All that an act will do: ids, codes and dates, never people's words."""


class ApprovalState(StrEnum):
    """Where a request stands. The value is stored."""

    DRAFT = "draft"
    """Shown to whoever asks, not yet confirmed by them."""
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    VOID = "void"
    """Approved, but not carried out: something had changed meanwhile."""


class VoidReason(StrEnum):
    """Why an approved act was not carried out. The value is stored."""

    ALTERED = "altered"
    """What was stored is not what was asked for."""
    ASKER_MAY_NOT = "asker_may_not"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class StoredApproval:
    """A request as it is stored. `asked_at` and `expires_at` are business time."""

    id: UUID
    act: str
    about: UUID
    parameters: str
    reason: str
    asker: UUID
    beneficiary: UUID | None
    state: ApprovalState
    digest: bytes
    asked_at: datetime
    expires_at: datetime
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    answer: str | None = None
    void_reason: VoidReason | None = None

    @property
    def asking(self) -> Act:
        """What whoever asks confirms: the act, all that it will do, and why."""
        return asking(self.id, self.act, self.parameters, self.reason, self.asker)

    @property
    def approving(self) -> Act:
        """What the second person confirms: to approve exactly what was asked for."""
        return Act(f"approve {self.act}", {"approval": str(self.id), "digest": self.digest.hex()})

    @property
    def is_as_asked(self) -> bool:
        return self.asking.digest == self.digest


def asking(approval: UUID, act: str, parameters: str, reason: str, asker: UUID) -> Act:
    """The act of asking; its digest is what a second person approves."""
    told: dict[str, Json] = {
        "approval": str(approval),
        "parameters": parameters,
        "reason": reason,
        "asker": str(asker),
    }
    return Act(act, told)


def written(parameters: Parameters) -> str:
    """Parameters as they are stored and committed to: their canonical JSON."""
    return canonical(dict(parameters)).decode()


@dataclass(frozen=True, slots=True)
class RoleAsked:
    """A role that somebody shall hold."""

    person: Member
    role: Role
    place: RolePlace
    last_day: date | None
    imported: bool


@dataclass(frozen=True, slots=True)
class CodesResetAsked:
    """That somebody shall be able to set up new one-time codes."""

    person: Member


@dataclass(frozen=True, slots=True)
class HoldReleaseAsked:
    """That a legal hold shall end; its matter is not told."""

    person: Member
    scope: HoldScope
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class ErasureAsked:
    """That what is held on somebody shall be erased."""

    person: Member
    parts: tuple[Part, ...]
    kept: tuple[Kept, ...]
    things: Mapping[Part, int] = field(default_factory=dict)
    """How many goals, check-ins and so on there are on record of what goes."""
    values: int = 0
    """How many values of the record go with them."""


@dataclass(frozen=True, slots=True)
class PurgeAsked:
    """That everything on people who have left shall be erased, since its time is over."""

    count: int
    names: tuple[str, ...]
    """The first of them."""


@dataclass(frozen=True, slots=True)
class PolicyAsked:
    """That the rules shall change from a day on."""

    first_day: date
    notice_days: int
    changes: tuple[FieldChange, ...]
    preview: Preview
    co_determined: tuple[str, ...] = ()
    """Which of the settings that change are."""


@dataclass(frozen=True, slots=True)
class KindPurgeAsked:
    """That what was over of one kind of record on a day shall be purged."""

    kind: Kind
    count: int
    day: date


@dataclass(frozen=True, slots=True)
class ImportAsked:
    """That a file which changes very many people be imported; each count is of what changes."""

    waiting: UUID
    """By which the file is found, for seeing every change."""
    people: int
    created: int
    changed: int
    moved: int
    """With another manager."""
    left: int
    org_units: int
    roles: int


Matter = (
    RoleAsked
    | CodesResetAsked
    | HoldReleaseAsked
    | ErasureAsked
    | PurgeAsked
    | KindPurgeAsked
    | PolicyAsked
    | ExportAsked
    | ImportAsked
)
"""What is asked for, as people read it."""


@dataclass(frozen=True, slots=True)
class ApprovalCard:
    """A request for one reader, as things stand now."""

    id: UUID
    reader: Member
    matter: Matter
    reason: str
    asker: Member
    state: ApprovalState
    expires_at: datetime
    approvers: tuple[Member, ...]
    """Who can approve it; while it is open."""
    decided_by: Member | None
    answer: str | None
    void_reason: VoidReason | None
    can_approve: bool
    can_withdraw: bool
    can_ask_again: bool = False
    """For whoever asked, once it has come to nothing without an answer."""


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A request before somebody who is to confirm it with a code: to ask for it, or to approve."""

    card: ApprovalCard
    challenge: UUID


@dataclass(frozen=True, slots=True)
class ApprovalNotice:
    """A message about a request."""

    kind: NoticeKind
    reader: Member
    card: ApprovalCard


@dataclass(frozen=True, slots=True)
class ApprovalList:
    """What waits: for the viewer's approval, and what they have asked for."""

    viewer: Member
    to_approve: tuple[ApprovalCard, ...]
    asked: tuple[ApprovalCard, ...]


class RefuseApproval(BaseModel):
    """Why a request is refused; whoever asked reads it."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


class ResetCodes(BaseModel):
    """Why somebody needs new one-time codes."""

    model_config = ConfigDict(frozen=True)

    reason: Reason
