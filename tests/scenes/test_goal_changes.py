"""An active goal is changed by agreement: small, large, countered, overtaken by something else."""

from __future__ import annotations

import time
from datetime import timedelta

from tests.scenes.conftest import Company
from tests.scenes.goals import agree, in_days
from tests.scenes.patience import PATIENCE_SECONDS
from tests.scenes.test_silence import MONDAY
from tests.slack import POLL, Message, Person
from usecases.state_check import check_state

WHAT, GROUND = "What changes", "What is different around it?"
EVIDENCE = "The second hire was put off: https://wiki.example/hiring"


def as_recorded(company: Company) -> bool:
    """Whether all that is stored of goals is as it was recorded; these people never were."""
    store = company.parts.store
    found = check_state(store.engine, store.keyring, lambda _done, _whole: None)
    return "Goals" not in found.counts


def loses(message: Message, label: str) -> bool:
    """Whether a button goes from a message, once that is brought up to date."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while label in message.again().buttons and time.monotonic() < deadline:
        time.sleep(POLL)
    return label not in message.again().buttons


def ask(person: Person, **values: str) -> None:
    """A change of the target alone, on evidence."""
    person.command("/goal change G-1")
    given = {"Reason": "The second hire is put off.", GROUND: "Resources", "Evidence": EVIDENCE}
    person.dialog.fill({**given, **values}).submit()
    assert not person.dialog.errors, person.dialog.errors
    person.dialog.close()


def test_a_small_change_is_agreed_by_the_two_sides_and_the_original_stays(company: Company) -> None:
    lena, jonas, tarik = (company.person(name) for name in ("Lena", "Jonas", "Tarik"))
    company.move_to(MONDAY)
    agree(lena, jonas, company, Title="Replies")
    assert "I can't show you G-1" in tarik.command("/goal change G-1").text
    lena.command("/goal show G-1").message.press("Change")
    dialog = lena.dialog
    assert dialog.title == "Change request"
    assert dialog.value("Target") == "5"
    dialog.fill({"Target": "5.5", "Reason": "The second hire is put off."}).submit()
    assert "only where something around the goal has" in dialog.errors[GROUND]
    dialog.fill({GROUND: "Resources"}).submit()
    assert "only on evidence" in dialog.errors["Evidence"]
    dialog.fill({"Evidence": "The board's letter of Friday.", WHAT: "Target and due date"})
    assert dialog.value("Target") == "5.5"
    dialog.fill({"Due date": in_days(company, 400)}).submit()
    assert "others can look up" in dialog.errors["Link"]
    dialog.fill({WHAT: "Target"}).submit()
    assert "You ask for a change of G-1 (R-1)" in dialog.text
    dialog.close()

    question = jonas.wait_for("Lena Novak asks for a change of G-1 (R-1)")
    assert "Target: 5 h → 5.5 h" in question.text
    assert "Tactical adjustment: the target moves by 10% of its way" in question.text
    assert question.buttons[:3] == ["Accept", "Counter", "Decline"]
    home = jonas.home()
    assert "Lena Novak asks for a change of G-1 (R-1)" in home.text
    assert "change of G-1" not in lena.home().text
    home.press("Answer")
    assert "Target: 5 h → 5.5 h" in jonas.dialog.text
    jonas.dialog.close()
    assert "Target\n5 h\n" in lena.command("/goal show G-1").text
    lena.command("/goal change G-1").message.press("Withdraw")
    jonas.wait_for("Lena Novak withdrew the change of G-1")
    assert "change of G-1" not in jonas.home().text
    assert loses(question, "Accept")

    ask(lena, Target="5.5")
    jonas.wait_for("change of G-1 (R-2)").press("Accept")
    lena.wait_for("R-2 is agreed: G-1 is changed")
    assert "5.5 h" in lena.command("/goal show G-1").text
    lena.command("/goal history G-1")
    told = lena.dialog.text
    assert "Jonas Brandt agreed, and the change counts" in told
    assert "Target: 5 h → 5.5 h" in told
    assert "The second hire is put off." in told
    lena.dialog.press("Record")
    assert "Jonas Brandt made the change count" in lena.dialog.text
    assert as_recorded(company)


def test_a_large_change_is_countered_and_then_approved_by_the_managers_manager(
    company: Company,
) -> None:
    lena, jonas, mara = (company.person(name) for name in ("Lena", "Jonas", "Mara"))
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    jonas.command("/goal change G-1")
    small = {"Kind": "Tactical adjustment", "Target": "9", "Reason": "Half of the team has gone."}
    jonas.dialog.fill({**small, GROUND: "Resources", "Evidence": EVIDENCE}).submit()
    assert "formal renegotiation" in jonas.dialog.errors["Kind"]
    jonas.dialog.fill({"Kind": "Formal renegotiation"}).submit()
    jonas.dialog.close()
    lena.wait_for("Jonas Brandt asks for a change of G-1 (R-1)").press("Counter")
    assert lena.dialog.value("Target") == "9"
    lena.dialog.fill({"Target": "8", "Reason": "Nine is too easy."}).submit()
    lena.dialog.close()
    back = jonas.wait_for("Lena Novak suggests another change of G-1")
    assert "8 h" in back.text
    back.press("Accept")
    question = mara.wait_for("Both sides agree; it counts once you approve it, too.")
    assert question.buttons[:2] == ["Approve", "Decline"]
    assert "Target\n5 h\n" in lena.command("/goal show G-1").text
    assert "Mara Lindt is asked to answer" in jonas.command("/goal change R-1").text
    question.press("Approve")
    lena.wait_for("R-1 is agreed")
    jonas.wait_for("Mara Lindt agreed last")
    assert "8 h" in lena.command("/goal show G-1").text
    assert "I can't show you G-1" in mara.command("/goal show G-1").text
    assert as_recorded(company)


def test_silence_is_reminded_once_then_the_deputy_is_asked(company: Company) -> None:
    lena, jonas, omar = (company.person(name) for name in ("Lena", "Jonas", "Omar"))
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    ask(lena, Target="5.5")
    jonas.wait_for("asks for a change of G-1")
    company.move_to(MONDAY + timedelta(days=2))
    jonas.wait_for("This is your only reminder.")
    company.move_to(MONDAY + timedelta(days=4))
    omar.wait_for("Lena Novak asks for a change of G-1").press("Decline")
    omar.dialog.fill({"Reason": "Talk to Jonas first."}).submit()
    omar.dialog.close()
    told = lena.wait_for("Omar Haddad declined the change of G-1")
    assert "Talk to Jonas first." in told.text
    assert len(company.acts("goal.change_reassign")) == 1


def test_two_who_ask_at_once_the_second_keeps_what_they_wrote(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    lena.command("/goal change G-1")
    ask(jonas, Target="5.5")
    lena.dialog.fill({"Target": "6", "Reason": "Mine.", GROUND: "Scope", "Evidence": EVIDENCE})
    lena.dialog.submit()
    assert "Jonas Brandt has asked for a change" in next(iter(lena.dialog.errors.values()))
    assert lena.dialog.value("Reason") == "Mine."
    lena.dialog.close()
    question = lena.wait_for("Jonas Brandt asks for a change")
    jonas.command("/goal status G-1")
    jonas.dialog.fill({"What happens to it?": "Give up"})
    jonas.dialog.fill({"Reason": "The market is gone."}).submit()
    jonas.dialog.close()
    lena.wait_for("is over: the goal was paused or has ended")
    assert loses(question, "Accept")
    assert "Only an active goal" in lena.command("/goal change G-1").text
    assert as_recorded(company)


def test_a_goal_is_read_as_it_stood_on_any_day(company: Company) -> None:
    lena, jonas, tarik = (company.person(name) for name in ("Lena", "Jonas", "Tarik"))
    company.move_to(MONDAY)
    agree(lena, jonas, company)
    company.move_to(MONDAY + timedelta(days=7))
    ask(lena, Target="5.5", **{"Counts from": "2027-03-03"})
    jonas.wait_for("Counts from 3 March, which was over when it was asked for.").press("Accept")
    lena.wait_for("R-1 is agreed")
    jonas.command("/goal history G-1 on 2027-03-04")
    then = jonas.dialog.text
    assert "as it stood at the end of 4 March: Active" in then
    assert "Target: 5 h" in then
    assert "R-1 changed it with effect from 3 March" in then
    jonas.dialog.close()
    jonas.command("/goal history g1 on 2027-03-08")
    assert "Target: 5.5 h" in jonas.dialog.text
    assert "Lena Novak: The second hire is put off." in jonas.dialog.text
    jonas.dialog.press("History")
    assert "Counts from 3 March (R-1)." in jonas.dialog.text
    jonas.dialog.close(everything=True)
    assert "was proposed on 1 March" in jonas.command("/goal history G-1 on 2027-02-01").text
    assert "still to come" in jonas.command("/goal history G-1 on 2027-05-01").text
    for nonsense in ("2027-13-01", "yesterday", "on on on"):
        said = jonas.command(f"/goal history G-1 on {nonsense}").text
        assert "give the day as" in said
    assert "I can't show you G-1" in tarik.command("/goal history G-1 on 2027-03-04").text
