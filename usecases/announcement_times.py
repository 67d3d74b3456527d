"""When people get an announcement: reckoned once for all who share days, hours, zone and region."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from domain.announcements import AnnouncementHead, BulkPace, RotaClass, first_moment
from domain.cadence import Rota
from domain.people import Level, Member
from domain.policy import CheckIns
from domain.rosters import read_roster
from storage import announcement_audience, send_numbers
from storage.unit_of_work import Reading

NOBODY = UUID(int=0)


def bulk_pace(work: Reading) -> BulkPace:
    """As delivery is set, with what it has to send already."""
    return BulkPace(
        send_numbers.bulk_pace(work.connection), send_numbers.bulk_ahead(work.connection)
    )


def class_moments(
    work: Reading, head: AnnouncementHead, today: date
) -> list[tuple[RotaClass, datetime]]:
    """The first moment for each class; without those that have no working day in sight.

    Leave is a matter of each person, and looked at when their turn comes.
    """
    found = []
    for one in announcement_audience.rota_classes(work.connection, head.rule, head.phase.id, today):
        # A unit's own time counts when its people's turn comes.
        rules = work.rules_at(one.region, None).check_ins
        rota = Rota(_anybody(one), (), into_day(rules))
        moment = first_moment(rota, work.now, head.send_at, head.at)
        if moment is not None:
            found.append((one, moment))
    return found


def into_day(rules: CheckIns) -> timedelta:
    return timedelta(minutes=rules.minutes_into_day)


def _anybody(one: RotaClass) -> Member:
    """Somebody of the class: nothing but their days and hours matters."""
    return Member(
        id=NOBODY,
        name="",
        slack_user=None,
        level=Level.INDIVIDUAL,
        timezone=one.timezone,
        locale="en",
        working_days=frozenset(map(int, one.working_days)),
        day_start=one.day_start,
        region=one.region,
        roster=None if one.roster is None else read_roster(one.roster),
    )
