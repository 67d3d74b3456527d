"""Those who may not, and what they hear."""

from __future__ import annotations

import pytest

from tests.scenes.conftest import Company
from tests.scenes.goals import agree, press_late, propose

NOT_SHARED = "I can't show you G-1."


@pytest.mark.parametrize("command", ["show", "history", "update"])
def test_a_colleague_outside_the_audience_hears_the_one_sentence(
    company: Company, command: str
) -> None:
    agree(company.person("Lena"), company.person("Jonas"), company)
    nora = company.person("Nora")
    existing = nora.command(f"/goal {command} G-1").text
    missing = nora.command(f"/goal {command} G-999").text
    assert NOT_SHARED in existing
    assert existing.replace("G-1", "G-999") == missing
    assert existing == nora.command("/accord audit G-1").text


def test_a_colleague_sees_no_goals_in_somebody_elses_list(company: Company) -> None:
    agree(company.person("Lena"), company.person("Jonas"), company)
    assert "no goals of Lena Novak" in company.person("Nora").command("/goal list @lena").text
    assert "G-1" in company.person("Jonas").command("/goal list @lena").text
    assert "G-1" in company.person("Ines").command("/goal list @lena").text


@pytest.mark.parametrize("person", ["Ulla", "Gerd"])
def test_people_whom_the_directory_does_not_know_are_refused_everywhere(
    company: Company, person: str
) -> None:
    somebody = (
        company.person(person)
        if False
        else company.slack.person(f"{person} " + {"Ulla": "Unlisted", "Gerd": "Guest"}[person])
    )
    for words in ("/goal", "/goal new", "/goal show G-1", "/accord", "/accord audit G-1"):
        assert "I don't know you yet" in somebody.command(words).text
    assert not somebody.has_dialog


@pytest.mark.parametrize(
    "forged",
    [
        {"user": {"id": "U0NOBODY"}},
        {"user": {"id": "U0JONAS", "team_id": "T0ELSEWHERE"}},
        {"user": {"id": "U0NORA"}},
    ],
)
def test_a_press_by_somebody_else_changes_nothing(
    company: Company, forged: dict[str, object]
) -> None:
    propose(company.person("Lena"), company)
    question = company.person("Jonas").wait_for("proposes a goal")
    question.press("Accept", forge=forged)
    company.slack.settle()
    assert company.acts("goal.accept") == []


def test_a_deactivated_person_cannot_act_on_a_button_they_still_see(company: Company) -> None:
    propose(company.person("Lena"), company)
    jonas = company.person("Jonas")
    question = jonas.wait_for("proposes a goal")
    company.slack.steer("people", id="U0JONAS", deleted=True)
    company.slack.settle()
    question.press("Accept", force=True)
    assert company.acts("goal.accept") == []


def test_a_guest_sees_their_own_deliverables_only(company: Company) -> None:
    gustav, omar = company.person("Gustav"), company.person("Omar")
    clara = company.person("Clara")
    clara.command("/goal new")
    agree(gustav, omar, company)
    assert "G-1" in gustav.command("/goal").text
    assert "no goals of Omar" in gustav.command("/goal list @omar").text


def test_the_owner_cannot_accept_their_own_proposal(company: Company) -> None:
    lena = company.person("Lena")
    propose(lena, company)
    question = company.person("Jonas").wait_for("proposes a goal")
    card = lena.wait_for("You proposed G-1")
    accept = next(
        one
        for block in question.blocks
        for one in block.get("elements", [])
        if one.get("action_id") == "goal:accept"
    )
    forged = {"actions": [{**accept, "action_ts": "1.0", "block_id": "x"}]}
    card.press("History", forge=forged)
    assert "waiting for Jonas Brandt" in lena.wait_for("nothing for you to answer").text
    assert company.acts("goal.accept") == []


def test_an_answer_to_an_older_version_is_refused_and_shows_the_newer_one(
    company: Company,
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    first = jonas.wait_for("proposes a goal")
    first.press("Counter")
    jonas.dialog.fill({"Target": "6", "Reason": "a"}).submit()
    lena.wait_for("suggests a change").press("Counter")
    lena.dialog.fill({"Target": "5.5", "Reason": "b"}).submit()
    jonas.wait_for("Lena Novak suggests a change")
    press_late(first, "Accept")
    assert "has changed since you opened it" in jonas.wait_for("has changed since").text
    assert company.acts("goal.accept") == []
