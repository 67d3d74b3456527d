"""The organisation's policy: one versioned document; every audit entry names its version.

Unknown keys are refused, so that a typing mistake never passes for a rule. To add a section: its
model and a field of `Policy` here, words for each setting in `messages/policy_settings.py`; it is
then shown, compared, proposed and checked like the others. If units and regions may be allowed to
vary it, it is named in `VARIABLE`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from domain.change_requests import Approver, ChangeKind
from domain.goal_advice import Criterion, Strictness
from domain.goal_kinds import GoalKind
from domain.goal_quality import QualityRules
from domain.goal_status import CHOSEN, Move
from domain.goals import Audience, Rhythm
from domain.people import Level, Role
from domain.policy_local import (
    Bounds,
    Effective,
    check_bounds,
    check_local,
    check_paths,
    effective,
    raise_all,
    regions_of,
    units_of,
)
from domain.retention_rules import Retention


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Negotiation(Section):
    """How two sides agree on a goal."""

    answer_within_working_days: int = Field(default=3, ge=1, le=30)
    remind_working_days_before: int = Field(default=1, ge=0, le=10)
    consider_hours: int = Field(default=48, ge=0, le=336)
    """How long owners can think before they are reminded or anybody hears of their silence."""
    answering_role: Role = Role.HR
    """Accepts where there is no manager, and after everybody else was silent."""
    facilitator_after_counters: int = Field(default=2, ge=0, le=20)
    undo_minutes: int = Field(default=10, ge=0, le=60)


class Status(Section):
    """Who may change the state of a goal that both sides agreed to."""

    owner_may: tuple[Move, ...] = (Move.COMPLETE, Move.PAUSE, Move.RESUME, Move.REOPEN)
    """What owners do alone; whoever speaks for the other side may do all of it."""
    longest_pause_days: int = Field(default=184, ge=1, le=730)

    @field_validator("owner_may")
    @classmethod
    def _can_be_chosen(cls, moves: tuple[Move, ...]) -> tuple[Move, ...]:
        for move in moves:
            if move not in CHOSEN:
                raise ValueError(f"{move} happens by proposing and answering")
        return moves


class ChangeRequests(Section):
    """When a change of an active goal takes more than its two sides, and what it rests on."""

    percent: int = Field(default=20, ge=0, le=1000)
    """How far a target may move in an adjustment, of its way from the baseline."""
    days: int = Field(default=30, ge=0, le=3650)
    """By how many days a date may move in an adjustment."""
    approvers: tuple[Approver, ...] = Field(default=(Approver.MANAGERS_MANAGER,), min_length=1)
    """Who agrees to a renegotiation besides the two sides, one after the other."""
    links: tuple[ChangeKind, ...] = (ChangeKind.RENEGOTIATION,)
    """For which kinds the evidence must be there to be looked up."""
    review_days: int = Field(default=30, ge=0, le=366)
    """So near to the end of a cycle, else to the due date, a review counts as near."""
    retroactive: Role = Role.HR
    """Agrees besides to what counts from a day that is over, while a review is near."""


class GoalTemplate(Section):
    """What a level's form starts from."""

    rhythm: Rhythm
    audience: Audience = Audience.LINE
    horizon_months: int = Field(default=12, ge=1, le=120)
    """Within which a goal of that level should be due, from its start or from now."""
    kinds: tuple[GoalKind, ...] = Field(default=tuple(GoalKind), min_length=1)
    """Which kinds of goals that level's form offers, the first one to begin with."""


class Quality(Section):
    """How strictly each thing that makes a good goal is asked for."""

    time_bound: Strictness = Strictness.ADVISED
    measurable: Strictness = Strictness.ADVISED
    aligned: Strictness = Strictness.ADVISED
    reasoned: Strictness = Strictness.ADVISED


class OwnList(StrEnum):
    """What managers may choose for themselves of the weekly list of their people."""

    FREE = "free"
    """Its day, or to get none."""
    DAY = "day"
    FIXED = "fixed"


class CheckIns(Section):
    """When people are asked how their goals go, and how long they may put it off."""

    minutes_into_day: int = Field(default=30, ge=0, le=240)
    """After the start of the person's own working day."""
    snooze_days_at_most: int = Field(default=14, ge=1, le=60)
    digest_weekday: int = Field(default=1, ge=1, le=7)
    """ISO weekday (1 Monday) on whose first working morning managers get their list."""
    own_list: OwnList = OwnList.FREE
    overdue_after_days: int = Field(default=3, ge=1, le=30)
    """Calendar days after the question from which on managers see that it is unanswered."""


class AccessReviews(Section):
    """How often every access is looked through, by whom, and how long they have.

    Days are working days of whoever answers.
    """

    every_months: int = Field(default=3, ge=0, le=24)
    """0: only when somebody starts one."""
    days_to_answer: int = Field(default=10, ge=1, le=90)
    remind_days_before: int = Field(default=3, ge=0, le=30)
    roles_answered_by: tuple[Role, ...] = Field(
        default=(Role.HR, Role.COMPLIANCE, Role.ADMINISTRATOR), min_length=1
    )
    """Who answers for a role: the first of these that somebody other than its holder has."""


