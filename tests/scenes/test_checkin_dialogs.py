"""Check-ins that take long: many goals, other people meanwhile; nothing typed is lost."""

from __future__ import annotations

from tests.scenes.checkins import (
    ASKED,
    WEDNESDAY,
    agree_many,
    asked,
    begin,
    new_manager,
    no_manager,
    reply_under,
)
from tests.scenes.conftest import Company
from tests.scenes.goals import agree

LONG = ("Ünïcode 😀 שלום *bold* <https://example.com|here> & " * 70)[:2990]


def test_more_than_eight_goals_come_one_dialog_after_the_other(company: Company) -> None:
    lena, _ = begin(company)
    agree_many(company, 9)
    company.move_to(ASKED)
    question = lena.wait_for("Check-in: 10 goals, about 3 minutes", timeout=40)
    assert "G-8" in question.text
    assert "… and 2 more." in question.text
    question.press("Check in")
    assert [label for label in lena.dialog.labels if label.startswith("Value")] == [
        f"Value of G-{number}" for number in range(1, 9)
    ]
    assert "2 more goals are due" in lena.dialog.text
    lena.dialog.fill({f"Value of G-{number}": "3" for number in range(2, 7)}).submit()
    assert "5 goals still wait for a check-in" in lena.dialog.text
    # Those left empty just now come last.
    lena.dialog.press("Check in")
    assert lena.dialog.depth == 1
    assert [label for label in lena.dialog.labels if label.startswith("Value")] == [
        f"Value of G-{number}" for number in (9, 10, 1, 7, 8)
    ]
    lena.wait_for("✓ G-2", timeout=40)


def test_what_was_written_for_one_manager_is_not_shown_to_another(company: Company) -> None:
    lena, jonas, question = asked(company)
    nora = company.person("Nora")
    question.press("Check in")
    assert "only Jonas Brandt" in lena.dialog.text
    lena.dialog.fill({"Value": "7", "Blockers": "Jonas is never there.", "Confidence": "2"})
    new_manager(company, "Lena Novak", "Nora Sand")
    lena.dialog.submit()
    assert "Nothing was saved yet" in lena.dialog.text
    assert "Nora Sand has become your manager" in lena.dialog.text
    assert "only Nora Sand" in lena.dialog.text
    assert company.acts("goal.update") == []
    assert lena.dialog.value("Blockers") == "Jonas is never there."
    lena.dialog.fill({"Blockers": "The supplier is late."}).submit()
    assert "Saved." in lena.dialog.text
    nora.wait_for("Lena Novak checked in").press("Read")
    assert "The supplier is late." in nora.dialog.text
    assert not jonas.sees("Lena Novak checked in")


def test_a_value_alone_needs_no_second_look_at_who_leads(company: Company) -> None:
    lena, _, question = asked(company)
    question.press("Check in")
    lena.dialog.fill({"Value": "7"})
    new_manager(company, "Lena Novak", "Nora Sand")
    lena.dialog.submit()
    assert "Saved." in lena.dialog.text
    company.person("Nora").wait_for("Lena Novak checked in")


def test_who_has_lost_their_manager_meanwhile_still_reports(company: Company) -> None:
    lena, jonas, question = asked(company)
    question.press("Check in")
    lena.dialog.fill({"Value": "7", "Confidence": "2", "Blockers": "The supplier is late."})
    no_manager(company, "Lena Novak")
    lena.dialog.submit()
    assert "Saved." in lena.dialog.text
    assert "confidence 2 of 5" in lena.dialog.text
    assert "Blockers and support were not kept" in lena.dialog.text
    assert "The supplier is late." in lena.dialog.text
    assert len(company.acts("goal.update")) == 1
    assert not jonas.sees("Lena Novak checked in")


def test_words_for_a_manager_alone_wait_for_one(company: Company) -> None:
    lena, _, question = asked(company)
    question.press("Check in")
    lena.dialog.fill({"Blockers": "The supplier is late."})
    no_manager(company, "Lena Novak")
    lena.dialog.submit()
    assert "Nobody leads you right now" in lena.dialog.text
    assert lena.dialog.value("Blockers") == "The supplier is late."
    assert company.acts("support.give") == []


def test_who_has_no_manager_is_not_asked_how_sure_they_are(company: Company) -> None:
    clara, ines = company.person("Clara"), company.person("Ines")
    company.move_to(WEDNESDAY)
    agree(clara, ines, company)
    clara.command("/checkin G-1")
    assert clara.dialog.labels == ["Value", "What changed"]
    clara.dialog.fill({"Value": "7"}).submit()
    assert "Saved." in clara.dialog.text


