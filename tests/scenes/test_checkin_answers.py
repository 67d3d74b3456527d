"""Check-ins with more than one goal, odd numbers, late presses and second thoughts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.running import clock_origin
from storage import cover
from storage.tables.checkin_support import SupportNote
from tests.company import person_id
from tests.scenes.checkins import ASKED, asked, begin, reply_under
from tests.scenes.conftest import Company
from tests.scenes.goals import propose
from tests.slack import Message, Person


def two_goals(company: Company) -> tuple[Person, Person, Message]:
    lena, jonas = begin(company)
    propose(lena, company, Title="Mentor two starters", Metric="Starters", Target="2")
    jonas.wait_for("Mentor two starters").press("Accept")
    lena.wait_for("accepted G-2")
    company.move_to(ASKED)
    return lena, jonas, lena.wait_for("Check-in: two goals")


def test_all_goals_due_are_one_message_and_one_dialog(company: Company) -> None:
    lena, jonas, question = two_goals(company)
    assert "G-1 First reply to customers" in question.text
    assert "G-2 Mentor two starters: no value yet; target 2" in question.text
    question.press("Check in")
    assert lena.dialog.labels[:4] == [
        "Value of G-1",
        "What changed in G-1",
        "Confidence in G-1",
        "Value of G-2",
    ]
    lena.dialog.fill({"Value of G-2": "1"}).submit()
    told = jonas.wait_for("Lena Novak checked in")
    assert "G-2 Mentor two starters: 1" in told.text
    assert "G-1" not in told.text
    lena.wait_for("Check-in: one goal")
    assert "✓ G-2" in question.again().text
    assert "Nothing changed" in question.again().buttons


def test_nothing_is_saved_before_every_field_can_be_read(company: Company) -> None:
    lena, _, question = two_goals(company)
    question.press("Check in")
    lena.dialog.fill({"Value of G-1": "7 h", "Value of G-2": "1.234"}).submit()
    assert "1234" in lena.dialog.errors["Value of G-2"]
    assert company.acts("goal.update") == []
    lena.dialog.fill({"Value of G-2": "one"}).submit()
    assert "number" in lena.dialog.errors["Value of G-2"]
    lena.dialog.fill({"Value of G-2": "1 h"}).submit()
    assert "without" in lena.dialog.errors["Value of G-2"]
    lena.dialog.fill({"Value of G-2": "1"}).submit()
    assert len(company.acts("goal.update")) == 2


def test_an_empty_check_in_says_what_to_do_instead(company: Company) -> None:
    lena, _, question = asked(company)
    question.press("Check in")
    lena.dialog.submit()
    assert "Please fill in something" in lena.dialog.text


def test_what_changed_meanwhile_is_named_and_the_rest_is_saved(company: Company) -> None:
    lena, _, question = two_goals(company)
    question.press("Check in")
    lena.dialog.fill({"Value of G-1": "7", "Value of G-2": "1"})
    lena.say("G-1 8")
    lena.wait_for("Saved.")
    lena.dialog.submit()
    assert "G-2 Mentor two starters: 1" in lena.dialog.text
    assert "G-1 changed since you opened this" in lena.dialog.text
    assert "8 h (today)" in lena.dialog.text
    assert lena.dialog.labels == ["Value", "What changed", "Confidence"]
    assert lena.dialog.value("Value") == "7"
    lena.dialog.submit()
    assert "7 h (before: 8 h)" in lena.dialog.text


def test_which_goal_is_asked_where_a_number_could_mean_several(company: Company) -> None:
    lena, _, question = two_goals(company)
    lena.say("7", thread_ts=question.ts)
    back = reply_under(question, "Which goal do you mean?")
    assert "G-2 Mentor two starters" in back.text
    lena.say("g2 1", thread_ts=question.ts)
    reply_under(question, "G-2 Mentor two starters: 1")
    lena.say("6,5")
    lena.wait_for("G-1 First reply to customers: 6.5 h")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("7,125", "7125"),
        ("1e5", "in full"),
        ("7.1 kg", "G-1 is measured in “h”, not in “kg”"),
        ("G-77 3", "I can't show you G-77"),
        ("thank you!", "Here I can read numbers"),
        ("9" * 40, "too big"),
        ("😀", "Here I can read numbers"),
    ],
)
def test_what_cannot_be_taken_as_a_number_gets_a_kind_answer(
    company: Company, typed: str, answer: str
) -> None:
    lena, _, question = asked(company)
    lena.say(typed, thread_ts=question.ts)
    reply_under(question, answer)
    assert company.acts("goal.update") == []


def test_words_that_begin_with_a_number_stay_a_conversation(company: Company) -> None:
    lena, _, _ = asked(company)
    lena.say("3 things that I wonder about")
    lena.wait_for("I don't know 3")
    assert company.acts("goal.update") == []


def test_reported_elsewhere_the_question_changes_in_place(company: Company) -> None:
    lena, _, question = asked(company)
    lena.command("/goal update G-1")
    lena.dialog.fill({"Value": "6"}).submit()
    lena.dialog.close()
    lena.wait_for("Checked in. Thank you")
    late = {"actions": [button_of(question, "Nothing changed")]}
    lena.wait_for(lambda m: "History" in m.buttons).press("History", forge=late)
    lena.wait_for("You have checked in already")


def button_of(message: Message, label: str) -> dict[str, object]:
    """A button as it stood in the message, to be pressed elsewhere or later."""
    element = next(
        one
        for block in message.blocks
        for one in block.get("elements", [])
        if one.get("type") == "button" and one["text"]["text"] == label
    )
    return {**element, "block_id": "late", "action_ts": "1.0"}


def test_who_has_just_reported_is_not_asked(company: Company) -> None:
    lena, _ = begin(company)
    company.move_to(ASKED - timedelta(days=1))
    lena.command("/goal update G-1")
    lena.dialog.fill({"Value": "6"}).submit()
    company.move_to(ASKED + timedelta(hours=1))
    assert not lena.sees("Check-in: one goal")
    company.move_to(ASKED + timedelta(days=14))
    lena.wait_for("Check-in: one goal")


def test_undo_takes_the_value_back_and_the_question_is_open_again(company: Company) -> None:
    lena, jonas, question = asked(company)
    question.press("Check in")
    lena.dialog.fill({"Value": "17", "Blockers": "None of your business."}).submit()
    told = jonas.wait_for("Lena Novak checked in")
    lena.dialog.press("Undo")
    jonas.wait_for("Lena Novak took their check-in back")
    assert "Read" not in told.again().buttons
    lena.wait_for("Check-in: one goal")
    assert "no value yet" in lena.command("/goal").text
    assert len(company.acts("check_in.undo")) == 1
    lena.dialog.close()
    question.again().press("Nothing changed")
    assert "still no value" in jonas.wait_for("still no value").text


def test_once_answered_a_check_in_cannot_be_taken_back(company: Company) -> None:
    lena, jonas, question = asked(company)
    lena.say("7.1", thread_ts=question.ts)
    saved = reply_under(question, "Saved.")
    told = jonas.wait_for("Lena Novak checked in")
    jonas.say("Well done.", thread_ts=told.ts)
    lena.wait_for("Jonas Brandt answered")
    saved.press("Undo")
    assert "can't be taken back any more" in lena.wait_for("can't be taken back").text


def test_a_reply_can_be_taken_back_until_it_is_read(company: Company) -> None:
    lena, jonas, question = asked(company)
    question.press("Nothing changed")
    told = jonas.wait_for("Lena Novak checked in")
    jonas.say("That is too slow.", thread_ts=told.ts)
    answer = lena.wait_for("Jonas Brandt answered")
    reply_under(told, "is told that you answered").press("Undo")
    lena.wait_for("Jonas Brandt took an answer back")
    assert "Read" not in answer.again().buttons
    reply_under(told, "Taken back")

    jonas.say("Let us talk.", thread_ts=told.ts)
    second = lena.wait_for(lambda m: "Jonas Brandt answered" in m.text and "Read" in m.buttons)
    second.press("Read")
    assert "Let us talk." in lena.dialog.text
    assert "too slow" not in lena.dialog.text
    assert "Undo" not in reply_under(told, "Read by Lena Novak").buttons
    lena.dialog.close()

    lena.say("Thursday suits me.", thread_ts=second.ts)
    jonas.wait_for("Lena Novak answered").press("Read")
    assert "Thursday suits me." in jonas.dialog.text


def test_support_is_for_the_two_alone(company: Company) -> None:
    lena, jonas, question = asked(company)
    question.press("Check in")
    lena.dialog.fill({"Value": "7", "Support needed": "A second hire."}).submit()
    read = {"actions": [button_of(jonas.wait_for("Lena Novak checked in"), "Read")]}
    for name in ("Ines", "Omar", "Mara"):
        other = company.person(name)
        other.home().press("New goal", forge=read)
        other.slack.settle()
        assert not other.has_dialog or "second hire" not in other.dialog.text
    assert company.acts("read.support") == []
    with company.parts.store.engine.connect() as connection:
        stored = connection.execute(select(SupportNote.words)).scalar_one()
    assert b"second hire" not in stored


def test_nobody_is_asked_while_away_and_once_after(company: Company) -> None:
    lena, _ = begin(company)
    first, after = ASKED.date() - timedelta(days=2), ASKED.date() + timedelta(days=33)
    with company.parts.store.write(clock_origin(company.parts)) as work:
        cover.add_leave(work.connection, person_id("Lena Novak"), first, after)
    for days in range(0, 33, 4):
        company.move_to(ASKED + timedelta(days=days, hours=1))
    assert not lena.sees("Check-in")
    company.move_to(ASKED + timedelta(days=33))
    lena.wait_for("Welcome back. Check-in: one goal")
    company.move_to(ASKED + timedelta(days=34, hours=1))
    assert len([m for m in lena.messages() if "Check-in: one goal" in m.text]) == 1


def test_a_manager_who_is_away_hears_of_a_check_in_once_they_are_back(company: Company) -> None:
    lena, jonas, question = asked(company)
    today = ASKED.date()
    with company.parts.store.write(clock_origin(company.parts)) as work:
        cover.add_leave(
            work.connection, person_id("Jonas Brandt"), today, today + timedelta(days=2)
        )
    lena.say("7.1", thread_ts=question.ts)
    reply_under(question, "G-1 First reply to customers: 7.1 h")
    lena.command("/checkin G-1")
    lena.dialog.fill({"Value": "6.9"}).submit()
    assert "Saved." in lena.dialog.text
    company.move_to(ASKED + timedelta(days=1))
    assert not jonas.sees("Lena Novak checked in")
    company.move_to(ASKED + timedelta(days=2))
    back = jonas.wait_for(lambda m: "Lena Novak checked in" in m.text and "6.9 h" in m.text)
    assert back.text.count("Lena Novak checked in") == 2
    assert len([m for m in jonas.messages() if "Lena Novak checked in" in m.text]) == 1


def test_who_writes_for_a_manager_who_is_away_reads_until_when_and_whom_to_turn_to(
    company: Company,
) -> None:
    lena, _, question = asked(company)
    today = ASKED.date()
    with company.parts.store.write(clock_origin(company.parts)) as work:
        for name in ("Jonas Brandt", "Omar Haddad"):
            first = today if name.startswith("Jonas") else today + timedelta(days=1)
            cover.add_leave(work.connection, person_id(name), first, today + timedelta(days=2))
    question.press("Check in")
    lena.dialog.fill({"Value": "7", "Blockers": "The supplier is late."}).submit()
    assert "Jonas Brandt is away until 11 March" in lena.dialog.text
    assert "please turn to Omar Haddad" in lena.dialog.text
    assert "Jonas Brandt can read" not in lena.dialog.text
    lena.dialog.close()
    company.move_to(ASKED + timedelta(days=1))
    lena.command("/checkin G-1")
    lena.dialog.fill({"Value": "6", "Support needed": "A hire."}).submit()
    assert "Jonas Brandt is away until 11 March" in lena.dialog.text
    assert "please ask your HR partner" in lena.dialog.text
    lena.dialog.close()
    company.move_to(ASKED + timedelta(days=2))
    lena.command("/checkin G-1")
    lena.dialog.fill({"Value": "5", "Support needed": "A hire."}).submit()
    assert "Jonas Brandt can read what you wrote" in lena.dialog.text
