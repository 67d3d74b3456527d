"""Feedback between people: what is given, who may read it, what was asked for. No words in lists.

Help and judgement are apart: feedback is either support or for an evaluation, from the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.goal_commands import Prose
from domain.people import Member

SlackUser = Annotated[str, StringConstraints(max_length=40)]


class FeedbackKind(StrEnum):
    SUPPORT = "support"
    """For the person's work; never part of an evaluation."""
    EVALUATION = "evaluation"
    """May count in an evaluation."""


class FeedbackAudience(StrEnum):
    """Who may read it besides its giver, as the giver chose."""

    PERSON = "person"
    PERSON_AND_MANAGER = "person_and_manager"
    PRIVATE = "private"
    HR = "hr"


class ReaderCapacity(StrEnum):
    """Why somebody may read feedback; it ends when the reason ends."""

    PERSON = "person"
    MANAGER = "manager"
    HR = "hr"


class GiveFeedback(BaseModel):
    """Feedback about somebody, named by Slack's id."""

    model_config = ConfigDict(frozen=True)

    about: SlackUser
    feedback: Prose
    kind: FeedbackKind
    visible_to: FeedbackAudience = FeedbackAudience.PERSON
    goal: UUID | None = None


class SaveFeedback(BaseModel):
    """A message kept as feedback: its link, and perhaps a word on why. Never a copy of its text."""

    model_config = ConfigDict(frozen=True)

    about: SlackUser
    kind: FeedbackKind
    feedback: Prose | None = None
    visible_to: FeedbackAudience = Field(default=FeedbackAudience.PERSON)
    goal: UUID | None = None


@dataclass(frozen=True, slots=True)
class MessageSource:
    """A message in Slack, and who wrote it (Slack's id)."""

    author: str
    permalink: str


@dataclass(frozen=True, slots=True)
class FeedbackCard:
    """One piece of feedback for one viewer, without its words.

    `goal` is `G-12 Title` where the viewer may know it. `readers` are those who may read it,
    `opened` those of them who have, and when first.
    """

    id: UUID
    kind: FeedbackKind
    giver: Member
    about: Member
    audience: FeedbackAudience
    at: datetime
    readers: tuple[Member, ...]
    opened: tuple[tuple[Member, datetime], ...]
    goal: str | None
    saved: bool
    withdrawn: bool
    can_undo: bool
    erased: bool = False
    """What it said is gone for good, by an erasure or a purge."""
    viewer: UUID | None = None


@dataclass(frozen=True, slots=True)
class FeedbackRead:
    """Feedback as it is opened in a dialog; `permalink` leads to the message it was saved from."""

    viewer: Member
    card: FeedbackCard
    words: str | None
    permalink: str | None


@dataclass(frozen=True, slots=True)
class FeedbackList:
    """The latest that the viewer gave and received, newest first, without words; and what they
    asked for, and are asked for, that nobody has answered yet.

    Where there is more of either, `more_given` and `more_received` are the last ones looked at.
    """

    viewer: Member
    given: tuple[FeedbackCard, ...]
    received: tuple[FeedbackCard, ...]
    more_given: UUID | None = None
    more_received: UUID | None = None
    asking: tuple[FeedbackRequest, ...] = ()
    asked: tuple[FeedbackRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedbackRequest:
    """Somebody asks somebody for feedback on their own work."""

    id: UUID
    asker: Member
    asked: Member
    answered_at: datetime | None
    withdrawn_at: datetime | None = None
    repeated: bool = False
    """It had been asked already, and is still open."""

    @property
    def open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class FeedbackNotice:
    """Tells a reader that feedback is there, and of which kind."""

    reader: Member
    card: FeedbackCard


@dataclass(frozen=True, slots=True)
class FeedbackAskedNotice:
    """Asks the reader for feedback; later says that it was given, or is not asked for any more."""

    reader: Member
    request: FeedbackRequest


@dataclass(frozen=True, slots=True)
class FeedbackSavedNotice:
    """Tells the author of a message that somebody keeps a link to it as feedback."""

    reader: Member
    card: FeedbackCard
    permalink: str | None
