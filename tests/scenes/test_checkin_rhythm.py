"""Putting it off, the manager's list, and a quarter with two changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.running import clock_origin
from domain.goals import GoalState
from domain.notices import NoticeKind
from domain.people import PersonState
from storage import cover
from storage.tables.goals import Goal
from storage.tables.outbox import Notice
from storage.tables.people import Person as PersonRow
from tests.company import person_id
from tests.scenes.checkins import ASKED, WEDNESDAY, asked, begin, reply_under
from tests.scenes.conftest import Company
from tests.scenes.goals import agree, in_days
from tests.scenes.patience import dialog_with

# The Monday after the first question, half an hour into Jonas's day in Berlin.
MONDAY = datetime(2027, 3, 15, 8, 30, tzinfo=UTC)


def questions(company: Company, name: str = "Lena Novak") -> list[datetime]:
    """When the person was asked, in business time, to the second."""
    with company.parts.store.engine.connect() as connection:
        wanted = select(Notice.due_at).where(
            Notice.kind == NoticeKind.CHECK_IN_PROMPT, Notice.person_id == person_id(name)
        )
        moments = connection.scalars(wanted.order_by(Notice.due_at))
        return [moment.replace(microsecond=0) for moment in moments]


def test_snooze_asks_until_when_and_puts_it_off_to_the_next_working_day(company: Company) -> None:
    lena, _, question = asked(company)
    question.press("Snooze")
    assert lena.dialog.labels == ["Until when"]
    assert "At most until Wednesday, 24 March" in lena.dialog.text
    lena.dialog.submit()
    assert "I ask again on Thursday" in lena.dialog.text
    lena.wait_for("Check-in: put off until Thursday")
    assert question.again().buttons == ["Check in", "Nothing changed", "Undo"]
    company.move_to(ASKED + timedelta(hours=3))
    assert len(questions(company)) == 1
    company.move_to(ASKED + timedelta(days=1))
    lena.wait_for("Check-in: one goal")
    lena.wait_for("asked again on 11 March")
    assert len(questions(company)) == 2


@pytest.mark.parametrize(
    ("chosen", "day"),
    [("For three days", "Monday"), ("For a week", "Wednesday, 17 March")],
)
def test_snooze_takes_what_is_chosen_and_undo_opens_it_again(
    company: Company, chosen: str, day: str
) -> None:
    lena, _, question = asked(company)
    question.press("Snooze")
    lena.dialog.fill({"Until when": chosen}).submit()
    assert f"I ask again on {day}" in lena.dialog.text
    lena.wait_for(f"Check-in: put off until {day}")
    lena.dialog.press("Undo")
    assert "your check-in is open again" in lena.dialog.text
    lena.wait_for(lambda m: m.ts == question.ts and "Snooze" in m.buttons)
    assert question.again().buttons == ["Check in", "Nothing changed", "Snooze"]
    company.move_to(ASKED + timedelta(days=7))
    assert len(questions(company)) == 1


def test_another_date_is_asked_for_where_it_is_chosen_and_kept_within_bounds(
    company: Company,
) -> None:
    lena, _, question = asked(company)
    question.press("Snooze")
    lena.dialog.fill({"Until when": "Until another date"})
    dialog_with(lena, "Date")
    lena.dialog.submit()
    assert lena.dialog.errors.keys() == {"Date"}
    for days, words in ((15, "until 24 March at most"), (0, "a day after today")):
        lena.dialog.fill({"Date": in_days(company, days)}).submit()
        assert words in lena.dialog.errors["Date"]
    lena.dialog.fill({"Date": in_days(company, 5)}).submit()
    assert "I ask again on Monday" in lena.dialog.text
    lena.wait_for("Check-in: put off until Monday")
    question.again().press("Undo")
    lena.wait_for(lambda m: m.ts == question.ts and "Snooze" in m.buttons)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("snooze 3d", "I ask again on Monday"),
        ("snooze 1w", "I ask again on Wednesday, 17 March"),
        ("snooze", "I ask again on Thursday"),
        ("snooze 9999999d", "1 to 14 days"),
        ("snooze 9,999,999 days", "1 to 14 days"),
        ("snooze 0", "1 to 14 days"),
        ("snooze " + "9" * 300, "1 to 14 days"),
        ("snooze -1d", "For how long?"),
        ("snooze until the cows come home", "For how long?"),
        ("snooze 😀", "For how long?"),
        ("snoze 3d", "Did you mean /checkin snooze 3d"),
    ],
)
def test_snooze_takes_a_number_of_days_and_answers_everything_else_kindly(
    company: Company, words: str, answer: str
) -> None:
    lena, _, _ = asked(company)
    assert answer in lena.command(f"/checkin {words}").text


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("snooze", "I ask again on Thursday"),
        ("snooze 3d", "I ask again on Monday"),
        ("Snooze for 1 week.", "I ask again on Wednesday, 17 March"),
        ("3 days", "I ask again on Monday"),
        ("tomorrow", "I ask again on Thursday"),
        ("remind me in 3 days", "I ask again on Monday"),
        ("später 3t", "I ask again on Monday"),
        ("Erinnere mich in 3 Tagen", "I ask again on Monday"),
        ("später", "I ask again on Thursday"),
        ("snooze 15d", "1 to 14 days"),
        ("in 100 days", "1 to 14 days"),
        ("snooze until the cows come home", "For how long?"),
        ("Later I will look into it", "snooze 3d puts it off"),
    ],
)
def test_a_question_can_be_put_off_by_a_reply_in_words(
    company: Company, words: str, answer: str
) -> None:
    lena, _, question = asked(company)
    lena.say(words, thread_ts=question.ts)
    reply_under(question, answer)
    if "I ask again" in answer:
        lena.wait_for("Check-in: put off until")
    else:
        assert "Snooze" in question.again().buttons
    assert company.acts("goal.update") == []


@pytest.mark.parametrize("words", ["snooze 3d", "Erinnere mich in 3 Tagen", "später 3t"])
def test_a_question_can_be_put_off_by_words_to_the_bot(company: Company, words: str) -> None:
    lena, _, question = asked(company)
    lena.say(words)
    lena.wait_for("I ask again on Monday")
    lena.wait_for("Check-in: put off until Monday")
    question.press("Nothing changed")
    lena.say(words)
    lena.wait_for("nothing to put off")


def test_a_length_of_time_is_a_value_where_the_goal_is_measured_in_one(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(WEDNESDAY)
    agree(lena, jonas, company, Target="5 days")
    company.move_to(ASKED)
    question = lena.wait_for("Check-in: one goal")
    lena.say("3 days", thread_ts=question.ts)
    reply_under(question, "G-1 First reply to customers: 3 days")
    lena.say("snooze 3 days", thread_ts=question.ts)
    reply_under(question, "nothing to put off")


def test_later_in_a_conversation_about_support_is_said_to_the_other_person(
    company: Company,
) -> None:
    lena, jonas, question = asked(company)
    question.press("Nothing changed")
    told = jonas.wait_for("Lena Novak checked in")
    jonas.say("later", thread_ts=told.ts)
    lena.wait_for("Jonas Brandt answered").press("Read")
    assert "later" in lena.dialog.text


def test_where_nothing_is_due_nothing_is_put_off_and_the_next_day_is_named(
    company: Company,
) -> None:
    lena, _ = begin(company)
    assert "nothing to put off" in lena.command("/checkin snooze 3d").text
    reply = lena.command("/checkin")
    assert "Your next check-in comes on Wednesday, 10 March" in reply.text
    assert reply.message is not None
    reply.message.press("Check in")
    lena.dialog.fill({"Value": "7"}).submit()
    assert "Saved." in lena.dialog.text


def test_the_command_the_shortcut_and_plain_words_lead_to_the_same_dialog(
    company: Company,
) -> None:
    lena, jonas, _ = asked(company)
    for words in ("/checkin", "/checkin g1", "/accord checkin", "/checkin G-1"):
        lena.command(words)
        assert lena.dialog.title == "Check-in"
        lena.dialog.close()
    lena.shortcut("check_in")
    assert "Value" in lena.dialog.labels
    lena.dialog.close()
    lena.say("checkin")
    lena.wait_for(lambda m: m.buttons == ["Check in"]).press("Check in")
    assert lena.dialog.title == "Check-in"
    lena.dialog.close()
    lena.home().press("Check in")
    assert lena.dialog.title == "Check-in"
    lena.dialog.close()
    assert "I can't show you G-9" in lena.command("/checkin G-9").text
    assert "Only the owner" in jonas.command("/checkin G-1").text
    assert "snooze 3d" in lena.command("/checkin help").text
    jonas.shortcut("check_in")
    assert "Nothing is due" in jonas.dialog.text


def test_who_has_left_is_not_asked(company: Company) -> None:
    begin(company)
    with company.parts.store.write(clock_origin(company.parts)) as work:
        work.connection.execute(
            update(PersonRow)
            .where(PersonRow.id == person_id("Lena Novak"))
            .values(state=PersonState.LEFT)
        )
    company.move_to(ASKED)
    assert questions(company) == []


@pytest.mark.parametrize("state", [GoalState.PAUSED, GoalState.COMPLETED, GoalState.ABANDONED])
def test_what_is_paused_or_done_is_not_asked_for(company: Company, state: GoalState) -> None:
    lena, _ = begin(company)
    with company.parts.store.write(clock_origin(company.parts)) as work:
        work.connection.execute(update(Goal).values(state=state))
    company.move_to(ASKED)
    company.move_to(ASKED + timedelta(days=1))
    assert questions(company) == []
    assert "Nothing is due" in lena.command("/checkin").text


def test_the_clock_of_a_process_that_was_away_asks_for_the_newest_alone(company: Company) -> None:
    begin(company)
    company.move_to(ASKED + timedelta(days=40, hours=11))
    assert questions(company) == []  # It is night; the question waits for the morning.
    company.move_to(ASKED + timedelta(days=41))
    company.move_to(ASKED + timedelta(days=41, hours=1))
    assert len(questions(company)) == 1


def test_the_manager_gets_one_list_of_those_who_need_them(company: Company) -> None:
    lena, jonas, question = asked(company)
    question.press("Check in")
    assert "1: very unsure, 5: very sure" in lena.dialog.text
    lena.dialog.fill({"Value": "7", "Confidence": "1", "Support needed": "A hire."}).submit()
    jonas.wait_for("Lena Novak checked in")
    company.move_to(MONDAY - timedelta(minutes=1))
    before = questions(company, "Jonas Brandt")
    company.move_to(MONDAY)
    assert questions(company, "Jonas Brandt") == [*before, MONDAY]
    told = jonas.wait_for("Lena Novak asked for support")
    assert "and is not confident" in told.text
    assert "Emil Berg has no agreed goal" in told.text
    assert "fine" not in told.text
    assert "hire" not in told.text
    told.press("Read")
    assert "A hire." in jonas.dialog.text
    jonas.dialog.close()
    company.move_to(MONDAY + timedelta(days=1))
    assert questions(company, "Jonas Brandt") == [*before, MONDAY]


def test_the_list_says_what_was_done_and_a_number_later_leaves_the_confidence(
    company: Company,
) -> None:
    lena, jonas, question = asked(company)
    question.press("Check in")
    lena.dialog.fill({"Value": "7", "Confidence": "1", "Blockers": "A strike."}).submit()
    lena.dialog.close()
    told = jonas.command("/checkin team").text
    assert "Lena Novak named blockers and is not confident" in told
    assert "asked for support" not in told

    company.move_to(ASKED + timedelta(days=1))
    lena.say("7.1", thread_ts=question.ts)
    reply_under(question, "G-1 First reply to customers: 7.1 h")
    later = jonas.command("/checkin team")
    assert "Lena Novak named blockers and is not confident" in later.text
    assert later.message is not None
    later.message.press("Read")
    assert "A strike." in jonas.dialog.text
    jonas.dialog.close()

    lena.command("/checkin G-1")
    lena.dialog.fill({"Value": "6", "Confidence": "4"}).submit()
    lena.dialog.close()
    assert "not confident" not in jonas.command("/checkin team").text


def test_a_confidence_counts_until_the_next_round(company: Company) -> None:
    lena, jonas, question = asked(company)
    question.press("Check in")
    lena.dialog.fill({"Value": "7", "Confidence": "1"}).submit()
    lena.dialog.close()
    company.move_to(ASKED + timedelta(days=13))
    assert "Lena Novak is not confident" in jonas.command("/checkin team").text
    company.move_to(ASKED + timedelta(days=15))
    assert "not confident" not in jonas.command("/checkin team").text


def test_absent_people_are_not_asked_and_why_is_not_said(company: Company) -> None:
    lena, jonas, _ = asked(company)
    assert "Nobody reports to you" in lena.command("/checkin team").text
    day = ASKED.date()
    with company.parts.store.write(clock_origin(company.parts)) as work:
        cover.add_leave(work.connection, person_id("Emil Berg"), day, day + timedelta(days=9))
    company.move_to(ASKED + timedelta(days=5))
    team = jonas.command("/checkin team").text
    assert "Lena Novak hasn't answered since" in team
    assert "Not asked: Emil Berg." in team
    assert "leave" not in team


def test_a_managers_own_check_in_and_list_of_a_morning_are_one_message(company: Company) -> None:
    mara, jonas = company.person("Mara"), company.person("Jonas")
    company.move_to(MONDAY - timedelta(days=31))
    agree(jonas, mara, company, **{"Due date": "2027-03-15"})
    company.move_to(MONDAY - timedelta(days=30, hours=23))
    company.move_to(MONDAY)
    told = jonas.wait_for("Your people this week")
    assert "Check-in: one goal" in told.text
    assert len(questions(company, "Jonas Brandt")) == 1


def test_a_public_holiday_where_the_person_works_is_no_day_to_ask(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    # Two weeks before Easter Monday.
    company.move_to(datetime(2027, 3, 15, 10, tzinfo=UTC))
    agree(lena, jonas, company)
    company.move_to(datetime(2027, 3, 15, 11, tzinfo=UTC))
    company.move_to(datetime(2027, 3, 29, 12, tzinfo=UTC))
    assert questions(company) == []
    company.move_to(datetime(2027, 3, 30, 12, tzinfo=UTC))
    assert [one.date() for one in questions(company)] == [date(2027, 3, 30)]


def test_who_works_by_a_roster_is_asked_on_the_saturday_on_which_their_turn_begins(
    company: Company,
) -> None:
    lena, _ = begin(company)
    with company.parts.store.write(clock_origin(company.parts)) as work:
        work.connection.execute(
            update(PersonRow)
            .where(PersonRow.id == person_id("Lena Novak"))
            .values(roster="2027-03-08 5off 4on")
        )
    for days in (0, 1, 2):
        company.move_to(ASKED + timedelta(days=days))
    assert questions(company) == []
    saturday = ASKED + timedelta(days=3)
    company.move_to(saturday)
    lena.wait_for("Check-in: one goal")
    assert questions(company) == [saturday]
