"""A goal is paused, closed, replaced and taken up again, each with what that needs."""

from __future__ import annotations

from datetime import timedelta

from tests.scenes.conftest import Company
from tests.scenes.goals import agree, in_days, propose
from tests.scenes.test_silence import MONDAY
from tests.slack import Person

MOVE = "What happens to it?"


def offered(person: Person) -> list[str]:
    chosen = next(block for block in person.dialog.view["blocks"] if block["type"] == "input")
    return [option["text"]["text"] for option in chosen["element"]["options"]]


def change(person: Person, what: str, **values: str) -> None:
    person.command("/goal status G-1")
    person.dialog.fill({MOVE: what})
    person.dialog.fill(values).submit()


def test_its_owner_completes_a_goal_and_the_manager_reads_how_it_ended(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    lena.command("/goal show G-1").message.press("Change status")
    assert offered(lena) == ["Complete", "Pause"]
    lena.dialog.submit()
    assert "How did it end?" in lena.dialog.errors
    lena.dialog.fill({"How did it end?": "The new tool helped."}).submit()
    assert "You completed G-1" in lena.dialog.text
    lena.dialog.close()
    told = jonas.wait_for("Lena Novak completed G-1")
    assert "The new tool helped." in told.text
    assert "G-1" not in lena.command("/goal").text
    assert "Completed" in lena.command("/goal show G-1").text
    assert "Update" not in lena.command("/goal show G-1").message.buttons
    assert "isn't active" in lena.command("/goal update G-1").text
    assert len(company.acts("goal.complete")) == 1
    lena.command("/goal history G-1")
    assert "You completed it" in lena.dialog.text
    lena.dialog.press("Record")
    assert "Lena Novak completed it" in lena.dialog.text


def test_a_paused_goal_asks_for_nothing_and_goes_on_by_itself(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    lena.command("/goal status G-1")
    lena.dialog.fill({MOVE: "Pause"})
    lena.dialog.fill({"Reason": "The team is rebuilt.", "Counts again from": in_days(company, 0)})
    lena.dialog.submit()
    assert "not ahead" in lena.dialog.errors["Counts again from"]
    lena.dialog.fill({"Counts again from": in_days(company, 900)}).submit()
    assert "184 days at most" in lena.dialog.errors["Counts again from"]
    lena.dialog.fill({"Counts again from": in_days(company, 42)}).submit()
    assert "It counts again from 12 April" in lena.dialog.text
    lena.dialog.close()
    assert "The team is rebuilt." in jonas.wait_for("Lena Novak paused G-1").text
    assert "Paused" in lena.command("/goal").text
    assert "The team is rebuilt." in lena.command("/goal show G-1").text
    company.move_to(MONDAY + timedelta(days=35))
    assert not lena.sees("Check-in:")
    company.move_to(MONDAY + timedelta(days=42))
    lena.wait_for("The pause of G-1 was over")
    jonas.wait_for("The pause of G-1 was over")
    assert "Active" in lena.command("/goal show G-1").text
    assert len(company.acts("goal.resume")) == 1


def test_what_owners_may_not_do_alone_their_manager_does(company: Company) -> None:
    lena, jonas, tarik = (company.person(name) for name in ("Lena", "Jonas", "Tarik"))
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    agree(lena, jonas, company, Title="Replies that solve it")
    change(jonas, "Replace by another goal", Reason="One goal for both.")
    assert "In its place" in jonas.dialog.errors
    jonas.dialog.fill({"In its place": "G-1 First reply to customers"}).submit()
    assert "cannot take its own place" in jonas.dialog.errors["In its place"]
    jonas.dialog.fill({"In its place": "G-2 Replies that solve it"}).submit()
    assert "In its place: G-2 Replies that solve it." in jonas.dialog.text
    jonas.dialog.close()
    lena.wait_for("Jonas Brandt replaced G-1")
    assert "Replaced" in lena.command("/goal show G-1").text
    assert "I can't show you G-1" in tarik.command("/goal status G-1").text
    change(lena, "Reopen", Reason="Both are needed after all.")
    assert "You reopened G-1" in lena.dialog.text
    lena.dialog.close()
    jonas.wait_for("Lena Novak reopened G-1")
    change(jonas, "Give up", Reason="The market is gone.")
    jonas.dialog.close()
    told = lena.wait_for("Jonas Brandt gave G-1 up", offering="Change status")
    assert "Change status opens it again" in told.text
    assert told.buttons == ["Change status", "Copy", "Share", "History"]
    assert len(company.acts("goal.supersede")) == 1


def test_who_reads_a_goal_but_speaks_for_neither_side_does_not_move_it(company: Company) -> None:
    lena, jonas, ines = (company.person(name) for name in ("Lena", "Jonas", "Ines"))
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    assert "Only its owner and whoever agrees" in ines.command("/goal status G-1").text
    assert "Change status" not in ines.command("/goal show G-1").message.buttons


def test_two_who_act_at_once_the_second_hears_what_the_first_did(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    lena.command("/goal status G-1")
    lena.dialog.fill({MOVE: "Pause"})
    change(jonas, "Give up", Reason="The market is gone.")
    jonas.dialog.close()
    lena.dialog.fill({"Reason": "A break.", "Counts again from": in_days(company, 20)}).submit()
    assert "Jonas Brandt gave G-1 up" in lena.dialog.text
    assert company.acts("goal.pause") == []


def test_whoever_has_no_manager_decides_alone_and_the_role_that_agreed_is_told(
    company: Company,
) -> None:
    clara, ines = company.person("Clara"), company.person("Ines")
    company.move_to(MONDAY)
    propose(clara, company)
    ines.wait_for("proposes a goal").press("Accept")
    clara.wait_for("accepted G-1")
    change(clara, "No longer needed", Reason="The strategy has changed.")
    assert "You said on" in clara.dialog.text
    clara.dialog.close()
    assert "The strategy has changed." in ines.wait_for("Clara Stein said on").text


def test_a_draft_is_dropped_and_taken_out_again_by_its_owner_alone(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(MONDAY)
    propose(lena, company)
    jonas.wait_for("proposes a goal").press("Decline")
    jonas.dialog.fill({"Reason": "Not now."}).submit()
    lena.wait_for("Jonas Brandt declined G-1")
    change(lena, "Drop the draft")
    assert "You gave G-1 up" in lena.dialog.text
    lena.dialog.close()
    change(lena, "Take the draft out again")
    assert "You reopened G-1" in lena.dialog.text
    lena.dialog.close()
    assert "Propose again" in lena.command("/goal show G-1").message.buttons
