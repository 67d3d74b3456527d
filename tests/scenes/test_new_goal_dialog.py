"""*New goal*: few inputs at first, the rest on request, and what is wrong at its field."""

from __future__ import annotations

import pytest

from tests.scenes.conftest import Company
from tests.scenes.goals import fill_goal, in_days, propose

DETAILS = (
    "Template",
    "Why it matters",
    "Unit of measure",
    "Direction",
    "Baseline",
    "Threshold",
    "Stretch",
    "Start date",
    "Check in every",
    "Aligned to",
    "Visible to",
    "For whom",
)


def test_four_inputs_at_first_and_the_rest_behind_more_detail(company: Company) -> None:
    lena = company.person("Lena")
    lena.command("/goal new")
    assert lena.dialog.title == "New goal"
    assert [label.split(" (")[0] for label in lena.dialog.labels] == [
        "Title",
        "Metric",
        "Target",
        "Due date",
    ]
    lena.dialog.fill({"Title": "Typed before"})
    lena.dialog.press("More detail")
    assert lena.dialog.value("Title") == "Typed before"
    for label in DETAILS:
        assert any(label in shown for shown in lena.dialog.labels), label


@pytest.mark.parametrize(
    ("person", "template", "rhythm"),
    [
        ("Lena", "Individual contributor", "Two weeks"),
        ("Jonas", "Manager", "Month"),
        ("Clara", "Executive", "Quarter"),
    ],
)
def test_the_level_of_the_owner_picks_the_template(
    company: Company, person: str, template: str, rhythm: str
) -> None:
    somebody = company.person(person)
    somebody.command("/goal new")
    somebody.dialog.press("More detail")
    assert somebody.dialog.value("Template") == template
    assert somebody.dialog.value("Check in every") == rhythm


def test_another_template_or_owner_changes_what_is_filled_in_and_keeps_what_was_typed(
    company: Company,
) -> None:
    jonas = company.person("Jonas")
    jonas.command("/goal new")
    jonas.dialog.press("More detail")
    jonas.dialog.fill({"Title": "Typed before", "Template": "Executive"})
    assert jonas.dialog.value("Check in every") == "Quarter"
    assert jonas.dialog.value("Title") == "Typed before"
    jonas.dialog.fill({"For whom": "Lena"})
    assert jonas.dialog.value("Template") == "Individual contributor"
    assert jonas.dialog.value("Check in every") == "Two weeks"
    assert jonas.dialog.value("Title") == "Typed before"


