"""What people did in the sample organisation, each at its moment and in its working order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.sample.story import (
    Acting,
    Asked,
    Away,
    CycleStory,
    Deputy,
    Entry,
    Evidence,
    Given,
    GoalStory,
    RoundStory,
    Saying,
    TalkStep,
)


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that happened at `at` (business time)."""

    at: datetime

    @property
    def actor(self) -> str | None:
        """Whose working hours it falls into; None for the clock and the operator."""
        return None


@dataclass(frozen=True, kw_only=True)
class Enter(Act):
    """The operator enters leave, a deputy or an acting manager."""

    fact: Away | Deputy | Acting


@dataclass(frozen=True, kw_only=True)
class SetUp(Act):
    """HR sets up a cycle."""

    cycle: CycleStory

    @property
    def actor(self) -> str | None:
        return self.cycle.who


@dataclass(frozen=True, kw_only=True)
class Propose(Act):
    """`begins` is the day from which the rhythm counts; None: from the agreement."""

    goal: GoalStory
    begins: date | None

    @property
    def actor(self) -> str | None:
        return self.goal.by or self.goal.owner


@dataclass(frozen=True, kw_only=True)
class Talk(Act):
    """The next move in the negotiation of a goal."""

    goal: str
    step: TalkStep

    @property
    def actor(self) -> str | None:
        return self.step.who


@dataclass(frozen=True, kw_only=True)
class PassOn(Act):
    """The clock finds proposals that nobody answered."""


@dataclass(frozen=True, kw_only=True)
class Ask(Act):
    """The clock asks everybody whose goals are due."""


@dataclass(frozen=True, kw_only=True)
class CheckIn(Act):
    """An owner reports on goals, by their keys; `asked` says that a prompt was before them."""

    owner: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    asked: bool

    @property
    def actor(self) -> str | None:
        return self.owner


@dataclass(frozen=True, kw_only=True)
class Snooze(Act):
    owner: str
    days: int

    @property
    def actor(self) -> str | None:
        return self.owner


@dataclass(frozen=True, kw_only=True)
class Support(Act):
    """`who` writes under the owner's check-in of that day; whoever it is for reads it first."""

    owner: str
    day: date
    who: str
    words: str
    to_owner: bool

    @property
    def actor(self) -> str | None:
        return self.who


@dataclass(frozen=True, kw_only=True)
class Read(Act):
    """`who` opens what is behind *Read*: support under a check-in of that day."""

    owner: str
    day: date
    who: str

    @property
    def actor(self) -> str | None:
        return self.who


@dataclass(frozen=True, kw_only=True)
class Say(Act):
    """A message in a channel; `under` is the moment of the one that it answers."""

    saying: Saying
    under: datetime | None = None

    @property
    def actor(self) -> str | None:
        return self.saying.who


@dataclass(frozen=True, kw_only=True)
class Give(Act):
    given: Given

    @property
    def actor(self) -> str | None:
        return self.given.who


@dataclass(frozen=True, kw_only=True)
class ReadFeedback(Act):
    given: Given

    @property
    def actor(self) -> str | None:
        return self.given.about


@dataclass(frozen=True, kw_only=True)
class AskFeedback(Act):
    asked: Asked

    @property
    def actor(self) -> str | None:
        return self.asked.who


@dataclass(frozen=True, kw_only=True)
class Keep(Act):
    evidence: Evidence

    @property
    def actor(self) -> str | None:
        return self.evidence.who


@dataclass(frozen=True, kw_only=True)
class OpenRound(Act):
    round: RoundStory

    @property
    def actor(self) -> str | None:
        return self.round.facilitator


@dataclass(frozen=True, kw_only=True)
class AnswerRound(Act):
    """`way` is `thread`, `private` or `anonymous`."""

    round: RoundStory
    who: str
    words: str
    way: str

    @property
    def actor(self) -> str | None:
        return self.who


@dataclass(frozen=True, kw_only=True)
class CloseRound(Act):
    round: RoundStory

    @property
    def actor(self) -> str | None:
        return self.round.facilitator


@dataclass(frozen=True, kw_only=True)
class Summarise(Act):
    round: RoundStory

    @property
    def actor(self) -> str | None:
        return self.round.facilitator
