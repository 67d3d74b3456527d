"""Leave, deputies and acting managers, entered by the operator."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.audit import Action
from domain.errors import AccordError, NotAllowed
from domain.origin import Via
from storage import people
from tests.directory.files import CEO, JONAS, LENA, NOW, ORIGIN, Directory, a_row
from usecases.cover import set_acting_manager, set_delegation, set_leave

OMAR = a_row("omar@x.example", name="Omar Haddad", manager_email="ceo@x.example")
EMIL = a_row("emil@x.example", name="Emil Berg", manager_email="jonas@x.example")
TODAY = NOW.date()
MARCH_9, MARCH_16, MARCH_23 = date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)


@pytest.fixture
def company(directory: Directory) -> Directory:
    directory.take(CEO, JONAS, LENA, EMIL, OMAR)
    return directory


def managers(company: Directory, email: str, day: date) -> list[str]:
    with company.store.read(ORIGIN) as reading:
        found = people.current_managers(reading.connection, company.id_of(email), day)
    return [manager.name for manager in found]


def test_an_acting_manager_comes_first_and_goes_by_themself(company: Directory) -> None:
    count = set_acting_manager(
        company.store, ORIGIN, "jonas@x.example", "emil@x.example", TODAY, MARCH_9
    )
    assert count == 1  # Emil does not report to himself
    assert managers(company, "lena@x.example", TODAY) == ["Emil Berg", "Jonas Brandt"]
    assert managers(company, "emil@x.example", TODAY) == ["Jonas Brandt"]
    assert managers(company, "lena@x.example", MARCH_9) == ["Jonas Brandt"]


def test_a_deputy_stands_in_until_the_end(company: Directory) -> None:
    jonas = company.id_of("jonas@x.example")
    set_delegation(company.store, ORIGIN, "Jonas@x.example", "omar@x.example", TODAY, MARCH_9)
    with company.store.read(ORIGIN) as reading:
        now = people.deputies(reading.connection, jonas, TODAY)
        later = people.deputies(reading.connection, jonas, MARCH_9)
    assert ([deputy.name for deputy in now], later) == (["Omar Haddad"], [])
    [act] = company.recorded(Action.DELEGATION_GIVE)
    assert act.subject == jonas
    assert act.fields == {
        "deputy": str(company.id_of("omar@x.example")),
        "first_day": "2026-03-02",
        "day_after": "2026-03-09",
    }


def test_leave_is_dated_and_recorded(company: Directory) -> None:
    lena = company.id_of("lena@x.example")
    set_leave(company.store, ORIGIN, "lena@x.example", MARCH_9, MARCH_16)
    with company.store.read(ORIGIN) as reading:
        [absence] = people.absences(reading.connection, [lena], TODAY)[lena]
    assert (absence.first_day, absence.day_after) == (MARCH_9, MARCH_16)
    [act] = company.recorded(Action.PERSON_CHANGE)
    assert (act.object_id, act.reason) == (lena, "leave")


def test_ranges_may_touch_but_not_overlap(company: Directory) -> None:
    leave = company.store, ORIGIN, "lena@x.example"
    set_leave(*leave, MARCH_9, MARCH_16)
    set_leave(*leave, MARCH_16, MARCH_23)
    deputy = company.store, ORIGIN, "jonas@x.example", "omar@x.example"
    set_delegation(*deputy, MARCH_9, None)
    set_delegation(*deputy, TODAY, MARCH_9)
    acting = company.store, ORIGIN, "jonas@x.example", "omar@x.example"
    set_acting_manager(*acting, MARCH_9, MARCH_16)
    set_acting_manager(*acting, MARCH_16, MARCH_23)
    for again in (
        lambda: set_leave(*leave, TODAY, MARCH_23),
        lambda: set_delegation(*deputy, MARCH_16, MARCH_23),
        lambda: set_acting_manager(*acting, TODAY, MARCH_23),
    ):
        with pytest.raises(AccordError, match="_overlaps"):
            again()


@pytest.mark.parametrize(
    ("manager", "acting", "code"),
    [
        ("nobody@x.example", "omar@x.example", "email_unknown"),
        ("jonas@x.example", "nobody@x.example", "email_unknown"),
        ("jonas@x.example", "jonas@x.example", "is_self"),
    ],
)
def test_who_stands_in_must_be_somebody_else(
    company: Directory, manager: str, acting: str, code: str
) -> None:
    for use_case in (set_acting_manager, set_delegation):
        with pytest.raises(AccordError, match=code):
            use_case(company.store, ORIGIN, manager, acting, TODAY, MARCH_9)


def test_nobody_acts_for_a_manager_of_nobody(company: Directory) -> None:
    with pytest.raises(AccordError, match="nobody_reports"):
        set_acting_manager(
            company.store, ORIGIN, "lena@x.example", "omar@x.example", TODAY, MARCH_9
        )


def test_an_end_before_the_beginning_is_refused(company: Directory) -> None:
    with pytest.raises(AccordError, match="no_days"):
        set_leave(company.store, ORIGIN, "lena@x.example", MARCH_9, MARCH_9)


def test_nobody_enters_leave_through_slack(company: Directory) -> None:
    origin = replace(ORIGIN, via=Via.COMMAND, slack_user="U0LENA")
    with pytest.raises(NotAllowed):
        set_leave(company.store, origin, "lena@x.example", MARCH_9, MARCH_16)
