"""Slack misbehaves, or the network does: nothing is lost, and nothing arrives twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select
from structlog.testing import capture_logs

from domain.notices import NoticeKind, SubjectType
from scheduler.checkpoints import Checkpoint
from scheduler.courier import Result
from scheduler.settings import DeliverySettings
from storage import outbox
from storage.tables.outbox import Delivery, DeliveryState, Op, Post
from tests.delivery.post_office import SETTINGS, PostOffice

pytestmark = [
    pytest.mark.usefixtures("broken_answers"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

HASTY = DeliverySettings(posts_a_minute=0, http_timeout=timedelta(milliseconds=200))


@pytest.mark.parametrize(
    ("fault", "stored"),
    [
        ({"kind": "drop_after"}, True),
        ({"kind": "drop_before"}, False),
        ({"kind": "status_after", "status": 503}, True),
        ({"kind": "status_before", "status": 500}, False),
        ({"kind": "error_after", "error": "internal_error"}, True),
        ({"kind": "error_after", "error": "fatal_error"}, True),
        ({"kind": "error_before", "error": "internal_error"}, False),
        ({"kind": "error_before", "error": "an_error_of_tomorrow"}, False),
        ({"kind": "hang", "seconds": 0.5}, True),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else None,
)
def test_an_unclear_answer_is_cleared_up_by_history(
    office: PostOffice, fault: dict[str, Any], *, stored: bool
) -> None:
    office.enqueue(office.notice(office.person("U0001")))
    office.slack.fault(method="chat.postMessage", times=1, **fault)
    delivery = office.delivery(HASTY if fault["kind"] == "hang" else SETTINGS)
    assert delivery.deliver_until_idle().results == {Result.UNCERTAIN: 1}
    office.deliver_to_the_end(delivery)
    assert len(office.texts()) == 1
    assert len(office.calls()) == (1 if stored else 2)
    assert office.states() == [DeliveryState.SENT]
    assert office.shown() == [(1, 1)]


def test_nothing_is_sent_again_before_the_second_look(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person("U0001")))
    office.slack.fault("drop_before", method="chat.postMessage", times=1)
    delivery = office.delivery()
    delivery.deliver_until_idle()
    calls = []
    for seconds in (29, 2, 88, 3):
        office.pass_time(seconds)
        delivery.deliver_until_idle()
        calls.append((len(office.calls("conversations.history")), len(office.calls())))
    assert calls == [(0, 1), (1, 1), (1, 1), (2, 2)]


def test_a_history_that_lags_is_waited_for(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person("U0001")))
    office.slack.fault("slow_history", method="chat.postMessage", times=1, seconds=60)
    office.slack.fault("drop_after", method="chat.postMessage", times=1)
    office.deliver_to_the_end(office.delivery())
    assert len(office.texts()) == 1
    assert len(office.calls()) == 1


def test_a_duplicate_that_a_very_slow_history_caused_is_retracted(office: PostOffice) -> None:
    """Outside the promise: history lags longer than two looks, and another answer is lost."""
    office.enqueue(office.notice(office.person("U0001")))
    office.slack.fault("slow_history", method="chat.postMessage", times=1, seconds=130)
    office.slack.fault("drop_after", method="chat.postMessage", times=2)
    office.deliver_to_the_end(office.delivery())
    assert len(office.calls()) == 2
    assert len(office.calls("chat.delete")) == 1
    assert len(office.texts()) == 1


def test_a_message_is_found_among_many_that_came_after_it(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person("U0001")))
    office.slack.fault("drop_after", method="chat.postMessage", times=1)
    delivery = office.delivery()
    delivery.deliver_until_idle()
    client = office.client()
    for number in range(101):
        client.chat_postMessage(channel="U0001", text=f"another app's message {number}")
    office.deliver_to_the_end(delivery)
    assert office.states() == [DeliveryState.SENT]
    assert len(office.calls()) == 1 + 101
    assert len(office.calls("conversations.history")) == 2


def test_a_message_whose_blocks_were_replaced_is_known_by_its_metadata(office: PostOffice) -> None:
    """Its reader may have pressed a button before we knew that it had arrived."""
    office.enqueue(office.notice(office.person("U0001")))
    office.slack.fault("drop_after", method="chat.postMessage", times=1)
    delivery = office.delivery()
    delivery.deliver_until_idle()
    message = office.slack.person("U0001").last_message()
    office.client().chat_update(channel=message.channel, ts=message.ts, text="accepted", blocks=[])
    office.deliver_to_the_end(delivery)
    assert len(office.calls()) == 1
    assert office.states() == [DeliveryState.SENT]


def test_a_history_too_long_to_read_decides_nothing(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person("U0001")))
    office.slack.fault("drop_after", method="chat.postMessage", times=1)
    delivery = office.delivery(replace(SETTINGS, history_pages=0))
    office.deliver_to_the_end(delivery)
    assert office.states() == [DeliveryState.UNCERTAIN]
    assert office.errors() == ["history_too_long"]
    assert len(office.calls()) == 1


def test_a_history_that_cannot_be_read_decides_nothing(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person("U0001")))
    office.slack.fault("drop_after", method="chat.postMessage", times=1)
    office.slack.fault("status_before", method="conversations.history", times=4)
    delivery = office.delivery()
    office.deliver_to_the_end(delivery)
    assert office.states() == [DeliveryState.SENT]
    assert len(office.calls()) == 1


def test_a_rate_limited_history_is_read_when_slack_says(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person("U0001")))
    office.slack.fault("drop_after", method="chat.postMessage", times=1)
    office.slack.fault("rate_limited", method="conversations.history", times=1, seconds=40)
    delivery = office.delivery()
    delivery.deliver_until_idle()
    for seconds in (31, 30, 11):
        office.pass_time(seconds)
        delivery.deliver_until_idle()
    assert len(office.calls("conversations.history")) == 2
    assert office.states() == [DeliveryState.SENT]


def test_a_reply_in_a_thread_is_looked_for_in_its_thread(office: PostOffice) -> None:
    parent = office.client().chat_postMessage(channel="C1", text="a round")["ts"]
    post_in_thread(office, "C1", parent)
    office.slack.fault("drop_after", method="chat.postMessage", times=1)
    office.deliver_to_the_end(office.delivery())
    assert len(office.calls("conversations.replies")) == 1
    replies = office.slack.person("U0001").messages("C1", thread_ts=parent)[1:]
    assert len(replies) == 1
    assert office.states() == [DeliveryState.SENT]


def test_an_update_of_unclear_fate_is_simply_repeated(office: PostOffice) -> None:
    goal = uuid4()
    office.words.truth[goal] = "old"
    office.enqueue(office.notice(office.person("U0001"), subject=goal))
    delivery = office.delivery()
    delivery.deliver_until_idle()
    office.words.truth[goal] = "new"
    office.refresh(goal)
    office.slack.fault("drop_before", method="chat.update", times=2)
    office.deliver_to_the_end(delivery)
    assert office.texts() == ["new"]
    assert len(office.calls("chat.update")) == 3
    assert office.calls("conversations.history") == []


def test_slow_down_is_obeyed_and_costs_the_message_nothing(office: PostOffice) -> None:
    person = office.person("U0001", home_opened_at=office.now)
    office.enqueue(office.notice(person), office.notice(office.person("U0002")))
    office.slack.fault("rate_limited", method="chat.postMessage", times=1, seconds=20)
    one_by_one = replace(SETTINGS, senders=1)
    delivery = office.delivery(one_by_one)
    delivery.deliver_until_idle()
    assert len(office.calls()) == 1, "the other message waits too: the limit is the method's"
    with office.writing() as connection:
        outbox.refresh_home(connection, [person], machine_now=office.now)
    delivery.deliver_until_idle()
    assert office.ops(DeliveryState.SENT) == [Op.HOME], "other methods go on"
    office.pass_time(21)
    delivery.deliver_until_idle()
    assert office.texts("U0001") != office.texts("U0002")
    assert failures(office) == [0, 0, 0]


def test_a_revoked_token_parks_everything_without_burning_attempts(office: PostOffice) -> None:
    office.enqueue(*[office.notice(office.person()) for _ in range(6)])
    office.slack.steer("uninstall")
    delivery = office.delivery()
    for _ in range(20):
        delivery.deliver_until_idle()
        office.pass_time(61)
    assert delivery.parked == "token_revoked"
    assert office.states() == [DeliveryState.QUEUED] * 6
    assert failures(office) == [0] * 6
    office.slack.steer("install")
    delivery.deliver_until_idle()
    assert office.states() == [DeliveryState.SENT] * 6
    assert delivery.parked is None


def test_a_parked_process_with_nothing_to_send_learns_that_all_is_well(office: PostOffice) -> None:
    goal = uuid4()
    office.enqueue(office.notice(office.person("U0001"), subject=goal))
    office.slack.steer("uninstall")
    delivery = office.delivery()
    delivery.deliver_until_idle()
    office.words.pointless.add(goal)
    office.pass_time(61)
    delivery.deliver_until_idle()
    delivery.probe()
    delivery.probe()
    assert len(office.calls("auth.test")) == 1, "asked once per pause"
    assert delivery.parked == "token_revoked"
    office.slack.steer("install")
    office.pass_time(61)
    delivery.probe()
    assert delivery.parked is None


def test_an_unreachable_slack_costs_no_message_its_attempts(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person("U0001")))
    nowhere = office.delivery(base_url="http://127.0.0.1:9/api/")
    for _ in range(20):
        nowhere.deliver_until_idle()
        office.pass_time(61)
    assert nowhere.parked == "unreachable"
    office.delivery().deliver_until_idle()
    assert office.states() == [DeliveryState.SENT]


def test_what_slack_refuses_for_good_is_set_aside_with_its_code(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person("U_NOBODY")), office.notice(office.person("U0001")))
    office.delivery().deliver_until_idle()
    assert office.states() == [DeliveryState.DEAD, DeliveryState.SENT]
    assert office.errors()[0] in {"channel_not_found", "user_not_found"}


def test_what_fails_again_and_again_is_given_up(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person("U0001")))
    office.slack.fault("error_before", method="chat.postMessage", error="internal_error")
    delivery = office.delivery(replace(SETTINGS, max_failures=3))
    for _ in range(5):
        office.deliver_to_the_end(delivery)
    assert len(office.calls()) == 3
    assert office.states() == [DeliveryState.DEAD]
    assert office.errors() == ["never_arrived"]


def test_a_process_that_slept_too_long_does_not_send(office: PostOffice) -> None:
    """Stopped between "I am sending" and the fence, for longer than its lease."""
    office.enqueue(office.notice(office.person("U0001")))
    zombie = office.delivery(reached=once_at(Checkpoint.SENDING, lambda: take_over(office)))
    zombie.deliver_until_idle()
    assert len(office.calls()) == 1
    assert len(office.texts()) == 1
    assert office.states() == [DeliveryState.SENT]


def test_a_process_that_slept_after_the_fence_retracts_its_duplicate(office: PostOffice) -> None:
    """The window that no check can close: its clock did not tell it that it had slept."""
    office.enqueue(office.notice(office.person("U0001")))
    zombie = office.delivery(
        reached=once_at(Checkpoint.SENDING, lambda: take_over(office)), monotonic=lambda: 0.0
    )
    with capture_logs() as logs:
        zombie.deliver_until_idle()
    assert len(office.calls()) == 2
    assert len(office.texts()) == 1
    assert [entry["event"] for entry in logs].count("duplicate_found") == 1


def test_a_duplicate_is_deleted_however_often_slack_fails_at_it(office: PostOffice) -> None:
    """Its finder dies of it, Slack is unwell twice, and answers late once; it goes in the end."""

    def at(checkpoint: Checkpoint) -> None:
        if checkpoint is Checkpoint.SENDING and not office.calls():
            take_over(office)
            office.slack.fault(
                "error_before", method="chat.delete", error="internal_error", times=2
            )
            office.slack.fault("drop_after", method="chat.delete", times=1)
        if checkpoint is Checkpoint.CLAIMED and len(office.calls()) == 2:
            raise RuntimeError("dead")

    office.enqueue(office.notice(office.person("U0001")))
    office.delivery(reached=at, monotonic=lambda: 0.0).deliver_until_idle()
    assert len(office.texts()) == 2
    assert office.states() == [DeliveryState.SENT, DeliveryState.QUEUED]
    office.deliver_to_the_end(office.delivery())
    assert len(office.calls()) == 2
    assert len(office.texts()) == 1
    assert len(office.calls("chat.delete")) > 3, "the last one finds nothing to delete"
    assert office.states()[0] is DeliveryState.SENT
    assert office.states()[1] in {DeliveryState.SENT, DeliveryState.VOID}


def test_a_duplicate_whose_answer_was_lost_too_is_found_and_retracted(office: PostOffice) -> None:
    def sleep() -> None:
        take_over(office)
        office.deliver_to_the_end(office.delivery())
        office.slack.fault("drop_after", method="chat.postMessage", times=1)

    office.enqueue(office.notice(office.person("U0001")))
    zombie = office.delivery(reached=once_at(Checkpoint.FENCED, sleep))
    zombie.deliver_until_idle()
    assert len(office.texts()) == 2
    office.deliver_to_the_end(office.delivery())
    assert len(office.calls()) == 2
    assert len(office.texts()) == 1
    assert office.states() == [DeliveryState.SENT] * 2, "the message, and taking the other back"


def test_a_duplicate_of_a_process_that_died_of_it_is_found_and_retracted(
    office: PostOffice,
) -> None:
    def at(checkpoint: Checkpoint) -> None:
        if checkpoint is Checkpoint.FENCED:
            take_over(office)
        if checkpoint is Checkpoint.ANSWERED:
            raise RuntimeError("dead")

    office.enqueue(office.notice(office.person("U0001")))
    office.delivery(reached=at).deliver_until_idle()
    assert len(office.texts()) == 2
    office.deliver_to_the_end(office.delivery())
    assert len(office.calls()) == 2
    assert len(office.texts()) == 1


def test_a_sender_whose_message_another_found_in_history_agrees(office: PostOffice) -> None:
    """It was stopped after Slack's answer, and its row was settled meanwhile."""

    def settle() -> None:
        office.pass_time(61)
        other = office.delivery()
        other.deliver_until_idle()
        office.pass_time(31)
        other.deliver_until_idle()

    office.enqueue(office.notice(office.person("U0001")))
    office.delivery(reached=once_at(Checkpoint.ANSWERED, settle)).deliver_until_idle()
    assert len(office.calls()) == len(office.texts()) == 1
    assert office.calls("chat.delete") == []


