"""Each zone of the world, around every change of its clock: one opening for each working day."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest

from domain.cadence import Rota
from domain.workdays import WORKDAY
from tests.rules.test_cadence import HALF_AN_HOUR, member

DAY = timedelta(days=1)
STEP = 5 * DAY
"""No zone changes its clock twice within."""
FIRST, LAST = date(2019, 1, 1), date(2029, 1, 1)
SOAK = "ACCORD_SOAK"
"""Set, every zone is walked through minute by minute; else a sample of them."""
WHOLE = os.environ.get(SOAK) is not None
pytestmark = pytest.mark.timeout(7200 if WHOLE else 120)
STARTS = (time(0), time(2, 30), time(9), time(23, 45))
ZONES = sorted(available_timezones() - {"Factory", "localtime"})
# Changes by half an hour; at midnight; twice within weeks of Ramadan; a country that stopped; a
# day that never was (Apia's is before these ten years; Kwajalein's too).
KNOWN = (
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Casablanca",
    "Asia/Beirut",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Africa/Juba",
    "Europe/Volgograd",
    "America/Scoresbysund",
    "Antarctica/Troll",
)


@cache
def changes(zone: str, first: date = FIRST, last: date = LAST) -> tuple[datetime, ...]:
    """The moments at which the zone's clocks are changed, to the minute."""
    found = []
    at, end = _midnight(first), _midnight(last)
    before = offset(zone, at)
    while at < end:
        later = at + STEP
        if offset(zone, later) != before:
            low, high = at, later
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
            found.append(high.replace(second=0, microsecond=0))
            before = offset(zone, later)
        at = later
    return tuple(found)


def offset(zone: str, moment: datetime) -> timedelta | None:
    return moment.astimezone(ZoneInfo(zone)).utcoffset()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)


@cache
def distinct() -> tuple[str, ...]:
    """One zone for each set of changes and offsets: most names are other names of the same."""
    kinds: dict[tuple[object, ...], str] = {}
    for zone in ZONES:
        told = tuple((at, offset(zone, at)) for at in changes(zone))
        kinds.setdefault((offset(zone, _midnight(FIRST)), told), zone)
    return tuple(kinds.values())


def sample(count: int) -> tuple[str, ...]:
    if WHOLE:
        return distinct()
    others = [zone for zone in ZONES if zone not in KNOWN]
    return (*KNOWN, *Random(2027).sample(others, count))  # noqa: S311 - the same in every run


def rota(zone: str, start: time) -> Rota:
    return Rota(member(zone=zone, days="1234567", start=start), (), HALF_AN_HOUR)


def around(zone: str) -> Iterator[datetime]:
    """The minutes of two days before and after each change; in a sample, of the last two."""
    for change in changes(zone) if WHOLE else changes(zone)[-2:]:
        for minutes in range(-2 * 1440, 2 * 1440):
            yield change + timedelta(minutes=minutes)


@pytest.mark.parametrize("start", STARTS if WHOLE else STARTS[1:3], ids=str)
def test_openings_go_on_day_after_day_in_every_zone(start: time) -> None:
    for zone in sample(30):
        one = rota(zone, start)
        days = [FIRST + offset * DAY for offset in range((LAST - FIRST).days)]
        openings = [one.opening(day) for day in days]
        gaps = [later - before for before, later in pairwise(openings)]
        assert min(gaps) > timedelta(0), zone
        # A day of 23 to 25 hours, and a skipped hour at its start; no day is missing.
        assert timedelta(hours=21) <= min(gaps), (zone, min(gaps))
        assert max(gaps) <= timedelta(hours=27), (zone, max(gaps))


@pytest.mark.parametrize("start", STARTS if WHOLE else STARTS[:2], ids=str)
def test_minute_by_minute_around_each_change_each_day_opens_once(start: time) -> None:
    for zone in sample(0) if WHOLE else KNOWN[:4]:
        one = rota(zone, start)
        opened: Counter[date] = Counter()
        seen: set[date] = set()
        was = None
        last = None
        for moment in around(zone):
            if last is not None and moment - last > timedelta(minutes=1):
                was = None  # another change
            day = one.shift_at(moment)
            if day is not None:
                seen.add(day)
            if day is not None and was != day and last is not None:
                opened[day] += 1
            was, last = day, moment
        assert not opened or max(opened.values()) == 1, (zone, opened)
        for change in changes(zone) if WHOLE else changes(zone)[-2:]:
            middle = change.astimezone(ZoneInfo(zone)).date()
            assert {middle - DAY, middle, middle + DAY} <= seen | {middle + DAY}, (zone, change)


@pytest.mark.parametrize("start", STARTS, ids=str)
def test_the_next_opening_is_that_of_a_brute_force_search(start: time) -> None:
    by_chance = Random(2028)  # noqa: S311 - the same in every run
    for zone in sample(15):
        one = rota(zone, start)
        moments = [
            change + timedelta(minutes=by_chance.randint(-2880, 2880)) for change in changes(zone)
        ]
        for moment in moments[: None if WHOLE else 6]:
            found = one.opening_after(moment, date.min)
            assert found is not None
            assert found > moment
            assert one.shift_at(found) is not None
            assert found - moment <= timedelta(hours=27)
            day = moment.astimezone(ZoneInfo(zone)).date() - 2 * DAY
            expected = min(
                each for each in (one.opening(day + n * DAY) for n in range(6)) if each > moment
            )
            assert found == expected


def test_a_time_that_a_change_skips_comes_after_it_and_one_that_it_repeats_comes_first() -> None:
    """Every change of ten years in every zone: what the wall shows at the opening."""
    for zone in ZONES:
        for change in changes(zone):
            before = offset(zone, change - timedelta(minutes=1))
            after = offset(zone, change)
            assert before is not None
            assert after is not None
            jump = after - before
            wall = (change + before).replace(tzinfo=None)  # the first that is skipped or repeated
            if abs(jump) > timedelta(hours=3):
                continue  # a change of the date line
            middle = (wall - max(-jump, timedelta(0)) + abs(jump) / 2).replace(second=0)
            one = rota(zone, middle.time())
            begins = one.whole(middle.date()).begins - HALF_AN_HOUR
            if jump > timedelta(0):
                assert begins == change + abs(jump) / 2, (zone, change)
            else:
                assert begins == change - abs(jump) / 2, (zone, change)
            assert one.whole(middle.date()).ends == begins + WORKDAY
