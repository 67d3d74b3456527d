"""What happened in the sample organisation, as its files tell it.

People are named by their handle, the first part of their e-mail. Days count from the day on which
the sample is loaded: -1 is the day before. Who acts on a day off does so on the working day before.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from domain.cycles import PhaseAct
from domain.feedback import FeedbackAudience, FeedbackKind
from domain.goals import Audience, Direction, Rhythm
from sandbox.config import PersonConfig

SAMPLE = files("bot.sample")
GOAL_FILES = ("company", "support", "product", "sales", "operations", "people_legal")

Story = TypeVar("Story")


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Deputy(Part):
    """The last day of every range is not included."""

    delegator: str
    deputy: str
    from_day: int
    to_day: int | None


class Away(Part):
    person: str
    from_day: int
    to_day: int


class Acting(Part):
    manager: str
    acting: str
    from_day: int
    to_day: int


class Channel(Part):
    """Its members: everyone, or a unit and some people besides."""

    id: str
    name: str
    purpose: str
    everyone: bool = False
    unit: str | None = None
    people: tuple[str, ...] = ()
    is_private: bool = False
    is_ext_shared: bool = False


def in_channel(channel: Channel, handle: str, unit: str | None) -> bool:
    """Whether somebody of this unit is a member."""
    return channel.everyone or unit == channel.unit or handle in channel.people


class Extra(Part):
    """`extra.yaml`: what a directory file does not hold."""

    deputies: tuple[Deputy, ...]
    leave: tuple[Away, ...]
    acting_managers: tuple[Acting, ...]
    titles: dict[str, str]
    guests: frozenset[str]
    admins: frozenset[str]
    others: tuple[PersonConfig, ...]
    channels: tuple[Channel, ...]


class Entry(Part):
    """What an owner does when they are asked about a goal once.

    A number alone is a value, `same` is *Nothing changed*, `miss` is silence. `answer` is what the
    manager writes under it, `reply` what the owner writes back.
    """

    value: float | None = None
    said: str | None = None
    sure: int | None = None
    blockers: str | None = None
    support: str | None = None
    answer: str | None = None
    reply: str | None = None
    same: bool = False
    miss: bool = False
    snooze: int | None = None

    @property
    def words_for_manager(self) -> bool:
        return self.blockers is not None or self.support is not None


def _entry(short: Any) -> Any:
    if isinstance(short, int | float):
        return {"value": short}
    if isinstance(short, str):
        return {short: True}
    return short


class TalkStep(Part):
    """One move in a negotiation: `after` so many working days of theirs, or on a `day`."""

    who: str
    does: str = Field(pattern="^(counter|decline|revise|accept|help)$")
    after: int = 1
    day: int | None = None
    change: dict[str, Any] = Field(default_factory=dict)
    because: str | None = None
    passed_on: bool = False
    """Whoever was asked first stayed silent until then."""


class GoalStory(Part):
    """One goal: what it aims at, how the two sides agreed, how it went.

    `asks` is a day on which its owner is asked, in working days of theirs (-1: the last one, 2: the
    day after tomorrow); together with the number of `values` it says when the goal began.
    """

    key: str
    owner: str
    by: str | None = None
    """The manager, where they proposed it."""
    title: str
    metric: str
    unit: str | None = None
    start: Annotated[float | None, Field(alias="from")] = None
    to: float
    low: float | None = None
    best: float | None = None
    kind: Direction | None = None
    why: str | None = None
    due: int
    every: Rhythm | None = None
    asks: int | None = None
    serves: str | None = None
    seen_by: Audience | None = None
    proposed: int | None = None
    talk: tuple[TalkStep, ...] | None = None
    values: tuple[Annotated[Entry, BeforeValidator(_entry)], ...] = ()


class Saying(Part):
    """A message of a person in a channel, and what others wrote under it."""

    key: str | None = None
    channel: str
    who: str
    day: int
    words: str
    thread: tuple[Saying, ...] = ()


class Given(Part):
    """Feedback; `message` is the key of a saying that it keeps a link to."""

    who: str
    about: str
    day: int
    kind: FeedbackKind
    seen_by: FeedbackAudience = FeedbackAudience.PERSON
    goal: str | None = None
    message: str | None = None
    words: str | None = None
    read: int | None = None
    """The day on which the person whom it is about opened it."""


class Asked(Part):
    """Somebody asks somebody for feedback."""

    who: str
    whom: str
    day: int


class Evidence(Part):
    """A saying that somebody kept for a goal of theirs."""

    who: str
    goal: str
    message: str
    day: int
    note: str | None = None


class FeedbackStory(Part):
    given: tuple[Given, ...]
    asked: tuple[Asked, ...]
    evidence: tuple[Evidence, ...]


class Answer(Part):
    who: str
    day: int
    words: str


class Unnamed(Part):
    """Anonymous answers: who gave one, and what was said; not even here, who said what."""

    day: int
    who: tuple[str, ...]
    words: tuple[str, ...]


class RoundStory(Part):
    """A round of feedback; without `closed` it is still open today."""

    facilitator: str
    channel: str
    day: int
    until: int
    topic: str
    question: str
    in_thread: tuple[Answer, ...] = ()
    privately: tuple[Answer, ...] = ()
    anonymously: Unnamed | None = None
    closed: int | None = None
    summary: str | None = None


class PhaseStory(Part):
    act: PhaseAct
    starts: int
    ends: int
    name: str | None = None


class CycleStory(Part):
    """A cycle that HR set up."""

    who: str
    day: int
    name: str
    starts: int
    ends: int
    phases: tuple[PhaseStory, ...]


class Stories(Part):
    """Everything that happened."""

    cycles: tuple[CycleStory, ...]

    goals: tuple[GoalStory, ...]
    sayings: tuple[Saying, ...]
    feedback: FeedbackStory
    rounds: tuple[RoundStory, ...]


@cache
def read_extra() -> Extra:
    return Extra.model_validate(_yaml("extra.yaml"))


@cache
def read_stories() -> Stories:
    """Every file of the sample, checked. Raises pydantic's ValidationError, naming the place."""
    goals = [goal for name in GOAL_FILES for goal in _yaml(f"goals_{name}.yaml")]
    return Stories(
        cycles=TypeAdapter(tuple[CycleStory, ...]).validate_python(_yaml("cycles.yaml")),
        goals=TypeAdapter(tuple[GoalStory, ...]).validate_python(goals),
        sayings=TypeAdapter(tuple[Saying, ...]).validate_python(_yaml("sayings.yaml")),
        feedback=FeedbackStory.model_validate(_yaml("feedback.yaml")),
        rounds=TypeAdapter(tuple[RoundStory, ...]).validate_python(_yaml("rounds.yaml")),
    )


def handle_of(email: str) -> str:
    return email.partition("@")[0]


def people_file() -> bytes:
    return SAMPLE.joinpath("people.csv").read_bytes()


def _yaml(name: str) -> Any:
    return yaml.safe_load(SAMPLE.joinpath(name).read_text(encoding="utf-8"))
