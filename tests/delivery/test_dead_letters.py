"""Dead letters as they are stored: grouped by cause, tried again, looked for where in doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import update

from domain.dead_letters import Cause, Picked, Topic, cause_of
from domain.notices import Lane
from messages.dead_letter_words import TOPICS, WHAT_NOW, WHY
from messages.reading import Reader
from scheduler.outcomes import Verdict, codes_of
from storage import dead_letters
from storage.outbox import MessageRef
from storage.tables.outbox import Delivery, DeliveryState, Op
from tests.delivery.post_office import PostOffice
from tests.delivery.scene import Scene


@pytest.mark.parametrize("to_person", [True, False])
@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.PARKED, Verdict.RETRY])
def test_every_code_that_stops_a_message_has_a_cause_that_is_put_into_words(
    verdict: Verdict, to_person: bool
) -> None:
    causes = {cause_of(code, to_person=to_person) for code in codes_of(verdict)}
    assert Cause.OTHER not in causes
    assert (causes == {Cause.APP_REFUSED}) == (verdict is Verdict.PARKED)
    assert causes <= WHY.keys() & WHAT_NOW.keys()


def test_every_cause_and_topic_has_words_and_german_ones() -> None:
    emil = replace(Reader.of_nobody(datetime(2027, 3, 1, tzinfo=UTC)), locale="de-DE")
    assert set(Cause) == WHY.keys() == WHAT_NOW.keys()
    assert set(Topic) == TOPICS.keys()
    for words in (*WHY.values(), *WHAT_NOW.values(), *TOPICS.values()):
        assert emil.gettext(words) != words


def bury_all(scene: Scene, code: str) -> None:
    with scene.writing() as connection:
        connection.execute(
            update(Delivery).values(state=DeliveryState.DEAD, error=code, died_at=scene.now)
        )


def test_a_thousand_behind_one_cause_are_one_line_and_are_tried_again_at_once(
    scene: Scene,
) -> None:
    people = [scene.person() for _ in range(1000)]
    scene.enqueue(*(scene.notice(one, lane=Lane.REMINDER) for one in people))
    bury_all(scene, "user_disabled")
    with scene.writing() as connection:
        (group,) = dead_letters.groups(connection)
        assert (group.cause, group.count, group.only) == (Cause.ACCOUNT_CLOSED, 1000, None)
        dead = dead_letters.take(connection, Picked(cause=group.cause), 5000)
        dead_letters.try_again(connection, dead, scene.now)
        assert dead_letters.groups(connection) == ()
        assert dead_letters.tried_again(connection, scene.now).waiting == 1000
    assert scene.states().count(DeliveryState.QUEUED) == 1000


def test_what_died_after_somebody_looked_is_not_meant(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person()))
    bury_all(scene, "user_disabled")
    with scene.engine.connect() as connection:
        (seen,) = dead_letters.groups(connection)
    scene.enqueue(scene.notice(scene.person()))
    bury_all(scene, "user_disabled")
    with scene.writing() as connection:
        picked = Picked(cause=seen.cause, newest=seen.newest)
        assert len(dead_letters.take(connection, picked, 10)) == 1


def test_an_update_is_tried_again_once_though_a_newer_one_is_queued(scene: Scene) -> None:
    goal = uuid4()
    scene.enqueue(scene.notice(scene.person(), subject=goal))
    held = scene.claim_one()
    scene.begin(held)
    scene.finish(held, MessageRef("D1", "1.0"))
    scene.refresh(goal)
    bury_all(scene, "msg_too_long")
    scene.refresh(goal)
    with scene.writing() as connection:
        dead = dead_letters.take(connection, Picked(cause=Cause.TOO_LONG), 10)
        dead_letters.try_again(connection, dead, scene.now)
    assert scene.ops().count(Op.UPDATE) == 1


def test_what_may_be_in_slack_is_looked_for_before_it_is_sent_again(office: PostOffice) -> None:
    """Its history could not be read, and can be by now."""
    office.enqueue(office.notice(office.person("U0001")))
    office.slack.fault("drop_after", method="chat.postMessage", times=1)
    office.slack.fault("error_before", method="conversations.open", error="user_disabled")
    delivery = office.delivery()
    office.deliver_to_the_end(delivery)
    assert office.states() == [DeliveryState.DEAD]
    with office.engine.connect() as connection:
        (group,) = dead_letters.groups(connection)
    assert group.only is not None
    assert group.only.in_doubt
    office.slack.clear_faults()
    with office.writing() as connection:
        dead = dead_letters.take(connection, Picked(letter=group.only.id), 10)
        dead_letters.try_again(connection, dead, office.now)
    office.deliver_to_the_end(delivery)
    assert office.states() == [DeliveryState.SENT]
    assert len(office.texts("U0001")) == 1
