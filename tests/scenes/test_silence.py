"""Nobody answers: one reminder, then the deputy, then further up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.running import clock_origin
from storage import cover
from tests.company import person_id
from tests.scenes.conftest import Company
from tests.scenes.goals import propose

# A Monday, 10:00 in Berlin.
MONDAY = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def test_a_silent_manager_is_reminded_once_then_the_deputy_is_asked(company: Company) -> None:
    lena, jonas, omar = (company.person(name) for name in ("Lena", "Jonas", "Omar"))
    company.move_to(MONDAY)
    propose(lena, company)
    assert "by Thursday" in jonas.wait_for("proposes a goal").text

    company.move_to(MONDAY + timedelta(days=2))
    assert "This is your only reminder" in jonas.wait_for("This is your only reminder").text
    company.move_to(MONDAY + timedelta(days=2, hours=4))
    assert len([m for m in jonas.messages() if "This is your only reminder" in m.text]) == 1

    company.move_to(MONDAY + timedelta(days=3, hours=8, minutes=30))
    assert omar.messages() == []  # it is half past six in the evening
    company.move_to(MONDAY + timedelta(days=4))
    question = omar.wait_for("Lena Novak proposes a goal")
    assert "You are asked as deputy of Lena Novak's manager" in question.text
    assert "Omar Haddad is asked to answer" in lena.wait_for("Omar Haddad is asked to").text
    question.press("Accept")
    lena.wait_for("Omar Haddad accepted G-1")
    lena.command("/accord audit G-1")
    assert "Omar Haddad, for Jonas Brandt, accepted" in lena.dialog.text
    assert "Omar Haddad accepted G-1" in jonas.wait_for("Omar Haddad accepted").text


def test_after_the_deputy_the_managers_manager_and_then_hr_are_asked(company: Company) -> None:
    lena = company.person("Lena")
    company.move_to(MONDAY)
    propose(lena, company)
    for days, name in ((4, "Omar"), (10, "Mara"), (16, "Ines")):
        company.move_to(MONDAY + timedelta(days=days))
        company.person(name).wait_for("Lena Novak proposes a goal")
    company.move_to(MONDAY + timedelta(days=23, hours=3))
    assert "Everybody who could answer was asked" in lena.wait_for("Nobody has answered").text


def test_the_access_of_those_who_were_asked_ends_with_the_case(company: Company) -> None:
    lena, ines, mara = (company.person(name) for name in ("Lena", "Ines", "Mara"))
    company.move_to(MONDAY)
    propose(lena, company)
    assert "I can't show you G-1" in mara.command("/goal show G-1").text
    for days in (4, 10, 16):
        company.move_to(MONDAY + timedelta(days=days))
    mara.wait_for("Lena Novak proposes a goal")
    assert "First reply" in mara.command("/goal show G-1").text
    ines.wait_for("Lena Novak proposes a goal").press("Accept")
    lena.wait_for("Ines Duarte accepted G-1")
    assert "I can't show you G-1" in mara.command("/goal show G-1").text


def test_somebody_without_a_manager_is_answered_by_hr_never_by_themselves(
    company: Company,
) -> None:
    clara, ines = company.person("Clara"), company.person("Ines")
    propose(clara, company)
    card = clara.wait_for("You proposed G-1")
    assert "Accept" not in card.buttons
    assert (
        "You are asked because your role stands in"
        in ines.wait_for("Clara Stein proposes a goal").text
    )


def test_a_silent_owner_is_reminded_and_then_the_manager_is_told(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(MONDAY)
    propose(lena, company)
    jonas.wait_for("proposes a goal").press("Counter")
    jonas.dialog.fill({"Target": "6", "Reason": "Realistic."}).submit()
    lena.wait_for("suggests a change")
    company.move_to(MONDAY + timedelta(days=2, hours=2))
    lena.wait_for("This is your only reminder")
    company.move_to(MONDAY + timedelta(days=4))
    assert "No answer is not a yes" in jonas.wait_for("Nobody has answered").text


def test_on_the_last_day_an_answer_is_asked_for_today(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(MONDAY)
    propose(lena, company)
    jonas.wait_for("proposes a goal")
    away = MONDAY.date() + timedelta(days=2)
    with company.parts.store.write(clock_origin(company.parts)) as work:
        cover.add_leave(work.connection, person_id("Jonas Brandt"), away, away + timedelta(days=1))
    company.move_to(MONDAY + timedelta(days=3))
    reminded = jonas.wait_for("This is your only reminder")
    assert "Please answer today; then Omar Haddad is asked." in reminded.text
    assert "Please answer today." in jonas.home().text
