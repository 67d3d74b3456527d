"""Rules of retention: which kind of record is kept for how long, where, and what happens then.

A section of the policy, and the pure functions that apply it. Precedence: legal hold before
statutory minimum before erasure before maximum. Where rules of several places meet, the longest
minimum and the shortest maximum count; where a minimum ends after a maximum, nothing is purged and
counsel decides.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from domain.people import Role


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(StrEnum):
    """A part of what is held on a person, as retention and erasure tell them apart."""

    GOALS = "goals"
    CHECK_INS = "check_ins"
    FEEDBACK = "feedback"
    PERSON = "person"
    """Name, addresses, and whatever else tells who somebody is."""


class Kind(StrEnum):
    """A kind of record that has rules of its own. The value is stored.

    None of them is that of another enumeration: what words are called on screen is found by value.
    """

    GOALS = "ended_goals"
    """Goals that have ended, with their versions, values and evidence."""
    CHECK_INS = "check_in_reports"
    """What was reported, without the values, which belong to their goals."""
    SUPPORT = "support_talk"
    """Blockers, support needed, confidence, and the replies."""
    FEEDBACK = "feedback_given"
    ROUND_ANSWERS = "round_answers"
    """Answers in rounds that are closed; question and summary stay."""
    ANNOUNCEMENT_LISTS = "announcement_lists"
    """Who got an announcement and what became of it; its text stays."""
    CORRECTIONS = "answered_cases"
    """Cases of *Correct this* that were answered."""
    AGREEMENTS = "ended_agreements"
    """Agreements with employee representatives that hold no more, or never did."""
    OBJECTIONS = "ended_objections"
    """What representatives said of a version of the policy, once that no longer holds it up."""
    ACCESS_LOG = "access_log"
    """Who opened what: entries of the record."""
    PERSON = "leavers"
    """Everything that is held on somebody who has left."""


class Trigger(StrEnum):
    """From when on a term counts."""

    MADE = "made"
    GOAL_ENDED = "goal_ended"
    CYCLE_ENDED = "cycle_ended"
    CASE_CLOSED = "case_closed"
    AGREEMENT_ENDED = "agreement_ended"
    PERSON_LEFT = "person_left"


class Taken(StrEnum):
    """What happens at the end of a term."""

    ARCHIVE = "archive"
    PURGE = "purge"


COUNTS_FROM: Mapping[Kind, Trigger] = {
    Kind.GOALS: Trigger.GOAL_ENDED,
    Kind.CHECK_INS: Trigger.MADE,
    Kind.SUPPORT: Trigger.MADE,
    Kind.FEEDBACK: Trigger.MADE,
    Kind.ROUND_ANSWERS: Trigger.CASE_CLOSED,
    Kind.ANNOUNCEMENT_LISTS: Trigger.CYCLE_ENDED,
    Kind.CORRECTIONS: Trigger.CASE_CLOSED,
    Kind.AGREEMENTS: Trigger.AGREEMENT_ENDED,
    Kind.OBJECTIONS: Trigger.CASE_CLOSED,
    Kind.ACCESS_LOG: Trigger.MADE,
    Kind.PERSON: Trigger.PERSON_LEFT,
}
PART_OF: Mapping[Kind, Part] = {
    Kind.GOALS: Part.GOALS,
    Kind.CHECK_INS: Part.CHECK_INS,
    Kind.SUPPORT: Part.CHECK_INS,
    Kind.FEEDBACK: Part.FEEDBACK,
    Kind.ROUND_ANSWERS: Part.FEEDBACK,
}
"""Of which part of a person's data a minimum of the kind keeps the whole; of others, who they are.
"""
OF_NOBODY = (Kind.AGREEMENTS, Kind.OBJECTIONS)
"""Documents of the organisation: a minimum keeps them, and not who took part in them."""
PURGED = tuple(kind for kind in Kind if kind is not Kind.PERSON)
"""Kinds that are purged thing by thing; people who have left are purged as people."""


class Minimum(_Section):
    """For how long a law wants records kept, from when the newest of them was made.

    As documents up to 2026 have it; `Rule` says the same of a kind.
    """

    part: Part
    region: str | None = None
    """A country or a part of one, such as US; None: everywhere."""
    months: int = Field(ge=1, le=600)
    reference: str = Field(min_length=1, max_length=200)


class Maximum(_Section):
    """For how long what is held on somebody is kept after they left; then two people purge it."""

    region: str | None = None
    months: int = Field(ge=1, le=600)
    reference: str = Field(min_length=1, max_length=200)


class Rule(_Section):
    """How long one kind of record is kept in one place, and what happens then.

    `trigger` may be left out: each kind counts from one moment, and another one is refused.
    """

    kind: Kind
    region: str | None = Field(default=None, min_length=2, max_length=10)
    """A country or a part of one, such as US or DE-BY; None: everywhere."""
    trigger: Trigger | None = None
    min_months: int | None = Field(default=None, ge=1, le=600)
    max_months: int | None = Field(default=None, ge=1, le=600, validate_default=True)
    action: Taken = Taken.PURGE
    legal_ref: str = Field(min_length=1, max_length=200)

    @field_validator("trigger")
    @classmethod
    def _counts_from(cls, trigger: Trigger | None, info: ValidationInfo) -> Trigger | None:
        kind = info.data.get("kind")
        if kind is not None and trigger not in (None, COUNTS_FROM[kind]):
            raise _refused("rule_trigger", "trigger")
        return trigger

    @field_validator("min_months")
    @classmethod
    def _has_a_minimum(cls, months: int | None, info: ValidationInfo) -> int | None:
        if info.data.get("kind") is Kind.PERSON and months:
            raise _refused("rule_person_has_maximum_only", "min_months")
        return months

    @field_validator("max_months")
    @classmethod
    def _has_a_term(cls, months: int | None, info: ValidationInfo) -> int | None:
        if "min_months" not in info.data:
            return months
        least = info.data["min_months"]
        if least is None and months is None:
            raise _refused("rule_without_term", "max_months")
        if least and months and least > months:
            raise _refused("rule_min_over_max", "min_months")
        return months

    @field_validator("action")
    @classmethod
    def _archives_goals_alone(cls, action: Taken, info: ValidationInfo) -> Taken:
        known = info.data
        if action is not Taken.ARCHIVE or not {"kind", "min_months", "max_months"} <= known.keys():
            return action
        if known["kind"] is not Kind.GOALS or known["max_months"] is None or known["min_months"]:
            raise _refused("rule_archives_goals_only", "action")
        return action

    def holds_in(self, region: str | None) -> bool:
        return holds_in(self.region, region)


def _refused(code: str, field: str) -> PydanticCustomError:
    words = {
        "rule_trigger": "this kind of record counts from another moment",
        "rule_without_term": "a rule needs min_months, max_months or both",
        "rule_min_over_max": "min_months is longer than max_months",
        "rule_archives_goals_only": "goals alone are archived, after max_months",
        "rule_person_has_maximum_only": "people who have left have max_months alone",
    }
    # English: whoever writes the document reads it at the command line.
    return PydanticCustomError(code, words[code], {"field": field})


class Technical(_Section):
    """Days after which rows go that tell nothing but how Accord worked; nobody has to approve."""

    requests_days: int = Field(default=1, ge=1, le=30)
    """Numbers of Slack's requests, words typed to the bot, challenges, links to files."""
    dialogs_days: int = Field(default=30, ge=1, le=365)
    """Tokens of dialogs that were sent."""
    deliveries_days: int = Field(default=90, ge=14, le=730)
    """How messages were carried: finished deliveries and the attempts at them."""


