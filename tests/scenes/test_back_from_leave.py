"""Coming back: what was kept comes in one message, on the day on which somebody is really there."""

from __future__ import annotations

from datetime import timedelta

from tests.scenes.checkins import WEDNESDAY, begin, new_manager, reply_under
from tests.scenes.conftest import Company
from tests.scenes.goals import agree, propose
from tests.scenes.test_settings import enter_leave
from tests.slack import Message, Person

# Wednesday, 11:00 in Berlin, 10:00 in Lisbon.
BEGUN = WEDNESDAY + timedelta(hours=1)
HALF_PAST_NINE = timedelta(minutes=30) - timedelta(hours=2)  # in Berlin, from BEGUN


def leaves(person: Person, company: Company, first: int, last: int) -> None:
    enter_leave(person, company, first, last)
    person.dialog.close()


def check_in(person: Person, reference: str, value: str, **more: str) -> None:
    person.command(f"/checkin {reference}")
    number = {label: value for label in person.dialog.labels if "Value" in label}
    person.dialog.fill({**number, **more}).submit()
    person.dialog.close()


def written_to(person: Person) -> list[Message]:
    return [m for m in person.messages() if not m.ephemeral]


def test_whoever_is_back_early_hears_it_that_day_and_not_on_the_planned_one(
    company: Company,
) -> None:
    lena, jonas = begin(company)
    leaves(jonas, company, 0, 13)
    before = len(written_to(jonas))
    check_in(lena, "G-1", "7.1", Support="A second person on Mondays.")
    company.move_to(BEGUN + timedelta(days=1))
    assert len(written_to(jonas)) == before

    jonas.command("/accord settings")
    jonas.dialog.press("I'm back")
    company.move_to(BEGUN + timedelta(days=1, minutes=5))
    told = jonas.wait_for("Lena Novak checked in")
    assert "7.1 h" in told.text
    # There is one thing to tell, so it is the usual message, and its thread is the usual one.
    jonas.say("Take Nora on Mondays.", thread_ts=told.ts)
    lena.wait_for("Jonas Brandt answered")
    company.move_to(BEGUN + timedelta(days=14))
    assert len([m for m in written_to(jonas) if "Lena Novak checked in" in m.text]) == 1


def test_back_in_the_evening_means_the_next_morning(company: Company) -> None:
    lena, jonas = begin(company)
    leaves(jonas, company, 0, 13)
    check_in(lena, "G-1", "7.1")
    evening = BEGUN + timedelta(days=1, hours=9)
    company.move_to(evening)
    jonas.command("/accord settings")
    jonas.dialog.press("I'm back")
    company.move_to(evening + timedelta(minutes=5))
    assert not jonas.sees("Lena Novak checked in")
    company.move_to(BEGUN + timedelta(days=2) + HALF_PAST_NINE)
    jonas.wait_for("Lena Novak checked in")


def test_days_that_are_added_keep_it_for_longer(company: Company) -> None:
    lena, jonas = begin(company)
    leaves(jonas, company, 0, 4)
    check_in(lena, "G-1", "7.1")
    leaves(jonas, company, 5, 11)
    company.move_to(BEGUN + timedelta(days=5))
    company.move_to(BEGUN + timedelta(days=6))
    assert not jonas.sees("Lena Novak checked in")
    company.move_to(BEGUN + timedelta(days=12) + HALF_PAST_NINE)
    jonas.wait_for("Lena Novak checked in")


def test_the_return_is_one_message_whatever_has_happened(company: Company) -> None:
    lena, jonas = begin(company)
    tarik, nora = company.person("Tarik"), company.person("Nora")
    new_manager(company, "Tarik Can", "Jonas Brandt")
    agree(tarik, jonas, company, Title="Mentor two starters")
    leaves(jonas, company, 0, 6)
    before = len(written_to(jonas))
    check_in(lena, "G-1", "7.1", Support="A second person on Mondays.")
    check_in(tarik, "G-2", "4 h")
    nora.command("/feedback @Jonas")
    nora.dialog.fill({"Feedback": "You listen.", "Kind": "Support"}).submit()
    company.move_to(BEGUN + timedelta(days=7) + HALF_PAST_NINE)
    back = jonas.wait_for("While you were away")
    company.pass_days(0.1)
    assert len(written_to(jonas)) == before + 1
    assert "Lena Novak checked in" in back.text
    assert "Tarik Can checked in" in back.text
    assert "Nora Sand has feedback for you" in back.text
    assert "Tarik Can checked in" in back.notification

    # Whoever replies under it would not know whom that reaches.
    jonas.say("Take Nora on Mondays.", thread_ts=back.ts)
    reply_under(back, "Nobody was told of this")
    assert not lena.sees("answered")
    back.press("Answer")
    own = jonas.wait_for(lambda m: m.ts > back.ts and "Reply in this thread" in m.text)
    assert "Lena Novak checked in" in own.text
    jonas.say("Take Nora on Mondays.", thread_ts=own.ts)
    lena.wait_for("Jonas Brandt answered").press("Read")
    assert "Take Nora on Mondays." in lena.dialog.text
    assert not tarik.sees("answered")


def test_what_needs_nothing_of_somebody_away_waits_until_they_are_back(company: Company) -> None:
    lena, jonas = begin(company)
    propose(lena, company, Title="Mentor two starters")
    proposal = jonas.wait_for("Mentor two starters")
    check_in(lena, "G-1", "7.1", Support="A second person on Mondays.")
    told = jonas.wait_for("Lena Novak checked in")
    leaves(lena, company, 0, 6)
    before = len(written_to(lena))
    proposal.press("Accept")
    jonas.say("Take Nora on Mondays.", thread_ts=told.ts)
    jonas.say("And on Fridays.", thread_ts=told.ts)
    company.move_to(BEGUN + timedelta(days=2))
    assert len(written_to(lena)) == before
    company.move_to(BEGUN + timedelta(days=7) + timedelta(hours=-0.5))
    back = lena.wait_for("While you were away")
    assert "accepted G-2" in back.text
    assert back.text.count("Jonas Brandt answered") == 1
    assert len(written_to(lena)) == before + 1
    back.press("Answer")
    own = lena.wait_for(lambda m: m.ts > back.ts and "To answer, reply in this thread" in m.text)
    lena.say("Thank you.", thread_ts=own.ts)
    jonas.wait_for("Lena Novak answered")


def test_what_was_taken_back_meanwhile_is_not_worth_a_word(company: Company) -> None:
    lena, jonas = begin(company)
    leaves(jonas, company, 0, 6)
    check_in(lena, "G-1", "7.1")
    lena.command("/checkin G-1")
    lena.dialog.close()
    lena.say("G-1 7.2")
    lena.wait_for("Saved").press("Undo")
    company.move_to(BEGUN + timedelta(days=7) + HALF_PAST_NINE)
    back = jonas.wait_for("Lena Novak checked in")
    assert "7.2" not in back.text
    assert "took their check-in back" not in back.text
