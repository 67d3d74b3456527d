"""Kinds of goals: a form for each, nothing typed lost between them, and what the rules ask for."""

from __future__ import annotations

from domain.goal_advice import Strictness
from domain.policy import Policy, Quality
from storage.policy import adopt
from tests.scenes.conftest import Company
from tests.scenes.goals import fill_goal, in_days
from tests.slack import Person

KIND = "Kind of goal"
OKR = "Objective with key results (OKR)"
RESULTS = "Hours to first reply: 9 h → 5 h\nSatisfied customers: 80 % to 90 %\nArticles: 40"


def labels(person: Person) -> list[str]:
    return [label.split(" (")[0] for label in person.dialog.labels]


def test_the_form_changes_with_the_kind_and_what_was_typed_comes_back(company: Company) -> None:
    lena = company.person("Lena")
    fill_goal(lena, company)
    lena.dialog.press("More detail")
    lena.dialog.fill({"Baseline": "9", "Direction": "Decrease", KIND: OKR})
    assert "Key results" in labels(lena)
    assert not {"Metric", "Target", "Baseline", "Direction"} & set(labels(lena))
    assert lena.dialog.value("Title") == "First reply to customers"
    lena.dialog.fill({"Key results": RESULTS, KIND: "Milestones"})
    assert lena.dialog.value("Milestones") == RESULTS
    lena.dialog.fill({KIND: "Development"})
    assert "Milestones" not in labels(lena)
    lena.dialog.fill({KIND: "One number (KPI)"})
    assert lena.dialog.value("Target") == "5 h"
    assert lena.dialog.value("Baseline") == "9"
    assert lena.dialog.value("Direction") == "Decrease"
    lena.dialog.fill({KIND: OKR})
    assert lena.dialog.value("Key results") == RESULTS


