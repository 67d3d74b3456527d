"""Agreements with employee representatives: registered by one side, confirmed by the other.

Every version is kept; a change is a new one, and counts once both sides stand by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from domain.notices import NoticeKind
from domain.people import Member
from domain.references import ReferenceKind, reference_text
from domain.regions import TypedRegion
from domain.roles import Reason, RolePlace

REMIND_DAYS = (90, 30)
"""Before an agreement expires. German practice gives notice three months ahead (BetrVG § 77 (5)),
and a month is enough to register what was agreed meanwhile."""
TITLE_LIMIT = 150
PARTIES_LIMIT = 300
CLAUSES_LIMIT = 3_000
LINK_LIMIT = 500
_DAY = timedelta(days=1)
_CLAUSE = re.compile(r"(?:§\s*)?(\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?)[.):]?\s+(\S.*)")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REFERENCE = re.compile(
    r"\bA\s?[-\u2010-\u2015]?\s?(\d{1,6})\b"
    r"(?:,?\s+(?:[^\W\d]{1,12}\.?|§)\s*(\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?)\b)?"
)


class AgreementState(StrEnum):
    """What became of one version. The value is stored."""

    WAITING = "waiting"
    """For the other side."""
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Side(StrEnum):
    HR = "hr"
    REPRESENTATIVE = "representative"

    @property
    def other(self) -> Side:
        return Side.REPRESENTATIVE if self is Side.HR else Side.HR


@dataclass(frozen=True, slots=True)
class Clause:
    number: str
    words: str


def clauses_in(text: str) -> tuple[Clause, ...]:
    """The clauses of a text, one a line, each with its number before it.

    A line without a number goes on with the clause above. Raises ValueError for a text that does
    not begin with a number, and for a number given twice.
    """
    found: list[Clause] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _CLAUSE.fullmatch(line)
        if match is not None:
            if any(one.number == match[1] for one in found):
                raise ValueError(match[1])
            found.append(Clause(match[1], match[2]))
        elif not found:
            raise ValueError("")
        else:
            found[-1] = Clause(found[-1].number, f"{found[-1].words} {line}")
    return tuple(found)


def references_in(text: str) -> tuple[tuple[int, str | None], ...]:
    """Agreements that a text names, each with the clause if it names one: `A-3 clause 2`."""
    found = ((int(match[1]), match[2]) for match in _REFERENCE.finditer(text))
    return tuple(dict.fromkeys(found))


Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LIMIT)
]
Parties = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=PARTIES_LIMIT)
]
Clauses = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=CLAUSES_LIMIT)
]


class ChangeAgreement(BaseModel):
    """What an agreement says. The last day belongs to it."""

    model_config = ConfigDict(frozen=True)

    title: Title
    parties: Parties
    clauses: Clauses
    valid_from: date
    expires_on: date | None = None
    permalink: Annotated[str, StringConstraints(max_length=LINK_LIMIT)] | None = None
    sha256: str | None = None
    settles: int | None = Field(default=None, ge=1)
    """The version of the rules to which it settles the objections of the representative."""

    @field_validator("clauses")
    @classmethod
    def _numbered(cls, clauses: str) -> str:
        try:
            clauses_in(clauses)
        except ValueError as error:
            twice = str(error)
            code = "clause_twice" if twice else "clause_without_number"
            raise PydanticCustomError(code, code, {"number": twice}) from None
        return clauses

    @field_validator("permalink")
    @classmethod
    def _is_a_link(cls, permalink: str | None) -> str | None:
        if permalink is not None and not permalink.startswith("https://"):
            raise PydanticCustomError("agreement_link", "agreement_link")
        return permalink

    @field_validator("sha256")
    @classmethod
    def _is_a_fingerprint(cls, sha256: str | None) -> str | None:
        plain = re.sub(r"[\s:]", "", sha256 or "").lower()
        if plain and not _SHA256.fullmatch(plain):
            raise PydanticCustomError("agreement_sha256", "agreement_sha256")
        return plain or None

    @field_validator("expires_on")
    @classmethod
    def _ends_after_it_begins(cls, expires_on: date | None, info: ValidationInfo) -> date | None:
        begins = info.data.get("valid_from")
        if expires_on is not None and begins is not None and expires_on < begins:
            raise PydanticCustomError("agreement_ends_first", "agreement_ends_first")
        return expires_on


class RegisterAgreement(ChangeAgreement):
    """A new one, for a unit with all below it, a region, or everybody."""

    org_unit: UUID | None = None
    region: TypedRegion = None

    @field_validator("region")
    @classmethod
    def _one_place(cls, region: str | None, info: ValidationInfo) -> str | None:
        if region is not None and info.data.get("org_unit") is not None:
            raise PydanticCustomError("role_one_place", "role_one_place")
        return region


class RefuseAgreement(BaseModel):
    """Why it is not what was agreed."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


def next_day(expires_on: date | None, after: date) -> date | None:
    """The next day after `after` on which something is to be done about its end: the first day of
    a reminder, or the day after the last."""
    if expires_on is None:
        return None
    days = [expires_on - timedelta(days=ahead) for ahead in sorted(REMIND_DAYS, reverse=True)]
    return next((day for day in (*days, expires_on + _DAY) if day > after), None)


def has_expired(expires_on: date | None, today: date) -> bool:
    return expires_on is not None and expires_on < today


# What people see


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    """One version, with who stands by it."""

    number: int
    state: AgreementState
    content: ChangeAgreement
    side: Side
    """Of whoever proposed it."""
    proposed_by: Member
    proposed_at: datetime
    answered_by: Member | None = None
    answered_at: datetime | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class AgreementCard:
    """An agreement for one reader: the version that counts, and one that waits."""

    id: UUID
    number: int
    place: RolePlace
    viewer: Member
    today: date
    current: AgreementVersion | None
    waiting: AgreementVersion | None
    versions: tuple[AgreementVersion, ...]
    """All of them, newest first; those that never counted only for the two sides."""
    can_answer: bool
    can_withdraw: bool
    can_change: bool

    @property
    def reference(self) -> str:
        return reference_text(ReferenceKind.AGREEMENT, self.number)

    @property
    def shown(self) -> AgreementVersion | None:
        """The version that counts; before there is one, the newest."""
        return self.current or next(iter(self.versions), None)

    @property
    def expired(self) -> bool:
        current = self.current
        return current is not None and has_expired(current.content.expires_on, self.today)


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """Agreements that the viewer may know, those that count first; newest first."""

    viewer: Member
    agreements: tuple[AgreementCard, ...]
    more: bool
    can_register: bool
    sees_scope: bool = False
    """Whether the viewer represents anybody."""


@dataclass(frozen=True, slots=True)
class AgreementNotice:
    """Asks the other side, tells whoever proposed a version, or reminds both of its end."""

    kind: NoticeKind
    reader: Member
    agreement: AgreementCard
    version: AgreementVersion


@dataclass(frozen=True, slots=True)
class ClauseNamed:
    """A clause that the reason for a change names, as it counts now; None for what is unknown."""

    reference: str
    clause: str | None
    title: str
    words: str | None


def clauses_named(text: str, known: Iterable[tuple[int, ChangeAgreement]]) -> Sequence[ClauseNamed]:
    """What a text names of agreements that count, in its order."""
    by_number = dict(known)
    found = []
    for number, clause in references_in(text):
        content = by_number.get(number)
        if content is None:
            continue
        words = {one.number: one.words for one in clauses_in(content.clauses)}
        reference = reference_text(ReferenceKind.AGREEMENT, number)
        found.append(
            ClauseNamed(reference, clause, content.title, words.get(clause) if clause else None)
        )
    return found
