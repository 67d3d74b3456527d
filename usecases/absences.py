"""Who is away right now, and when they hear what can wait until they are back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from domain.people import Member
from domain.workdays import Absence, within_hours
from storage import people
from storage.unit_of_work import Reading


def absences_of(work: Reading, member: Member) -> tuple[Absence, ...]:
    """Their days away that are not over."""
    today = member.today(work.now)
    return tuple(people.absences(work.connection, [member.id], today).get(member.id, ()))


def is_away(work: Reading, member: Member, absences: tuple[Absence, ...]) -> bool:
    """Whether one of these covers their day today."""
    today = member.today(work.now)
    return any(absence.covers(today) for absence in absences)


def last_day_away(work: Reading, member: Member) -> date | None:
    """The last day of the leave that they are on; None for somebody who is not away."""
    back = today = member.today(work.now)
    for absence in sorted(absences_of(work, member), key=lambda one: one.first_day):
        if absence.covers(back):
            back = absence.day_after
    return None if back == today else back - timedelta(days=1)


def when_there(work: Reading, person: UUID) -> datetime:
    """Now; for somebody who is away, half an hour into their first day back."""
    member = people.member(work.connection, person)
    away = absences_of(work, member)
    return within_hours(member, away, work.now) if is_away(work, member, away) else work.now