_US = "29 CFR 1602.14"
_DE = "§§ 195, 199 BGB"
_HOUSE = "house term"


def _kept(kind: Kind, region: str, months: int, law: str) -> Rule:
    return Rule(kind=kind, region=region, min_months=months, legal_ref=law)


def _house(kind: Kind, months: int, action: Taken = Taken.PURGE) -> Rule:
    return Rule(kind=kind, max_months=months, action=action, legal_ref=_HOUSE)


SEEDS = (
    _kept(Kind.GOALS, "US", 12, _US),
    _kept(Kind.CHECK_INS, "US", 12, _US),
    _kept(Kind.SUPPORT, "US", 12, _US),
    _kept(Kind.FEEDBACK, "US", 12, _US),
    # From the last day on which they were in effect.
    _kept(Kind.AGREEMENTS, "US", 36, "29 CFR 516.5"),
    _kept(Kind.AGREEMENTS, "DE", 48, _DE),
    _house(Kind.GOALS, 12, Taken.ARCHIVE),
    _house(Kind.GOALS, 48),
    _house(Kind.CHECK_INS, 36),
    _house(Kind.SUPPORT, 24),
    _house(Kind.FEEDBACK, 36),
    _house(Kind.ROUND_ANSWERS, 24),
    _house(Kind.ANNOUNCEMENT_LISTS, 12),
    _house(Kind.CORRECTIONS, 36),
    _house(Kind.AGREEMENTS, 72),
    _house(Kind.OBJECTIONS, 60),
    _house(Kind.ACCESS_LOG, 36),
    # Three years to the end of a year, and none that began meanwhile.
    Rule(kind=Kind.PERSON, region="DE", max_months=48, legal_ref=_DE),
)
"""For counsel to confirm."""


