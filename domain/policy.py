"""The organisation's policy: one versioned document; every audit entry names its version.

Later sections (approvals, cadence, retention …) are added here; unknown keys are refused so that a
typing mistake never passes for a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.goals import Audience, Rhythm
from domain.people import Level, Role


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Negotiation(Section):
    """How two sides agree on a goal."""

    answer_within_working_days: int = Field(default=3, ge=1, le=30)
    remind_working_days_before: int = Field(default=1, ge=0, le=10)
    answering_role: Role = Role.HR
    """Accepts where there is no manager, and after everybody else was silent."""
    facilitator_after_counters: int = Field(default=2, ge=0, le=20)
    undo_minutes: int = Field(default=10, ge=0, le=60)


class GoalTemplate(Section):
    """What a level's form starts from."""

    rhythm: Rhythm
    audience: Audience = Audience.LINE


class CheckIns(Section):
    """When people are asked how their goals go, and how long they may put it off."""

    minutes_into_day: int = Field(default=30, ge=0, le=240)
    """After the start of the person's own working day."""
    snooze_days_at_most: int = Field(default=14, ge=1, le=60)
    digest_weekday: int = Field(default=1, ge=1, le=7)
    """ISO weekday (1 Monday) on whose first working morning managers get their list."""
    overdue_after_days: int = Field(default=3, ge=1, le=30)
    """Calendar days after the question from which on managers see that it is unanswered."""


class AccessReviews(Section):
    """How often every access is looked through, by whom, and how long they have."""

    every_months: int = Field(default=3, ge=0, le=24)
    """0: only when somebody starts one."""
    days_to_answer: int = Field(default=14, ge=1, le=90)
    remind_days_before: int = Field(default=3, ge=0, le=30)
    roles_answered_by: tuple[Role, ...] = Field(
        default=(Role.HR, Role.COMPLIANCE, Role.ADMINISTRATOR), min_length=1
    )
    """Who answers for a role: the first of these that somebody other than its holder has."""


class Part(StrEnum):
    """A part of what is held on a person, as retention and erasure tell them apart."""

    GOALS = "goals"
    CHECK_INS = "check_ins"
    FEEDBACK = "feedback"
    PERSON = "person"
    """Name, addresses, and whatever else tells who somebody is."""


class Minimum(Section):
    """For how long a law wants records kept, from when the newest of them was made."""

    part: Part
    region: str | None = None
    """A country or a part of one, such as US; None: everywhere."""
    months: int = Field(ge=1, le=600)
    reference: str = Field(min_length=1, max_length=200)


class Maximum(Section):
    """For how long what is held on somebody is kept after they left; then two people purge it."""

    region: str | None = None
    months: int = Field(ge=1, le=600)
    reference: str = Field(min_length=1, max_length=200)


_US = "29 CFR 1602.14"


class Retention(Section):
    """What laws forbid to erase, and when it has to go. The seeds are for counsel to confirm."""

    minimums: tuple[Minimum, ...] = (
        Minimum(part=Part.GOALS, region="US", months=12, reference=_US),
        Minimum(part=Part.CHECK_INS, region="US", months=12, reference=_US),
        Minimum(part=Part.FEEDBACK, region="US", months=12, reference=_US),
    )
    maximums: tuple[Maximum, ...] = (
        # Three years to the end of a year, and none that began meanwhile.
        Maximum(region="DE", months=48, reference="§§ 195, 199 BGB"),
    )


class Policy(Section):
    """The whole document, with the defaults that a young organisation can live with."""

    negotiation: Negotiation = Negotiation()
    check_ins: CheckIns = CheckIns()
    access_reviews: AccessReviews = AccessReviews()
    retention: Retention = Retention()
    templates: dict[Level, GoalTemplate] = Field(
        default_factory=lambda: {
            Level.EXECUTIVE: GoalTemplate(rhythm=Rhythm.QUARTERLY),
            Level.MANAGER: GoalTemplate(rhythm=Rhythm.MONTHLY),
            Level.INDIVIDUAL: GoalTemplate(rhythm=Rhythm.BIWEEKLY),
        }
    )

    def template(self, level: Level) -> GoalTemplate:
        return self.templates.get(level) or GoalTemplate(rhythm=Rhythm.MONTHLY)


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """The policy and the number of its version in the record."""

    number: int
    document: Policy
