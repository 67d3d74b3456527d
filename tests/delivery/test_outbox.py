"""What is stored when something is to be said, and how messages follow what they speak of."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from storage import forgetting, inbound, outbox
from storage.outbox import MessageRef
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Op
from tests.delivery.scene import Scene

MESSAGE = MessageRef("D1", "1700000000.000100")


def sent(scene: Scene, message: MessageRef = MESSAGE) -> None:
    """Carry the one due delivery to the end."""
    held = scene.claim_one()
    assert scene.begin(held)
    assert scene.finish(held, message, revision=scene.shown()[0][0])


def test_a_notice_becomes_a_delivery_in_the_same_transaction(scene: Scene) -> None:
    assert scene.enqueue(scene.notice(scene.person())) == 1
    assert scene.states() == [DeliveryState.QUEUED]


def test_what_is_rolled_back_is_never_said(scene: Scene) -> None:
    notice = scene.notice(scene.person())

    def fail_after_enqueuing() -> None:
        with scene.writing() as connection:
            outbox.enqueue(connection, [notice], business_now=scene.now, machine_now=scene.now)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail_after_enqueuing()
    assert scene.states() == []


def test_a_notice_with_a_known_key_is_not_stored_again(scene: Scene) -> None:
    person = scene.person()
    assert (
        scene.enqueue(scene.notice(person, key="goal:1"), scene.notice(person, key="goal:1")) == 1
    )
    assert (
        scene.enqueue(scene.notice(person, key="goal:1"), scene.notice(person, key="goal:2")) == 1
    )
    assert len(scene.states()) == 2


def test_a_later_notice_waits_until_it_is_due(scene: Scene) -> None:
    assert scene.enqueue(scene.notice(scene.person(), due_in=timedelta(hours=1))) == 0
    assert scene.materialise() == 0
    scene.wait(3600)
    assert scene.materialise() == 1
    assert scene.materialise() == 0
    assert scene.states() == [DeliveryState.QUEUED]


def test_due_is_business_time_but_back_off_is_machine_time(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person(), due_in=timedelta(days=7)))
    scene.clock.move_to(scene.now + timedelta(days=7))
    assert scene.materialise() == 1
    assert len(scene.claim()) == 1


def test_a_notice_that_expires_before_it_is_due_is_void(scene: Scene) -> None:
    hour = timedelta(hours=1)
    scene.enqueue(scene.notice(scene.person(), due_in=hour, expires_in=2 * hour))
    scene.wait(7200)
    assert scene.materialise() == 1
    assert scene.states() == []
    with scene.engine.connect() as connection:
        assert connection.execute(select(Notice.state, Notice.reason)).all() == [
            (NoticeState.VOID, "expired")
        ]


def test_a_change_queues_one_update_however_often_it_happens(scene: Scene) -> None:
    goal = uuid4()
    scene.enqueue(scene.notice(scene.person(), subject=goal))
    sent(scene)
    scene.refresh(goal)
    (revision,) = scene.refresh(goal)
    assert revision.message == MESSAGE
    assert revision.revision == 3
    assert scene.ops() == [Op.UPDATE]


def test_a_change_touches_only_messages_about_its_subject(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person()))
    sent(scene)
    assert scene.refresh(uuid4()) == ()
    assert scene.ops() == []


def test_a_message_not_sent_yet_needs_no_update(scene: Scene) -> None:
    goal = uuid4()
    scene.enqueue(scene.notice(scene.person(), subject=goal))
    assert scene.refresh(goal) == ()
    sent(scene)
    assert scene.shown() == [(2, 2)]
    assert scene.ops() == []


def test_a_change_while_a_message_is_being_sent_is_shown_afterwards(scene: Scene) -> None:
    goal = uuid4()
    scene.enqueue(scene.notice(scene.person(), subject=goal))
    held = scene.claim_one()
    scene.begin(held)
    scene.refresh(goal)
    scene.finish(held, MESSAGE, revision=1)
    assert scene.ops() == [Op.UPDATE]


def test_a_change_while_an_update_is_being_sent_queues_the_next(scene: Scene) -> None:
    goal = uuid4()
    scene.enqueue(scene.notice(scene.person(), subject=goal))
    sent(scene)
    scene.refresh(goal)
    held = scene.claim_one()
    scene.begin(held)
    scene.refresh(goal)
    assert scene.ops() == [Op.UPDATE]
    scene.finish(held, MESSAGE, revision=2)
    sent(scene)
    assert scene.shown() == [(3, 3)]
    assert scene.ops() == []


def test_what_the_handler_has_shown_is_not_shown_again(scene: Scene) -> None:
    goal = uuid4()
    scene.enqueue(scene.notice(scene.person(), subject=goal))
    sent(scene)
    (revision,) = scene.refresh(goal)
    with scene.writing() as connection:
        assert outbox.mark_shown(connection, MESSAGE, revision.revision)
    assert scene.ops() == []
    assert scene.errors()[-1] == "shown_already"


def test_what_changed_after_the_handler_looked_is_still_shown(scene: Scene) -> None:
    goal = uuid4()
    scene.enqueue(scene.notice(scene.person(), subject=goal))
    sent(scene)
    (revision,) = scene.refresh(goal)
    scene.refresh(goal)
    with scene.writing() as connection:
        assert not outbox.mark_shown(connection, MESSAGE, revision.revision)
    assert scene.ops() == [Op.UPDATE]


def test_the_update_of_the_clicked_message_leaves_its_handler_time(scene: Scene) -> None:
    goal = uuid4()
    scene.enqueue(scene.notice(scene.person(), subject=goal))
    sent(scene)
    scene.refresh(goal, clicked=MESSAGE)
    assert scene.claim() == []
    scene.wait(6)
    assert len(scene.claim()) == 1


def test_home_is_refreshed_once_and_only_for_those_who_look_at_it(scene: Scene) -> None:
    looking = scene.person(home_opened_at=scene.now - timedelta(minutes=9))
    away = scene.person(home_opened_at=scene.now - timedelta(minutes=11))
    never = scene.person()
    for _ in range(2):
        with scene.writing() as connection:
            outbox.refresh_home(connection, [looking, away, never], machine_now=scene.now)
    with scene.engine.connect() as connection:
        assert connection.execute(select(Delivery.op, Delivery.person_id)).all() == [
            (Op.HOME, looking)
        ]


def test_a_request_that_slack_repeats_is_known(scene: Scene) -> None:
    with scene.writing() as connection:
        assert inbound.arrive(connection, "Ev1", scene.now)
        assert not inbound.arrive(connection, "Ev1", scene.now)
        assert inbound.arrive(connection, "Ev2", scene.now)


def test_a_request_whose_work_failed_is_dealt_with_when_it_is_repeated(scene: Scene) -> None:
    def fail_after_arriving() -> None:
        with scene.writing() as connection:
            inbound.arrive(connection, "Ev1", scene.now)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail_after_arriving()
    with scene.writing() as connection:
        assert inbound.arrive(connection, "Ev1", scene.now)


def test_requests_of_yesterday_are_forgotten(scene: Scene) -> None:
    with scene.writing() as connection:
        inbound.arrive(connection, "Ev1", scene.now - timedelta(days=2))
        inbound.arrive(connection, "Ev2", scene.now)
        long_ago = scene.now - timedelta(days=1)
        ages = {"requests": long_ago, "dialogs": long_ago, "deliveries": long_ago}
        assert forgetting.forget(connection, **ages, limit=10) == 1
        assert not inbound.arrive(connection, "Ev2", scene.now)
