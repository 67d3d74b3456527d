"""After an announcement is on its way: one language is corrected, the rest stopped and sent."""

from __future__ import annotations

from datetime import timedelta

from domain.verification import Verdict
from storage.verify import verify
from tests.scenes.announcements import (
    CYCLE,
    TEXT,
    announce,
    announced,
    followed,
    go_to_morning,
    set_up_cycle,
)
from tests.scenes.conftest import Company
from tests.slack import Person

GERMAN = "Bitte vereinbart zwei bis vier Ziele."


def write_in_both(company: Company) -> Person:
    """Ines has written a text in each language, and looks at them."""
    go_to_morning(company)
    set_up_cycle(company)
    ines = company.person("Ines")
    ines.command("/cycle announce")
    ines.dialog.press("More detail")
    ines.dialog.fill({"Message": TEXT, "Send at": "Now", "Message in German": GERMAN}).submit()
    return ines


def announce_in_both(company: Company) -> Person:
    ines = write_in_both(company)
    ines.dialog.submit()
    ines.dialog.close()
    company.pass_days(0)
    return ines


def test_a_test_is_in_its_own_language_from_end_to_end_and_says_which(company: Company) -> None:
    ines = write_in_both(company)
    ines.dialog.press("Send me a test")
    german = ines.wait_for(GERMAN)
    assert german.text.startswith("Test (Deutsch), den nur du siehst.")
    assert german.buttons == ["Meine Ziele setzen", "Betrifft mich nicht"]
    assert "Fragen an: Ines Duarte" in german.text
    english = ines.wait_for(TEXT)
    assert english.text.startswith("Test (English), seen by you alone.")
    assert english.buttons == ["Set my goals", "This isn't for me"]


def test_a_correction_in_one_language_is_told_to_its_readers_alone(company: Company) -> None:
    ines = announce_in_both(company)
    mara, emil = company.person("Mara"), company.person("Emil")
    announced(mara)
    assert GERMAN in announced(emil).text
    followed(company, "Sent: 11 of 11").press("Correct sent messages")
    assert "Each language has its own text here." in ines.dialog.text
    ines.dialog.fill({"Message": "Please agree ONE goal."}).submit()
    assert "The messages in English change" in ines.dialog.text
    assert "What is there in German stays as it was" in ines.dialog.text
    ines.dialog.close()
    company.pass_days(0)
    assert "Corrected" in mara.wait_for("ONE goal").text
    company.slack.settle()
    assert GERMAN in announced(emil).text
    assert "Korrigiert" not in announced(emil).text

    followed(company, "Sent: 11 of 11").press("Correct sent messages")
    ines.dialog.fill({"Message in German": "Bitte EIN Ziel."}).submit()
    assert "What is there in English stays as it was" in ines.dialog.text
    ines.dialog.close()
    company.pass_days(0)
    assert "Korrigiert" in emil.wait_for("EIN Ziel").text
    # The earlier correction is still told where it was made.
    assert "Corrected" in announced(mara).text


def test_a_language_that_people_read_keeps_a_text(company: Company) -> None:
    ines = announce_in_both(company)
    followed(company, "Sent: 11 of 11").press("Correct sent messages")
    ines.dialog.fill({"Message in German": ""}).submit()
    assert "complete this required field" in ines.dialog.errors["Message in German"]


def test_questions_about_ones_own_announcement_come_to_oneself(company: Company) -> None:
    ines = announce_in_both(company)
    mine = ines.wait_for(lambda message: TEXT in message.text)
    assert "Questions come to you." in mine.text
    assert "Ines Duarte" not in mine.text
    mine.press("This isn't for me")
    assert "Ines" not in ines.wait_for("You said that this isn't for you.").text
    status = ines.command("/cycle status").text
    assert "by you, " in status
    assert "Ines Duarte" not in status


def stopped_early(company: Company) -> Person:
    """Everybody in Berlin has it; then the rest is stopped, which is Lena in Lisbon."""
    morning = go_to_morning(company, 9)
    company.move_to(morning + timedelta(minutes=40))
    set_up_cycle(company)
    ines = announce(company)
    followed(company, "Sent: 10 of 11 · waiting: 1").press("Stop the rest")
    followed(company, "stopped: 1")
    return ines


def test_the_rest_can_be_sent_after_all(company: Company) -> None:
    ines = stopped_early(company)
    lena = company.person("Lena")
    go_to_morning(company)
    assert not lena.sees(TEXT)
    desk = followed(company, "stopped: 1")
    assert "Stop the rest" not in desk.buttons
    desk.press("Send the rest")
    company.pass_days(0)
    assert TEXT in announced(lena).text
    done = followed(company, "Sent: 11 of 11")
    assert "Send the rest" not in done.buttons
    company.pass_days(1)
    company.slack.settle()
    for name in ("Lena", "Mara", "Emil"):
        messages = company.person(name).messages()
        assert sum(TEXT in message.text for message in messages) == 1, name
    assert len(company.acts("announcement.resume")) == 1
    assert ines.command("/cycle status").message.buttons[-1] == "Refresh"
    store = company.parts.store
    assert verify(store.engine, store.keyring).verdict is Verdict.INTACT


def test_the_rest_goes_on_within_hours_and_can_be_stopped_again(company: Company) -> None:
    stopped_early(company)
    lena = company.person("Lena")
    # In the evening: Lena's day is over.
    company.pass_days(0.5)
    followed(company, "stopped: 1").press("Send the rest")
    company.pass_days(0)
    assert not lena.sees(TEXT)
    followed(company, "Sent: 10 of 11 · waiting: 1").press("Stop the rest")
    followed(company, "stopped: 1").press("Send the rest")
    go_to_morning(company)
    assert TEXT in announced(lena).text


def test_whoever_presses_second_is_told_and_others_may_not(company: Company) -> None:
    ines = stopped_early(company)
    followed(company, "stopped: 1")
    one = ines.command("/cycle status").message
    two = ines.command("/cycle status").message
    one.press("Send the rest")
    two.press("Send the rest")
    ines.wait_for("The rest isn't stopped")
    assert len(company.acts("announcement.resume")) == 1
    assert "Only HR" in company.person("Lena").command("/cycle status").text


def test_nothing_is_left_to_send_once_the_phase_is_over(company: Company) -> None:
    ines = stopped_early(company)
    shown = ines.command("/cycle status").message
    company.pass_days(60)
    shown.press("Send the rest")
    ines.wait_for("so there is nobody left to tell")
    assert "Send the rest" not in ines.command("/cycle status").message.buttons
    assert CYCLE in ines.command("/cycle status").text
