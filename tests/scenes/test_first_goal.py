"""The first scene: an employee and a manager agree on a goal."""

from __future__ import annotations

from tests.scenes.conftest import Company
from tests.scenes.goals import agree, fill_goal, in_days, press_late, propose


def test_a_proposal_reaches_the_manager_and_becomes_active_when_accepted(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)

    card = lena.wait_for("You proposed G-1")
    assert "Jonas Brandt is asked to answer" in card.text
    question = jonas.wait_for("Lena Novak proposes a goal")
    assert "then Omar Haddad is asked" in question.text
    assert question.buttons[:3] == ["Accept", "Counter", "Decline"]

    question.press("Accept")
    assert "You accepted G-1" in jonas.wait_for("accepted G-1").text
    lena.wait_for("Jonas Brandt accepted G-1")
    assert "Active" in lena.command("/goal").text


def test_accepting_changes_every_message_and_a_second_press_says_what_happened(
    company: Company,
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    first = jonas.wait_for("proposes a goal")
    first.press("Accept")
    jonas.wait_for("You accepted G-1")
    assert "Accept" not in first.again().buttons
    card = lena.wait_for("It counts from now on").text
    assert "accepted G-1" in card
    assert "no value yet\nIt counts from now on" in card

    press_late(first, "Accept")
    assert "You accepted G-1 on" in jonas.wait_for("Nothing more to do").text
    assert len(company.acts("goal.accept")) == 1


def test_a_counter_goes_back_and_forth_until_one_side_accepts(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    jonas.wait_for("proposes a goal").press("Counter")
    dialog = jonas.dialog
    assert dialog.title == "Counter"
    assert dialog.value("Target") == "5"
    dialog.fill({"Target": "6", "Reason": "No Lisbon hire before March."}).submit()

    back = lena.wait_for("Jonas Brandt suggests a change to G-1")
    assert "5 h" in back.text
    assert "6 h" in back.text
    assert "No Lisbon hire before March." in back.text
    assert "No answer is not a yes" in back.text
    assert back.buttons[:4] == ["Accept", "Counter", "Decline", "Ask a facilitator"]
    jonas.wait_for("G-1 is waiting for Lena Novak")

    back.press("Counter")
    lena.dialog.fill({"Target": "5.5", "Reason": "Halfway."}).submit()
    second = jonas.wait_for("Lena Novak suggests a change to G-1")
    assert "Ask a facilitator" in second.buttons
    second.press("Accept")
    lena.wait_for("Jonas Brandt accepted G-1")
    assert "5.5 h" in lena.command("/goal show G-1").text


def test_declining_asks_why_and_returns_the_goal_to_a_draft_that_can_be_proposed_again(
    company: Company,
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    jonas.wait_for("proposes a goal").press("Decline")
    jonas.dialog.submit()
    assert "Reason" in jonas.dialog.errors
    jonas.dialog.fill({"Reason": "Not this quarter."}).submit()

    draft = lena.wait_for("Jonas Brandt declined G-1")
    assert "Not this quarter." in draft.text
    assert "Draft" in lena.command("/goal").text
    assert "I can't show you G-1" in jonas.command("/goal show G-1").text

    draft.press("Propose again")
    assert lena.dialog.value("Title") == "First reply to customers"
    lena.dialog.fill({"Target": "7 h"}).submit()
    assert "Target: 5 h → 7 h" in jonas.wait_for("5 h → 7 h").text


def test_undo_takes_back_the_last_proposal_while_nobody_has_answered(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    question = jonas.wait_for("proposes a goal")
    lena.wait_for("You proposed G-1").press("Undo")
    lena.wait_for("You withdrew G-1")
    jonas.wait_for("Lena Novak withdrew G-1")
    assert "Accept" not in question.again().buttons
    assert company.acts("goal.accept") == []


def test_a_manager_may_propose_a_goal_for_a_report_who_decides(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    fill_goal(jonas, company)
    jonas.dialog.press("More detail")
    jonas.dialog.fill({"For whom": "Lena"}).submit()
    assert not jonas.has_dialog
    question = lena.wait_for("Jonas Brandt proposes a goal")
    question.press("Accept")
    jonas.wait_for("Lena Novak accepted G-1")


def test_a_manager_cannot_propose_for_somebody_who_does_not_report_to_them(
    company: Company,
) -> None:
    jonas = company.person("Jonas")
    fill_goal(jonas, company)
    jonas.dialog.press("More detail")
    jonas.dialog.fill({"For whom": "Nora"}).submit()
    assert "reports to you" in jonas.dialog.errors["For whom"]


def test_a_value_moves_the_progress_and_stands_in_the_history(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    fill_goal(lena, company)
    lena.dialog.press("More detail")
    assert lena.dialog.value("Title") == "First reply to customers"
    lena.dialog.fill({"Baseline": "9", "Why it matters": "Customers wait."}).submit()
    jonas.wait_for("9 h → 5 h").press("Accept")
    lena.wait_for("Jonas Brandt accepted G-1")

    lena.command("/goal update g1")
    lena.dialog.fill({"Value": "7,1", "What changed": "Two more people."}).submit()
    assert "7.1 h, 47%" in lena.dialog.text
    lena.dialog.close()
    assert "47%" in lena.command("/goal").text

    lena.command("/goal history G-1")
    history = lena.dialog.text
    for expected in ("You proposed", "Jonas Brandt accepted", "Two more people."):
        assert expected in history
    assert "Read by you, your managers" in history
    assert "Lena Novak" not in history


def test_without_a_baseline_the_first_value_becomes_it_marked_so(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    agree(lena, jonas, company)
    lena.command("/goal update G-1")
    lena.dialog.fill({"Value": "9"}).submit()
    assert "9 h, taken as the baseline" in lena.dialog.text
    lena.dialog.close()
    lena.command("/goal update G-1")
    lena.dialog.fill({"Value": "7"}).submit()
    assert "7 h, 50%" in lena.dialog.text


def test_the_record_tells_who_did_what_with_number_and_fingerprint(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    agree(lena, jonas, company)
    lena.command("/accord audit G-1")
    text = lena.dialog.text
    assert lena.dialog.title == "Record of G-1"
    assert "Lena Novak" in text
    assert "proposed" in text
    assert "Jonas Brandt" in text
    assert "accepted" in text
    assert "Title: First reply to customers" in text


def test_home_shows_what_needs_me_my_goals_and_my_people(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    home = jonas.home()
    assert "What needs you" in home.text
    assert "Lena Novak" in home.text
    home.press("Answer")
    assert "Accept" in jonas.dialog.buttons
    jonas.dialog.press("Accept")
    lena.wait_for("Jonas Brandt accepted G-1")
    assert "G-1" in lena.home().text
    assert "no progress yet" in jonas.home().text


def test_a_date_shows_in_the_readers_own_language_and_zone(company: Company) -> None:
    lena = company.person("Lena")
    propose(lena, company, **{"Due date": in_days(company, 30)})
    assert "waiting for Jonas Brandt" in lena.command("/goal").text
