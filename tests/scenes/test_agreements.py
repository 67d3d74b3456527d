"""Agreements with representatives: one side registers, the other confirms, both are reminded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.people import Role
from domain.verification import Verdict
from tests.scenes.conftest import Company
from tests.scenes.offices import Offices, name_to_role, settle_offices
from tests.scenes.phones import MachineTime
from tests.scenes.test_erasures import checked
from tests.scenes.test_objections import change_minutes, change_told, holds, object_to_it
from tests.scenes.test_policy import MINUTES, agree_on, open_rules, today, told
from tests.slack import Person

MONDAY = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
CLAUSES = "1 Check-ins come in the morning.\n2 Nobody is ranked.\n2.1 Not by teams either."


@pytest.fixture
def offices(company: Company, machine_time: MachineTime) -> Offices:
    found = settle_offices(company, machine_time)
    name_to_role(company, "Tarik", Role.REPRESENTATIVE)
    return found


@pytest.fixture
def tarik(offices: Offices) -> Person:
    return offices.company.person("Tarik")


def fill(offices: Offices, person: Person, **changes: object) -> None:
    person.command("/accord agreements")
    person.dialog.press("Register agreement")
    values = {
        "Title": "Check-ins",
        "Between whom": "Company and works council",
        "Clauses": CLAUSES,
        "Valid from": today(offices.company).isoformat(),
    }
    if changes.keys() - values.keys() - {"Expires on"}:
        person.dialog.press("More detail")
    person.dialog.fill({**values, **changes})


def register(offices: Offices, person: Person, **changes: object) -> None:
    fill(offices, person, **changes)
    person.dialog.submit()
    assert "A-1 Check-ins" in person.dialog.text, person.dialog.errors
    person.dialog.close(everything=True)


def confirm(person: Person) -> None:
    person.wait_for("please confirm it").press("Confirm")
    person.wait_for("confirmed by")


def read(person: Person, reference: str = "A-1") -> str:
    person.command(f"/accord agreements {reference}")
    said = person.dialog.text
    person.dialog.close(everything=True)
    return said


def test_an_agreement_counts_once_the_other_side_has_confirmed_it(
    offices: Offices, tarik: Person
) -> None:
    company = offices.company
    register(offices, offices.hr)
    lena = company.person("Lena")
    lena.command("/accord agreements A-1")
    lena.wait_for("I know no agreement A-1")
    wanted = tarik.wait_for("Ines Duarte registers an agreement: please confirm it")
    assert wanted.buttons == ["Open", "Confirm", "Send back"]
    wanted.press("Open")
    assert "Nobody is ranked." in tarik.dialog.text
    tarik.dialog.close()
    confirm(tarik)
    offices.hr.wait_for("Your agreement A-1 was answered")
    said = read(lena)
    assert "Registered by Ines Duarte, confirmed by Tarik Can" in said
    assert "Not by teams either." in said
    assert "Change" not in said
    acts = ("agreement.register", "agreement.confirm")
    assert [len(company.acts(act)) for act in acts] == [1, 1]
    assert checked(company.parts.store).verdict is Verdict.INTACT


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    offices: Offices, tarik: Person
) -> None:
    yesterday = today(offices.company) - timedelta(days=1)
    fill(offices, tarik, **{"Clauses": "Nobody is ranked.", "Expires on": yesterday.isoformat()})
    tarik.dialog.submit()
    assert "put a number before the first clause" in tarik.dialog.errors["Clauses"]
    assert "end before it begins" in tarik.dialog.errors["Expires on"]
    tarik.dialog.fill({"Clauses": "1 Once.\n1 Twice."}).submit()
    assert "two clauses 1" in tarik.dialog.errors["Clauses"]
    tarik.dialog.fill({"Clauses": CLAUSES})
    tarik.dialog.fill({"Expires on": today(offices.company).isoformat()}).submit()
    assert "A-1 Check-ins" in tarik.dialog.text

    name_to_role(offices.company, "Jonas", Role.HR, region="DE")
    jonas = offices.company.person("Jonas")
    beyond = {"Region": "US", "Settles objections to version": "99"}
    fill(offices, jonas, **beyond)
    jonas.dialog.submit()
    assert jonas.dialog.errors.keys() == beyond.keys()


def test_the_other_side_sends_it_back_with_a_reason(offices: Offices, tarik: Person) -> None:
    register(offices, tarik)
    offices.hr.wait_for("please confirm it").press("Send back")
    offices.hr.dialog.fill({"Reason": "Clause 2 says more."}).submit()
    assert "sent back by Ines Duarte" in offices.hr.dialog.text
    tarik.wait_for("Your agreement A-1 was answered")
    said = read(tarik)
    assert "Clause 2 says more." in said
    assert "2 Nobody is ranked." in said


def test_a_change_is_a_version_that_both_confirm_and_the_old_one_counts_until_then(
    offices: Offices, tarik: Person
) -> None:
    register(offices, offices.hr)
    confirm(tarik)
    tarik.command("/accord agreements A-1")
    tarik.dialog.press("Change")
    tarik.dialog.fill({"Clauses": "1 Check-ins come at noon."}).submit()
    tarik.dialog.close(everything=True)
    lena = offices.company.person("Lena")
    assert "noon" not in read(lena)
    offices.hr.wait_for("Tarik Can registers an agreement").press("Confirm")
    offices.hr.wait_for("confirmed by Ines Duarte")
    said = read(lena)
    assert "noon" in said
    assert "Version 1" in said


def test_both_sides_are_reminded_and_what_has_expired_is_marked(
    offices: Offices, tarik: Person
) -> None:
    company = offices.company
    company.move_to(MONDAY)
    last = MONDAY.date() + timedelta(days=100)
    register(offices, offices.hr, **{"Expires on": last.isoformat()})
    confirm(tarik)
    company.pass_days(9)
    assert not tarik.sees("expires soon")
    seen_within(company, tarik, "The agreement A-1 expires soon", 7)
    offices.hr.wait_for("The agreement A-1 expires soon")
    company.move_to(MONDAY + timedelta(days=101))
    seen_within(company, tarik, "The agreement A-1 has expired", 7)
    assert "Expired: it was valid" in read(tarik)
    assert len(company.acts("agreement.expire")) == 1


def seen_within(company: Company, person: Person, words: str, days: int) -> None:
    """It stands in the one message of some working morning, which goes out before the next day."""
    for _ in range(days):
        company.pass_days(1)
        company.let_it_be_sent()
        if person.sees(words):
            return
    person.wait_for(words)


def test_an_agreement_settles_an_objection_and_the_change_goes_on(
    offices: Offices, tarik: Person
) -> None:
    company = offices.company
    change_minutes(offices)
    object_to_it(tarik)
    company.pass_days(20)
    fill(offices, offices.hr, **{"Settles objections to version": "1"})
    offices.hr.dialog.submit()
    at_field = offices.hr.dialog.errors["Settles objections to version"]
    assert "No objection stands to version 1" in at_field
    offices.hr.dialog.fill({"Settles objections to version": "2"}).submit()
    offices.hr.dialog.close(everything=True)
    assert holds(offices, 30)
    confirm(tarik)
    tomorrow = today(company) + timedelta(days=1)
    assert f"approved, from {told(tomorrow)} on" in open_rules(offices, "Lena")
    company.person("Lena").dialog.close()
    offices.company.person("Nora").wait_for("settled by A-1")
    company.pass_days(1)
    assert holds(offices, 45)
    assert len(company.acts("objection.settle")) == 1


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("A-1 clause 2", "Under A-1, Check-ins, clause 2: “Nobody is ranked.”"),
        ("A-1 clause 9", "The reason names clause 9 of A-1, Check-ins. There is none."),
    ],
)
def test_a_change_that_names_a_clause_shows_it_or_says_that_there_is_none(
    offices: Offices, tarik: Person, reason: str, words: str
) -> None:
    register(offices, offices.hr)
    confirm(tarik)
    agree_on(offices, {MINUTES: "45", "Reason": reason})
    change_told(tarik).press("Look")
    assert words in tarik.dialog.text


def test_only_the_two_sides_register_agreements(offices: Offices) -> None:
    lena = offices.company.person("Lena")
    lena.command("/accord agreements")
    assert lena.dialog.buttons == []
    assert "No agreement is registered yet." in lena.dialog.text


def test_emil_confirms_in_german(offices: Offices) -> None:
    name_to_role(offices.company, "Emil", Role.REPRESENTATIVE)
    register(offices, offices.hr)
    emil = offices.company.person("Emil")
    emil.wait_for("trägt eine Vereinbarung ein").press("Bestätigen")
    emil.wait_for("bestätigt von")
