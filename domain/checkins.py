"""Check-ins: what owners report, and what people see of it. Support is kept apart from values.

Values and what changed are record and may count in an evaluation. Confidence, blockers, support
needed and the conversation about them are support: for the owner and their manager alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from domain.goal_commands import PROSE_LIMIT
from domain.goals import GoalCard, Reading, Rhythm
from domain.measures import Measure, Measured, unit_fits
from domain.people import Member
from domain.references import ReferenceKind

MOST_AT_ONCE = 8
"""Goals in one check-in dialog."""
LOW_CONFIDENCE = 2
"""On the scale of 1 to 5; from here down it is a call for help."""

Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=PROSE_LIMIT)
]


class AnswerKind(StrEnum):
    """What somebody said of one goal in a check-in."""

    VALUE = "value"
    UNCHANGED = "unchanged"
    STILL_NONE = "still_none"
    """Nothing changed, and no value was ever reported."""
    WORDS = "words"
    """Words or confidence, but no value."""


class SupportKind(StrEnum):
    BLOCKERS = "blockers"
    SUPPORT = "support"


def goal_key(number: int) -> str:
    """How a goal is named inside a check-in form: `G12`."""
    return f"{ReferenceKind.GOAL.value}{number}"


class GoalReport(BaseModel):
    """What is said of one goal; whatever is left out is not reported."""

    model_config = ConfigDict(frozen=True)

    value: Measured | None = None
    what_changed: Words | None = None
    confidence: int | None = Field(default=None, ge=1, le=5)

    @property
    def empty(self) -> bool:
        return self.value is None and self.what_changed is None and self.confidence is None


class CheckIn(BaseModel):
    """One check-in about several goals, by `goal_key`.

    The context of validation holds `units`, the unit of measure of each goal by the same key.
    """

    model_config = ConfigDict(frozen=True)

    goals: dict[str, GoalReport] = Field(default_factory=dict)
    blockers: Words | None = None
    support: Words | None = None

    @property
    def for_the_manager(self) -> bool:
        """Whether anything in it is for the manager alone."""
        sure = any(report.confidence is not None for report in self.goals.values())
        return sure or self.blockers is not None or self.support is not None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        said = any(not report.empty for report in self.goals.values())
        if not (said or self.blockers or self.support):
            raise PydanticCustomError("nothing_reported", "nothing_reported", {"field": ""})
        return self

    @field_validator("goals")
    @classmethod
    def _units_fit(
        cls, goals: dict[str, GoalReport], info: ValidationInfo
    ) -> dict[str, GoalReport]:
        """Every value whose unit is another than its goal's is named at once."""
        units: Mapping[str, str | None] = (info.context or {}).get("units", {})
        wrong = [
            InitErrorDetails(
                type=_other_unit(f"goals.{key}.value", typed, units.get(key)), input=typed
            )
            for key, report in goals.items()
            if (typed := report.value.measure_unit if report.value else None)
            and not unit_fits(typed, units.get(key))
        ]
        if wrong:
            raise ValidationError.from_exception_data(cls.__name__, wrong)
        return goals


def _other_unit(field: str, typed: str, unit: str | None) -> PydanticCustomError:
    details = {"field": field, "typed": typed, "unit": unit}
    if unit is None:
        return PydanticCustomError("unit_unknown", "unit_unknown", details)
    return PydanticCustomError("unit_not_the_goals", "unit_not_the_goals", details)


@dataclass(frozen=True, slots=True)
class SeenGoal:
    """A goal as it stood in the dialog: which, and the revision that the person saw."""

    goal: UUID
    revision: int


@dataclass(frozen=True, slots=True)
class DueGoal:
    """A goal of one's own to check in on; `due_since` is None where nothing is asked."""

    card: GoalCard
    rhythm: Rhythm
    due_since: date | None


def by_urgency(due_since: date | None, number: int) -> tuple[date, int]:
    """The one order of goals that wait for a check-in: the most overdue first, then by number.

    What nothing is asked about comes last.
    """
    return (due_since or date.max, number)


