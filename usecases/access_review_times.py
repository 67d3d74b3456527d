"""Until when each of those who are asked in an access review answers, in their own working days."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.access_reviews import TimeToAnswer, time_to_answer
from domain.people import Member
from domain.workdays import WORKDAY, Absence, answer_deadline, works_on
from storage import people
from storage.unit_of_work import Reading

BATCH = 500
_EVE = timedelta(days=1)


def times_to_answer(
    work: Reading,
    whose: Collection[UUID],
    *,
    since: datetime | None = None,
    furthest: datetime | None = None,
) -> dict[UUID, TimeToAnswer]:
    """Counted from `since` or now, with each one's leave and holidays; at most until `furthest`."""
    since = since or work.now
    rules = work.policy.document.access_reviews
    found: dict[UUID, TimeToAnswer] = {}
    usual: dict[tuple[object, ...], TimeToAnswer] = {}
    everybody = sorted(whose)
    for first in range(0, len(everybody), BATCH):
        some = everybody[first : first + BATCH]
        away = people.absences(work.connection, some, (since - _EVE).date())
        for who, member in people.members(work.connection, some).items():
            absences: Sequence[Absence] = away.get(who, ())
            # Those who work alike and are never away have the same time.
            alike = (
                *(member.zone, member.region, member.working_days, member.roster),
                member.day_start,
            )
            if absences:
                found[who] = time_to_answer(member, absences, since, rules, furthest)
                continue
            if alike not in usual:
                usual[alike] = time_to_answer(member, (), since, rules, furthest)
            found[who] = usual[alike]
    return found


def away_too_long(work: Reading, member: Member) -> bool:
    """Whether they are not there long enough to answer in a review that starts now."""
    return times_to_answer(work, [member.id])[member.id].away


def first_day_back(work: Reading, due: Mapping[UUID, datetime]) -> dict[UUID, datetime]:
    """For those who do not work on the day of their deadline after all: the end of the next."""
    if not due:
        return {}
    away = people.absences(work.connection, due, (min(due.values()) - WORKDAY - _EVE).date())
    found = {}
    for who, member in people.members(work.connection, due).items():
        absences: Sequence[Absence] = away.get(who, ())
        # A shift may end on the day after the one to which it belongs.
        begun = due[who] - WORKDAY
        if not works_on(member, absences, member.today(begun)):
            found[who] = answer_deadline(member, absences, begun, 1)
    return found
