"""`/accord settings`: days away, and who stands in for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.scenes.conftest import Company
from tests.scenes.goals import agree, in_days, propose
from tests.scenes.patience import dialog_with
from tests.scenes.test_silence import MONDAY
from tests.slack import Person


def name_deputy(person: Person, company: Company, deputy: str, first: int, last: int) -> None:
    person.command("/accord settings")
    person.dialog.press("Name a deputy")
    days = {"First day": in_days(company, first), "Last day": in_days(company, last)}
    person.dialog.fill({"Deputy": deputy, **days}).submit()


def enter_leave(person: Person, company: Company, first: int, last: int) -> None:
    person.command("/accord settings")
    person.dialog.press("Enter days away")
    days = {"First day": in_days(company, first), "Last day": in_days(company, last)}
    person.dialog.fill(days).submit()


def test_whoever_is_away_is_not_asked_and_new_proposals_go_to_the_deputy(
    company: Company,
) -> None:
    lena, jonas, omar = (company.person(name) for name in ("Lena", "Jonas", "Omar"))
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    enter_leave(jonas, company, 0, 6)
    assert "1 March to 7 March" in jonas.dialog.text
    assert "Omar Haddad: since 1 January 2020" in jonas.dialog.text
    jonas.dialog.close()
    propose(lena, company, Title="A second one")
    omar.wait_for("Lena Novak proposes a goal")
    assert not jonas.sees("A second one")
    enter_leave(lena, company, 1, 22)
    lena.dialog.close()
    company.move_to(MONDAY + timedelta(days=14, hours=1))
    assert not lena.sees("Check-in: ")
    lena.command("/accord settings")
    lena.dialog.press("I'm back")
    assert "From today on I write to you again" in lena.dialog.text
    assert "No days are entered" in lena.dialog.text
    company.pass_days(1)
    lena.wait_for("Check-in: ")


def test_who_stands_in_is_asked_only_where_somebody_could_and_nobody_does(
    company: Company,
) -> None:
    question = "Who should stand in for you?"
    jonas, omar, lena = (company.person(name) for name in ("Jonas", "Omar", "Lena"))
    company.move_to(MONDAY)
    enter_leave(jonas, company, 1, 3)  # Omar is his deputy.
    assert "Saved." in jonas.dialog.text
    assert question not in jonas.dialog.text
    enter_leave(lena, company, 1, 3)  # Nobody reports to her.
    assert "Saved." in lena.dialog.text
    assert question not in lena.dialog.text
    name_deputy(omar, company, "Nora", 10, 12)  # A deputy for other days is none.
    omar.dialog.close()
    enter_leave(omar, company, 1, 3)
    assert question in omar.dialog.text
    omar.dialog.close()
    name_deputy(omar, company, "Jonas", 1, 3)
    omar.dialog.close()
    enter_leave(omar, company, 11, 12)
    assert question not in omar.dialog.text


def test_days_ahead_can_be_taken_back_and_entered_anew(company: Company) -> None:
    lena = company.person("Lena")
    company.move_to(MONDAY)
    enter_leave(lena, company, 7, 11)
    lena.dialog.press("Enter days away")
    lena.dialog.fill({"First day": in_days(company, 9), "Last day": in_days(company, 20)}).submit()
    assert "You have entered 8 March to 12 March already" in lena.dialog.errors["First day"]
    lena.dialog.close()
    lena.command("/accord settings")
    lena.dialog.press("Take back")
    assert "No days are entered" in lena.dialog.text
    lena.dialog.close()
    enter_leave(lena, company, 9, 20)
    assert "10 March to 21 March" in lena.dialog.text


def test_a_deputy_is_told_reads_decides_and_it_is_recorded_on_whose_behalf(
    company: Company,
) -> None:
    lena, jonas, nora = (company.person(name) for name in ("Lena", "Jonas", "Nora"))
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    assert "I can't show you G-1" in nora.command("/goal show G-1").text
    name_deputy(jonas, company, "Nora", 0, 11)
    assert "Nora Sand: 1 March to 12 March" in jonas.dialog.text
    told = nora.wait_for("Jonas Brandt has named you as deputy")
    assert "1 March to 12 March" in told.text
    assert "First reply" in nora.command("/goal show G-1").text
    nora.command("/accord settings")
    assert "For whom you stand in" in nora.dialog.text
    nora.dialog.close()
    assert len(company.acts("delegation.give")) == 1
    company.move_to(MONDAY + timedelta(days=12))
    assert "I can't show you G-1" in nora.command("/goal show G-1").text


def test_a_deputy_who_cannot_do_it_steps_down_and_the_other_side_is_told(
    company: Company,
) -> None:
    jonas, nora = company.person("Jonas"), company.person("Nora")
    company.move_to(MONDAY)
    name_deputy(jonas, company, "Nora", 0, 11)
    jonas.dialog.close()
    told = nora.wait_for("Jonas Brandt has named you as deputy")
    told.press("I can't do this")
    nora.wait_for("You no longer stand in for Jonas Brandt")
    assert told.again().buttons == []
    jonas.wait_for("Nora Sand no longer stands in for you").press("Name a deputy")
    assert jonas.dialog.labels == ["Deputy", "First day", "Last day"]
    assert len(company.acts("delegation.revoke")) == 1


def test_ending_it_gives_back_what_the_deputy_was_asked(company: Company) -> None:
    lena, jonas, omar = (company.person(name) for name in ("Lena", "Jonas", "Omar"))
    company.move_to(MONDAY)
    propose(lena, company)
    company.move_to(MONDAY + timedelta(days=4))
    omar.wait_for("Lena Novak proposes a goal")
    jonas.command("/accord settings")
    jonas.dialog.press("End it")
    assert "Nobody right now" in jonas.dialog.text
    omar.wait_for("You no longer stand in for Jonas Brandt")
    assert "I can't show you G-1" in omar.command("/goal show G-1").text
    jonas.wait_for("Lena Novak proposes a goal").press("Accept")
    lena.wait_for("Jonas Brandt accepted G-1")


def test_everybody_chooses_when_they_are_written_to(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    lena.command("/accord settings")
    assert "one message a day, on working days from 09:30" in lena.dialog.text
    lena.dialog.press("Change times")
    assert lena.dialog.labels == ["Not before", "Quiet from", "Quiet until"]
    lena.dialog.fill({"Not before": "11:00", "Quiet from": "12:00"}).submit()
    assert "until when too" in lena.dialog.errors["Quiet until"]
    lena.dialog.fill({"Quiet until": "13:00"}).submit()
    assert "one message a day, on working days from 11:00" in lena.dialog.text
    assert "Quiet from 12:00 to 13:00" in lena.dialog.text
    lena.dialog.press("Change times")
    lena.dialog.fill({"Not before": "16:45"}).submit()
    assert "less than an hour of your working day" in lena.dialog.errors["Not before"]
    lena.dialog.close()
    lena.command("/accord settings")
    lena.dialog.press("As usual")
    assert "one message a day, on working days from 09:30" in lena.dialog.text
    assert "Quiet from" not in lena.dialog.text


def test_a_manager_chooses_the_day_of_their_list_or_none(company: Company) -> None:
    jonas = company.person("Jonas")
    company.move_to(MONDAY)
    jonas.command("/accord settings")
    assert "The list of your people comes on Monday" in jonas.dialog.text
    jonas.dialog.press("Change times")
    jonas.dialog.fill({"List of your people": "Thursday"}).submit()
    assert "The list of your people comes on Thursday" in jonas.dialog.text
    jonas.dialog.press("Change times")
    jonas.dialog.fill({"List of your people": "No list"}).submit()
    assert "You get no list of your people" in jonas.dialog.text


REFUSED = {
    "Jonas": "You can't be your own deputy",
    "Gustav": "Gustav Gast can't stand in for others",
    "U0UNLISTED": "I don't know this person",
    "Omar": "Omar Haddad stands in for you already",
}


def test_who_cannot_be_a_deputy_is_told_at_the_field(company: Company) -> None:
    jonas = company.person("Jonas")
    company.move_to(MONDAY)
    jonas.command("/accord settings")
    jonas.dialog.press("Name a deputy")
    jonas.dialog.fill({"Last day": in_days(company, 5)})
    for who, words in REFUSED.items():
        jonas.dialog.fill({"Deputy": who}).submit()
        assert words in jonas.dialog.errors["Deputy"]
    assert company.acts("delegation.give") == []


@pytest.mark.parametrize(
    ("first", "last", "field", "words"),
    [
        (5, 3, "Last day", "before the first day"),
        (-9, -1, "Last day", "These days have passed"),
        (-40, 3, "First day", "more than a month ago"),
        (0, 400, "Last day", "more than a year"),
        (400, 401, "First day", "more than a year away"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(
    company: Company, first: int, last: int, field: str, words: str
) -> None:
    lena = company.person("Lena")
    company.move_to(MONDAY)
    enter_leave(lena, company, first, last)
    assert words in lena.dialog.errors[field]


def test_nobody_ends_what_is_not_theirs_and_guests_have_nothing_to_pass_on(
    company: Company,
) -> None:
    jonas, nora, tarik, gustav = (
        company.person(name) for name in ("Jonas", "Nora", "Tarik", "Gustav")
    )
    company.move_to(MONDAY)
    name_deputy(jonas, company, "Nora", 0, 11)
    [step_down] = [
        element
        for block in nora.wait_for("named you").blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    forged = {
        "type": "button",
        "action_id": step_down["action_id"],
        "block_id": "late",
        "value": step_down["value"],
        "text": step_down["text"],
        "action_ts": "1.0",
    }
    tarik.command("/accord settings")
    tarik.dialog.press("Enter days away", forge={"actions": [forged]})
    dialog_with(tarik, "isn't shared with you")
    assert company.acts("delegation.revoke") == []
    gustav.command("/accord settings")
    gustav.dialog.press("Name a deputy")
    assert "nothing that a deputy could do" in dialog_with(gustav, "nothing that a deputy").text


def test_settings_in_german_and_by_plain_words(company: Company) -> None:
    emil = company.person("Emil")
    company.move_to(MONDAY)
    emil.say("settings")
    emil.wait_for("Bereit, wenn du es bist").press("Einstellungen")
    assert emil.dialog.title == "Einstellungen"
    emil.dialog.press("Tage eintragen")
    emil.dialog.fill({"Erster Tag": in_days(company, 3), "Letzter Tag": in_days(company, 1)})
    emil.dialog.submit()
    assert "vor dem ersten Tag" in emil.dialog.errors["Letzter Tag"]
    emil.dialog.fill({"Letzter Tag": in_days(company, 9)}).submit()
    assert "4. März bis 10. März" in emil.dialog.text
