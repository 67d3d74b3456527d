"""The rules: everybody reads them, two people change them, and they hold from a day on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from bot.running import clock_origin
from domain.audit import Actor, ActorKind
from domain.people import GrantState, Role
from domain.verification import Verdict
from storage.tables.goals import Goal
from storage.tables.people import RoleGrant
from tests.company import person_id
from tests.scenes.conftest import Company
from tests.scenes.goals import propose as propose_goal
from tests.scenes.offices import Offices, name_to_role, settle_offices
from tests.scenes.phones import MachineTime
from tests.scenes.test_erasures import checked
from usecases import policy_changes


@pytest.fixture
def offices(company: Company, machine_time: MachineTime) -> Offices:
    return settle_offices(company, machine_time)


ANSWER = "Time to answer a proposal"
MINUTES = "When check-ins come, after the start of the day"


def today(company: Company) -> date:
    return company.parts.clock.business().date()


def told(day: date) -> str:
    return f"{day.day} {day:%B}"


def open_rules(offices: Offices, name: str, words: str = "") -> str:
    person = offices.company.person(name)
    person.command(f"/accord policy {words}".strip())
    return person.dialog.text


def propose(offices: Offices, values: dict[str, object], name: str = "Ines") -> str:
    """Somebody changes everyday settings and asks; returns what they were shown before."""
    open_rules(offices, name)
    person = offices.company.person(name)
    person.dialog.press("Change settings")
    person.dialog.fill({"Reason": "People asked for more time.", **values}).submit()
    assert "Code" in person.dialog.labels, person.dialog.errors
    shown = person.dialog.text
    person.dialog.fill({"Code": offices.code(name)}).submit()
    assert person.dialog.text.startswith("Asked."), person.dialog.text
    person.dialog.close(everything=True)
    return shown


def agree_on(offices: Offices, values: dict[str, object]) -> None:
    propose(offices, values)
    assert "it is done" in offices.approve("Nora")


def test_everybody_reads_the_rules_and_where_each_comes_from(offices: Offices) -> None:
    said = open_rules(offices, "Lena")
    assert "Version 1, from the beginning" in said
    assert f"{ANSWER}: 3 working days" in said
    assert "Check in every: Quarter" in said
    assert "Term: Goals that have ended, US, kept for 12 months" in said
    assert "What a law wants kept: none" not in said, "the terms above are just that"
    assert "· built in" not in said
    lena = offices.company.person("Lena")
    assert "Change settings" not in lena.dialog.buttons
    lena.dialog.press("Versions")
    assert "Adopted when Accord was set up" in lena.dialog.text


def test_emil_reads_them_in_german(offices: Offices) -> None:
    said = open_rules(offices, "Emil")
    assert "Fassung 1, von Anfang an" in said
    assert "3 Arbeitstage" in said


def test_two_people_change_a_setting_and_it_holds_from_its_day(offices: Offices) -> None:
    company = offices.company
    shown = propose(offices, {ANSWER: "5"})
    tomorrow = today(company) + timedelta(days=1)
    assert f"The rules change from {told(tomorrow)} on" in shown
    assert f"{ANSWER}: 3 working days → 5 working days" in shown
    assert "something else holds then" in shown
    assert shown.count("something else holds then") == 1
    assert "co-determined" not in shown
    assert "it is done" in offices.approve("Nora")
    assert len(company.acts("policy.propose")) == 1
    assert len(company.acts("policy.approve")) == 1

    waits = open_rules(offices, "Lena")
    assert f"{ANSWER}: 3 working days" in waits
    assert f"Version 2, approved, from {told(tomorrow)} on" in waits
    company.person("Lena").dialog.close()

    company.pass_days(1)
    assert len(company.acts("policy.activate")) == 1
    now = open_rules(offices, "Lena")
    assert f"Version 2, since {told(tomorrow)}" in now
    assert f"{ANSWER}: 5 working days · our standard" in now
    assert "Proposed by Ines Duarte, approved by Nora" in now
    company.person("Lena").dialog.press("Versions")
    assert f"{ANSWER}: 3 working days → 5 working days" in company.person("Lena").dialog.text
    company.person("Lena").dialog.close(everything=True)
    company.person("Lena").command("/accord audit policy")
    record = company.person("Lena").dialog.text
    assert "Accord put a version into force" in record
    assert f"Holds from {told(tomorrow)} on" in record
    assert "Reason: People asked for more time." in record
    assert f"{ANSWER}: 3 working days → 5 working days" in record
    assert "negotiation." not in record
    company.person("Lena").dialog.close(everything=True)
    company.person("Lena").command("/accord audit")
    company.person("Lena").wait_for("/accord audit policy that of the rules")
    assert checked(company.parts.store).verdict is Verdict.INTACT


def test_that_nothing_differs_is_said_at_no_setting(offices: Offices) -> None:
    open_rules(offices, "Ines")
    offices.hr.dialog.press("Change settings")
    offices.hr.dialog.fill({ANSWER: "two", "Reason": "Just so."}).submit()
    assert offices.hr.dialog.errors[ANSWER] == "Please write a whole number."
    offices.hr.dialog.fill({ANSWER: "3"}).submit()
    assert "Nothing differs" in offices.hr.dialog.errors["Reason"]
    assert ANSWER not in offices.hr.dialog.errors


def test_the_rules_of_a_past_day_can_be_asked(offices: Offices) -> None:
    company = offices.company
    before = today(company)
    agree_on(offices, {ANSWER: "5"})
    company.pass_days(2)
    said = open_rules(offices, "Lena", before.isoformat())
    assert f"What held on {told(before)}" in said
    assert f"{ANSWER}: 3 working days" in said
    lena = company.person("Lena")
    lena.dialog.close()
    open_rules(offices, "Lena")
    lena.dialog.press("On another day")
    after = before + timedelta(days=1)
    lena.dialog.fill({"Which rules held on": after.isoformat()}).submit()
    assert f"{ANSWER}: 5 working days · our standard" in lena.dialog.text
    lena.dialog.close(everything=True)
    lena.command("/accord policy 9999-12-31")
    assert f"{ANSWER}: 5 working days · our standard" in lena.dialog.text
    lena.dialog.close()
    lena.command("/accord policy last year")
    lena.wait_for("I don't know the day last year")


def test_what_is_co_determined_needs_notice(offices: Offices) -> None:
    company = offices.company
    soon = today(company) + timedelta(days=3)
    open_rules(offices, "Ines")
    offices.hr.dialog.press("Change settings")
    offices.hr.dialog.fill({MINUTES: "45", "From": soon.isoformat(), "Reason": "Quieter."})
    offices.hr.dialog.submit()
    first = today(company) + timedelta(days=14)
    assert f"The earliest day is {told(first)}" in offices.hr.dialog.errors["From"]
    assert offices.hr.dialog.value(MINUTES) == "45"
    offices.hr.dialog.close(everything=True)
    shown = propose(offices, {MINUTES: "45"})
    assert f"The rules change from {told(first)} on" in shown
    assert "Co-determined: When check-ins come, after the start of the day." in shown
    assert "Representatives hear of it 14 days beforehand" in shown


def test_while_a_change_is_asked_for_the_rules_say_so_and_offer_no_second_one(
    offices: Offices,
) -> None:
    propose(offices, {ANSWER: "5"})
    open_rules(offices, "Ines")
    assert "Ines Duarte has asked for a change." in offices.hr.dialog.text
    assert "Nora Sand can approve or refuse it" in offices.hr.dialog.text
    assert not {"Change settings", "Change as YAML"} & set(offices.hr.dialog.buttons)
    offices.hr.dialog.close(everything=True)
    open_rules(offices, "Lena")
    assert "asked for a change" not in offices.company.person("Lena").dialog.text
    offices.company.pass_days(1.1)
    open_rules(offices, "Ines")
    assert "Change settings" in offices.hr.dialog.buttons


def test_a_version_that_waits_is_withdrawn_with_a_reason(offices: Offices) -> None:
    company = offices.company
    agree_on(offices, {ANSWER: "5"})
    open_rules(offices, "Ines")
    assert "Change settings" not in offices.hr.dialog.buttons
    offices.hr.dialog.press("Withdraw")
    offices.hr.dialog.fill({"Reason": "Not now."}).submit()
    assert "Version 2 is withdrawn" in offices.hr.dialog.text
    offices.hr.dialog.close(everything=True)
    company.pass_days(2)
    assert company.acts("policy.activate") == []
    said = open_rules(offices, "Lena")
    assert f"{ANSWER}: 3 working days" in said
    company.person("Lena").dialog.press("Versions")
    assert "Withdrawn by Ines Duarte: “Not now.”" in company.person("Lena").dialog.text


def test_what_an_objection_holds_up_does_not_hold_on_its_day(offices: Offices) -> None:
    company, store = offices.company, offices.company.parts.store
    agree_on(offices, {ANSWER: "5"})
    nora = Actor(ActorKind.PERSON, person_id("Nora Sand"))
    with store.write(clock_origin(company.parts)) as work:
        policy_changes.hold_up(work, 2, nora, {})
    company.pass_days(3)
    assert f"{ANSWER}: 3 working days" in open_rules(offices, "Lena")
    company.person("Lena").dialog.close()
    with store.write(clock_origin(company.parts)) as work:
        assert policy_changes.release(work, 2, nora, {}) == today(company) + timedelta(days=1)
    company.pass_days(1)
    assert f"{ANSWER}: 5 working days · our standard" in open_rules(offices, "Lena")


def test_nobody_is_locked_out_of_changing_the_rules(offices: Offices) -> None:
    hr = offices.hr
    open_rules(offices, "Ines")
    hr.dialog.press("Change as YAML")
    field = "The whole policy, as YAML"
    text = hr.dialog.value(field)
    kept = text.replace("[hr, compliance, legal]", "[executive]", 1)
    assert kept != text
    hr.dialog.fill({field: kept, "Reason": "Fewer people."}).submit()
    assert "no two people could change the rules again" in str(hr.dialog.errors)


def test_whoever_lost_the_role_meanwhile_changes_nothing(offices: Offices) -> None:
    company = offices.company
    open_rules(offices, "Omar")
    offices.admin.dialog.press("Change settings")
    with company.parts.store.write_alone() as connection:
        connection.execute(
            update(RoleGrant)
            .where(RoleGrant.role == Role.ADMINISTRATOR)
            .values(state=GrantState.REVOKED)
        )
    offices.admin.dialog.fill({ANSWER: "9", "Reason": "Quickly."}).submit()
    assert "can propose a change of the rules" in str(offices.admin.dialog.errors)
    assert company.acts("policy.propose") == []


def test_who_may_not_change_the_rules_hears_who_may(offices: Offices) -> None:
    name_to_role(offices.company, "Jonas", Role.HR, region="DE")
    open_rules(offices, "Jonas")
    assert "Change settings" not in offices.company.person("Jonas").dialog.buttons


def test_the_whole_document_is_changed_as_yaml(offices: Offices) -> None:
    company, hr = offices.company, offices.hr
    open_rules(offices, "Ines")
    hr.dialog.press("Change as YAML")
    text = hr.dialog.value("The whole policy, as YAML")
    wrong = text.replace("undo_minutes: 10", "undo_minuts: 90")
    hr.dialog.fill({"The whole policy, as YAML": wrong, "Reason": "  "}).submit()
    assert set(hr.dialog.errors) == {"The whole policy, as YAML", "Reason"}
    hr.dialog.fill({"Reason": "Regions differ."}).submit()
    said = hr.dialog.errors["The whole policy, as YAML"]
    assert "Line 7, column 3, negotiation.undo_minuts: “undo_minuts” is not known here" in said
    assert "Did you mean “undo_minutes”?" in said
    assert hr.dialog.value("The whole policy, as YAML") == wrong
    local = """