@dataclass(frozen=True, slots=True)
class CheckInScreen:
    """What the dialog starts from. `manager` reads the support part; None where nobody does."""

    member: Member
    manager: Member | None
    goals: tuple[DueGoal, ...]
    more: int = 0
    """Goals due beyond those."""
    next_on: date | None = None
    """When the next check-in comes, where nothing is due now."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said of one goal; `before` is the value that stood until then."""

    card: GoalCard
    kind: AnswerKind
    value: Measure | None
    before: Reading | None
    words: str | None = None
    confidence: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A goal that was not saved because it had moved on since the dialog was opened."""

    card: GoalCard


@dataclass(frozen=True, slots=True)
class ReaderAway:
    """Whoever reads a check-in is away: their last such day, and who is there for them."""

    last_day: date
    deputy: Member | None


@dataclass(frozen=True, slots=True)
class CheckInOutcome:
    """What a check-in led to, for its author. `id` is None where nothing was saved."""

    id: UUID | None
    answers: tuple[Answered, ...]
    manager: Member | None
    conflicts: tuple[Conflict, ...] = ()
    support_kept: bool = False
    support_unread: bool = False
    """Whether notes were written that nobody could read, and so were not kept."""
    due: int = 0
    """Goals that still wait for a check-in."""
    left_out: int = 0
    """Those of them that were on the screen and were left empty."""
    away: ReaderAway | None = None
    """Set while the manager is away and something was written for them alone."""


@dataclass(frozen=True, slots=True)
class SupportWords:
    """One piece of a support conversation: by whom, when, whether it was changed later."""

    author: Member
    at: datetime
    text: str | None
    kind: SupportKind | None = None
    edited: bool = False
    """`text` is None where the author took it back."""


@dataclass(frozen=True, slots=True)
class SupportRead:
    """What *Read* shows of one check-in. `sure` is how confident the owner was of each goal."""

    id: UUID
    owner: Member
    manager: Member
    at: datetime
    sure: tuple[tuple[GoalCard, int], ...]
    notes: tuple[SupportWords, ...]
    replies: tuple[SupportWords, ...]
    opened: tuple[tuple[Member, datetime], ...]
    """Who has opened it before, and when last (machine time, as recorded)."""
    viewer: UUID | None = None


class Need(StrEnum):
    """Why somebody stands on their manager's list."""

    SUPPORT_ASKED = "support_asked"
    BLOCKERS_NAMED = "blockers_named"
    LOW_CONFIDENCE = "low_confidence"
    OVERDUE = "overdue"
    NO_GOAL = "no_goal"


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One report: what they need, the most urgent first, and when they last checked in.

    `check_in` is the one whose support part is to be read; None where there is none.
    """

    person: Member
    needs: tuple[Need, ...]
    last_at: datetime | None
    due_since: date | None = None
    check_in: UUID | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A manager's people: who needs them, how many are fine, who is not asked (and why is not
    said)."""

    manager: Member
    need: tuple[TeamMember, ...]
    fine: tuple[TeamMember, ...]
    not_asked: tuple[Member, ...]

    @property
    def empty(self) -> bool:
        return not (self.need or self.fine or self.not_asked)


@dataclass(frozen=True, slots=True)
class PromptGoal:
    """A goal in a prompt. `answered` is set once it was reported on, here or elsewhere."""

    card: GoalCard
    rhythm: Rhythm | None
    answered: bool


@dataclass(frozen=True, slots=True)
class PromptNotice:
    """The one message of a person's morning, as things stand now."""

    reader: Member
    id: UUID
    goals: tuple[PromptGoal, ...]
    manager: Member | None
    after_leave: bool
    snoozed_to: date | None = None
    asked_again: date | None = None
    undo: UUID | None = None
    """The check-in that answered it and may still be taken back."""
    team: Team | None = None
    next_on: date | None = None
    """When the goals of it are asked about next; None where they are not any more."""

    @property
    def open(self) -> tuple[PromptGoal, ...]:
        return tuple(goal for goal in self.goals if not goal.answered)


@dataclass(frozen=True, slots=True)
class AnsweredNotice:
    """Tells the manager what was reported. `notes` says which support notes there are to read."""

    reader: Member
    id: UUID
    owner: Member
    answers: tuple[Answered, ...]
    notes: frozenset[SupportKind]
    taken_back: bool
    replies: int


@dataclass(frozen=True, slots=True)
class ReplyNotice:
    """Tells one side of a support conversation that the other answered."""

    reader: Member
    id: UUID
    author: Member
    owner: Member
    check_in: UUID
    checked_in_at: datetime
    edited: bool
    withdrawn: bool
    can_read: bool


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """Says under somebody's own reply who reads it; `can_undo` as long as nobody has."""

    reader: Member
    id: UUID
    other: Member
    read_at: datetime | None
    withdrawn: bool
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Questions put off until a day of the person's own."""

    until: date
    goals: int


@dataclass(frozen=True, slots=True)
class TypedNotice:
    """Answers a number that somebody typed; `outcome` is a code, `due` what it could mean.

    `about` is the goal that was understood, where the number does not fit it. Whoever put things
    off is told so (`put_off`), or by how many days they can (`most_days`).
    """

    reader: Member
    words: str
    outcome: str
    due: tuple[GoalCard, ...]
    about: GoalCard | None = None
    put_off: Snoozed | None = None
    most_days: int | None = None
    saved: CheckInOutcome | None = None
    undo: UUID | None = None


CheckInNotice = PromptNotice | AnsweredNotice | ReplyNotice | KeptNotice | TypedNotice