def test_an_objective_is_refused_by_line_then_agreed_countered_and_measured(
    company: Company,
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    lena.command("/goal new okr")
    assert labels(lena) == ["Title", "Key results", "Due date"]
    lena.dialog.fill({"Title": "Customers are glad", "Due date": in_days(company, 80)})
    for typed, refused in {
        "Hours: 9 h → 5 h\nSatisfied": "Line 2: please write",
        "Hours: 5 h → 5 h": "Line 1 leads from a number to the same",
        "Hours: 9 h → 5 days": "Line 1: please use one unit",
        "\n".join(f"Part {n}: {n}" for n in range(1, 12)): "10 lines at most",
    }.items():
        lena.dialog.fill({"Key results": typed}).submit()
        assert refused in lena.dialog.errors["Key results"]
    assert company.acts("goal.propose") == []
    lena.dialog.fill({"Key results": RESULTS}).submit()
    assert not lena.has_dialog, lena.dialog.errors
    jonas.wait_for("proposes a goal").press("Counter")
    assert labels(jonas) == ["Key results", "Due date", "Reason"]
    assert jonas.dialog.value("Key results").startswith("Hours to first reply: 9 h → 5 h")
    harder = RESULTS.replace("5 h", "4 h")
    jonas.dialog.fill({"Key results": harder, "Reason": "Others do it in four."}).submit()
    assert not jonas.has_dialog, jonas.dialog.errors
    lena.wait_for("suggests a change").press("Accept")
    shown = lena.command("/goal show G-1").text
    assert "Hours to first reply: 9 h → 4 h" in shown
    assert "Articles: 40" in shown
    lena.command("/goal update G-1")
    lena.dialog.fill({"Value": "40"}).submit()
    assert "40" in lena.dialog.text
    lena.dialog.close(everything=True)
    lena.command("/goal history G-1")
    assert "Key results or milestones" in lena.dialog.text


def test_milestones_are_counted_and_development_has_no_number(company: Company) -> None:
    lena = company.person("Lena")
    lena.command("/goal new milestone")
    steps = "1. Contract signed\n2. First customer moved"
    lena.dialog.fill({"Title": "Move out", "Milestones": steps, "Due date": in_days(company, 80)})
    lena.dialog.submit()
    assert not lena.has_dialog, lena.dialog.errors
    shown = lena.command("/goal show G-1").text
    assert "2 milestones" in shown
    assert "• Contract signed" in shown
    lena.command("/goal new development")
    assert labels(lena) == ["Title", "What will show it", "Due date"]
    lena.dialog.press("More detail")
    assert not {"Baseline", "Unit of measure", "Target"} & set(labels(lena))
    lena.dialog.fill(
        {
            "Title": "Lead a review",
            "What will show it": "I did one on my own",
            "Due date": in_days(company, 80),
        }
    ).submit()
    assert not lena.has_dialog, lena.dialog.errors
    shown = lena.command("/goal show G-2").text
    assert "I did one on my own" in shown


def test_what_is_required_refuses_at_its_field_and_what_is_advised_is_told(
    company: Company,
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    fill_goal(lena, company)
    lena.dialog.press("More detail")
    assert "Good to have: say where it starts, for example 9 h" in lena.dialog.text
    lena.dialog.submit()
    shown = lena.command("/goal show G-1").text
    assert "To make it stronger: say where it starts" in shown
    shown = jonas.command("/goal show G-1").text
    assert "To make it stronger" not in shown
    asked = Quality(
        time_bound=Strictness.REQUIRED,
        measurable=Strictness.REQUIRED,
        aligned=Strictness.OFF,
        reasoned=Strictness.OFF,
    )
    templates = {
        level: one.model_copy(update={"horizon_months": 3})
        for level, one in Policy().templates.items()
    }
    with company.parts.store.write_alone() as connection:
        rules = Policy(quality=asked, templates=templates)
        adopt(connection, rules, company.parts.clock.machine())
    fill_goal(lena, company, Title="Second", **{"Due date": in_days(company, 120)})
    lena.dialog.press("More detail")
    assert "Our rules ask for this: say where it starts" in lena.dialog.text
    lena.dialog.submit()
    assert "within 3 months" in lena.dialog.errors["Due date"]
    lena.dialog.fill({"Due date": in_days(company, 60)}).submit()
    assert "for example 9 h" in lena.dialog.errors["Baseline"]
    lena.dialog.fill({"Baseline": "9 h"}).submit()
    assert not lena.has_dialog, lena.dialog.errors


def test_what_has_ended_is_listed_and_copied_into_a_new_goal(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    assert "None of your goals has ended yet" in lena.command("/goal list closed").text
    lena.command("/goal new okr")
    lena.dialog.fill(
        {"Title": "Glad customers", "Key results": RESULTS, "Due date": in_days(company, 10)}
    )
    lena.dialog.submit()
    jonas.wait_for("proposes a goal").press("Accept")
    lena.wait_for("accepted G-1")
    company.pass_days(12)
    company.end_goals()
    lena.command("/goal list closed")
    listed = lena.last_message()
    assert "Your goals that have ended" in listed.text
    assert "Glad customers" in listed.text
    assert "Glad customers" not in jonas.command("/goal list closed").text
    listed.press("Show")
    lena.wait_for("Key results").press("Copy")
    assert lena.dialog.value("Title") == "Glad customers"
    assert lena.dialog.value("Key results") == RESULTS.replace("to 90", "→ 90")
    assert not lena.dialog.value("Due date"), "that day is over"
    assert company.acts("goal.propose") == company.acts("goal.propose")[:1], "nothing yet"
    lena.dialog.fill({"Due date": in_days(company, 80)}).submit()
    assert not lena.has_dialog, lena.dialog.errors
    lena.command("/goal copy G-2")
    assert lena.dialog.value("Due date") == in_days(company, 80), "a day to come stays"
    lena.dialog.close(everything=True)
    tarik = company.person("Tarik")
    assert "can't show you G-1" in tarik.command("/goal copy G-1").text
