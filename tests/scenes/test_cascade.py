"""Goals that serve one another: assigned down, aligned with a weight, rolled up, browsed."""

from __future__ import annotations

from tests.scenes.conftest import Company
from tests.scenes.goals import agree, fill_goal, in_days
from tests.scenes.test_goal_status import change
from tests.scenes.test_silence import MONDAY
from tests.slack import Person


def open_to_all(person: Person, company: Company, title: str, **more: str) -> None:
    """A goal that everybody may read, proposed."""
    fill_goal(person, company, Title=title)
    person.dialog.press("More detail")
    person.dialog.fill({"Visible to": "Everyone", "Baseline": "9 h", **more}).submit()
    assert not person.has_dialog, person.dialog.errors


def test_a_goal_is_assigned_down_and_serves_what_is_above(company: Company) -> None:
    mara, jonas, lena = (company.person(name) for name in ("Mara", "Jonas", "Lena"))
    open_to_all(jonas, company, "Faster support")
    mara.wait_for("proposes a goal").press("Accept")
    jonas.wait_for("accepted G-1")

    assert "report to you" in jonas.command("/goal assign @Nora").text
    jonas.command("/goal assign @Lena")
    jonas.dialog.fill({"Title": "First reply", "Metric": "Hours", "Target": "5 h"})
    jonas.dialog.fill({"Due date": in_days(company, 100), "Baseline": "9 h"})
    jonas.dialog.fill({"Weight": "40 %"}).submit()
    assert "the goal that this is the weight of" in jonas.dialog.errors["Aligned to"]
    jonas.dialog.fill({"Aligned to": "G-1 Faster support", "Weight": "140 %"}).submit()
    assert "at most 100 %" in jonas.dialog.errors["Weight"]
    jonas.dialog.fill({"Weight": "40 %"}).submit()
    asked = lena.wait_for("proposes a goal")
    assert "G-1 Faster support (40% of it)" in asked.text
    asked.press("Counter")
    lena.dialog.fill({"Target": "6 h", "Reason": "Two are away."}).submit()
    jonas.wait_for("suggests a change").press("Accept")
    lena.wait_for("accepted G-2")
    assert "G-1 Faster support (40% of it)" in lena.command("/goal show G-2").text

    agree(lena, jonas, company, Title="Fewer tickets")
    said = lena.command("/goal align G-3 to G-1 80%").text
    assert "G-3 serves G-1 Faster support (80% of it)" in said
    assert "carry 120% of it together" in said
    assert "nothing was changed" in lena.command("/goal align G-3 to G-1 80 %").text
    assert "it would be a circle" in jonas.command("/goal align G-1 to G-3").text
    assert "can't serve itself" in jonas.command("/goal align G-1 to G-1").text
    assert "at most 100 %" in lena.command("/goal align G-3 to G-1 200%").text

    lena.command("/goal show G-3").message.press("Align")
    lena.dialog.fill({"Aligned to": "G-2 First reply", "Weight": ""}).submit()
    assert "G-3 serves G-2 First reply." in lena.dialog.text
    lena.dialog.close()
    jonas.command("/goal align G-1")
    jonas.dialog.fill({"Aligned to": "G-3 Fewer tickets"}).submit()
    assert "it would be a circle" in jonas.dialog.errors["Aligned to"]
    jonas.dialog.close()
    lena.command("/goal history G-3")
    assert "You changed what it serves" in lena.dialog.text
    lena.dialog.press("Record")
    assert "G-1 Faster support → G-2 First reply" in lena.dialog.text
    assert "Share of it, in per cent: 80 taken out" in lena.dialog.text
    assert len(company.acts("goal.align")) == 2


