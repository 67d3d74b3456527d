"""Working days, leave and hours, in the person's own zone and across changes of the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.people import Level, Member
from domain.workdays import (
    SETTLE_IN,
    WORKDAY,
    Absence,
    answer_deadline,
    considered_by,
    end_of_day,
    local_moment,
    within_hours,
    workday_after,
    works_on,
)

BOUNDED = settings(deadline=None, max_examples=400)
FULL_WEEK = frozenset({1, 2, 3, 4, 5})
LENA = Member(
    id=uuid4(),
    name="Lena Novak",
    slack_user="U0LENA",
    level=Level.INDIVIDUAL,
    timezone="Europe/Lisbon",
    locale="en-GB",
    working_days=FULL_WEEK,
    day_start=time(9),
)
# East and west of the date line, half and three-quarter hours, clock changes by 30 and 60 minutes.
ZONES = (
    "Europe/Berlin",
    "Europe/Lisbon",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Etc/GMT+12",
    "UTC",
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants naive bounds
people = st.builds(
    lambda zone, days, start: replace(LENA, timezone=zone, working_days=days, day_start=start),
    st.sampled_from(ZONES),
    st.frozensets(st.integers(1, 7), min_size=1),
    st.times().map(lambda at: at.replace(microsecond=0)),
)
leaves = st.lists(
    st.tuples(st.integers(-40, 40), st.integers(1, 60)), max_size=3
)  # first day from today, and length


def absences(around: date, ranges: list[tuple[int, int]]) -> list[Absence]:
    first_days = [(around + timedelta(days=first), length) for first, length in ranges]
    return [Absence(day, day + timedelta(days=length)) for day, length in first_days]


def berlin(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A wall-clock time in Berlin as UTC."""
    return local_moment(BERLINER, date(year, month, day), time(hour, minute))


BERLINER = replace(LENA, timezone="Europe/Berlin")
FRIDAY = date(2027, 3, 5)


def test_leave_ends_the_day_before_it_says() -> None:
    away = [Absence(date(2027, 3, 1), date(2027, 3, 3))]
    worked = [works_on(LENA, away, date(2027, 3, day)) for day in (1, 2, 3)]
    assert worked == [False, False, True]


@pytest.mark.parametrize(
    ("days", "count", "expected"),
    [
        pytest.param(FULL_WEEK, 1, date(2027, 3, 8), id="over the weekend"),
        pytest.param(FULL_WEEK, 3, date(2027, 3, 10), id="three days"),
        pytest.param(frozenset({2, 4}), 3, date(2027, 3, 16), id="part-time"),
        pytest.param(frozenset({7}), 1, date(2027, 3, 7), id="Sundays only"),
        pytest.param(frozenset({5}), 1, date(2027, 3, 12), id="today does not count"),
        pytest.param(frozenset[int](), 2, date(2027, 3, 7), id="no working day in sight"),
    ],
)
def test_working_days_are_counted_from_the_day_after(
    days: frozenset[int], count: int, expected: date
) -> None:
    assert workday_after(replace(LENA, working_days=days), [], FRIDAY, count) == expected


def test_leave_is_not_counted() -> None:
    away = [Absence(date(2027, 3, 8), date(2027, 3, 20))]
    assert workday_after(LENA, away, FRIDAY, 1) == date(2027, 3, 22)


def test_the_deadline_is_the_end_of_the_persons_own_day() -> None:
    now = berlin(2027, 3, 1, 10)
    assert answer_deadline(BERLINER, [], now, 3) == berlin(2027, 3, 4, 17)
    in_los_angeles = replace(LENA, timezone="America/Los_Angeles")
    assert answer_deadline(in_los_angeles, [], now, 3) == datetime(2027, 3, 5, 1, tzinfo=UTC)


def test_today_is_the_persons_own_date() -> None:
    midnight = datetime(2027, 3, 1, 11, tzinfo=UTC)
    east = replace(LENA, timezone="Pacific/Kiritimati")
    west = replace(LENA, timezone="Pacific/Pago_Pago")
    assert (east.today(midnight), west.today(midnight)) == (date(2027, 3, 2), date(2027, 3, 1))
    assert answer_deadline(east, [], midnight, 1) == datetime(2027, 3, 3, 3, tzinfo=UTC)