def once_at(checkpoint: Checkpoint, act: Callable[[], None]) -> Callable[[Checkpoint], None]:
    done: list[Checkpoint] = []

    def reached(at: Checkpoint) -> None:
        if at is checkpoint and not done:
            done.append(at)
            act()

    return reached


def take_over(office: PostOffice) -> None:
    """Another process finds the lease run out and history empty, and sends the message itself."""
    other = office.delivery()
    for seconds in (61, 31, 91):
        office.pass_time(seconds)
        other.deliver_until_idle()


def failures(office: PostOffice) -> list[int]:
    with office.engine.connect() as connection:
        return list(connection.execute(select(Delivery.failures).order_by(Delivery.id)).scalars())


def post_in_thread(office: PostOffice, channel: str, thread_ts: str) -> UUID:
    """As a round's summary: to a channel, under another message."""
    post = uuid4()
    with office.writing() as connection:
        connection.execute(
            insert(Post).values(
                id=post,
                kind=NoticeKind.ROUND_SUMMARY,
                subject_type=SubjectType.ROUND,
                subject_id=uuid4(),
                about=0,
                channel=channel,
                thread_ts=thread_ts,
                wanted_rev=1,
                shown_rev=0,
            )
        )
        connection.execute(
            insert(Delivery).values(
                uuid=uuid4(),
                op=Op.POST,
                post_id=post,
                destination=f"channel:{channel}",
                lane=0,
                state=DeliveryState.QUEUED,
                not_before=office.now,
                attempt=0,
                failures=0,
                looks=0,
            )
        )
    return post
