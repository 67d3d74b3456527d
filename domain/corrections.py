"""*Correct this*: a person says what is wrong about what is held on them, and somebody answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.audit import Action
from domain.goal_commands import Prose
from domain.goals import GoalOption
from domain.notices import NoticeKind
from domain.people import Member

ANSWER_WITHIN = timedelta(days=30)
"""Of business time. The GDPR's article 12 gives a month."""
REMIND_BEFORE = timedelta(days=7)


class CorrectionAbout(StrEnum):
    """What is wrong. The value is stored: never rename one."""

    DATA = "data"
    """Anything held on the asker."""
    GOAL = "goal"
    FEEDBACK = "feedback"


class CorrectionState(StrEnum):
    OPEN = "open"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"
    """Nothing had to change; the explanation says why."""
    REFUSED = "refused"


class CorrectionOutcome(StrEnum):
    """How an answer ends a case: the states that are not open."""

    CORRECTED = "corrected"
    """Only where something was changed since it was asked for."""
    UNCHANGED = "unchanged"
    REFUSED = "refused"


_OF_GOALS = frozenset(
    one for one in Action if one.value.startswith("goal.") and one is not Action.GOAL_REASSIGN
) | {Action.CHECK_IN_UNDO}
CHANGES: Mapping[CorrectionAbout, frozenset[Action]] = {
    CorrectionAbout.GOAL: _OF_GOALS,
    CorrectionAbout.FEEDBACK: frozenset({Action.FEEDBACK_UNDO}),
    CorrectionAbout.DATA: _OF_GOALS
    | {
        Action.PERSON_CHANGE,
        Action.GRANT_GIVE,
        Action.GRANT_END,
        Action.DELEGATION_GIVE,
        Action.DELEGATION_REVOKE,
    },
}
"""The acts after which what a case is about is not as it was: without one it was not corrected."""


class AskCorrection(BaseModel):
    """What is wrong, and what would be right."""

    model_config = ConfigDict(frozen=True)

    wrong: Prose
    goal: UUID | None = None
    """Of all that is held on the asker the goal that it is about, where it is one."""


class AnswerCorrection(BaseModel):
    """What became of it, and why."""

    model_config = ConfigDict(frozen=True)

    outcome: CorrectionOutcome
    explanation: Prose


@dataclass(frozen=True, slots=True)
class CorrectionSubject:
    """What a dialog is about before anything is asked: `thing` names it, where it has a name."""

    about: CorrectionAbout
    thing: str | None
    readers: tuple[str, ...]
    """Who will read it, by name."""
    goals: tuple[GoalOption, ...] = ()
    """The asker's newest goals, where it may be about one of them."""


@dataclass(frozen=True, slots=True)
class CorrectionCard:
    """A case as one viewer may know it, without anybody's words. All times are business time."""

    id: UUID
    asker: Member
    about: CorrectionAbout
    thing: str | None
    state: CorrectionState
    asked_at: datetime
    answer_by: datetime
    escalated: bool
    answered_by: str | None
    answered_at: datetime | None
    answerers: tuple[str, ...]
    can_answer: bool


@dataclass(frozen=True, slots=True)
class CorrectionRead:
    """A case with its words: `answer` is None while nobody has answered."""

    viewer: Member
    card: CorrectionCard
    words: str
    answer: str | None
    can_correct: bool = False
    """There is a goal that it is about and that the viewer may correct."""
    changed: tuple[int, ...] = ()
    """The numbers of the first entries that changed what it is about since it was asked for."""


@dataclass(frozen=True, slots=True)
class CorrectionList:
    """Open cases: the viewer's own, and those that wait for their answer; oldest first."""

    viewer: Member
    own: tuple[CorrectionCard, ...]
    to_answer: tuple[CorrectionCard, ...]


@dataclass(frozen=True, slots=True)
class CorrectionNotice:
    """Tells one side of a case how it stands."""

    kind: NoticeKind
    reader: Member
    card: CorrectionCard