variations:
  negotiation.answer_within_working_days: {min: 2, max: 6}
units:
  Company / Support:
    negotiation:
      answer_within_working_days: %s
"""
    hr.dialog.fill({"The whole policy, as YAML": wrong + local % 9}).submit()
    said = hr.dialog.errors["The whole policy, as YAML"]
    assert "“undo_minuts” is not known here" in said
    assert "9 is outside of the standard's bounds: 2 to 6" in said
    hr.dialog.fill({"The whole policy, as YAML": text + local % 6}).submit()
    assert f"Company / Support: {ANSWER}: 6 working days" in hr.dialog.text
    hr.dialog.fill({"Code": offices.code("Ines")}).submit()
    hr.dialog.close(everything=True)
    assert "it is done" in offices.approve("Nora")
    company.pass_days(20)
    assert f"{ANSWER}: 6 working days · unit Company / Support" in open_rules(offices, "Jonas")
    assert f"{ANSWER}: 3 working days" in open_rules(offices, "Mira")
    # The deadline is that of whoever has to answer.
    before = company.parts.clock.business()
    propose_goal(company.person("Lena"), company)
    with company.parts.store.engine.connect() as connection:
        answer_by = connection.scalar(select(Goal.answer_by))
    assert answer_by is not None
    assert answer_by - before > timedelta(days=6)
