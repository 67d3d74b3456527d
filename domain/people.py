"""People, their place in the organisation, and the roles they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.own_hours import AS_USUAL, OwnHours
from domain.rosters import Roster


class Level(StrEnum):
    EXECUTIVE = "executive"
    MANAGER = "manager"
    INDIVIDUAL = "individual contributor"


class Employment(StrEnum):
    REGULAR = "regular"
    PROJECT = "project-based"
    CONTRACTOR = "contractor"
    REMOTE = "remote"


class Role(StrEnum):
    """Roles that are granted. Employee and manager are not: they follow from the directory."""

    HR = "hr"
    EXECUTIVE = "executive"
    FACILITATOR = "facilitator"
    LEGAL = "legal"
    COMPLIANCE = "compliance"
    REPRESENTATIVE = "representative"
    ADMINISTRATOR = "administrator"
    PROCESS_OWNER = "process owner"


class LineKind(StrEnum):
    PRIMARY = "primary"
    MATRIX = "matrix"
    ACTING = "acting"


class PersonState(StrEnum):
    ACTIVE = "active"
    LEFT = "left"


class Standing(StrEnum):
    """What Slack says of an account; only full members, and guests who are contractors, may act."""

    FULL = "full"
    GUEST = "guest"
    BOT = "bot"
    DEACTIVATED = "deactivated"


class GrantState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the one who acts or is named: enough to greet, to time and to translate for.

    `locale` is the directory's, else that of their Slack profile, else English. `working_days` are
    ISO weekday numbers (1 Monday … 7 Sunday), for days of which no `roster` tells; `day_start` is
    local time.
    """

    id: UUID
    name: str
    slack_user: str | None
    level: Level
    timezone: str
    locale: str
    working_days: frozenset[int]
    day_start: time
    region: str | None = None
    org_unit: UUID | None = None
    employment: Employment = Employment.REGULAR
    standing: Standing = Standing.FULL
    own_hours: OwnHours = AS_USUAL
    roster: Roster | None = None

    @property
    def may_act(self) -> bool:
        """Whether their Slack account lets them act; a guest only as a contractor."""
        if self.standing is Standing.GUEST:
            return self.employment is Employment.CONTRACTOR
        return self.standing is Standing.FULL

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def on_duty(self, day: date) -> bool:
        """Whether it is one of their working days, whatever else that day is."""
        if self.roster is not None and self.roster.holds_on(day):
            return self.roster.works(day)
        return day.isoweekday() in self.working_days

    def rostered(self, day: date) -> bool:
        """Whether a roster tells of the day."""
        return self.roster is not None and self.roster.holds_on(day)

    def today(self, now: datetime) -> date:
        """The person's own calendar date at `now`."""
        return now.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class HomeWorkspace:
    """The Slack workspace that this deployment serves, as `auth.test` names it."""

    team: str
    enterprise: str | None
    bot_user: str
    bot: str


@dataclass(frozen=True, slots=True)
class SlackProfile:
    """What Slack says of an account, as far as Accord takes it over.

    Names and zones are the directory's: two sources for one fact would undo each other. The locale
    (`de-DE`; None where Slack does not say) holds for those of whom the directory names none.
    """

    slack_user: str
    standing: Standing
    locale: str | None = None
