"""When a person works: working days, public holidays, leave, hours; always in their own zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from domain.people import Member
from domain.public_holidays import is_public_holiday

WORKDAY = timedelta(hours=8)
SETTLE_IN = timedelta(minutes=30)
LOOK_AHEAD_DAYS = 400


@dataclass(frozen=True, slots=True)
class Absence:
    """A half-open range of local dates."""

    first_day: date
    day_after: date

    def covers(self, day: date) -> bool:
        return self.first_day <= day < self.day_after


def works_on(member: Member, absences: Sequence[Absence], day: date) -> bool:
    """Whether it is a working day of theirs: no leave, no public holiday where they work.

    A roster knows its days: who works by one works on holidays, too.
    """
    return (
        member.on_duty(day)
        and not any(absence.covers(day) for absence in absences)
        and (member.rostered(day) or not is_public_holiday(member.region, day))
    )


def workday_after(member: Member, absences: Sequence[Absence], day: date, count: int) -> date:
    """The `count`-th working day after `day`; the plain date where none is in sight."""
    return workdays_after(member, absences, day, count)[-1] if count else day


def workdays_after(
    member: Member, absences: Sequence[Absence], day: date, count: int
) -> list[date]:
    """The first `count` working days after `day`; plain dates where none is in sight."""
    found: list[date] = []
    for _ in range(count):
        day = _next_working(member, absences, day + timedelta(days=1))
        found.append(day)
    return found


def _next_working(member: Member, absences: Sequence[Absence], day: date) -> date:
    for offset in range(LOOK_AHEAD_DAYS):
        candidate = day + timedelta(days=offset)
        if works_on(member, absences, candidate):
            return candidate
    return day


def local_moment(member: Member, day: date, at: time) -> datetime:
    """A wall-clock time of the person as UTC; a time that a clock change skips moves forward."""
    return datetime.combine(day, at, tzinfo=member.zone).astimezone(UTC)


def end_of_day(member: Member, day: date) -> datetime:
    return local_moment(member, day, member.day_start) + WORKDAY


def answer_deadline(
    member: Member, absences: Sequence[Absence], now: datetime, working_days: int
) -> datetime:
    """The end of the person's `working_days`-th working day from now."""
    day = workday_after(member, absences, member.today(now), working_days)
    return end_of_day(member, day)


def considered_by(
    member: Member, absences: Sequence[Absence], asked: datetime, hours: int
) -> datetime:
    """When so many hours to think have passed, of which none on a day off: begun days are whole."""
    days = -(-hours // 24)
    if not days:
        return asked
    local = asked.astimezone(member.zone)
    return local_moment(member, workday_after(member, absences, local.date(), days), local.time())


def within_hours(member: Member, absences: Sequence[Absence], moment: datetime) -> datetime:
    """`moment` itself if the person is at work then, else half an hour into their next shift.

    A shift belongs to the day on which it begins, also where it ends on the next one.
    """
    day = _next_working(member, absences, member.today(moment) - timedelta(days=1))
    while moment >= end_of_day(member, day):
        day = _next_working(member, absences, day + timedelta(days=1))
    return max(moment, local_moment(member, day, member.day_start) + SETTLE_IN)
