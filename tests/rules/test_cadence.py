"""When people are asked: on their own days, within their hours, once for each nominal day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cadence import Plan, Rota, is_fresh, newest_due, next_day, nominal_days
from domain.goals import Rhythm
from domain.people import Level, Member
from domain.public_holidays import is_public_holiday
from domain.workdays import WORKDAY, Absence

HALF_AN_HOUR = timedelta(minutes=30)
MONDAY = date(2027, 3, 1)


def member(
    zone: str = "Europe/Berlin",
    days: str = "12345",
    start: time = time(9),
    region: str | None = None,
) -> Member:
    return Member(
        id=UUID(int=1),
        name="Lena Novak",
        slack_user="U0LENA",
        level=Level.INDIVIDUAL,
        timezone=zone,
        locale="en-GB",
        working_days=frozenset(map(int, days)),
        day_start=start,
        region=region,
    )


def rota(*away: Absence, **somebody: object) -> Rota:
    return Rota(member(**somebody), away, HALF_AN_HOUR)  # type: ignore[arg-type] # as in `member`


def plan(rhythm: Rhythm, anchor: date = MONDAY, last: date = date(2028, 12, 31)) -> Plan:
    return Plan(anchor, rhythm, last)


def first(count: int, a_plan: Plan) -> list[date]:
    days = nominal_days(a_plan, a_plan.anchor)
    return [next(days) for _ in range(count)]


def test_a_month_later_is_the_same_day_or_the_last_one_and_does_not_drift() -> None:
    monthly = plan(Rhythm.MONTHLY, date(2027, 1, 31))
    assert first(3, monthly) == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_the_due_date_is_asked_for_once_more_and_nothing_after_it() -> None:
    days = list(nominal_days(plan(Rhythm.WEEKLY, last=date(2027, 3, 18)), MONDAY))
    assert days == [date(2027, 3, 8), date(2027, 3, 15), date(2027, 3, 18)]


def test_who_works_on_two_days_is_asked_on_one_of_them() -> None:
    assert next_day(plan(Rhythm.WEEKLY), MONDAY, rota(days="24")) == date(2027, 3, 9)


def test_a_public_holiday_moves_the_question_to_the_next_working_day() -> None:
    # Easter Monday 2027 is 29 March; in Victoria, 26 January 2027 is Australia Day.
    fortnight = plan(Rhythm.BIWEEKLY)
    assert next_day(fortnight, date(2027, 3, 15), rota(region="DE-BY")) == date(2027, 3, 30)
    assert next_day(fortnight, date(2027, 3, 15), rota()) == date(2027, 3, 29)


def test_a_region_that_nobody_knows_has_the_holidays_of_its_country_or_none() -> None:
    assert is_public_holiday("DE-ZZ", date(2027, 5, 1))
    assert not is_public_holiday("ZZ", date(2027, 5, 1))
    assert not is_public_holiday(None, date(2027, 5, 1))


def test_after_leave_all_that_was_missed_is_one_question() -> None:
    away = Absence(date(2027, 3, 5), date(2027, 3, 24))
    weekly = plan(Rhythm.WEEKLY)
    back = rota(away)
    assert newest_due(weekly, MONDAY, date(2027, 3, 23), back) is None
    assert newest_due(weekly, MONDAY, date(2027, 3, 24), back) == date(2027, 3, 22)
    assert next_day(weekly, date(2027, 3, 22), back) == date(2027, 3, 29)


def test_leave_entered_late_does_not_ask_a_second_time() -> None:
    weekly = plan(Rhythm.WEEKLY)
    late = rota(Absence(date(2027, 3, 8), date(2027, 3, 10)))
    assert newest_due(weekly, date(2027, 3, 8), date(2027, 3, 10), late) is None


def test_who_has_just_reported_is_not_asked() -> None:
    nominal = date(2027, 3, 15)
    assert is_fresh(Rhythm.BIWEEKLY, date(2027, 3, 13), nominal)
    assert not is_fresh(Rhythm.BIWEEKLY, date(2027, 3, 12), nominal)
    assert not is_fresh(Rhythm.WEEKLY, None, nominal)


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    night = rota(start=time(22), days="1")
    after_midnight = datetime(2027, 3, 2, 2, tzinfo=UTC)
    assert night.shift_at(after_midnight) == MONDAY
    assert night.shift_at(after_midnight + timedelta(hours=4)) is None


rhythms = st.sampled_from(Rhythm)
zones = st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"}))
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
working = st.sets(st.sampled_from("1234567"), min_size=1).map("".join)
starts = st.times(time(0), time(23, 59)).map(lambda one: one.replace(second=0, microsecond=0))


@settings(max_examples=300, deadline=None)
@given(zone=zones, day=days, week=working, start=starts)
def test_the_opening_lies_in_the_hours_of_a_working_day_in_every_zone(
    zone: str, day: date, week: str, start: time
) -> None:
    one = rota(zone=zone, days=week, start=start)
    now = datetime.combine(day, time(12), UTC)
    opening = one.opening_after(now, day - timedelta(days=3))
    assert opening is not None
    assert opening > now
    shift = one.shift_at(opening)
    assert shift is not None
    assert one.works(shift)
    local = opening.astimezone(one.member.zone).replace(tzinfo=None)
    since_start = local - datetime.combine(shift, start)
    # A clock change within the half hour, or at the start itself, moves the wall clock only.
    assert timedelta() <= since_start + timedelta(hours=1)
    assert since_start < WORKDAY


@settings(max_examples=200, deadline=None)
@given(zone=zones, anchor=days, rhythm=rhythms, week=working, away=st.lists(days, max_size=3))
def test_walking_through_half_a_year_asks_once_for_each_nominal_day_and_in_order(
    zone: str, anchor: date, rhythm: Rhythm, week: str, away: list[date]
) -> None:
    absences = [Absence(day, day + timedelta(days=9)) for day in away]
    one = rota(*absences, zone=zone, days=week)
    a_plan = plan(rhythm, anchor, anchor + timedelta(days=180))
    handled, asked = anchor, []
    for offset in range(230):
        today = anchor + timedelta(days=offset)
        if not one.works(today):
            continue
        due = newest_due(a_plan, handled, today, one)
        if due is not None:
            asked.append((today, due))
            assert due > handled
            handled = due
    assert handled == a_plan.last
    assert [due for _, due in asked] == sorted({due for _, due in asked})
    assert all(one.works(day) and due <= day for day, due in asked)


@settings(max_examples=200, deadline=None)
@given(anchor=days, rhythm=rhythms, after=st.integers(0, 900))
def test_counting_from_the_middle_gives_the_same_days_as_from_the_start(
    anchor: date, rhythm: Rhythm, after: int
) -> None:
    a_plan = plan(rhythm, anchor, anchor + timedelta(days=1_000))
    middle = anchor + timedelta(days=after)
    whole = [day for day in nominal_days(a_plan, anchor) if day > middle]
    assert list(nominal_days(a_plan, middle)) == whole
