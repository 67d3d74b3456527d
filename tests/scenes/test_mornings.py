"""One message a morning, with everything in it that can be answered there; and Home beside it."""

from __future__ import annotations

from datetime import timedelta

from tests.scenes.checkins import ASKED, asked, begin, reply_under
from tests.scenes.conftest import Company
from tests.scenes.goals import propose


def test_a_check_in_and_a_reminder_are_one_message_and_both_are_answered_in_it(
    company: Company,
) -> None:
    lena, jonas = begin(company)
    # Whoever owns a goal has two days to think before anybody reminds them.
    company.move_to(ASKED - timedelta(days=2, minutes=20))
    propose(lena, company, Title="Mentor two starters")
    jonas.wait_for("Mentor two starters").press("Counter")
    jonas.dialog.fill({"Target": "6", "Reason": "Realistic."}).submit()
    lena.wait_for("suggests a change to G-2")

    company.move_to(ASKED)
    morning = lena.wait_for("Check-in: one goal")
    assert "This is your only reminder" in morning.text
    assert "Check-in: one goal" in morning.notification
    assert "suggests a change to G-2" in morning.notification
    assert {"Check in", "Nothing changed", "Accept", "Counter"} <= set(morning.buttons)

    morning.press("Accept")
    # What else the morning asks is back at once, or a moment after the outcome.
    still = lena.wait_for(
        lambda m: m.ts == morning.ts and "accepted G-2" in m.text and "Nothing changed" in m.buttons
    )
    still.press("Nothing changed")
    lena.wait_for(lambda m: m.ts == morning.ts and "Checked in. Thank you" in m.text)
    assert "accepted G-2" in morning.again().text
    lena.say("7.1", thread_ts=morning.ts)
    reply_under(morning, "G-1 First reply to customers: 7.1 h")
    company.move_to(ASKED + timedelta(hours=3))
    assert len([m for m in lena.messages() if "Checked in. Thank you" in m.text]) == 1
    assert not lena.sees("only reminder")


def test_home_shows_what_waits_and_answers_it_there(company: Company) -> None:
    lena, jonas, _ = asked(company)
    home = lena.home()
    assert "1 goal waits for your check-in" in home.text
    assert "G-1 First reply to customers: no value yet; target 5 h" in home.text
    home.press("Snooze")
    lena.dialog.submit()
    lena.dialog.close()
    lena.wait_for("put off until Thursday")
    home = lena.home()
    assert "Put off until Thursday" in home.text
    assert "Snooze" not in home.buttons
    assert "Undo" in home.buttons
    home.press("Nothing changed")
    jonas.wait_for("Lena Novak checked in")
    lena.wait_for("Checked in. Thank you")
    assert "check-in" not in lena.home().text
    lena.home().press("New goal")
    assert lena.dialog.title == "New goal"


def test_a_reply_with_a_picture_is_a_reply(company: Company) -> None:
    lena, jonas, question = asked(company)
    question.press("Nothing changed")
    told = jonas.wait_for("Lena Novak checked in")
    picture = jonas.upload("whiteboard.png", b"\x89PNG")
    jonas.say("As we drew it.", thread_ts=told.ts, files=[picture])
    lena.wait_for("Jonas Brandt answered").press("Read")
    assert "As we drew it." in lena.dialog.text
