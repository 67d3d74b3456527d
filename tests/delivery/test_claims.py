"""Who may send what, and who may take it over."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from domain.notices import Lane
from storage import deliveries, doubts
from storage.database import open_engine
from storage.deliveries import Seen
from storage.outbox import MessageRef
from storage.queue_numbers import queue_numbers
from storage.stalled import CLOCK, end_stalled
from storage.statements import sent_together
from storage.tables.outbox import DeliveryState, Op
from tests.databases import Databases, Kind
from tests.delivery.scene import Scene

MINE = MessageRef("D1", "1700000000.000100")
THEIRS = MessageRef("D1", "1700000009.000100")


def test_what_is_urgent_overtakes_what_waits_longer(scene: Scene) -> None:
    for lane in (Lane.BROADCAST, Lane.REMINDER, Lane.INTERACTIVE, Lane.ESCALATION):
        scene.enqueue(scene.notice(scene.person(), lane=lane))
        scene.wait(1)
    assert [held.lane for held in scene.claim(limit=3)] == [
        Lane.INTERACTIVE,
        Lane.ESCALATION,
        Lane.REMINDER,
    ]


def test_what_is_urgent_is_first_in_its_conversation(scene: Scene) -> None:
    person = scene.person()
    scene.enqueue(scene.notice(person, lane=Lane.BROADCAST))
    scene.wait(1)
    scene.enqueue(scene.notice(person))
    assert [held.lane for held in scene.claim()] == [Lane.INTERACTIVE]


def test_one_message_at_a_time_goes_to_a_person_in_order(scene: Scene) -> None:
    person = scene.person()
    for _ in range(3):
        scene.enqueue(scene.notice(person))
    first = scene.claim_one()
    assert scene.claim() == []
    scene.begin(first)
    assert scene.claim() == []
    scene.finish(first, MINE)
    assert scene.claim_one().id > first.id


def test_a_claim_whose_process_died_is_free_again_after_its_lease(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person()))
    lost = scene.claim_one()
    scene.wait(59)
    assert scene.reap() == 0
    scene.wait(2)
    assert scene.reap() == 1
    assert not scene.begin(lost), "a process that comes back late must not send"
    assert scene.claim_one().attempt == 2


def test_what_kills_its_process_again_and_again_is_given_up(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person()))
    for _ in range(3):
        scene.claim_one()
        scene.wait(61)
        scene.reap()
    assert scene.states() == [DeliveryState.DEAD]
    assert scene.errors() == ["lease_lost"]


def test_a_message_that_was_being_sent_is_never_simply_sent_again(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person()))
    scene.begin(scene.claim_one())
    scene.wait(61)
    assert scene.reap() == 1
    assert scene.states() == [DeliveryState.UNCERTAIN]
    assert scene.claim() == []


def test_an_update_that_was_being_sent_is_simply_repeated(scene: Scene) -> None:
    goal = uuid4()
    scene.enqueue(scene.notice(scene.person(), subject=goal))
    held = scene.claim_one()
    scene.begin(held)
    scene.finish(held, MINE)
    scene.refresh(goal)
    scene.begin(scene.claim_one())
    scene.wait(61)
    assert scene.reap() == 1
    assert scene.ops() == [Op.UPDATE]


def test_an_update_that_comes_back_gives_way_to_the_one_queued_meanwhile(scene: Scene) -> None:
    goal = uuid4()
    scene.enqueue(scene.notice(scene.person(), subject=goal))
    held = scene.claim_one()
    scene.begin(held)
    scene.finish(held, MINE)
    scene.refresh(goal)
    scene.begin(scene.claim_one())
    scene.refresh(goal)
    scene.wait(61)
    assert scene.reap() == 1
    assert scene.states()[1:] == [DeliveryState.VOID, DeliveryState.QUEUED]
    assert scene.errors()[1] == "superseded"


def test_a_late_answer_settles_a_doubt(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person()))
    held = scene.claim_one()
    scene.begin(held)
    scene.wait(61)
    scene.reap()
    assert scene.finish(held, MINE)
    assert scene.states() == [DeliveryState.SENT]


def test_who_was_given_up_learns_that_another_message_stands(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person()))
    zombie = scene.claim_one()
    scene.begin(zombie)
    scene.wait(61)
    scene.reap()
    scene.wait(31)
    decide_not_in_slack(scene)
    other = scene.claim_one()
    scene.begin(other)
    scene.finish(other, THEIRS)
    assert not scene.finish(zombie, MINE)
    with scene.writing() as connection:
        seen = [
            deliveries.record_seen(connection, uuid, message, machine_now=scene.now)
            for uuid, message in (
                (scene.uuid(zombie), MINE),
                (scene.uuid(zombie), MINE),
                (scene.uuid(zombie), THEIRS),
                (uuid4(), MINE),
            )
        ]
    assert seen == [Seen.DUPLICATE, Seen.DUPLICATE, Seen.STANDS, Seen.UNKNOWN]
    assert [held.op for held in scene.claim()] == [Op.DELETE], "queued once, however often found"


def test_who_was_given_up_settles_nothing_while_another_sends(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person()))
    zombie = scene.claim_one()
    scene.begin(zombie)
    scene.wait(61)
    scene.reap()
    scene.wait(31)
    decide_not_in_slack(scene)
    other = scene.claim_one()
    scene.begin(other)
    assert not scene.finish(zombie, MINE)
    assert scene.states() == [DeliveryState.SENDING]
    assert scene.finish(other, THEIRS)


def test_who_was_given_up_stops_the_second_message_if_it_has_not_left(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person()))
    zombie = scene.claim_one()
    scene.begin(zombie)
    scene.wait(61)
    scene.reap()
    scene.wait(31)
    decide_not_in_slack(scene)
    other = scene.claim_one()
    with scene.writing() as connection:
        seen = deliveries.record_seen(connection, scene.uuid(zombie), MINE, machine_now=scene.now)
        assert seen is Seen.STANDS
    assert not scene.begin(other)
    assert scene.states() == [DeliveryState.SENT]


def test_a_doubt_is_looked_into_by_one_process_at_a_time(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person()))
    scene.begin(scene.claim_one())
    scene.wait(61)
    scene.reap()
    assert take_doubts(scene) == []
    scene.wait(31)
    (first,) = take_doubts(scene)
    assert take_doubts(scene) == []
    scene.wait(61)
    (second,) = take_doubts(scene)
    with scene.writing() as connection:
        assert not doubts.not_in_slack(connection, first, not_before=scene.now, look_at=scene.now)
        assert doubts.not_in_slack(connection, second, not_before=scene.now, look_at=scene.now)


def test_nothing_is_claimed_twice_by_processes_in_a_hurry(database_url: str) -> None:
    engine = open_engine(database_url, lock_wait_ms=20_000)
    scene = Scene(engine)
    people = [scene.person() for _ in range(60)]
    scene.enqueue(*[scene.notice(person) for person in people])
    start = threading.Barrier(4)

    def claim_all() -> list[int]:
        start.wait()
        mine: list[int] = []
        while claimed := scene.claim(limit=3):
            mine += [held.id for held in claimed]
        return mine

    with ThreadPoolExecutor(4) as pool:
        claimed = [
            one for run in [pool.submit(claim_all) for _ in range(4)] for one in run.result()
        ]
    assert len(claimed) == len(set(claimed)) == 60
    engine.dispose()


def test_the_queue_says_how_long_its_lanes_are_and_how_late(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person()), scene.notice(scene.person(), lane=Lane.REMINDER))
    scene.enqueue(scene.notice(scene.person(), due_in=timedelta(seconds=5)))
    held = scene.claim(limit=1)[0]
    with scene.writing() as connection:
        deliveries.bury(connection, held, error="channel_not_found", machine_now=scene.now)
    scene.wait(10)
    with scene.engine.connect() as connection:
        numbers = queue_numbers(connection, machine_now=scene.now, business_now=scene.now)
    assert numbers.lanes[Lane.REMINDER].due == 1
    assert numbers.lanes[Lane.REMINDER].oldest_due == timedelta(seconds=10)
    assert numbers.lanes[Lane.INTERACTIVE].length == 0
    assert numbers.states == {DeliveryState.QUEUED: 1, DeliveryState.DEAD: 1}
    assert numbers.errors == {"channel_not_found": 1}
    assert numbers.due_not_queued == 1


def test_the_queue_is_read_through_its_indexes(databases: Databases) -> None:
    engine = open_engine(databases.fresh(Kind.SQLITE))
    scene = Scene(engine)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(*args: Any) -> None:
        asked.append((args[2], args[3]))

    scene.claim()
    scene.reap()
    scene.materialise()
    take_doubts(scene)
    with scene.engine.connect() as connection:
        queue_numbers(connection, machine_now=scene.now, business_now=scene.now)
    statements = [one for one in asked if re.match("SELECT|WITH|UPDATE", one[0])]
    assert len(statements) > 5
    with engine.connect() as connection:
        for statement, parameters in statements:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            whole = [row.detail for row in plan if row.detail.startswith("SCAN")]
            assert all("INDEX" in scan or scan == "SCAN due" for scan in whole), (statement, plan)
    engine.dispose()


def take_doubts(scene: Scene) -> list[doubts.Doubt]:
    with scene.writing() as connection:
        return doubts.take_doubts(
            connection, machine_now=scene.now, lease=timedelta(seconds=60), limit=10
        )


def decide_not_in_slack(scene: Scene) -> None:
    (doubt,) = take_doubts(scene)
    with scene.writing() as connection:
        assert doubts.not_in_slack(connection, doubt, not_before=scene.now, look_at=scene.now)


@pytest.mark.postgres
def test_a_transaction_of_a_process_that_stands_still_is_ended(databases: Databases) -> None:
    """Also after statements sent at once, when PostgreSQL's own limit does not count."""
    url = databases.fresh(Kind.POSTGRES)
    scene = Scene(open_engine(url))
    scene.enqueue(scene.notice(scene.person()), scene.notice(scene.person()))
    stalled, other = (open_engine(url, name=name) for name in (CLOCK, "somebody else"))
    with stalled.connect() as claiming, other.connect() as reading:
        reading.execute(text("SELECT count(*) FROM delivery"))
        with sent_together(claiming):
            claiming.execute(text("SELECT id FROM delivery FOR UPDATE"))
        with scene.engine.begin() as connection:
            assert end_stalled(connection, timedelta(hours=1)) == 0
            assert end_stalled(connection, timedelta()) == 1
        with pytest.raises(OperationalError):
            claiming.execute(text("SELECT 1"))
        reading.execute(text("SELECT count(*) FROM delivery"))
        assert len(scene.claim()) == 2
    for engine in (scene.engine, stalled, other):
        engine.dispose()
    databases.drop(url)