class Retention(_Section):
    """What has to be kept, and when it has to go. The seeds are for counsel to confirm."""

    rules: tuple[Rule, ...] = SEEDS
    minimums: tuple[Minimum, ...] = ()
    maximums: tuple[Maximum, ...] = ()
    """Both as documents had them before there were rules by kind."""
    technical: Technical = Technical()
    told: tuple[Role, ...] = Field(default=(Role.COMPLIANCE, Role.HR, Role.LEGAL), min_length=1)
    """Who hears that something is due: the first of these that somebody holds everywhere. Where a
    minimum ends after a maximum, legal hears of it, too."""
    holds_untold_in: tuple[Annotated[str, Field(min_length=2, max_length=10)], ...] = ()
    """Countries, or parts of them, whose law forbids telling people that legal has read what a
    hold keeps of them; elsewhere `/accord audit me` tells them."""

    @model_validator(mode="after")
    def _as_adopted(self) -> Self:
        """A document without `rules` that has the older keys stays as it was adopted."""
        older = {"minimums", "maximums"} & self.model_fields_set
        if older and "rules" not in self.model_fields_set:
            # Frozen to everybody else; a copy would not do where it is made by its constructor.
            object.__setattr__(self, "rules", ())
        return self

    @property
    def all_minimums(self) -> tuple[Minimum, ...]:
        """Also those of rules, by the part of a person's data that each keeps."""
        of_rules = (
            Minimum(
                part=PART_OF.get(one.kind, Part.PERSON),
                region=one.region,
                months=one.min_months,
                reference=one.legal_ref,
            )
            for one in self.rules
            if one.min_months is not None and one.kind not in OF_NOBODY
        )
        return tuple(dict.fromkeys((*self.minimums, *of_rules)))

    @property
    def leaver_maximums(self) -> tuple[Maximum, ...]:
        """For how long what is held on people who have left is kept."""
        of_rules = (
            Maximum(region=one.region, months=one.max_months, reference=one.legal_ref)
            for one in self.rules
            if one.kind is Kind.PERSON and one.max_months is not None
        )
        return tuple(dict.fromkeys((*self.maximums, *of_rules)))

    def terms(self, kind: Kind, region: str | None) -> Terms:
        """What counts for one kind in one place: the longest minimum, the shortest maximums."""
        here = [one for one in self._all_rules(kind) if one.holds_in(region)]
        return Terms(
            keep=_longest(one for one in here if one.min_months),
            purge=_shortest(one for one in here if one.action is Taken.PURGE),
            archive=_shortest(one for one in here if one.action is Taken.ARCHIVE),
        )

    def has_maximum(self, kind: Kind) -> bool:
        return any(one.action is Taken.PURGE and one.max_months for one in self._all_rules(kind))

    def has_minimum(self, kind: Kind) -> bool:
        return any(one.min_months for one in self._all_rules(kind))

    def rules_of(self, kind: Kind) -> tuple[Rule, ...]:
        """All that is said of a kind, in any place."""
        return tuple(dict.fromkeys(self._all_rules(kind)))

    def _all_rules(self, kind: Kind) -> Iterable[Rule]:
        yield from (one for one in self.rules if one.kind is kind)
        for one in self.minimums:
            if PART_OF.get(kind) is one.part:
                yield Rule(
                    kind=kind, region=one.region, min_months=one.months, legal_ref=one.reference
                )


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules that count for one kind in one place."""

    keep: Rule | None
    purge: Rule | None
    archive: Rule | None

    def keeps(self, since: date, today: date) -> bool:
        """Whether a law keeps what counts from `since`."""
        return self.keep is not None and today < months_later(since, self.keep.min_months or 0)

    def is_over(self, since: date, today: date) -> bool:
        """Whether its maximum is over."""
        return self.purge is not None and today >= months_later(since, self.purge.max_months or 0)

    def kept_after(self, today: date) -> date | None:
        """The last day since which a law keeps nothing any more; None where no law does."""
        return None if self.keep is None else last_day_over(today, self.keep.min_months or 0)

    def over_until(self, today: date) -> date | None:
        """The last day since which the maximum is over; None where there is none."""
        return None if self.purge is None else last_day_over(today, self.purge.max_months or 0)

    def archived_until(self, today: date) -> date | None:
        return None if self.archive is None else last_day_over(today, self.archive.max_months or 0)


def _longest(rules: Iterable[Rule]) -> Rule | None:
    return max(rules, key=lambda one: one.min_months or 0, default=None)


def _shortest(rules: Iterable[Rule]) -> Rule | None:
    some = (one for one in rules if one.max_months is not None)
    return min(some, key=lambda one: one.max_months or 0, default=None)


class Fate(StrEnum):
    """What retention says of a thing, or of somebody who has left."""

    NOT_YET = "not_yet"
    DUE = "due"
    """The maximum is over and nothing keeps it: to be purged."""
    HELD = "held"
    """The maximum is over, but a legal hold stands."""
    CONFLICT = "conflict"
    """The maximum is over before a statutory minimum is: the minimum holds, and counsel decides."""
    DISPUTED = "disputed"
    """The maximum is over, but a case about it is open."""


def fate_of(
    terms: Collection[Terms], since: date, today: date, *, held: bool, disputed: bool
) -> Fate:
    """The fate of a thing that concerns people in the places of `terms`.

    Where places meet, the shortest maximum and the longest minimum of them count.
    """
    if not any(one.is_over(since, today) for one in terms):
        return Fate.NOT_YET
    if held:
        return Fate.HELD
    if any(one.keeps(since, today) for one in terms):
        return Fate.CONFLICT
    return Fate.DISPUTED if disputed else Fate.DUE


def holds_in(rule: str | None, region: str | None) -> bool:
    """Whether a rule for one region counts in another: everywhere, there, and in its parts."""
    return rule is None or f"{region or ''}-".startswith(f"{rule}-")


def months_later(day: date, months: int) -> date:
    """The same day some months on, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day_over(today: date, months: int) -> date:
    """The last day of which the same day some months on has come: `months_later` backwards."""
    years, month = divmod(today.month - 1 - months, 12)
    year = today.year + years
    length = monthrange(year, month + 1)[1]
    month_ends = today.day == monthrange(today.year, today.month)[1]
    return date(year, month + 1, length if month_ends else min(today.day, length))
