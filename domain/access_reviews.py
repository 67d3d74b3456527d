"""Access reviews: whoever answers for an access confirms or ends it; else it ends by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.people import Member, Role
from domain.policy import AccessReviews
from domain.roles import Reason
from domain.workdays import Absence, end_of_day, local_moment, workdays_after

FRIDAY = 5
LONGER = timedelta(days=21)
"""How much longer than others somebody has at most, whatever leave and holidays there are."""


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
class TimeToAnswer:
    """Until when somebody answers, in working days of their own, and when they are reminded.

    `away` says that they are not there long enough within the time that there is at most.
    """

    answer_by: datetime
    remind_at: datetime | None
    last_reminder_at: datetime | None
    away: bool


def time_to_answer(
    member: Member,
    absences: Sequence[Absence],
    since: datetime,
    rules: AccessReviews,
    furthest: datetime | None = None,
) -> TimeToAnswer:
    """Counted from `since`; the last reminder comes on the working day before the last one.

    Never after `furthest`, which by default is counted from `since` as well.
    """
    days = workdays_after(member, absences, member.today(since), rules.days_to_answer)
    answer_by = end_of_day(member, days[-1])
    furthest = furthest or furthest_deadline(since, rules)
    if answer_by > furthest:
        return TimeToAnswer(furthest, None, None, away=True)
    mornings = [local_moment(member, day, member.day_start) for day in reversed(days)]
    ahead = rules.remind_days_before
    return TimeToAnswer(
        answer_by,
        mornings[ahead] if 0 < ahead < len(mornings) else None,
        mornings[1] if ahead > 1 and len(mornings) > 1 else None,
        away=False,
    )


def furthest_deadline(since: datetime, rules: AccessReviews) -> datetime:
    """The end of the time that anybody has."""
    return usual_deadline(since, rules) + LONGER


def usual_deadline(since: datetime, rules: AccessReviews) -> datetime:
    """The deadline where nobody's own days are known: weeks of five days."""
    weekday = since.isoweekday()
    last_workday = min(weekday, FRIDAY)
    weeks, day = divmod(last_workday - 1 + rules.days_to_answer, FRIDAY)
    return since + timedelta(days=7 * weeks + day + 1 - weekday)


class RevokeAccess(BaseModel):
    """Why an access ends in a review; it stands in the record alone."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


@dataclass(frozen=True, slots=True)
class ReviewHead:
    """One campaign. `answer_by` and `started_at` are None while it is only planned.

    To somebody who is asked, `answer_by` is their own deadline.

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

    `role`, `place` (a unit) and `region` are of a grant (neither: the whole organisation), `goal`
    of a share.
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
    region: str | None = None
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
class ReviewPlan:
    """What a review would ask if it was started now."""

    reader: Member
    counts: Mapping[AccessKind, int]
    reviewers: int
    nobody_to_ask: int
    days: int
    """Working days that each of them has."""
    answer_by: datetime | None
    """When the last of them has to have answered."""


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
    last: bool
    """Whether it is the last reminder."""
