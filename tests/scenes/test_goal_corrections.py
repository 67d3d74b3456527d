"""HR corrects a goal or a value in a case of *Correct this*, with a reason, and only there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from domain.audit import Action
from domain.people import LineKind, Role
from storage.tables.audit import AuditEntry
from storage.tables.checkins import Cadence
from storage.tables.people import ReportingLine, RoleGrant
from tests.company import LONG_AGO, person_id
from tests.scenes.conftest import Company
from tests.scenes.goals import agree, day_in, in_days, propose
from tests.scenes.offices import name_to_role
from tests.scenes.patience import dialog_with
from tests.scenes.test_corrections import ask
from tests.scenes.test_ended_rights import change
from tests.scenes.test_german import propose_in_german
from tests.scenes.test_silence import MONDAY
from tests.slack import Message, Person

WHY = "Lena typed hours, the contract says minutes."


def reported(company: Company, *values: str) -> tuple[Person, Person, Person]:
    """Lena has an agreed goal with these values."""
    company.move_to(MONDAY)
    lena, jonas, ines = (company.person(name) for name in ("Lena", "Jonas", "Ines"))
    agree(lena, jonas, company)
    for value in values:
        lena.command("/goal update G-1")
        lena.dialog.fill({"Value": value}).submit()
        lena.dialog.close()
    return lena, jonas, ines


def open_case(lena: Person, ines: Person) -> Message:
    """Lena asks from the history of her goal; Ines reads it."""
    lena.command("/goal history G-1")
    lena.dialog.press("Correct this")
    lena.dialog.fill({"What is wrong?": "Wrong."}).submit()
    lena.dialog.close(everything=True)
    message = ines.wait_for("Lena Novak asks for a correction")
    message.press("Read")
    return message


def newest_entry(person: Person) -> str:
    return person.dialog.text.split("\n#")[1]


def select_of(person: Person, label: str) -> dict[str, Any]:
    blocks = person.dialog.view["blocks"]
    found: dict[str, Any] = next(
        one["element"] for one in blocks if one.get("label", {}).get("text") == label
    )
    return found


def answer(ines: Person, outcome: str) -> None:
    ines.dialog.fill({"Outcome": outcome, "Explanation": "See there."}).submit()


def test_hr_corrects_a_goal_with_a_reason_and_only_then_says_so(company: Company) -> None:
    lena, jonas, ines = reported(company)
    open_case(lena, ines)
    assert "Nothing has changed since this was asked." in ines.dialog.text
    answer(ines, "Corrected")
    assert "Please correct it first" in ines.dialog.errors["Outcome"]

    ines.dialog.press("Correct a goal")
    assert "First reply to customers: 5 h" in ines.dialog.text
    ines.dialog.press("Correct the goal")
    ines.dialog.submit()
    assert set(ines.dialog.errors) == {"Reason"}
    ines.dialog.fill({"Reason": WHY}).submit()
    assert ines.dialog.errors["Reason"] == "Nothing is different from what stands there."
    ines.dialog.fill({"Target": "300", "Title": "First answer to customers"})
    ines.dialog.press("More detail")
    assert ines.dialog.value("Target") == "300"
    ines.dialog.fill({"Unit of measure": "min"}).submit()
    assert "G-1 is corrected. Lena Novak and their manager are told." in ines.dialog.text
    ines.dialog.press("Answer")
    assert "Changed since this was asked: #" in ines.dialog.text
    answer(ines, "Corrected")
    assert "Answered. Lena Novak is told." in ines.dialog.text
    ines.dialog.close()
    assert not ines.has_dialog

    for reader in (lena, jonas):
        told = reader.wait_for("Ines Duarte corrected G-1")
        assert "Target: 5 min → 300 min" in told.text
        assert WHY in told.text
    lena.command("/goal show G-1")
    jonas.command("/accord audit G-1")
    newest = newest_entry(jonas)
    for words in ("Ines Duarte corrected it", "Target: 5 → 300", f"Reason: {WHY}", "version 2"):
        assert words in newest
    assert "correction" not in newest
    jonas.dialog.close()
    lena.command("/goal history G-1")
    assert "Ines Duarte corrected it" in lena.dialog.text
    assert "Title: First reply answer to customers" in lena.dialog.text  # reply is struck out
    lena.dialog.close()

    lena.wait_for("Ines Duarte answered what you asked to have corrected")


def test_each_kind_is_corrected_in_its_own_terms_and_no_unit_gets_lost(company: Company) -> None:
    lena, jonas, ines = reported(company)
    lena.command("/goal new okr")
    parts = "Hours to first reply: 9 h → 5 h\nArticles: 40"
    lena.dialog.fill({"Title": "Customers are glad", "Due date": in_days(company, 80)})
    lena.dialog.fill({"Key results": parts}).submit()
    jonas.wait_for("Customers are glad").press("Accept")
    lena.wait_for("G-2")
    open_case(lena, ines)
    ines.dialog.press("Correct a goal")
    ines.dialog.press("Correct the goal")
    ines.dialog.press("More detail")
    ines.dialog.fill({"Unit of measure": None, "Target": "6", "Reason": WHY}).submit()
    ines.dialog.close(everything=True)
    lena.command("/goal history G-1")
    assert "5 h → 6 h" in lena.dialog.text
    assert "Unit" not in lena.dialog.text
    lena.dialog.close()

    lena.command("/accord my data")
    lena.dialog.press("Correct this")
    lena.dialog.fill({"Is it about a goal?": "G-2 Customers are glad", "What is wrong?": "Four."})
    lena.dialog.submit()
    lena.dialog.close(everything=True)
    ines.wait_for("It is about G-2 Customers are glad").press("Read")
    ines.dialog.press("Correct a goal")
    assert "First reply" not in ines.dialog.text
    ines.dialog.press("Correct the goal")
    assert not {"Metric", "Target"} & set(ines.dialog.labels)
    ines.dialog.fill({"Key results": parts.replace("5 h", "4 h"), "Reason": WHY}).submit()
    assert "G-2 is corrected" in ines.dialog.text
    shown = lena.command("/goal show G-2").text
    assert "Hours to first reply: 9 h → 4 h" in shown
    assert "Articles: 40" in shown


def test_a_value_is_corrected_where_it_was_reported(company: Company) -> None:
    lena, jonas, ines = reported(company, "12", "6")
    open_case(lena, ines)
    ines.dialog.press("Correct a goal")
    ines.dialog.press("Correct a value")
    offered = [one["text"]["text"] for one in select_of(ines, "Which value")["options"]]
    assert [one.split(",")[0] for one in offered] == ["6 h", "12 h"]
    first = offered[1]
    ines.dialog.fill({"Which value": first, "What it should have been": "7 kg", "Reason": WHY})
    ines.dialog.submit()
    assert "What it should have been" in ines.dialog.errors
    ines.dialog.fill({"What it should have been": "7"}).submit()
    assert "G-1 is corrected" in ines.dialog.text
    ines.dialog.close(everything=True)
    for reader in (lena, jonas):
        told = reader.wait_for("Ines Duarte corrected G-1").text
        assert "12 h → 7 h" in told
        assert WHY in told
    lena.command("/goal history G-1")
    for words in ("Values so far: 7 h, 6 h", "corrected a value", "12 h → 7 h", WHY):
        assert words in lena.dialog.text
    lena.dialog.close()
    lena.command("/accord audit G-1")
    newest = newest_entry(lena)
    assert "Ines Duarte corrected a value" in newest
    assert "Value: 12 → 7" in newest


def test_what_moved_on_meanwhile_is_not_overwritten(company: Company) -> None:
    lena, _, ines = reported(company, "7")
    open_case(lena, ines)
    ines.dialog.press("Correct a goal")
    ines.dialog.press("Correct a value")
    lena.command("/goal update G-1")
    lena.dialog.fill({"Value": "6"}).submit()
    ines.dialog.fill({"What it should have been": "8", "Reason": WHY}).submit()
    assert company.acts("goal.correct_value") == []


def test_of_two_in_hr_the_second_does_not_overwrite_the_first(company: Company) -> None:
    name_to_role(company, "Nora", Role.HR)
    lena, _, ines = reported(company)
    open_case(lena, ines)
    nora = company.person("Nora")
    nora.wait_for("Lena Novak asks for a correction").press("Read")
    for one in (ines, nora):
        one.dialog.press("Correct a goal")
        one.dialog.press("Correct the goal")
    ines.dialog.fill({"Target": "6", "Reason": WHY}).submit()
    nora.dialog.fill({"Target": "7", "Reason": WHY}).submit()
    assert len(company.acts("goal.correct")) == 1
    lena.command("/goal history G-1")
    assert "5 h → 6 h" in lena.dialog.text
    assert "7 h" not in lena.dialog.text


def test_of_all_that_is_held_on_somebody_any_agreed_goal_can_be_chosen(company: Company) -> None:
    lena, jonas, ines = reported(company)
    agree(lena, jonas, company, Title="Second goal")
    propose(lena, company, Title="Under discussion")
    ask(lena)
    ines.wait_for("Lena Novak asks for a correction").press("Read")
    assert "/accord people" in ines.dialog.text
    ines.dialog.press("Correct a goal")
    shown = ines.dialog.text
    assert "Second goal" in shown
    assert "Under discussion: Lena Novak and whoever agrees with them can still" in shown
    assert ines.dialog.buttons.count("Correct the goal") == 2


def test_a_due_date_is_corrected_and_nobody_is_asked_anew(
    company: Company,
) -> None:
    lena, _, ines = reported(company, "7")
    company.pass_days(1)
    with company.parts.store.engine.connect() as connection:
        before = connection.execute(select(Cadence.handled, Cadence.anchor)).one()
    open_case(lena, ines)
    ines.dialog.press("Correct a goal")
    ines.dialog.press("Correct the goal")
    ines.dialog.fill({"Due date": in_days(company, 200), "Reason": WHY}).submit()
    assert "G-1 is corrected" in ines.dialog.text
    company.move_to(company.parts.clock.business() + timedelta(hours=1))
    with company.parts.store.engine.connect() as connection:
        after = connection.execute(
            select(Cadence.handled, Cadence.anchor, Cadence.last, Cadence.version)
        ).one()
    assert tuple(after) == (*before, day_in(company, 200), 2)


@pytest.mark.parametrize("line", ["leads", "is led by", "is no HR"])
def test_hr_that_is_a_side_of_it_corrects_nothing(line: str, company: Company) -> None:
    lena, _, ines = reported(company, "7")
    message = open_case(lena, ines)
    ines.dialog.press("Correct a goal")
    if line == "is no HR":
        change(company, delete(RoleGrant))
    else:
        ends = (person_id("Lena Novak"), person_id("Ines Duarte"))
        person, manager = ends if line == "leads" else ends[::-1]
        new = {"id": person_id(line), "person_id": person, "manager_id": manager}
        row = {**new, "kind": LineKind.MATRIX, "valid_from": LONG_AGO, "source": "test"}
        change(company, insert(ReportingLine).values(**row))
    ines.dialog.press("Correct the goal")
    dialog_with(ines, "I can't show you this")
    ines.dialog.close(everything=True)
    message.press("Read")
    if ines.has_dialog:
        assert "Correct a goal" not in ines.dialog.buttons
    assert company.acts("goal.correct") == company.acts("goal.correct_value") == []


def test_nobody_else_opens_or_sends_the_dialog_and_no_case_opens_another_goal(
    company: Company,
) -> None:
    lena, jonas, ines = reported(company, "7")
    name_to_role(company, "Nora", Role.COMPLIANCE)
    nora = company.person("Nora")
    agree(company.person("Tarik"), company.person("Omar"), company, Title="Another's goal")
    open_case(lena, ines)
    ines.dialog.press("Correct a goal")
    assert "Another's goal" not in ines.dialog.text
    ines.dialog.press("Correct the goal")
    ines.dialog.fill({"Target": "6", "Reason": WHY})
    for other in (jonas, lena, nora):
        ines.dialog.submit(forge={"user": {"id": other.id}})
    state = ines.dialog.view["private_metadata"]
    with company.parts.store.engine.connect() as connection:
        proposed = select(AuditEntry.object_id).where(AuditEntry.action == Action.GOAL_PROPOSE)
        mine, other = connection.scalars(proposed.order_by(AuditEntry.seq))
    assert str(mine) in state
    forged = {**ines.dialog.view, "private_metadata": state.replace(str(mine), str(other))}
    ines.dialog.submit(forge={"view": forged})
    assert company.acts("goal.correct") == []
    ines.dialog.submit()
    assert company.acts("goal.correct") == [mine]


def test_in_german(company: Company) -> None:
    company.move_to(MONDAY)
    emil, jonas, ines = (company.person(name) for name in ("Emil", "Jonas", "Ines"))
    propose_in_german(emil, company)
    jonas.wait_for("proposes a goal").press("Accept")
    emil.command("/goal history G-1")
    emil.dialog.press("Berichtigen")
    emil.dialog.fill({"Was stimmt nicht?": "Falsch."}).submit()
    emil.dialog.close(everything=True)
    ines.wait_for("Emil Berg asks for a correction").press("Read")
    ines.dialog.press("Correct a goal")
    ines.dialog.press("Correct the goal")
    ines.dialog.fill({"Target": "6", "Reason": WHY}).submit()
    told = emil.wait_for("Ines Duarte hat G-1 berichtigt").text
    assert "Zielwert: 7,5 h → 6 h" in told
