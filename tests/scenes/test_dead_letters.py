"""What could not be delivered comes before administrators, who try it again or dismiss it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.metrics import metrics_text
from domain.people import Role
from storage.tables.outbox import Delivery, DeliveryState
from tests.company import slack_id
from tests.scenes.conftest import Company
from tests.scenes.goals import propose
from tests.scenes.offices import Offices, name_to_role, settle_offices
from tests.scenes.phones import MachineTime
from tests.slack import Message, Person

TITLE = "First reply to customers"
POST = "chat.postMessage"


@pytest.fixture
def offices(company: Company, machine_time: MachineTime) -> Offices:
    return settle_offices(company, machine_time)


def dead(company: Company) -> int:
    with company.parts.store.engine.connect() as connection:
        return connection.execute(
            select(func.count()).where(Delivery.state == DeliveryState.DEAD)
        ).scalar_one()


def wait_for_dead(company: Company, count: int) -> None:
    give_up = time.monotonic() + 5
    while dead(company) != count:
        assert time.monotonic() < give_up, f"{dead(company)} are dead, not {count}"
        time.sleep(0.02)


def lose_the_question_to_jonas(company: Company, error: str = "user_disabled") -> None:
    """Lena proposes a goal, and Slack refuses to tell Jonas."""
    company.slack.fault("error_before", method=POST, channel=slack_id("Jonas"), error=error)
    propose(company.person("Lena"), company)
    wait_for_dead(company, 1)
    company.slack.clear_faults()


def cases(company: Company, name: str = "Omar") -> Message:
    person = company.person(name)
    person.command("/accord cases")
    return person.last_message()


def news_to(person: Person) -> list[Message]:
    return [message for message in person.messages() if "Look at them" in message.buttons]


def next_monday_morning(company: Company) -> datetime:
    """In Berlin, where everybody is at work by then."""
    now = company.parts.clock.business().astimezone(ZoneInfo("Europe/Berlin"))
    day = now + timedelta(days=7 - now.weekday())
    return day.replace(hour=9, minute=45, second=0, microsecond=0).astimezone(UTC)


def test_an_administrator_sees_why_and_for_whom_and_has_it_tried_again(offices: Offices) -> None:
    company = offices.company
    lose_the_question_to_jonas(company)
    told = metrics_text(company.parts.store).decode()
    assert 'accord_deliveries{state="dead"} 1.0' in told
    assert 'accord_dead_letters{cause="account_closed"} 1.0' in told
    listed = cases(company)
    assert "1 message could not be delivered" in listed.text
    assert "Slack doesn't reach them" in listed.text
    assert "to Jonas Brandt, about a goal" in listed.text
    assert "slack_user_id" in listed.text
    assert "Code: user_disabled" in listed.text
    assert TITLE not in listed.text

    listed.press("Try again")
    company.person("Jonas").wait_for("proposes a goal").press("Accept")
    omar = company.person("Omar")
    omar.wait_for("1 message is tried again")
    company.person("Lena").wait_for("accepted G-1")
    after = cases(company).text
    assert "Every message was delivered" in after
    assert "Tried again within a day: 1 sent" in after
    assert len(company.acts("delivery.retry")) == 1
    told = metrics_text(company.parts.store).decode()
    assert 'accord_deliveries{state="dead"} 0.0' in told
    assert 'accord_dead_letters{cause="account_closed"} 0.0' in told


def test_what_has_become_pointless_is_left_out_and_says_why(offices: Offices) -> None:
    company = offices.company
    lose_the_question_to_jonas(company)
    company.person("Lena").wait_for("You proposed G-1").press("Undo")
    cases(company).press("Try again")
    company.person("Omar").wait_for("1 message is tried again")
    company.person("Omar").wait_for(lambda _: "1 not sent, it was withdrawn" in cases(company).text)
    assert not company.person("Jonas").sees("proposes a goal")


def test_dismissing_takes_a_reason_and_is_recorded(offices: Offices) -> None:
    company, omar = offices.company, offices.admin
    lose_the_question_to_jonas(company)
    cases(company).press("Dismiss")
    omar.dialog.fill({"Reason": " "}).submit()
    assert "Reason" in omar.dialog.errors
    omar.dialog.fill({"Reason": "Jonas knows of it."}).submit()
    assert "1 message is dismissed" in omar.dialog.text
    omar.dialog.close()
    assert dead(company) == 0
    assert len(company.acts("delivery.dismiss")) == 1
    assert "Every message was delivered" in cases(company).text


def test_nobody_else_sees_them_or_can_press(offices: Offices) -> None:
    company = offices.company
    lose_the_question_to_jonas(company)
    name_to_role(company, "Tarik", Role.ADMINISTRATOR, region="PT")
    for name in ("Ines", "Lena", "Tarik"):
        assert "delivered" not in cases(company, name).text
        person = company.person(name)
        person.command("/accord letters")
        assert "administrators of the whole organisation" in person.last_message().text
    assert dead(company) == 1


def test_what_one_cause_stops_is_one_part_with_each_behind_a_button(offices: Offices) -> None:
    company, omar = offices.company, offices.admin
    company.slack.fault("error_before", method=POST, error="msg_too_long")
    for title in ("One", "Two"):
        propose(company.person("Lena"), company, Title=title)
    wait_for_dead(company, 4)
    company.slack.clear_faults()
    listed = cases(company)
    assert "4 messages: Slack finds the message too long" in listed.text
    assert listed.buttons.count("Try all of this kind again") == 1
    listed.press("Show each")
    assert omar.dialog.text.count("to Jonas Brandt") == 2
    assert omar.dialog.text.count("to Lena Novak") == 2
    omar.dialog.close()
    listed.press("Dismiss all of this kind")
    assert "these 4 messages" in omar.dialog.text
    omar.dialog.close()
    listed.press("Try all of this kind again")
    company.person("Jonas").wait_for("One")
    company.person("Jonas").wait_for("Two")
    omar.wait_for("4 messages are tried again")


def test_the_news_comes_with_the_next_morning_once_and_shows_when_all_is_done(
    offices: Offices,
) -> None:
    company, omar = offices.company, offices.admin
    lose_the_question_to_jonas(company)
    morning = next_monday_morning(company)
    company.move_to(morning - timedelta(hours=6))
    assert news_to(omar) == []
    company.move_to(morning)
    news = omar.wait_for("1 message could not be delivered")
    assert "Jonas" not in news.text
    company.pass_days(1)
    assert len(news_to(omar)) == 1
    news.press("Look at them")
    omar.wait_for("to Jonas Brandt, about a goal").press("Try again")
    omar.wait_for("All that could not be delivered is dealt with")


def test_there_is_no_news_of_what_was_dealt_with_before(offices: Offices) -> None:
    company, omar = offices.company, offices.admin
    lose_the_question_to_jonas(company)
    company.move_to(next_monday_morning(company) - timedelta(hours=6))
    cases(company).press("Dismiss")
    omar.dialog.fill({"Reason": "Known."}).submit()
    company.move_to(next_monday_morning(company))
    company.pass_days(1)
    assert news_to(omar) == []
