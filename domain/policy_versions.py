"""Versions of the policy: how two differ, from when one holds, and what people see of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue

from domain.people import Member
from domain.policy import AccessReviews, CheckIns, Negotiation, Policy, Section
from domain.policy_local import LOCAL, Effective, Path, leaves
from domain.roles import Reason
from domain.uploads import UploadedFile

POLICY_ID = UUID("00000000-0000-4000-8000-000000000001")
"""The policy document is one object of the record for ever; its versions are numbered."""
FURTHEST = timedelta(days=731)
"""Two years: what shall hold later is proposed later."""
_DAY = timedelta(days=1)


class PlanState(StrEnum):
    """What becomes of an approved version. The value is stored."""

    PLANNED = "planned"
    """Holds as soon as its day has come."""
    HELD = "held"
    """An objection holds it up, whatever the day."""
    WITHDRAWN = "withdrawn"
    IN_FORCE = "in_force"
    """Its day has come; a later version may hold by now."""


WAITING = (PlanState.PLANNED, PlanState.HELD)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One setting that differs; None where one side has no such thing."""

    path: Path
    before: JsonValue
    after: JsonValue


def compare(before: Policy, after: Policy) -> tuple[FieldChange, ...]:
    """Every setting that differs, in the document's order; what is new stands at its end."""
    old, new = _lines(before), _lines(after)
    return tuple(
        FieldChange(path, old.get(path), new.get(path))
        for path in dict.fromkeys((*old, *new))
        if old.get(path) != new.get(path)
    )


def _lines(policy: Policy) -> dict[Path, JsonValue]:
    """Every value of the document by its path; the bounds of a variation are one."""
    tree = policy.model_dump(mode="json", exclude_none=True)
    bounds = tree.pop("variations")
    found = {path: value for path, value in leaves(tree) if path and value != {}}
    return found | {("variations", path): value for path, value in bounds.items()}


def setting_of(path: Path) -> str:
    """The setting, dotted, that a change is about, be it the standard's or that of some place."""
    if path[0] == "variations":
        return path[1]
    inside = path[2:] if path[0] in LOCAL else path
    return ".".join(inside)


def is_co_determined(base: Policy, path: Path) -> bool:
    """Whether a change there needs notice, by the rules that hold so far."""
    setting = f"{setting_of(path)}."
    named = ("changes", *base.changes.co_determined)
    return any(setting.startswith(f"{one}.") for one in named)


def notice_days(base: Policy, changes: Sequence[FieldChange]) -> int:
    """How long beforehand people have to hear of these changes, by the rules that hold so far."""
    touched = any(is_co_determined(base, change.path) for change in changes)
    return base.changes.notice_days if touched else 0


def first_day(
    base: Policy, changes: Sequence[FieldChange], today: date, wanted: date | None = None
) -> date:
    """The day from which they hold: as wanted, but not before tomorrow and the end of notice."""
    earliest = today + max(_DAY, timedelta(days=notice_days(base, changes)))
    return max(earliest, wanted or earliest)


def begins(day: date) -> datetime:
    """The moment at which a version's first day begins: one for all, at midnight UTC."""
    return datetime.combine(day, time(0), UTC)


# What people send


class ProposeSettings(BaseModel):
    """Everyday settings with new values; of each section, the fields given are meant."""

    model_config = ConfigDict(frozen=True)

    reason: Reason
    negotiation: Negotiation = Negotiation()
    check_ins: CheckIns = CheckIns()
    access_reviews: AccessReviews = AccessReviews()
    valid_from: date | None = None

    def applied_to(self, base: Policy) -> Policy:
        """The same document with these settings."""
        changed = {
            name: getattr(base, name).model_copy(update=_given(getattr(self, name)))
            for name in ("negotiation", "check_ins", "access_reviews")
        }
        return base.model_copy(update=changed)


def _given(section: Section) -> dict[str, object]:
    return {name: getattr(section, name) for name in section.model_fields_set}


class ProposeDocument(BaseModel):
    """The whole document: as text, or as a file. Which of the two is asked when it is read."""

    model_config = ConfigDict(frozen=True)

    text: str = ""
    file: tuple[UploadedFile, ...] = ()
    reason: Reason
    valid_from: date | None = None


class WithdrawVersion(BaseModel):
    """Why an approved version shall not come to hold."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


class AskPast(BaseModel):
    """On which day."""

    model_config = ConfigDict(frozen=True)

    day: date


# What people see


@dataclass(frozen=True, slots=True)
class VersionHead:
    """A version without its document. `valid_from` is None for what held from the beginning.

    Number 0 stands for the built-in rules before anything was adopted.
    """

    number: int
    adopted_at: datetime | None
    state: PlanState | None
    valid_from: datetime | None
    reason: str | None = None
    proposed_by: Member | None = None
    approved_by: Member | None = None
    withdrawn_by: Member | None = None
    withdrawn_reason: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A version that waits for its day, and what it changes."""

    head: VersionHead
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """A change that somebody has asked for, and that waits for a second person until then."""

    asker: Member
    approvers: tuple[Member, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """The rules that hold for the viewer, or held on a day, with where each comes from."""

    viewer: Member
    head: VersionHead
    effective: Effective[Policy]
    day: date | None
    """None: now."""
    unit_path: str | None
    planned: PlannedChange | None
    can_propose: bool
    can_withdraw: bool
    asked: ChangeAsked | None = None
    """For those who may propose, approve or withdraw."""


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """Versions, newest first, each with what it changed; `more_before` opens the next page."""

    viewer: Member
    versions: tuple[PlannedChange, ...]
    more_before: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a document would change for those who are here now.

    `people` counts, by setting, for how many it has another value; `open_proposals` keep the
    deadline that they have.
    """

    people: Mapping[str, int]
    open_proposals: int = 0
