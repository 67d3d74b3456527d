"""From the outbox to what people see, and in place afterwards."""

from __future__ import annotations

import re
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update
from structlog.testing import capture_logs

from domain.dead_letters import Cause, Topic
from domain.notices import Lane
from domain.people import PersonState
from scheduler.checkpoints import Checkpoint
from scheduler.courier import Result
from storage import dead_letters, outbox
from storage.database import open_engine
from storage.tables.outbox import AttemptLog, Delivery, DeliveryState, Op, Post
from storage.tables.people import Person
from tests.delivery.post_office import SETTINGS, PostOffice


def test_a_message_arrives_and_is_remembered(office: PostOffice) -> None:
    person = office.person("U0001")
    goal = uuid4()
    office.words.truth[goal] = "hello"
    office.enqueue(office.notice(person, subject=goal))
    report = office.delivery().deliver_until_idle()
    assert report.results == {Result.SENT: 1}
    message = office.slack.person("U0001").last_message()
    assert message.text == "hello"
    with office.engine.connect() as connection:
        post = connection.execute(select(Post.channel, Post.ts, Post.shown_rev)).one()
        assert post == (message.channel, message.ts, 1)
        learnt = connection.execute(select(Person.dm_channel)).scalar_one()
        assert learnt == message.channel
        attempts = connection.execute(select(AttemptLog.n, AttemptLog.outcome)).all()
        assert attempts == [(1, "sent")]


def test_the_second_message_goes_to_the_conversation_that_the_first_one_opened(
    office: PostOffice,
) -> None:
    person = office.person("U0001")
    office.enqueue(office.notice(person), office.notice(person))
    office.delivery().deliver_until_idle()
    first, second = [call["args"]["channel"] for call in office.calls()]
    assert first == "U0001"
    assert second == office.slack.person("U0001").last_message().channel


def test_links_in_a_message_are_not_unfurled(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person("U0001")))
    office.delivery().deliver_until_idle()
    (call,) = office.calls()
    assert call["args"]["unfurl_links"] is False
    assert call["args"]["unfurl_media"] is False


def test_a_message_changes_in_place(office: PostOffice) -> None:
    goal = uuid4()
    office.words.truth[goal] = "proposed"
    office.enqueue(office.notice(office.person("U0001"), subject=goal))
    delivery = office.delivery()
    delivery.deliver_until_idle()
    for state in ("countered", "accepted"):
        office.words.truth[goal] = state
        office.refresh(goal)
    delivery.deliver_until_idle()
    assert office.texts() == ["accepted"]
    assert len(office.calls("chat.update")) == 1
    assert office.shown() == [(3, 3)]


def test_what_changes_while_it_is_sent_is_shown_in_the_end(office: PostOffice) -> None:
    goal = uuid4()
    office.words.truth[goal] = "old"
    office.enqueue(office.notice(office.person("U0001"), subject=goal))

    def change_once(checkpoint: Checkpoint) -> None:
        if checkpoint is Checkpoint.SENDING and office.words.truth[goal] == "old":
            office.words.truth[goal] = "new"
            office.refresh(goal)

    office.delivery(reached=change_once).deliver_until_idle()
    assert [call["args"]["text"] for call in office.calls()] == ["old"]
    assert office.texts() == ["new"]


def test_what_is_decided_before_it_is_sent_is_not_sent(office: PostOffice) -> None:
    goal = uuid4()
    office.enqueue(office.notice(office.person("U0001"), subject=goal))
    office.words.pointless.add(goal)
    office.delivery().deliver_until_idle()
    assert office.states() == [DeliveryState.VOID]
    assert office.errors() == ["decided"]
    assert office.calls() == []


def test_what_expires_before_it_is_sent_is_not_sent(office: PostOffice) -> None:
    hour = timedelta(hours=1)
    office.enqueue(office.notice(office.person("U0001"), expires_in=hour))
    office.clock.move_to(office.now + 2 * hour)
    office.delivery().deliver_until_idle()
    assert office.errors() == ["expired"]
    assert office.calls() == []


def test_who_has_left_or_was_never_in_slack_gets_nothing(office: PostOffice) -> None:
    left = office.person("U0001", state=PersonState.LEFT)
    nowhere = office.person()
    with office.writing() as connection:
        connection.execute(update(Person).where(Person.id == nowhere).values(slack_user=None))
    office.enqueue(office.notice(left), office.notice(nowhere))
    office.delivery().deliver_until_idle()
    assert office.states() == [DeliveryState.VOID, DeliveryState.DEAD]
    assert office.errors() == ["person_left", "no_slack_user"]


@pytest.mark.parametrize("lane", Lane)
def test_a_poison_row_is_set_aside_and_stops_nobody(office: PostOffice, lane: Lane) -> None:
    goal = uuid4()
    person = office.person("U0001")
    office.words.poison.add(goal)
    office.enqueue(office.notice(person, subject=goal, lane=lane))
    office.wait(1)
    office.enqueue(office.notice(person, lane=lane))
    with capture_logs() as logs:
        office.delivery().deliver_until_idle()
    assert office.states() == [DeliveryState.DEAD, DeliveryState.SENT]
    (line,) = [entry for entry in logs if entry["event"] == "delivery_quarantined"]
    assert "confidence" not in str(line)
    with office.engine.connect() as connection:
        dead = connection.execute(
            select(Delivery.error, Delivery.reference).where(Delivery.state == DeliveryState.DEAD)
        ).one()
    assert dead == ("unforeseen", line["reference"])
    assert re.fullmatch("[0-9A-F]{8}", line["reference"])