def test_a_goal_that_has_ended_meanwhile_leaves_what_was_typed_to_keep(company: Company) -> None:
    lena, _, question = asked(company)
    question.press("Check in")
    lena.dialog.fill({"What changed": "We have a second supplier."})
    company.end_goals()
    lena.dialog.submit()
    assert "Not saved: G-1" in lena.dialog.text
    assert "We have a second supplier." in lena.dialog.text


def test_3000_characters_of_anything_go_through_every_field(company: Company) -> None:
    lena, jonas, question = asked(company)
    question.press("Check in")
    lena.dialog.fill(
        {
            "Value": "7",
            "What changed": LONG,
            "Confidence": "1",
            "Blockers": LONG,
            "Support needed": LONG,
        }
    ).submit()
    assert "Saved." in lena.dialog.text
    told = jonas.wait_for("Lena Novak checked in")
    assert "<https://example.com|here>" in told.text
    words = jonas.say("@Lena " + LONG, thread_ts=told.ts)
    lena.wait_for("Jonas Brandt answered").press("Read")
    words_each = LONG.count("שלום")
    assert lena.dialog.text.count("שלום") == 3 * words_each
    assert "@Lena Novak" in lena.dialog.text
    jonas.edit(words, LONG + LONG)
    lena.dialog.close()
    lena.wait_for("answered (edited)").press("Read")
    assert lena.dialog.text.count("שלום") == 4 * words_each


def test_read_shows_how_sure_the_owner_is_and_who_looked(company: Company) -> None:
    lena, jonas, question = asked(company)
    question.press("Check in")
    lena.dialog.fill({"Confidence": "1"}).submit()
    assert "no new value" in lena.dialog.text
    lena.dialog.close()
    company.pass_days(5)
    listed = jonas.command("/checkin team")
    assert listed.message is not None
    listed.message.press("Read")
    assert "G-1 First reply to customers: confidence 1 of 5" in jonas.dialog.text
    jonas.dialog.close()
    listed.message.press("Read")
    assert "Opened by you" in jonas.dialog.text


def test_a_reply_that_nobody_would_read_says_so(company: Company) -> None:
    lena, jonas, question = asked(company)
    question.press("Nothing changed")
    told = jonas.wait_for("Lena Novak checked in")
    jonas.say("Well done.", thread_ts=told.ts)
    answer = lena.wait_for("Jonas Brandt answered")
    assert "your check-in of 10 March" in answer.text
    new_manager(company, "Lena Novak", "Nora Sand")
    lena.say("Thank you!", thread_ts=answer.ts)
    assert "this conversation has ended" in reply_under(answer, "Nobody was told").text
    jonas.say("One more thing.", thread_ts=told.ts)
    reply_under(told, "Nobody was told")
    assert len(company.acts("support.reply")) == 1


def test_a_reply_to_what_was_taken_back_says_so(company: Company) -> None:
    lena, jonas, question = asked(company)
    lena.say("7.1", thread_ts=question.ts)
    told = jonas.wait_for("Lena Novak checked in")
    reply_under(question, "Saved.").press("Undo")
    jonas.wait_for("took their check-in back")
    jonas.say("Well done.", thread_ts=told.ts)
    assert "that check-in was taken back" in reply_under(told, "Nobody was told").text


def test_several_numbers_at_once_an_edit_and_a_correction_count(company: Company) -> None:
    lena, _ = begin(company)
    agree_many(company, 1)
    company.move_to(ASKED)
    question = lena.wait_for("Check-in: two goals")
    said = lena.say("G-1 7,1\ng2 3", thread_ts=question.ts)
    reply_under(question, "G-1 First reply to customers: 7.1 h")
    reply_under(question, "G-2 Goal number 1: 3")
    lena.edit(said, "G-1 7,2\ng2 3")
    reply_under(question, "7.2 h (before: 7.1 h)")
    lena.say("G-1 7.3", thread_ts=question.ts)
    reply_under(question, "7.3 h (before: 7.2 h)")
    lena.say("7.4", thread_ts=question.ts)
    reply_under(question, "Which goal do you mean?")


def test_a_number_typed_again_under_an_answered_question_corrects_it(company: Company) -> None:
    lena, _, question = asked(company)
    lena.say("7.1", thread_ts=question.ts)
    reply_under(question, "Saved.")
    lena.say("7.2", thread_ts=question.ts)
    reply_under(question, "7.2 h (before: 7.1 h)")