def test_progress_rolls_up_and_the_tree_is_browsed(company: Company) -> None:
    mara, jonas, lena, nora = (company.person(name) for name in ("Mara", "Jonas", "Lena", "Nora"))
    open_to_all(jonas, company, "Faster support")
    mara.wait_for("proposes a goal").press("Accept")
    jonas.wait_for("accepted G-1")
    fill_goal(lena, company, Title="First reply", **{"Due date": in_days(company, 150)})
    lena.dialog.press("More detail")
    served = {"Aligned to": "G-1 Faster support", "Weight": "40"}
    lena.dialog.fill({"Baseline": "9 h", **served}).submit()
    jonas.wait_for("proposes a goal").press("Accept")
    lena.wait_for("accepted G-2")

    lena.command("/goal update G-2")
    lena.dialog.fill({"Value": "7 h"}).submit()
    lena.dialog.close()
    shown = jonas.command("/goal show G-1")
    assert "By the goals that serve it: 20%" in shown.text
    shown.message.press("Why?")
    assert "G-2 First reply: 50% of its weight, 40%, makes 20%" in jonas.dialog.text
    assert "Even if all of them are reached, 40% of it is" in jonas.dialog.text
    jonas.dialog.close()

    lena.command("/goal tree")
    assert "G-1  Faster support" in lena.dialog.text
    assert "Jonas Brandt · Active · 1 goal serves it" in lena.dialog.text
    assert "It serves no other goal. Even if all of them are reached, 40%" in lena.dialog.text
    lena.dialog.press("Open")
    assert "G-2  First reply\nLena Novak · Active · 50% · weight 40%" in lena.dialog.text
    assert "after the goal that it serves" in lena.dialog.text
    lena.dialog.press("Open")
    assert "↑ It serves G-1 Faster support" in lena.dialog.text
    lena.dialog.press("Up")
    assert "G-1 and what serves it" in lena.dialog.text
    lena.dialog.close()

    # Whoever may not read what serves it is told that there is something, and no more.
    shown = nora.command("/goal show G-1")
    assert "By the goals that serve it: not measured yet" in shown.text
    shown.message.press("Why?")
    assert "aren't shared with you: 1, with a weight of 40%" in nora.dialog.text
    nora.dialog.close()
    nora.command("/goal tree G-1")
    assert "1 goal that isn't shared with you serves it, too." in nora.dialog.text
    assert "G-2" not in nora.dialog.text
    nora.dialog.close()
    assert "I can't show you G-2" in nora.command("/goal tree G-2").text
    lena.command("/goal share G-2")
    lena.dialog.press("Show its title")
    for words in ("@Jonas", "Support"):
        nora.command(f"/goal tree {words}")
        assert "G-1  Faster support" in nora.dialog.text
        nora.dialog.press("Open")
        assert "G-2  First reply\nOnly its title is shared with you." in nora.dialog.text
        assert "50%" not in nora.dialog.text
        nora.dialog.close()
    assert "no unit of that name" in nora.command("/goal tree Nowhere").text


def test_whose_goal_serves_one_that_ends_hears_of_it_the_next_morning(company: Company) -> None:
    mara, jonas, lena = (company.person(name) for name in ("Mara", "Jonas", "Lena"))
    company.move_to(MONDAY)
    open_to_all(jonas, company, "Faster support")
    mara.wait_for("proposes a goal").press("Accept")
    jonas.wait_for("accepted G-1")
    agree(lena, jonas, company, Title="First reply")
    lena.command("/goal align G-2 to G-1 40%")
    change(mara, "Give up", Reason="Other plans.")
    assert "has ended" not in "".join(message.text for message in lena.messages())
    company.pass_days(1.2)
    told = lena.wait_for("G-1 Faster support, which goals of yours serve, has ended: Given up")
    told.press("Align")
    lena.dialog.fill({"Or": ["It serves no other goal"]}).submit()
    assert "serves no other goal now" in lena.dialog.text


def test_a_goal_proposed_upward_becomes_the_managers_own(company: Company) -> None:
    mara, jonas, lena, ines = (company.person(one) for one in ("Mara", "Jonas", "Lena", "Ines"))
    agree(lena, jonas, company, Title="First reply")
    assert "Only the owner" in ines.command("/goal upward G-1").text
    lena.command("/goal show G-1").message.press("Propose upward")
    assert "Jonas Brandt is asked to take this up" in lena.dialog.text
    note = {"Why it should be your manager's, too": "All of us need it."}
    lena.dialog.fill(note).submit()
    lena.dialog.close()
    asked = jonas.wait_for("Lena Novak proposes that you take up a goal")
    assert "All of us need it." in asked.text
    assert "has not answered yet" in lena.command("/goal upward G-1").text
    asked.press("Decline")
    jonas.dialog.fill({"Reason": "Not this quarter."}).submit()
    jonas.dialog.close()
    assert "Not this quarter." in lena.wait_for("does not take G-1 up").text

    lena.command("/goal upward G-1")
    lena.dialog.submit()
    lena.dialog.close()
    again = jonas.wait_for(lambda message: "Adopt" in message.buttons)
    again.press("Adopt")
    assert not company.acts("goal.adopt")
    jonas.dialog.fill({"Title": "Support answers fast", "Visible to": "Everyone"}).submit()
    assert not jonas.has_dialog, jonas.dialog.errors
    lena.wait_for("Jonas Brandt takes G-1 up as a goal of their own")
    mara.wait_for("Jonas Brandt proposes a goal")
    assert "G-2 Support answers fast" in lena.command("/goal show G-1").text
    assert "serves another one already" in lena.command("/goal upward G-1").text
    lena.command("/goal history G-1")
    assert "Jonas Brandt took it up as a goal of their own" in lena.dialog.text
    assert len(company.acts("goal.adopt")) == len(company.acts("goal.not_adopt")) == 1