@pytest.mark.parametrize("lane", Lane)
def test_a_row_that_nobody_can_read_stops_nobody_and_is_set_aside_in_the_end(
    office: PostOffice, lane: Lane
) -> None:
    """A replica of a later release may read it, so it is given back for a while."""
    person, other = office.person("U0001"), office.person("U0002")
    office.enqueue(office.notice(person, lane=lane))
    with office.writing() as connection:
        connection.execute(text("UPDATE post SET kind = 'of_a_later_release'"))
    office.wait(1)
    office.enqueue(office.notice(other, lane=lane))
    delivery = office.delivery(replace(SETTINGS, max_failures=3))
    delivery.deliver_until_idle()
    assert office.states() == [DeliveryState.QUEUED, DeliveryState.SENT]
    with capture_logs() as logs:
        for _ in range(3):
            office.pass_time(60)
            delivery.deliver_until_idle()
    assert office.states() == [DeliveryState.DEAD, DeliveryState.SENT]
    with office.engine.connect() as connection:
        (group,) = dead_letters.groups(connection)
    assert group.cause is Cause.UNFORESEEN
    assert group.only is not None
    assert group.only.topic is Topic.REQUEST
    assert group.only.reference in {line.get("reference") for line in logs}


def test_a_notice_of_a_later_release_waits_and_holds_up_nobody(office: PostOffice) -> None:
    person, hour = office.person("U0001"), timedelta(hours=1)
    office.enqueue(office.notice(person, due_in=hour))
    with office.writing() as connection:
        connection.execute(text("UPDATE notice SET kind = 'of_a_later_release'"))
    office.enqueue(office.notice(person, due_in=hour))
    office.clock.move_to(office.now + 2 * hour)
    office.delivery().deliver_until_idle()
    assert office.states() == [DeliveryState.SENT]


def test_what_is_of_no_more_use_to_its_reader_stays_without_its_words_and_buttons(
    office: PostOffice,
) -> None:
    goal = uuid4()
    office.words.truth[goal] = "Accept it?"
    office.enqueue(office.notice(office.person("U0001"), subject=goal))
    delivery = office.delivery()
    delivery.deliver_until_idle()
    office.words.pointless.add(goal)
    office.refresh(goal)
    delivery.deliver_until_idle()
    assert office.texts("U0001") == ["closed"]


def test_a_message_that_somebody_deleted_is_not_brought_back(office: PostOffice) -> None:
    goal = uuid4()
    office.enqueue(office.notice(office.person("U0001"), subject=goal))
    delivery = office.delivery()
    delivery.deliver_until_idle()
    message = office.slack.person("U0001").last_message()
    office.client().chat_delete(channel=message.channel, ts=message.ts)
    office.refresh(goal)
    delivery.deliver_until_idle()
    assert office.states() == [DeliveryState.SENT, DeliveryState.VOID]
    assert office.errors()[1] == "message_not_found"


def test_a_busy_database_does_not_make_us_forget_what_was_sent(office: PostOffice) -> None:
    if office.engine.dialect.name != "sqlite":
        pytest.skip("on PostgreSQL a writer does not shut out the others")
    office.enqueue(office.notice(office.person("U0001")))
    impatient = open_engine(str(office.engine.url), lock_wait_ms=1)
    held_up = ExitStack()

    def keep_busy(checkpoint: Checkpoint) -> None:
        if checkpoint is Checkpoint.ANSWERED:
            held_up.enter_context(office.writing())
            threading.Timer(0.02, held_up.close).start()

    report = office.delivery(engine=impatient, reached=keep_busy).deliver_until_idle()
    impatient.dispose()
    assert report.results == {Result.SENT: 1}


def test_what_was_not_sent_because_of_the_database_is_sent_soon(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person("U0001")))
    failed: list[Checkpoint] = []

    def fail_once(checkpoint: Checkpoint) -> None:
        if checkpoint is Checkpoint.CLAIMED and not failed:
            failed.append(checkpoint)
            raise ConnectionAbortedError

    delivery = office.delivery(reached=fail_once)
    delivery.deliver_until_idle()
    office.pass_time(3)
    delivery.deliver_until_idle()
    assert len(failed) == len(office.texts()) == 1


def test_home_is_published_for_those_who_look_at_it(office: PostOffice) -> None:
    person = office.person("U0001", home_opened_at=office.now)
    with office.writing() as connection:
        outbox.refresh_home(connection, [person], machine_now=office.now)
    office.delivery().deliver_until_idle()
    (call,) = office.calls("views.publish")
    assert call["args"]["user_id"] == "U0001"
    assert str(person) in str(call["args"]["view"])
    assert office.ops(DeliveryState.SENT) == [Op.HOME]


def test_a_due_notice_leaves_at_once_when_delivery_is_woken(office: PostOffice) -> None:
    delivery = office.delivery(
        replace(SETTINGS, poll=timedelta(seconds=30)), monotonic=time.monotonic
    )
    arrived = threading.Event()
    delivery.start()
    try:
        office.enqueue(office.notice(office.person("U0001")))
        office.wake.set()
        began = time.monotonic()
        while not arrived.wait(0.005) and time.monotonic() - began < 10:
            if office.states() == [DeliveryState.SENT]:
                arrived.set()
        assert arrived.is_set()
    finally:
        delivery.stop()


def test_stopping_finishes_what_is_in_flight(office: PostOffice) -> None:
    sending, release = threading.Event(), threading.Event()

    def hold_up(checkpoint: Checkpoint) -> None:
        if checkpoint is Checkpoint.SENDING:
            sending.set()
            release.wait(5)

    person = office.person("U0001")
    office.enqueue(office.notice(person), office.notice(person))
    delivery = office.delivery(reached=hold_up)
    delivery.start()
    try:
        assert sending.wait(5)
        threading.Timer(0.02, release.set).start()
    finally:
        delivery.stop()
    assert office.states() == [DeliveryState.SENT, DeliveryState.QUEUED]
