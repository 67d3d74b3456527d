"""Who is away right now, and when they hear what can wait until they are back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from domain.notices import Lane, NewNotice
from domain.people import Member
from domain.workdays import Absence, within_hours
from storage import announcement_recipients, cadences, mornings, people
from storage.unit_of_work import Reading, Work


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


def tell_when_there(
    work: Work,
    notice: NewNotice,
    reader: Member | None = None,
    absences: tuple[Absence, ...] | None = None,
) -> None:
    """Tell it; somebody who is away hears it in the one message of their first morning back.

    What they did themselves is answered at once: then they are there after all. `reader`, who is
    told, and their `absences` are looked up where this transaction has not read them yet.
    """
    work.notify(_once_back(work, notice, reader, absences))


def _once_back(
    work: Reading,
    notice: NewNotice,
    reader: Member | None,
    absences: tuple[Absence, ...] | None,
) -> NewNotice:
    if notice.person is None:
        return notice
    member = people.member(work.connection, notice.person) if reader is None else reader
    if member.slack_user == work.origin.slack_user:
        return notice
    if absences is None:
        absences = absences_of(work, member)
    if not is_away(work, member, absences):
        return notice
    return replace(
        notice,
        lane=max(notice.lane, Lane.REMINDER),
        due_at=within_hours(member, absences, work.now),
        with_morning=True,
    )


def look_anew(work: Work, person: Member) -> None:
    """What was kept for a later moment, such as their planned return, is looked at now, and comes
    within their hours as they are now."""
    mornings.look_now(work.connection, person.id, work.now)
    cadences.look_now(work.connection, person.id, work.now)
    announcement_recipients.look_now(work.connection, person.id, work.now)
