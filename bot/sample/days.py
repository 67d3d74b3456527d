"""Who works when in the sample organisation, so that nothing in its past happens at night."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

from bot.sample.story import Acting, Extra, handle_of, people_file
from domain.cadence import DAY, Plan, Rota, nominal_days
from domain.directory import PersonFacts
from domain.directory_rows import read_directory
from domain.goals import Rhythm
from domain.people import Member
from domain.policy import Policy
from domain.workdays import Absence, end_of_day, local_moment

_POLICY = Policy()
INTO_DAY = timedelta(minutes=_POLICY.check_ins.minutes_into_day)
BEFORE_THE_END = timedelta(minutes=20)
A_WHILE = timedelta(minutes=12)
EUROPE_IS_ASKED, AMERICA_IS_ASKED = time(10, 40), time(17, 45)
"""When everybody on that side of the sea has begun their day, in UTC, all year round."""

_WEEKS = {Rhythm.WEEKLY: 1, Rhythm.BIWEEKLY: 2}
_MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3}
_FURTHEST = 60


@dataclass(frozen=True)
class Colleague:
    """One person: what the directory says of them, and when they are away."""

    handle: str
    facts: PersonFacts
    permanent_manager: str | None
    absences: tuple[Absence, ...]

    @cached_property
    def member(self) -> Member:
        facts = self.facts
        return Member(
            id=uuid5(NAMESPACE_URL, f"sample:{self.handle}"),
            name=facts.name,
            slack_user=facts.slack_user,
            level=facts.level,
            timezone=facts.timezone,
            locale=facts.locale or "en-GB",
            working_days=facts.working_days,
            day_start=facts.day_start,
            region=facts.region,
            employment=facts.employment,
        )

    @cached_property
    def rota(self) -> Rota:
        return Rota(self.member, self.absences, INTO_DAY)

    @property
    def asked_at(self) -> time:
        american = self.facts.timezone.startswith("America/")
        return AMERICA_IS_ASKED if american else EUROPE_IS_ASKED

    @property
    def rhythm(self) -> Rhythm:
        return _POLICY.template(self.facts.level).rhythm

    def back_to_work(self, day: date) -> date:
        """That day if they work on it, else the last one before."""
        return next(
            one for one in (day - DAY * back for back in range(_FURTHEST)) if self.rota.works(one)
        )

    def workday(self, today: date, count: int) -> date:
        """Their working day so many before (-1: the last one) or after `today` (0: from today).

        Who is away today is planned for as if they were not: nobody waits for their return.
        """
        day, step = (today - DAY, -1) if count < 0 else (today, 1)
        left = -count - 1 if count < 0 else count
        rota = self.rota
        if count >= 0 and rota.away(today):
            rota = replace(rota, absences=())
        while True:
            if rota.works(day):
                if left == 0:
                    return day
                left -= 1
            day += DAY * step

    def moment(self, day: date, seed: str, *, after: datetime | None = None) -> datetime:
        """Some moment in their hours of that day (by UTC too), the same one for the same seed."""
        opening = max(self.rota.opening(day), after or self.rota.opening(day))
        room = max(int((self.closing(day) - opening).total_seconds()), 60)
        return opening + timedelta(seconds=60 + crc32(f"{self.handle}:{seed}".encode()) % room)

    def closing(self, day: date) -> datetime:
        midnight = datetime.combine(day + DAY, time(), tzinfo=UTC)
        return min(end_of_day(self.member, day), midnight) - BEFORE_THE_END

    def next_chance(self, after: datetime, seed: str) -> datetime:
        """The same day if they have time left after a while, else their next working day."""
        today, soon = self.member.today(after), after + A_WHILE
        if self.rota.works(today) and soon + A_WHILE < self.closing(today):
            return self.moment(today, seed, after=soon)
        return self.moment(self.workday(today + DAY, 0), seed)

    def answers_after(self, day: date) -> datetime:
        """From when on they have been asked that morning."""
        asked = datetime.combine(day, self.asked_at, tzinfo=UTC)
        return max(asked, local_moment(self.member, day, self.member.day_start) + INTO_DAY)


class Company:
    """Everybody, on the day on which the sample is loaded."""

    def __init__(self, extra: Extra, today: date) -> None:
        self.today = today
        self._acting: Sequence[Acting] = extra.acting_managers
        self.people: dict[str, Colleague] = {}
        for row in read_directory(people_file()).rows:
            handle = handle_of(row.facts.email)
            away = tuple(
                Absence(self.day(leave.from_day), self.day(leave.to_day))
                for leave in extra.leave
                if leave.person == handle
            )
            manager = handle_of(row.manager) if row.manager else None
            self.people[handle] = Colleague(handle, row.facts, manager, away)

    def __getitem__(self, handle: str) -> Colleague:
        return self.people[handle]

    def day(self, offset: int) -> date:
        return self.today + DAY * offset

    def manager(self, handle: str, day: date) -> str | None:
        """Who leads this person on that day; somebody who acts for the manager comes first."""
        manager = self.people[handle].permanent_manager
        for acting in self._acting:
            stands_in = self.day(acting.from_day) <= day < self.day(acting.to_day)
            if acting.manager == manager and acting.acting != handle and stands_in:
                return acting.acting
        return manager


def begins_before(last_asked: date, rhythm: Rhythm, count: int) -> date:
    """When a goal began that was asked about `count` times, the last time on `last_asked`."""
    if rhythm in _WEEKS:
        return last_asked - timedelta(weeks=_WEEKS[rhythm] * count)
    return _months_before(last_asked, _MONTHS[rhythm] * count)


def step_back(day: date, rhythm: Rhythm, today: date) -> date:
    """The latest day of the rhythm through `day` that is before `today`."""
    steps = 0
    while begins_before(day, rhythm, steps) >= today:
        steps += 1
    return begins_before(day, rhythm, steps)


def asked_days(plan: Plan, rota: Rota, today: date) -> list[date]:
    """The days before `today` on which the owner of a goal is asked."""
    days: dict[date, None] = {}
    for nominal in nominal_days(plan, plan.anchor):
        day = rota.next_working(nominal)
        if day is None or day >= today:
            break
        days[day] = None
    return list(days)


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
