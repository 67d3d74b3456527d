"""Representatives hear of a change of the rules in advance, and an objection holds it up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from domain.people import Role
from domain.verification import Verdict
from storage.tables.people import RoleGrant
from tests.company import person_id
from tests.scenes.conftest import Company
from tests.scenes.offices import Offices, name_to_role, settle_offices
from tests.scenes.phones import MachineTime
from tests.scenes.test_erasures import checked
from tests.scenes.test_policy import ANSWER, MINUTES, agree_on, open_rules, today, told
from tests.slack import Message, Person

WHY = "Mornings are busy enough."


@pytest.fixture
def offices(company: Company, machine_time: MachineTime) -> Offices:
    found = settle_offices(company, machine_time)
    name_to_role(company, "Tarik", Role.REPRESENTATIVE)
    return found


@pytest.fixture
def tarik(offices: Offices) -> Person:
    return offices.company.person("Tarik")


def first_day(offices: Offices) -> date:
    return today(offices.company) + timedelta(days=14)


def change_minutes(offices: Offices) -> None:
    agree_on(offices, {MINUTES: "45"})


def change_told(person: Person) -> Message:
    return person.wait_for("The rules change")


def told_of_changes(person: Person) -> int:
    return len([one for one in person.messages() if "because you represent" in one.text])


def object_to_it(person: Person, why: str = WHY) -> None:
    change_told(person).press("Object")
    person.dialog.fill({"Reason": why}).submit()
    assert "held up by an objection" in person.dialog.text
    person.dialog.close()


def holds(offices: Offices, minutes: int) -> bool:
    said = open_rules(offices, "Lena")
    offices.company.person("Lena").dialog.close()
    return f"{MINUTES}: {minutes} minutes" in said


def test_a_representative_hears_once_what_changes_from_when_and_until_when_they_can_object(
    offices: Offices, tarik: Person
) -> None:
    day, until = first_day(offices), today(offices.company) + timedelta(days=10)
    change_minutes(offices)
    message = change_told(tarik)
    assert f"{MINUTES}: 30 minutes → 45 minutes" in message.text
    assert f"approved, from {told(day)} on" in message.text
    assert "Proposed by Ines Duarte, approved by Nora Sand" in message.text
    assert f"You can object until {told(until)}" in message.text
    assert message.buttons == ["Look", "No objection", "Object"]
    offices.company.pass_days(1)
    assert told_of_changes(tarik) == 1
    for name in ("Lena", "Ines"):
        assert told_of_changes(offices.company.person(name)) == 0


def test_an_objection_holds_the_change_up_until_it_is_withdrawn(
    offices: Offices, tarik: Person
) -> None:
    company = offices.company
    change_minutes(offices)
    object_to_it(tarik)
    for name in ("Ines", "Nora"):
        raised = company.person(name).wait_for("Tarik Can objects to version 2")
        assert WHY in raised.text
    assert len(company.acts("objection.raise")) == len(company.acts("policy.hold")) == 1
    company.pass_days(20)
    assert company.acts("policy.activate") == []
    assert holds(offices, 30)

    tarik.command("/accord objections")
    tarik.dialog.press("Withdraw")
    tarik.dialog.fill({"Why it may hold now": "We talked."}).submit()
    tomorrow = today(company) + timedelta(days=1)
    assert f"approved, from {told(tomorrow)} on" in tarik.dialog.text
    tarik.dialog.close(everything=True)
    company.person("Ines").wait_for("The objection of Tarik Can to version 2")
    company.pass_days(1)
    assert holds(offices, 45)
    assert len(company.acts("objection.withdraw")) == len(company.acts("policy.release")) == 1
    company.person("Lena").command("/accord audit policy")
    record = company.person("Lena").dialog.text
    assert "Tarik Can objected to a version" in record
    assert f"Reason: {WHY}" in record
    assert "Tarik Can withdrew an objection" in record
    assert checked(company.parts.store).verdict is Verdict.INTACT


def test_undo_takes_an_objection_back_and_the_change_keeps_its_day(
    offices: Offices, tarik: Person
) -> None:
    day = first_day(offices)
    change_minutes(offices)
    object_to_it(tarik)
    tarik.wait_for("You object").press("Undo")
    message = tarik.wait_for(f"approved, from {told(day)} on", offering="No objection")
    assert message.buttons == ["Look", "No objection", "Object"]
    assert len(offices.company.acts("objection.withdraw")) == 1


def test_who_has_no_objection_says_so_and_may_still_object(offices: Offices, tarik: Person) -> None:
    change_minutes(offices)
    change_told(tarik).press("No objection")
    message = tarik.wait_for("You have no objection.", offering="Look")
    assert message.buttons == ["Look", "Object"]
    message.press("Look")
    assert "Tarik Can has no objection" in tarik.dialog.text
    tarik.dialog.close()
    assert len(offices.company.acts("objection.none")) == 1
    object_to_it(tarik)


def test_after_the_term_silence_is_no_objection(offices: Offices, tarik: Person) -> None:
    company = offices.company
    change_minutes(offices)
    message = change_told(tarik)
    company.pass_days(11)
    message.press("Object")
    tarik.wait_for("The time to object ended")
    company.pass_days(4)
    assert holds(offices, 45)
    assert company.acts("objection.raise") == []


def test_a_withdrawn_version_ends_the_objection_and_whoever_objected_hears_it(
    offices: Offices, tarik: Person
) -> None:
    change_minutes(offices)
    object_to_it(tarik)
    open_rules(offices, "Ines")
    offices.hr.dialog.press("Withdraw")
    offices.hr.dialog.fill({"Reason": "You are right."}).submit()
    offices.hr.dialog.close(everything=True)
    tarik.wait_for("The objection of Tarik Can to version 2 of the rules stands no more")
    offices.company.pass_days(20)
    assert holds(offices, 30)


def test_who_represents_nobody_there_hears_who_does(offices: Offices, tarik: Person) -> None:
    change_minutes(offices)
    message = change_told(tarik)
    lena = offices.company.person("Lena")
    lena.command("/accord objections")
    assert f"{MINUTES}: 30 minutes → 45 minutes" in lena.dialog.text
    assert lena.dialog.buttons == []
    lena.dialog.close()
    with offices.company.parts.store.write_alone() as connection:
        connection.execute(
            update(RoleGrant)
            .where(RoleGrant.role == Role.REPRESENTATIVE)
            .values(person_id=person_id("Lena Novak"))
        )
    message.press("Object")
    tarik.wait_for("Only employee representatives of people whom this change touches can do this")
    assert "Lena Novak" in tarik.last_message().text


def test_emil_objects_in_german(offices: Offices) -> None:
    name_to_role(offices.company, "Emil", Role.REPRESENTATIVE)
    change_minutes(offices)
    emil = offices.company.person("Emil")
    message = emil.wait_for("Die Regeln ändern sich")
    message.press("Einspruch erheben")
    emil.dialog.fill({"Grund": "Zu früh."}).submit()
    assert "durch einen Einspruch angehalten" in emil.dialog.text


def test_what_needs_no_notice_can_be_objected_to_until_it_holds(
    offices: Offices, tarik: Person
) -> None:
    agree_on(offices, {ANSWER: "5"})
    object_to_it(tarik)
    offices.company.pass_days(3)
    said = open_rules(offices, "Lena")
    assert f"{ANSWER}: 3 working days" in said
