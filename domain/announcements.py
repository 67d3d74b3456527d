"""Announcements: one text to everybody whom a phase concerns, each once, within their hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from math import ceil
from typing import Annotated
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from domain.cadence import Rota
from domain.cycles import Phase
from domain.people import Member

MESSAGE_LIMIT = 2_000
"""Letters of one text: together with the prompt of a morning it is still one message."""
"""What Slack lets an app post in a workspace; how long sending takes is reckoned with it."""
LATEST_SENDING = timedelta(days=366)

AnnouncementText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MESSAGE_LIMIT)
]


class Reach(StrEnum):
    """Whom an announcement is for, before anybody is left out."""

    EVERYONE = "everyone"
    UNIT = "unit"
    REGION = "region"


class Timing(StrEnum):
    """When it is sent: always within each person's own hours."""

    NOW = "now"
    START_OF_DAY = "start_of_day"
    AT = "at"


class LeaveOut(StrEnum):
    """Who of those within reach gets none."""

    ANNOUNCED = "announced"
    """Who has got an announcement of the same phase already."""
    PROBATION = "probation"
    NOTICE = "notice"
    """Whose employment is about to end."""
    LEAVE = "leave"
    """Who is on leave now. Others who are away get it, in short, when they are back."""
    CONTRACTORS = "contractors"


class AudienceRule(BaseModel):
    """Who is to get an announcement; stored as it was confirmed."""

    model_config = ConfigDict(frozen=True)

    reach: Reach
    org_unit: UUID | None = None
    region: str | None = None
    leave_out: tuple[LeaveOut, ...] = ()
    legal_entities: tuple[str, ...] = ()
    """Those left out, by name."""
    bargaining_units: tuple[str, ...] = ()


