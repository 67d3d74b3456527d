"""The second scene: check-ins come by themselves, and the manager's answer is support."""

from __future__ import annotations

from datetime import timedelta

from tests.scenes.checkins import ASKED, asked, begin, reply_under
from tests.scenes.conftest import Company


def test_the_question_comes_by_itself_half_an_hour_into_the_owners_day(company: Company) -> None:
    lena, _ = begin(company)
    company.move_to(ASKED - timedelta(minutes=1))
    assert not lena.sees("Check-in: one goal")
    company.move_to(ASKED)
    question = lena.wait_for("Check-in: one goal")
    assert "G-1 First reply to customers: no value yet; target 5 h" in question.text
    assert "Why now: every two weeks, as agreed. The next one comes on 24 March." in question.text
    assert "read by Jonas Brandt, your HR partner" in question.text
    assert "only Jonas Brandt, never in an evaluation" in question.text
    assert question.buttons == ["Check in", "Nothing changed", "Snooze"]


def test_it_comes_once_however_often_the_clock_looks(company: Company) -> None:
    lena, _, _ = asked(company)
    for hours in (0, 1, 3, 24, 48):
        company.move_to(ASKED + timedelta(hours=hours))
    assert len([m for m in lena.messages() if "Check-in: one goal" in m.text]) == 1


def test_a_check_in_is_saved_and_the_manager_gets_it(company: Company) -> None:
    lena, jonas, question = asked(company)
    question.press("Check in")
    dialog = lena.dialog
    assert dialog.title == "Check-in"
    assert dialog.labels == ["Value", "What changed", "Confidence", "Blockers", "Support needed"]
    dialog.fill(
        {
            "Value": "7,1 h",
            "What changed": "Two more people.",
            "Confidence": "2",
            "Blockers": "The supplier is late.",
        }
    ).submit()
    assert "Saved." in lena.dialog.text
    assert "7.1 h" in lena.dialog.text

    told = jonas.wait_for("Lena Novak checked in")
    assert "G-1 First reply to customers: 7.1 h" in told.text
    assert "Two more people." in told.text
    assert "confidence 2 of 5" in told.text
    assert "supplier" not in told.text + told.notification
    lena.wait_for("Checked in. Thank you")
    assert "7.1 h" in question.again().text
    assert "The next one comes on 24 March." in question.again().text
    assert "Next check-in 24 March" in " ".join(lena.command("/goal show G-1").text.split())

    told.press("Read")
    assert "The supplier is late." in jonas.dialog.text
    assert len(company.acts("read.support")) == 1


def test_the_managers_reply_is_support_and_opens_with_read_alone(company: Company) -> None:
    lena, jonas, question = asked(company)
    question.press("Check in")
    lena.dialog.fill({"Value": "7.1", "Support needed": "A second hire."}).submit()
    lena.dialog.close()
    told = jonas.wait_for("Lena Novak checked in")
    words = jonas.say("Let us talk on Thursday.", thread_ts=told.ts)
    answer = lena.wait_for("Jonas Brandt answered")
    assert "Thursday" not in answer.text + answer.notification
    reply_under(told, "Only you two can read it")

    jonas.edit(words, "Let us talk on Friday.")
    answer = lena.wait_for("Jonas Brandt answered (edited)")
    answer.press("Read")
    assert "Let us talk on Friday." in lena.dialog.text
    assert "A second hire." in lena.dialog.text
    lena.dialog.close()

    jonas.delete(words)
    lena.wait_for("Jonas Brandt took an answer back")
    assert "Read" not in answer.again().buttons


def test_nothing_changed_confirms_the_last_value_with_one_press(company: Company) -> None:
    lena, jonas = begin(company)
    lena.command("/goal update G-1")
    lena.dialog.fill({"Value": "7.9"}).submit()
    lena.dialog.close()
    company.move_to(ASKED)
    question = lena.wait_for("Check-in: one goal")
    assert "7.9 h (24 February); target 5 h" in question.text
    question.press("Nothing changed")
    assert "7.9 h, unchanged" in jonas.wait_for("Lena Novak checked in").text
    lena.wait_for("Checked in. Thank you")
    assert "7.9 h (10 March)" in question.again().text
    assert len(company.acts("check_in.confirm")) == 1


def test_a_number_typed_as_a_reply_counts(company: Company) -> None:
    lena, jonas, question = asked(company)
    lena.say("7,1", thread_ts=question.ts)
    jonas.wait_for("Lena Novak checked in")
    reply_under(question, "Saved.")
    assert "7.1 h" in jonas.wait_for("Lena Novak checked in").text
