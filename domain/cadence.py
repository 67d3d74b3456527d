"""When the owner of a goal is asked how it goes: a rhythm, moved onto days on which they work.

A nominal day counts from the day of agreement and never moves, so that neither leave nor a change
of zone can make a second one of it. The day of asking is the first working day from there on; two
that land on one day are one.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.goals import Rhythm
from domain.own_hours import Span
from domain.people import Member
from domain.workdays import LOOK_AHEAD_DAYS, Absence, end_of_day, local_moment, works_on

DAY = timedelta(days=1)
_MONTHS_A_YEAR = 12

FRESH: Mapping[Rhythm, timedelta] = {
    Rhythm.WEEKLY: timedelta(days=1),
    Rhythm.BIWEEKLY: timedelta(days=2),
    Rhythm.MONTHLY: timedelta(days=5),
    Rhythm.QUARTERLY: timedelta(days=14),
}
"""Who has reported by themselves this shortly before a nominal day is not asked for it."""

A_ROUND: Mapping[Rhythm, timedelta] = {
    Rhythm.WEEKLY: timedelta(days=7),
    Rhythm.BIWEEKLY: timedelta(days=14),
    Rhythm.MONTHLY: timedelta(days=31),
    Rhythm.QUARTERLY: timedelta(days=92),
}
"""How long from one nominal day to the next at most: what was said before may be out of date."""

_WEEKS = {Rhythm.WEEKLY: 1, Rhythm.BIWEEKLY: 2}
_MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3}


@dataclass(frozen=True, slots=True)
class Rota:
    """The days on which one person can be asked: their own, without leave and public holidays.

    `into_day` is how long after the start of their day.
    """

    member: Member
    absences: Sequence[Absence]
    into_day: timedelta

    def works(self, day: date) -> bool:
        return works_on(self.member, self.absences, day)

    def away(self, day: date) -> bool:
        return any(absence.covers(day) for absence in self.absences)

    def next_working(self, day: date) -> date | None:
        """The first working day from `day` on; None where none is in sight."""
        ahead = (day + timedelta(days=offset) for offset in range(LOOK_AHEAD_DAYS))
        return next((each for each in ahead if self.works(each)), None)

    def hours(self, day: date) -> list[Span]:
        """When the person may be asked on that day of theirs, in UTC and in order."""
        return self.member.own_hours.narrow(self.whole(day), self.member.zone)

    def whole(self, day: date) -> Span:
        """The same, whatever they have chosen themselves."""
        begins = local_moment(self.member, day, self.member.day_start) + self.into_day
        return Span(begins, end_of_day(self.member, day))

    def opening(self, day: date) -> datetime:
        """From when on the person may be asked on that day of theirs, in UTC."""
        return self.hours(day)[0].begins

    def shift_at(self, now: datetime) -> date | None:
        """The working day in whose hours `now` lies: a shift belongs to the day it begins on."""
        today = self.member.today(now)
        return next(
            (
                day
                for day in (today - DAY, today)
                if self.works(day) and any(span.covers(now) for span in self.hours(day))
            ),
            None,
        )

    def opening_after(self, now: datetime, not_before: date) -> datetime | None:
        """The first opening after `now`, on `not_before` or later; None where none is in sight."""
        day = self.next_working(max(not_before, self.member.today(now) - DAY))
        while day is not None:
            for span in self.hours(day):
                if span.begins > now:
                    return span.begins
            day = self.next_working(day + DAY)
        return None


@dataclass(frozen=True, slots=True)
class Plan:
    """How often a goal is asked about: from its agreement (`anchor`) to its due date (`last`)."""

    anchor: date
    rhythm: Rhythm
    last: date


def nominal_days(plan: Plan, after: date) -> Iterator[date]:
    """Every nominal day after `after`, in order; the last one is the due date."""
    step = max(1, _steps_before(plan, after))
    while (day := _nominal(plan, step)) < plan.last:
        if day > after:
            yield day
        step += 1
    if plan.last > max(after, plan.anchor):
        yield plan.last


def newest_due(plan: Plan, handled: date, today: date, rota: Rota) -> date | None:
    """The newest nominal day after `handled` whose working day has come by `today`."""
    newest = None
    for nominal in nominal_days(plan, handled):
        asked_on = rota.next_working(nominal)
        if asked_on is None or asked_on > today:
            break
        newest = nominal
    return newest


def next_day(plan: Plan, handled: date, rota: Rota) -> date | None:
    """The working day of the first nominal day after `handled`; None where nothing is left."""
    nominal = next(nominal_days(plan, handled), None)
    return None if nominal is None else rota.next_working(nominal)


def is_fresh(rhythm: Rhythm, reported: date | None, nominal: date) -> bool:
    """Whether a report of that day answers the question of the nominal day beforehand."""
    return reported is not None and reported >= nominal - FRESH[rhythm]


def _nominal(plan: Plan, step: int) -> date:
    if plan.rhythm in _WEEKS:
        return plan.anchor + step * timedelta(weeks=_WEEKS[plan.rhythm])
    return months_later(plan.anchor, step * _MONTHS[plan.rhythm])


def _steps_before(plan: Plan, day: date) -> int:
    """A step whose nominal day is not after `day` (or one too early), found without counting."""
    if plan.rhythm in _WEEKS:
        return (day - plan.anchor).days // (7 * _WEEKS[plan.rhythm])
    months = (day.year - plan.anchor.year) * _MONTHS_A_YEAR + day.month - plan.anchor.month
    return months // _MONTHS[plan.rhythm] - 1


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    count = day.year * _MONTHS_A_YEAR + day.month - 1 + months
    year, month = count // _MONTHS_A_YEAR, count % _MONTHS_A_YEAR + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