class Announce(BaseModel):
    """An announcement as HR writes it. `texts` are further languages by their code."""

    model_config = ConfigDict(frozen=True)

    phase: UUID
    audience: Reach
    message: AnnouncementText
    send_at: Timing
    org_unit: Annotated[UUID | None, Field(validate_default=True)] = None
    region: Annotated[str | None, Field(validate_default=True)] = None
    at: Annotated[datetime | None, Field(validate_default=True)] = None
    texts: dict[str, AnnouncementText] = {}
    leave_out: tuple[LeaveOut, ...] = ()
    legal_entities: tuple[str, ...] = ()
    bargaining_units: tuple[str, ...] = ()

    @field_validator("org_unit")
    @classmethod
    def _names_the_unit(cls, org_unit: UUID | None, info: ValidationInfo) -> UUID | None:
        if info.data.get("audience") is Reach.UNIT and org_unit is None:
            raise _refuse("audience_needs_unit", "org_unit")
        return org_unit

    @field_validator("region")
    @classmethod
    def _names_the_region(cls, region: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("audience") is Reach.REGION and region is None:
            raise _refuse("audience_needs_region", "region")
        return region

    @field_validator("at")
    @classmethod
    def _has_a_time(cls, at: datetime | None, info: ValidationInfo) -> datetime | None:
        if info.data.get("send_at") is not Timing.AT:
            return at
        if at is None:
            raise _refuse("announcement_needs_time", "at")
        now = (info.context or {}).get("now")
        if now is not None and at < now:
            raise _refuse("announcement_in_past", "at")
        if now is not None and at > now + LATEST_SENDING:
            raise _refuse("announcement_too_late", "at")
        return at

    @property
    def rule(self) -> AudienceRule:
        return AudienceRule(
            reach=self.audience,
            org_unit=self.org_unit if self.audience is Reach.UNIT else None,
            region=self.region if self.audience is Reach.REGION else None,
            leave_out=self.leave_out,
            legal_entities=self.legal_entities,
            bargaining_units=self.bargaining_units,
        )


def _refuse(code: str, field_: str) -> PydanticCustomError:
    return PydanticCustomError(code, code, {"field": field_})


class CorrectAnnouncement(BaseModel):
    """The texts of an announcement anew, by language."""

    model_config = ConfigDict(frozen=True)

    message: AnnouncementText
    texts: dict[str, AnnouncementText] = {}


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction did: which languages have another text now, and which kept theirs."""

    changed: tuple[str, ...]
    kept: tuple[str, ...]


class AnnouncementState(StrEnum):
    DRAFT = "draft"
    EXPANDING = "expanding"
    """Confirmed; the list of people is being made."""
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"

    @property
    def under_way(self) -> bool:
        return self in (AnnouncementState.EXPANDING, AnnouncementState.RUNNING)


class RecipientState(StrEnum):
    WAITING = "waiting"
    """For their hours, or for their turn."""
    HANDED = "handed"
    """To delivery; whether Slack has it is not known yet."""
    SENT = "sent"
    FAILED = "failed"
    NOT_ASKED = "not_asked"
    """It became pointless for this person before it was sent."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class AnnouncementHead:
    """An announcement as stored. `language` is that of the text written first."""

    id: UUID
    phase: Phase
    author: UUID
    state: AnnouncementState
    rule: AudienceRule
    send_at: Timing
    at: datetime | None
    language: str
    text_version: int
    confirmed_at: datetime | None
    ended_at: datetime | None
    ended_by: UUID | None
    corrected_at: datetime | None
    stopped_at: datetime | None
    """Machine time, as that of sending."""
    resumed_at: datetime | None = None
    """Machine time of going on after the last stop."""


@dataclass(frozen=True, slots=True)
class RotaClass:
    """People who share everything that decides when their day begins, leave apart."""

    timezone: str
    working_days: str
    day_start: time
    region: str | None
    roster: str | None = None


def first_moment(rota: Rota, now: datetime, timing: Timing, at: datetime | None) -> datetime | None:
    """When somebody gets it at the earliest; None where no working day of theirs is in sight.

    `now`, or at the chosen moment, if they are at work then; else as their next day begins.
    """
    moment = max(at or now, now)
    if timing is not Timing.START_OF_DAY and rota.shift_at(moment) is not None:
        return moment
    return rota.opening_after(moment, rota.member.today(moment))


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """How many people a rule reaches. `languages` counts by locale name, `left_out` by reason.

    `unreachable` have no Slack account that may act.
    """

    people: int
    languages: Mapping[str, int]
    left_out: Mapping[str, int]
    unreachable: int
    away: int = 0
    """Of `people`, those who get it once they are back."""


@dataclass(frozen=True, slots=True)
class BulkPace:
    """How fast announcements leave, and how many messages of the sort go before a new one."""

    a_minute: float
    """0: nothing holds them back."""
    ahead: int

    def minutes(self, messages: int) -> int:
        """How long it takes until so many more are sent, at least one."""
        if not self.a_minute:
            return 1
        return max(1, ceil((self.ahead + messages) / self.a_minute))


@dataclass(frozen=True, slots=True)
class AnnouncementPlan:
    """What HR sees before they confirm: whom it reaches, when, and what it says."""

    reader: Member
    head: AnnouncementHead
    texts: Mapping[str, str]
    count: AudienceCount
    place: str | None
    """The unit or region by name."""
    first_at: datetime | None
    last_at: datetime | None

    pace: BulkPace

    @property
    def minutes(self) -> int:
        """How long it takes until the last is sent, with what goes before."""
        return self.pace.minutes(self.count.people)


@dataclass(frozen=True, slots=True)
class AnnouncementScreen:
    """What the dialog starts from: phases to announce, places to choose, an earlier draft."""

    reader: Member
    phases: tuple[Phase, ...]
    regions: tuple[str, ...]
    legal_entities: tuple[str, ...]
    bargaining_units: tuple[str, ...]
    draft: AnnouncementPlan | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an announcement is. `failed` counts by code.

    `acted` and `not_yet` split those who have it and did not say that it isn't for them; whoever
    is away is in neither.
    """

    total: int
    sent: int
    waiting: int
    not_asked: int
    stopped: int
    failed: Mapping[str, int]
    acted: int
    not_yet: int
    not_for_me: int
    unreachable: int = 0

    @property
    def failures(self) -> int:
        return sum(self.failed.values())


@dataclass(frozen=True, slots=True)
class AnnouncementStatus:
    """One announcement for those who may see how it goes."""

    reader: Member
    head: AnnouncementHead
    author: Member
    place: str | None
    progress: Progress
    next_at: datetime | None = None
    """When the next of those who wait can get it."""
    minutes_left: int | None = None
    """How long sending takes to those who could get it now; None where nobody could."""
    others: tuple[AnnouncementHead, ...] = ()
    may_change_cycle: bool = False


class PeopleList(StrEnum):
    """The lists of names behind a status."""

    NOT_YET = "not_yet"
    NOT_FOR_ME = "not_for_me"
    FAILED = "failed"
    NOT_ASKED = "not_asked"
    ACTED = "acted"
    WAITING = "waiting"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """Somebody in such a list; `code` says why, where it failed."""

    person: Member
    manager: str | None
    org_unit: str | None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class StatusPeople:
    """One page of names."""

    head: AnnouncementHead
    which: PeopleList
    people: tuple[ListedPerson, ...]
    start: int
    more: bool


@dataclass(frozen=True, slots=True)
class AnnouncementNotice:
    """What one person gets. `short` where they were away when the others got it."""

    reader: Member
    id: UUID
    phase: Phase
    texts: Mapping[str, str]
    """By language; `language` is that for whoever reads none of them."""
    language: str
    asks: str
    """The name of who answers questions; `own` where that is the reader."""
    own: bool = False
    short: bool = False
    corrected: Mapping[str, datetime] = field(default_factory=dict)
    """When a language's text was last corrected, for those that were."""
    not_for_me: bool = False
    over: bool = False
    acted: bool = False
    test: bool = False


@dataclass(frozen=True, slots=True)
class AnnouncementDeskNotice:
    """The author's own message while it is sent and afterwards."""

    reader: Member
    status: AnnouncementStatus


AnnouncementMessage = AnnouncementNotice | AnnouncementDeskNotice