@pytest.mark.parametrize(
    ("label", "value", "words"),
    [
        ("Title", "   ", "Please write something"),
        ("Target", "abc", "Please write a number"),
        ("Target", "1.234", "1.234 can mean 1234 or 1.234"),
        ("Target", "NaN", "Please write"),
        ("Target", "1e5", "in full"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    company: Company, label: str, value: str, words: str
) -> None:
    lena = company.person("Lena")
    fill_goal(lena, company, **{label: value})
    lena.dialog.submit()
    assert words in lena.dialog.errors[label]
    assert lena.dialog.value("Metric") == "Median hours to first reply"
    assert company.acts("goal.propose") == []


def test_a_due_date_in_the_past_is_refused_at_the_date(company: Company) -> None:
    lena = company.person("Lena")
    fill_goal(lena, company, **{"Due date": in_days(company, -2)})
    lena.dialog.submit()
    assert "in the past" in lena.dialog.errors["Due date"]


@pytest.mark.parametrize(
    ("changes", "label", "words"),
    [
        ({"Baseline": "5"}, "Target", "equals the baseline"),
        ({"Baseline": "9", "Threshold": "4"}, "Threshold", "above the target"),
        ({"Baseline": "2", "Threshold": "6"}, "Threshold", "below the target"),
        ({"Baseline": "9", "Stretch": "6"}, "Stretch", "below the target"),
        ({"Direction": "Increase", "Baseline": "9"}, "Baseline", "below the target"),
        ({"Direction": "Stay in range"}, "Threshold", "lower end"),
        ({"Direction": "Done or not"}, "Target", "please write 1"),
        ({"Unit of measure": "days"}, "Target", "the unit is"),
    ],
)
def test_numbers_that_do_not_fit_together_are_refused_where_they_stand(
    company: Company, changes: dict[str, str], label: str, words: str
) -> None:
    lena = company.person("Lena")
    fill_goal(lena, company)
    lena.dialog.press("More detail")
    lena.dialog.fill(changes).submit()
    assert words in lena.dialog.errors[label]


def test_all_that_is_wrong_is_said_at_once(company: Company) -> None:
    lena = company.person("Lena")
    fill_goal(lena, company, Title=" ", Target="5 h", **{"Due date": in_days(company, -2)})
    lena.dialog.press("More detail")
    lena.dialog.fill(
        {
            "Baseline": "9 days",
            "Direction": "Increase",
            "Threshold": "6",
            "Stretch": "4",
            "Start date": in_days(company, 3),
        }
    ).submit()
    assert {label: words.split(",")[0] for label, words in lena.dialog.errors.items()} == {
        "Title": "Please write something for “Title”.",
        "Due date": "This date is in the past. Please pick today or a later day.",
        "Baseline": "You wrote “days” here",
        "Threshold": "To increase",
        "Stretch": "To increase",
    }
    lena.dialog.fill({"Target": "viel", "Start date": in_days(company, 300)})
    lena.dialog.fill({"Due date": in_days(company, 100)}).submit()
    assert set(lena.dialog.errors) == {"Title", "Target", "Start date"}


def test_a_counter_leaves_the_unit_alone_outside_of_its_own_field(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company, Target="5 days")
    propose(lena, company, Title="Mentor two starters", Target="2")
    for title, words in (("First reply", "the unit is “days”"), ("Mentor", "has no unit")):
        jonas.wait_for(f"proposes a goal\n{title}").press("Counter")
        jonas.dialog.fill({"Target": "50 %", "Reason": "Easier to read."}).submit()
        assert words in jonas.dialog.errors["Target"]
        assert jonas.dialog.value("Target") == "50 %"
        jonas.dialog.press("More detail")
        jonas.dialog.fill({"Unit of measure": "%"}).submit()
        assert not jonas.has_dialog
    lena.wait_for("Unit of measure: days → %")
    lena.wait_for("Unit of measure: %")


def test_a_counter_names_all_that_no_longer_fits_behind_more_detail(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    fill_goal(lena, company)
    lena.dialog.press("More detail")
    lena.dialog.fill({"Baseline": "9", "Threshold": "7", "Stretch": "4"}).submit()
    jonas.wait_for("proposes a goal").press("Counter")
    jonas.dialog.fill({"Target": "12", "Reason": "Be realistic."}).submit()
    told = jonas.dialog.errors["Target"]
    assert "“Threshold”, behind “More detail”" in told
    assert "“Baseline”, behind “More detail”" in told


def test_sending_the_same_dialog_twice_makes_one_goal(company: Company) -> None:
    lena = company.person("Lena")
    fill_goal(lena, company)
    company.slack.fault("duplicate", method="view_submission", times=1)
    lena.dialog.submit()
    company.slack.settle()
    assert len(company.acts("goal.propose")) == 1


def test_a_goal_can_be_aligned_to_one_that_is_shared_with_everyone(company: Company) -> None:
    clara, lena = company.person("Clara"), company.person("Lena")
    fill_goal(clara, company, Title="Faster support")
    clara.dialog.press("More detail")
    clara.dialog.fill({"Visible to": "Everyone"}).submit()
    company.person("Ines").wait_for("Clara Stein proposes a goal").press("Accept")
    clara.wait_for("Ines Duarte accepted G-1")

    fill_goal(lena, company)
    lena.dialog.press("More detail")
    assert lena.dialog.suggestions("Aligned to", "faster") == ["G-1 Faster support"]
    lena.dialog.fill({"Aligned to": "G-1 Faster support"}).submit()
    jonas = company.person("Jonas")
    assert "Serves G-1 Faster support" in jonas.wait_for("proposes").text
    jonas.command("/accord audit G-2")
    assert "Aligned to: G-1 Faster support" in jonas.dialog.text


def test_what_somebody_pastes_into_a_title_stays_text(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    title = "<!channel> <@U0JONAS> *bold* [x](https://evil.example) {{7*7}} 😀"
    fill_goal(lena, company, Title=title)
    lena.dialog.submit()
    question = jonas.wait_for("proposes a goal")
    assert "<!channel>" in question.text
    assert "{{7*7}}" in question.text
    raw = str(question.content)
    assert "<!channel>" not in raw.replace("&lt;!channel&gt;", "")


def test_a_title_that_is_too_long_is_refused_with_the_limit(company: Company) -> None:
    lena = company.person("Lena")
    fill_goal(lena, company)
    lena.dialog.submit(
        forge={
            "view": {
                "state": {
                    "values": {
                        "goal_new.title": {
                            "goal_new.title": {"type": "plain_text_input", "value": "x" * 3000}
                        }
                    }
                }
            }
        }
    )
    assert "150" in lena.dialog.errors["Title"]
