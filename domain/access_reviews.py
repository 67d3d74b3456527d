"""Access reviews: whoever answers for an access confirms or ends it; else it ends by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.people import Member, Role


class AccessKind(StrEnum):
    """What is looked through, in the order in which it is shown."""

    GRANT = "grant"
    """A role; the role that policy names answers for it, never its holder."""
    DELEGATION = "delegation"
    """A deputy; whom they stand in for answers."""
    SHARE = "share"
    """A goal shared with somebody; its owner answers."""


class ReviewState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class Answer(StrEnum):
    """What became of one access."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REVOKED = "revoked"
    ENDED = "ended"
    """Nobody confirmed it by the deadline, or it was over before."""
    UNASKED = "unasked"
    """A role for which nobody could answer, or without which nobody could give roles; it stays."""


ANSWERS_OF_PEOPLE = (Answer.CONFIRMED, Answer.REVOKED)
NOT_CONFIRMED = "not_confirmed"
"""Why something ended: nobody confirmed it by the deadline."""
OVER_BEFORE = "over_before"
"""Why something needs no answer: it had ended by itself, or otherwise."""


@dataclass(frozen=True, slots=True)
class ReviewHead:
    """One campaign. `answer_by` and `started_at` are None while it is only planned.

    `listed` says whether everything that it looks through has been listed.
    """

    id: UUID
    state: ReviewState
    starts_at: datetime
    started_at: datetime | None
    started_by: UUID | None
    """None: the clock."""
    answer_by: datetime | None
    closed_at: datetime | None
    listed: bool


@dataclass(frozen=True, slots=True)
class AccessToReview:
    """One access as whoever answers for it sees it.

    `role` and `place` are of a grant (no place: the whole organisation), `goal` of a share.
    `in_force` says whether it stands or is to come.
    """

    number: int
    kind: AccessKind
    holder: Member
    answer: Answer
    since: date
    until: date | None
    in_force: bool
    role: Role | None = None
    place: str | None = None
    goal: str | None = None
    owner: str | None = None
    """Who gave it, where somebody else answers for them."""


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Some of what one person answers for. `offset` counts the accesses before it."""

    reader: Member
    review: ReviewHead
    accesses: tuple[AccessToReview, ...]
    offset: int
    total: int
    open: int
    page: int
    """How many stand on one page."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """How far one of those who are asked has come."""

    person: Member
    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """How a review goes or went, for HR, compliance and administrators."""

    reader: Member
    review: ReviewHead | None
    """The open one, else the last one; None before the first."""
    started_by: str | None
    counts: Mapping[AccessKind, Mapping[Answer, int]]
    reviewers: tuple[Reviewer, ...]
    more_reviewers: int
    nobody_to_ask: int
    next_start: datetime | None
    mine: int
    """How many the reader answers for, and has not yet."""
    can_start: bool


@dataclass(frozen=True, slots=True)
class ToReview:
    """What waits for somebody's answer in the open review."""

    review: ReviewHead
    open: int


@dataclass(frozen=True, slots=True)
class NothingToReview:
    """For somebody who neither answers for anything now nor follows reviews."""

    next_start: datetime | None


@dataclass(frozen=True, slots=True)
class AccessReviewNotice:
    """Asks somebody to look through what they answer for; later says what became of it."""

    reader: Member
    review: ReviewHead
    total: int
    open: int
    ended: int
    reminder: bool
