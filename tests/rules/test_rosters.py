"""Who works by a roster is asked on the days of their turn, and on no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cadence import Plan, Rota, newest_due
from domain.goals import Rhythm
from domain.people import Level, Member
from domain.rosters import LONGEST_TURN, BadRoster, Roster, read_roster, roster_text
from domain.workdays import Absence, workday_after, works_on

MONDAY = date(2027, 1, 4)
DAY = timedelta(days=1)
NURSE = Member(
    id=uuid4(),
    name="Nurse",
    slack_user="U1",
    level=Level.INDIVIDUAL,
    timezone="Europe/Berlin",
    locale="en",
    working_days=frozenset({1, 2, 3, 4, 5}),
    day_start=time(6),
    region="DE",
    roster=read_roster("2027-01-04 4on 4off"),
)


def working(member: Member, first: date, days: int) -> str:
    return "".join(
        "x" if works_on(member, (), first + timedelta(days=step)) else "-" for step in range(days)
    )


def test_a_turn_repeats_from_its_first_day_on_whatever_the_week_says() -> None:
    assert working(NURSE, MONDAY, 20) == "xxxx----xxxx----xxxx"
    # Before it the usual week holds; the first of January is a Friday, and a holiday.
    assert working(NURSE, MONDAY - 7 * DAY, 7) == "xxxx---"


def test_two_weeks_in_turn() -> None:
    early_and_late = replace(NURSE, roster=read_roster("2027-01-04 5on 2off 3on 4off"))
    assert working(early_and_late, MONDAY, 21) == "xxxxx--xxx----xxxxx--"


def test_a_roster_knows_of_holidays_and_leave_still_counts() -> None:
    easter_monday = date(2027, 3, 29)
    every_day = replace(NURSE, roster=read_roster("2027-01-04 1on"))
    assert works_on(every_day, (), easter_monday)
    assert not works_on(replace(NURSE, roster=None), (), easter_monday)
    assert not works_on(every_day, (Absence(easter_monday, easter_monday + DAY),), easter_monday)


def test_days_to_answer_are_days_of_the_turn() -> None:
    assert workday_after(NURSE, (), MONDAY + 3 * DAY, 1) == MONDAY + 8 * DAY


def test_a_question_moves_to_the_next_day_of_the_turn_and_keeps_the_day_it_is_for() -> None:
    rota = Rota(NURSE, (), timedelta(minutes=30))
    plan = Plan(MONDAY - timedelta(days=9), Rhythm.BIWEEKLY, date(2027, 12, 31))
    nominal = MONDAY + 5 * DAY
    assert not rota.works(nominal)
    asked_on = rota.next_working(nominal)
    assert asked_on == MONDAY + 8 * DAY
    assert newest_due(plan, MONDAY, asked_on - DAY, rota) is None
    assert newest_due(plan, MONDAY, asked_on, rota) == nominal


rosters = st.builds(
    Roster,
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.lists(st.booleans(), min_size=1, max_size=40).filter(any).map(tuple),
)


@given(rosters)
def test_what_is_written_is_read_as_it_was(roster: Roster) -> None:
    assert read_roster(roster_text(roster)) == roster


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4on 4off",
        "2027-02-30 4on",
        "2027-01-04",
        "2027-01-04 4off",
        "2027-01-04 0on",
        "2027-01-04 four on",
        "2027-01-04 4on 4",
        "2027-01-04 4on -4off",
        f"2027-01-04 {LONGEST_TURN}on 1off",
        "2027-01-04 " + "999on " * 999,
    ],
)
def test_what_is_no_roster_is_refused(text: str) -> None:
    with pytest.raises(BadRoster):
        read_roster(text)


def test_commas_capitals_and_spaces_do_not_matter() -> None:
    assert roster_text(read_roster(" 2027-01-04  4 On, 4 OFF ")) == "2027-01-04 4on 4off"
