"""What owners report, and how it is read: in the history, in bars, in one order, past the date."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.scenes.checkins import ASKED, WEDNESDAY, asked, reply_under
from tests.scenes.conftest import Company
from tests.scenes.goals import agree, fill_goal, in_days
from tests.slack import Person


def report(person: Person, value: str, goal: str = "G-1") -> None:
    """Report a value with *Update*, and close what it answers."""
    person.command(f"/goal update {goal}")
    person.dialog.fill({"Value": value}).submit()
    assert "Saved." in person.dialog.text
    person.dialog.close()


@pytest.mark.parametrize(
    ("unit", "typed", "words"),
    [
        ({"Target": "5 days"}, "6 %", "measured in “days”, not in “%”"),
        ({"Target": "5"}, "6 %", "no unit of measure"),
        ({"Target": "5 days"}, "6 Days", None),
    ],
)
def test_a_value_in_another_unit_is_refused_at_its_field(
    company: Company, unit: dict[str, str], typed: str, words: str | None
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(WEDNESDAY)
    agree(lena, jonas, company, **unit)
    for command in ("/goal update G-1", "/checkin G-1"):
        lena.command(command)
        lena.dialog.fill({"Value": typed}).submit()
        if words is None:
            assert "Saved." in lena.dialog.text
        else:
            assert words in lena.dialog.errors["Value"]
            assert lena.dialog.value("Value") == typed
            assert company.acts("goal.update") == []
        lena.dialog.close()


def test_what_was_reported_with_update_can_be_taken_back(company: Company) -> None:
    lena, _, question = asked(company)
    lena.command("/goal update G-1")
    lena.dialog.fill({"Value": "7", "What changed": "A second hire."}).submit()
    assert "Saved. G-1" in lena.dialog.text
    lena.wait_for("Checked in. Thank you")
    lena.dialog.press("Undo")
    assert "Taken back" in lena.dialog.text
    lena.wait_for("Check-in: one goal")
    assert "no value yet" in lena.command("/goal").text
    assert "Nothing changed" in question.again().buttons


def test_units_are_named_at_every_goal_at_once(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(WEDNESDAY)
    agree(lena, jonas, company)
    agree(lena, jonas, company, Title="Mentor two starters", Target="2 starters")
    company.move_to(ASKED)
    lena.wait_for("Check-in: two goals").press("Check in")
    lena.dialog.fill({"Value of G-1": "7 %", "Value of G-2": "1 h"}).submit()
    assert "measured in “h”" in lena.dialog.errors["Value of G-1"]
    assert "measured in “starters”" in lena.dialog.errors["Value of G-2"]


FAR = "100,000 h is far from the target of 5 h. Send it again if that is right."


@pytest.mark.parametrize("command", ["/goal update G-1", "/checkin G-1"])
def test_a_value_far_from_the_target_is_asked_back_about_once(
    company: Company, command: str
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(WEDNESDAY)
    agree(lena, jonas, company)
    lena.command(command)
    lena.dialog.fill({"Value": "100000", "What changed": "Everything."})
    # Slack tells it twice; that is no second answer.
    company.slack.fault("duplicate", method="view_submission", times=1)
    lena.dialog.submit()
    company.slack.settle()
    assert FAR in lena.dialog.text
    assert "Nothing was saved yet." in lena.dialog.text
    assert (lena.dialog.value("Value"), lena.dialog.value("What changed")) == (
        "100000",
        "Everything.",
    )
    assert company.acts("goal.update") == []

    lena.dialog.fill({"Value": "200000"}).submit()
    assert "200,000 h is far from the target" in lena.dialog.text
    lena.dialog.submit()
    assert "Saved." in lena.dialog.text
    assert "200,000 h" in lena.dialog.text
    assert len(company.acts("goal.update")) == 1


def test_each_goal_of_a_check_in_is_asked_back_about_for_itself(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(WEDNESDAY)
    agree(lena, jonas, company)
    agree(lena, jonas, company, Title="Mentor two starters", Target="2")
    company.move_to(ASKED)
    lena.wait_for("Check-in: two goals").press("Check in")
    lena.dialog.fill({"Value of G-1": "100000", "Value of G-2": "1"}).submit()
    assert FAR in lena.dialog.text
    assert "target of 2." not in lena.dialog.text
    lena.dialog.fill({"Value of G-2": "100000"}).submit()
    assert "100,000 is far from the target of 2. Send it again if that is right." in (
        lena.dialog.text
    )
    lena.dialog.submit()
    assert "Saved." in lena.dialog.text
    assert len(company.acts("goal.update")) == 2


def test_a_typed_value_far_from_the_target_is_asked_back_about_once(company: Company) -> None:
    lena, _, question = asked(company)
    lena.say("100000", thread_ts=question.ts)
    reply_under(question, FAR)
    assert company.acts("goal.update") == []
    lena.say("G-1 200000 h")
    lena.wait_for("200,000 h is far from the target")
    lena.say("g1 100000 h", thread_ts=question.ts)
    reply_under(question, "G-1 First reply to customers: 100,000 h")
    assert len(company.acts("goal.update")) == 1


def test_a_typed_value_is_asked_back_about_again_another_day(company: Company) -> None:
    lena, _, question = asked(company)
    lena.say("100000", thread_ts=question.ts)
    reply_under(question, FAR)
    company.pass_days(2)
    lena.say("G-1 100000")
    lena.wait_for(lambda m: m.ts > question.ts and FAR in m.text)
    assert company.acts("goal.update") == []


def test_the_history_says_which_value_was_reported_when(company: Company) -> None:
    lena, _, question = asked(company)
    lena.say("7.1", thread_ts=question.ts)
    saved = reply_under(question, "Saved.")
    lena.command("/goal history G-1")
    assert "You reported 7.1 h · 10 March, 09:30" in lena.dialog.text
    saved.press("Undo")
    reply_under(question, "Taken back")
    lena.dialog.close()
    lena.command("/goal history G-1")
    assert "7.1 h" not in lena.dialog.text
    assert "You reported a value" in lena.dialog.text

    lena.dialog.close()
    report(lena, "6.5")
    company.pass_days(14)
    lena.wait_for(lambda m: "Nothing changed" in m.buttons and m.ts != question.ts).press(
        "Nothing changed"
    )
    lena.command("/goal history G-1")
    assert "You checked in: still 6.5 h" in lena.dialog.text
    assert "You reported 6.5 h" in lena.dialog.text


def test_a_bar_is_full_at_the_target_alone_and_empty_at_the_baseline_alone(
    company: Company,
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    fill_goal(lena, company, Target="100 %")
    lena.dialog.press("More detail")
    lena.dialog.fill({"Baseline": "0"}).submit()
    jonas.wait_for("proposes a goal").press("Accept")
    lena.wait_for("accepted G-1")
    for value, bar in (
        ("96", "▰▰▰▰▰▰▰▰▰▱"),
        ("100", "▰" * 10),
        ("104", "▰" * 10),
        ("1", "▰" + "▱" * 9),
        ("50", "▰" * 5 + "▱" * 5),
        ("0", "▱" * 10),
        ("-3", "▱" * 10),
    ):
        report(lena, value)
        assert bar in lena.command("/goal show G-1").text, value


def test_home_dialog_and_morning_name_the_most_overdue_goal_first(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(WEDNESDAY)
    agree(lena, jonas, company)
    fill_goal(lena, company, Title="Mentor two starters")
    lena.dialog.press("More detail")
    lena.dialog.fill({"Check in every": "Week"}).submit()
    jonas.wait_for("Mentor two starters").press("Accept")
    lena.wait_for("accepted G-2")
    company.move_to(ASKED - timedelta(days=7))
    lena.wait_for("Check-in: one goal")

    company.move_to(ASKED)
    morning = lena.wait_for("Check-in: two goals")
    assert morning.text.index("G-2") < morning.text.index("G-1")
    home = lena.home().text
    assert home.index("G-2") < home.index("G-1")
    lena.command("/checkin")
    assert lena.dialog.labels[0] == "Value of G-2"


def test_a_goal_past_its_due_date_says_so_to_its_owner(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(WEDNESDAY)
    agree(lena, jonas, company, **{"Due date": in_days(company, 17)})
    company.move_to(ASKED)
    assert "was due" not in lena.wait_for("Check-in: one goal").text
    assert "was due" not in lena.command("/goal show G-1").text

    # The due date is a Saturday, so the last question comes on the Monday after it.
    company.move_to(ASKED + timedelta(days=5))
    lena.wait_for("no value yet; target 5 h · was due on 13 March")
    assert "was due on 13 March" in lena.home().text
    lena.command("/checkin")
    assert "was due on 13 March" in lena.dialog.text
    lena.dialog.close()
    own = lena.command("/goal show G-1").text
    assert "It was due on 13 March. Report its last value with Update, then close it" in own
    assert "It was due" not in jonas.command("/goal show G-1").text