def test_a_wall_clock_time_that_is_skipped_moves_forward() -> None:
    assert berlin(2027, 3, 28, 2, 30) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert berlin(2027, 3, 28, 3, 30) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_the_day_that_is_an_hour_short_ends_eight_hours_after_it_began() -> None:
    night = replace(BERLINER, day_start=time(1))
    assert end_of_day(night, date(2027, 3, 28)) == berlin(2027, 3, 28, 10)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(berlin(2027, 3, 5, 11), berlin(2027, 3, 5, 11), id="at work"),
        pytest.param(berlin(2027, 3, 5, 9, 10), berlin(2027, 3, 5, 9, 30), id="just arrived"),
        pytest.param(berlin(2027, 3, 5, 4), berlin(2027, 3, 5, 9, 30), id="before the day"),
        pytest.param(berlin(2027, 3, 5, 17), berlin(2027, 3, 8, 9, 30), id="after the week"),
        pytest.param(berlin(2027, 3, 27, 12), berlin(2027, 3, 29, 9, 30), id="over a clock change"),
    ],
)
def test_a_message_waits_for_the_persons_hours(moment: datetime, expected: datetime) -> None:
    assert within_hours(BERLINER, [], moment) == expected


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    nurse = replace(BERLINER, day_start=time(22), working_days=frozenset({5}))
    assert within_hours(nurse, [], berlin(2027, 3, 6, 3)) == berlin(2027, 3, 6, 3)
    assert within_hours(nurse, [], berlin(2027, 3, 5, 3)) == berlin(2027, 3, 5, 22, 30)
    away = [Absence(FRIDAY, date(2027, 3, 6))]
    assert within_hours(nurse, away, berlin(2027, 3, 6, 3)) == berlin(2027, 3, 12, 22, 30)


@BOUNDED
@given(person=people, ranges=leaves, now=moments, count=st.integers(1, 10))
def test_a_deadline_lies_ahead_and_on_a_working_day(
    person: Member, ranges: list[tuple[int, int]], now: datetime, count: int
) -> None:
    away = absences(person.today(now), ranges)
    deadline = answer_deadline(person, away, now, count)
    assert deadline > now
    assert works_on(person, away, (deadline - WORKDAY).astimezone(person.zone).date())
    assert deadline >= answer_deadline(person, away, now, max(1, count - 1))


def begun(person: Member, moment: datetime) -> date:
    """The day on which the shift around `moment` began."""
    today = person.today(moment)
    started = local_moment(person, today, person.day_start) + SETTLE_IN <= moment
    return today if started else today - timedelta(days=1)


@BOUNDED
@given(person=people, ranges=leaves, moment=moments)
def test_a_message_never_comes_outside_hours_or_on_leave(
    person: Member, ranges: list[tuple[int, int]], moment: datetime
) -> None:
    away = absences(person.today(moment), ranges)
    sent = within_hours(person, away, moment)
    day = begun(person, sent)
    start = local_moment(person, day, person.day_start)
    assert sent >= moment
    assert start + SETTLE_IN <= sent < start + WORKDAY
    assert works_on(person, away, day)


@BOUNDED
@given(person=people, ranges=leaves, moment=moments)
def test_a_message_waits_once(
    person: Member, ranges: list[tuple[int, int]], moment: datetime
) -> None:
    away = absences(person.today(moment), ranges)
    sent = within_hours(person, away, moment)
    assert within_hours(person, away, sent) == sent


def test_a_public_holiday_where_somebody_works_is_no_working_day_of_theirs() -> None:
    # Corpus Christi, which some of Germany's states keep.
    feast = datetime(2027, 5, 27, 10, tzinfo=UTC)
    at_home, in_bavaria, in_berlin = (
        replace(LENA, region=region) for region in (None, "DE-BY", "DE-BE")
    )
    assert within_hours(at_home, (), feast) == within_hours(in_berlin, (), feast) == feast
    day_after = datetime(2027, 5, 28, 8, 30, tzinfo=UTC)
    assert within_hours(in_bavaria, (), feast) == day_after
    before = datetime(2027, 5, 26, 10, tzinfo=UTC)
    assert answer_deadline(in_bavaria, (), before, 1) == datetime(2027, 5, 28, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "until"),
    [(48, "2027-03-02 15:30"), (25, "2027-03-02 15:30"), (24, "2027-03-01 15:30"), (0, "now")],
)
def test_hours_to_think_leave_out_the_weekend(hours: int, until: str) -> None:
    """Asked on a Friday afternoon."""
    asked = datetime(2027, 2, 26, 15, 30, tzinfo=LENA.zone)
    expected = asked if until == "now" else datetime.fromisoformat(until).replace(tzinfo=LENA.zone)
    assert considered_by(LENA, (), asked, hours) == expected
