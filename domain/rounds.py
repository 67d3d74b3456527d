"""Rounds of feedback in a channel: one question, answers until a date, three ways to answer.

Anonymous answers have no author anywhere. They are offered, and kept, only where at least
`FEWEST_FOR_ANONYMITY` people could have given them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from domain.goal_commands import Line, Prose
from domain.people import Member

FEWEST_FOR_ANONYMITY = 5
LONGEST_ROUND = timedelta(days=366)


class RoundState(StrEnum):
    OPEN = "open"
    CLOSING = "closing"
    """No answer counts any more; the thread is read once more before the results are shown."""
    CLOSED = "closed"


class AnonymousFate(StrEnum):
    """What became of the anonymous answers at closing."""

    NONE = "none"
    KEPT = "kept"
    DELETED = "deleted"
    """Fewer than five people answered so; nobody has read them."""


class RoundTrouble(StrEnum):
    """What stands between a round and its channel."""

    NOT_ASKED = "not_asked"
    """Slack did not let the question be posted."""
    DELETED = "deleted"
    """The question was deleted in Slack."""
    UNREADABLE = "unreadable"
    """The thread cannot be read, most likely since the bot was removed: replies go unheard."""


class OpenRound(BaseModel):
    """A question to a channel."""

    model_config = ConfigDict(frozen=True)

    topic: Line
    question: Prose
    closes_on: date
    anonymous: bool = False

    @field_validator("closes_on")
    @classmethod
    def _closes_in_sight(cls, closes_on: date, info: ValidationInfo) -> date:
        today = (info.context or {}).get("today")
        if today is not None and closes_on < today:
            raise _refuse("round_closes_in_past")
        if today is not None and closes_on > today + LONGEST_ROUND:
            raise _refuse("round_closes_too_late")
        return closes_on


def _refuse(code: str) -> PydanticCustomError:
    return PydanticCustomError(code, code, {"field": "closes_on"})


class AnswerRound(BaseModel):
    """An answer in a dialog: for the facilitator alone, or anonymous."""

    model_config = ConfigDict(frozen=True)

    answer: Prose


class ApproveSummary(BaseModel):
    """The summary as the facilitator wants it posted."""

    model_config = ConfigDict(frozen=True)

    summary: Prose


@dataclass(frozen=True, slots=True)
class RoundPlace:
    """A channel as Slack describes it. `members` are Slack's ids of (at most 5,000 of) them;
    `joined` says whether whoever asks is one of all."""

    channel: str
    name: str
    members: Collection[str]
    joined: bool


@dataclass(frozen=True, slots=True)
class ThreadReply:
    """A message under a question, as it stands now. `ts` is Slack's name of it: when it was made,
    in seconds since 1970 with six decimals."""

    ts: str
    words: str
    edited: bool = False

    @property
    def at(self) -> datetime:
        seconds, _, fraction = self.ts.partition(".")
        micros = int(fraction.ljust(6, "0")[:6])
        return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=micros)


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What a facilitator can start in a channel: how many could answer, and what is open there."""

    eligible: int
    open: RoundHead | None
    adrift: bool = False
    """The facilitator of the open one can no longer act."""

    @property
    def can_be_anonymous(self) -> bool:
        return self.eligible >= FEWEST_FOR_ANONYMITY


@dataclass(frozen=True, slots=True)
class RoundHead:
    """A round as stored. `closing_at` is machine time, like the times of the replies in Slack."""

    id: UUID
    facilitator: UUID
    channel: str
    channel_name: str
    topic: str
    question: str
    anonymous: bool
    state: RoundState
    opened_at: datetime
    closes_at: datetime
    closing_at: datetime | None
    closed_at: datetime | None
    closed_by: UUID | None
    anonymous_fate: AnonymousFate | None
    summary: str | None
    summary_posted_at: datetime | None
    trouble: RoundTrouble | None = None

    @property
    def open(self) -> bool:
        return self.state is RoundState.OPEN

    def is_over_at(self, machine: datetime, shift: timedelta) -> bool:
        """Whether what Slack dates `machine` came after the end: closing by hand, or the date.

        `shift` is business time less machine time. The date counts from when it has come, also
        where nobody was there to close the round then.
        """
        by_hand = self.closing_at is not None and machine > self.closing_at
        return by_hand or machine + shift > self.closes_at


@dataclass(frozen=True, slots=True)
class AnswerScreen:
    """What the dialog for an answer starts from; `earlier` is one's own that it would replace."""

    round: RoundHead
    facilitator: Member
    earlier: str | None = None


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """A reply in the thread, under its author's name; `words` are None once withdrawn."""

    author: Member
    words: str | None
    late: bool
    edited: bool


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """How many answers there are. `anonymous` is told only after closing, and only if kept."""

    in_thread: int
    private: int
    anonymous: int | None

    @property
    def total(self) -> int:
        return self.in_thread + self.private + (self.anonymous or 0)


@dataclass(frozen=True, slots=True)
class ConfidentialAnswers:
    """What *Read* opens: private answers by name, anonymous ones in an order that says nothing."""

    reader: Member
    round: RoundHead
    private: tuple[tuple[Member, str], ...]
    anonymous: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenAnswers:
    """What stands in the thread, in full."""

    reader: Member
    round: RoundHead
    answers: tuple[OpenAnswer, ...]


@dataclass(frozen=True, slots=True)
class RoundQuestion:
    """The question in the channel, in its facilitator's language."""

    reader: Member
    round: RoundHead


@dataclass(frozen=True, slots=True)
class RoundDesk:
    """The facilitator's own message while a round is open."""

    reader: Member
    round: RoundHead
    counts: AnswerCounts


@dataclass(frozen=True, slots=True)
class RoundAdrift:
    """A round whose facilitator could not act any more; somebody may have taken it over since.

    `may_take` says whether the reader is a facilitator, `adrift` whether it still needs one.
    """

    reader: Member
    round: RoundHead
    facilitator: Member
    adrift: bool
    may_take: bool


@dataclass(frozen=True, slots=True)
class AnswerReturned:
    """The reader's private answer was for somebody else alone and is gone: this one took over."""

    reader: Member
    round: RoundHead
    facilitator: Member


@dataclass(frozen=True, slots=True)
class RoundResult:
    """What the facilitator gets after closing."""

    reader: Member
    round: RoundHead
    counts: AnswerCounts
    answers: tuple[OpenAnswer, ...]


@dataclass(frozen=True, slots=True)
class RoundSummary:
    """The approved summary, under the question."""

    reader: Member
    round: RoundHead
    counts: AnswerCounts


RoundNotice = RoundQuestion | RoundDesk | RoundAdrift | AnswerReturned | RoundResult | RoundSummary