class Changes(Section):
    """Who may change these rules, and how long beforehand people hear of it."""

    proposed_by: tuple[Role, ...] = Field(
        default=(Role.HR, Role.PROCESS_OWNER, Role.ADMINISTRATOR), min_length=1
    )
    approved_by: tuple[Role, ...] = Field(
        default=(Role.HR, Role.COMPLIANCE, Role.LEGAL), min_length=1
    )
    """Both for the whole organisation; nobody approves what they proposed themselves."""
    notice_days: int = Field(default=14, ge=0, le=365)
    """Between approval and the day from which a change of `co_determined` settings holds."""
    co_determined: tuple[str, ...] = ("check_ins", "templates", "retention")
    """Sections or single settings; those of this section always are."""
    objection_days: int = Field(default=10, ge=1, le=365)
    """From approval, while employee representatives can object; at most until the first day."""


VARIABLE = frozenset(
    {
        "negotiation.answer_within_working_days",
        "negotiation.remind_working_days_before",
        "negotiation.consider_hours",
        "negotiation.answering_role",
        "negotiation.facilitator_after_counters",
        "status",
        "change_requests",
        "check_ins",
        "templates",
        "quality",
        "rights",
    }
)
"""Sections and settings that the standard may let units and regions vary: those that are looked up
for a person (`Reading.rules_of`). The rest is one for all."""


class Exports(Section):
    """How much leaves Accord as a file."""

    rows_at_most: int = Field(default=10_000, ge=1, le=1_000_000)
    exports_a_day: int = Field(default=3, ge=1, le=100)
    """How many of one person's are approved within 24 hours."""


class Rights(Section):
    """How people ask about what is kept of them."""

    ask: str = Field(default="", max_length=200)
    """Whom: a name, an office or an address, as people read it; empty: who answers in HR."""


class Policy(Section):
    """The whole document, with the defaults that a young organisation can live with."""

    negotiation: Negotiation = Negotiation()
    status: Status = Status()
    change_requests: ChangeRequests = ChangeRequests()
    check_ins: CheckIns = CheckIns()
    access_reviews: AccessReviews = AccessReviews()
    retention: Retention = Retention()
    exports: Exports = Exports()
    rights: Rights = Rights()
    templates: dict[Level, GoalTemplate] = Field(
        default_factory=lambda: {
            Level.EXECUTIVE: GoalTemplate(rhythm=Rhythm.QUARTERLY, horizon_months=24),
            Level.MANAGER: GoalTemplate(rhythm=Rhythm.MONTHLY),
            Level.INDIVIDUAL: GoalTemplate(rhythm=Rhythm.BIWEEKLY),
        }
    )

    quality: Quality = Quality()
    changes: Changes = Changes()
    variations: dict[str, Bounds] = Field(default_factory=dict)
    """Settings that units and regions may vary, and within which bounds."""
    regions: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)
    """What differs in a country or a part of one: settings nested as in the document itself."""
    units: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)
    """What differs in a unit, by its path (`Company / Support`), and in all below it."""

    def template(self, level: Level) -> GoalTemplate:
        return self.templates.get(level) or GoalTemplate(rhythm=Rhythm.MONTHLY)

    def quality_of(self, level: Level) -> QualityRules:
        """What a goal from that level's template must have, and should."""
        asked = {one: Strictness(getattr(self.quality, one.value)) for one in Criterion}
        return QualityRules(asked, self.template(level).horizon_months)

    @model_validator(mode="after")
    def _what_is_local_keeps_to_the_standard(self) -> Self:
        raise_all(
            type(self).__name__,
            [
                *check_paths(type(self), ("changes", "co_determined"), self.changes.co_determined),
                *check_bounds(type(self), self.variations, VARIABLE),
                *check_local(type(self), self.variations, self.regions, self.units),
            ],
        )
        return self

    @property
    def varies(self) -> bool:
        """Whether anything differs anywhere from the standard."""
        return bool(self.regions or self.units)


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """The policy and the number of its version in the record."""

    number: int
    document: Policy
    _resolved: dict[tuple[str | None, str | None], Effective[Policy]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def for_place(self, region: str | None, unit_path: str | None) -> Effective[Policy]:
        """What holds in a region and a unit, with where each value comes from; worked out once."""
        # The nearest places that the document names are all that matters, and few.
        place = (
            _nearest(regions_of(region), self.document.regions),
            _nearest(units_of(unit_path), self.document.units),
        )
        found = self._resolved.get(place)
        if found is None:
            # Set by whoever comes first: two who work it out at once come to the same.
            found = self._resolved[place] = effective(self.document, *place)
        return found


def _nearest(places: Sequence[str], named: Collection[str]) -> str | None:
    return next((one for one in reversed(places) if one in named), None)
