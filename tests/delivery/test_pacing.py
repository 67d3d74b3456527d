"""Slack's limits, kept by all processes together."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
from sqlalchemy import func, select, update

from domain.announcements import BulkPace
from domain.clock import Clock
from domain.notices import Lane
from domain.pacing import POSTS, TRIPS_AT, interval_for
from scheduler.checkpoints import Checkpoint
from scheduler.delivery import Delivery
from scheduler.settings import DeliverySettings
from storage import deliveries, paces
from storage.database import open_engine
from storage.send_numbers import Became, bulk_ahead, bulk_pace, oldest_urgent, send_numbers
from storage.tables.outbox import Delivery as DeliveryRow
from storage.tables.outbox import DeliveryState, Op
from storage.tables.pace import DestinationPace
from tests.delivery.post_office import PostOffice
from tests.delivery.scene import LEASE, Scene

PACED = DeliverySettings(http_timeout=timedelta(seconds=30))
HORIZON = PACED.horizon


def claimed(scene: Scene, limit: int = 20, horizon: timedelta = HORIZON) -> list[deliveries.Claim]:
    with scene.writing() as connection:
        return deliveries.claim(
            connection,
            machine_now=scene.now,
            lease=LEASE,
            limit=limit,
            ops=list(Op),
            horizon=horizon,
        )


def budget(scene: Scene) -> None:
    with scene.writing() as connection:
        paces.set_budgets(connection, PACED.budgets, machine_now=scene.now)


def sent(scene: Scene, held: deliveries.Claim, gap: timedelta = PACED.gap) -> None:
    with scene.writing() as connection:
        paces.note_post(connection, held.destination, held.lane, machine_now=scene.now, gap=gap)
        connection.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id == held.id)
            .values(state=DeliveryState.SENT, lease_token=None, lease_until=None)
        )


def test_claims_get_the_slots_one_after_the_other(scene: Scene) -> None:
    budget(scene)
    scene.enqueue(*[scene.notice(scene.person()) for _ in range(10)])
    first = claimed(scene)
    assert [held.slot for held in first] == [scene.now, scene.now + interval_for(240)]
    assert claimed(scene) == [], "what has no slot stays where it is"
    scene.wait(1)
    (*_, last) = claimed(scene)
    assert last.slot is not None
    assert last.slot >= scene.now


def test_what_has_no_slot_counts_no_attempt(scene: Scene) -> None:
    budget(scene)
    scene.enqueue(*[scene.notice(scene.person()) for _ in range(5)])
    claimed(scene)
    with scene.engine.connect() as connection:
        attempts = connection.scalars(select(DeliveryRow.attempt).order_by(DeliveryRow.attempt))
        assert list(attempts) == [0, 0, 0, 1, 1]


def test_slots_are_handed_out_once_however_many_ask(database_url: str) -> None:
    engine = open_engine(database_url, lock_wait_ms=20_000)
    scene = Scene(engine)
    budget(scene)
    scene.enqueue(*[scene.notice(scene.person()) for _ in range(40)])
    start = threading.Barrier(4)

    def ask() -> list[datetime | None]:
        start.wait()
        mine: list[datetime | None] = []
        while held := claimed(scene, limit=2, horizon=timedelta(minutes=1)):
            mine += [one.slot for one in held]
        return mine

    with ThreadPoolExecutor(4) as pool:
        slots = [one for run in [pool.submit(ask) for _ in range(4)] for one in run.result()]
    assert len(slots) == len(set(slots)) == 40
    engine.dispose()


def test_an_answer_to_somebody_overtakes_ten_thousand_announcements(scene: Scene) -> None:
    budget(scene)
    scene.enqueue(*[scene.notice(scene.person(), lane=Lane.BROADCAST) for _ in range(30)])
    claimed(scene)
    scene.wait(0.5)
    scene.enqueue(scene.notice(scene.person()))
    held = claimed(scene)[0]
    assert held.lane is Lane.INTERACTIVE
    assert held.slot is not None
    assert held.slot - scene.now <= HORIZON


def test_two_posts_to_one_person_are_more_than_a_second_apart(scene: Scene) -> None:
    person = scene.person()
    scene.enqueue(scene.notice(person))
    (held,) = claimed(scene)
    sent(scene, held)
    scene.enqueue(scene.notice(person), scene.notice(scene.person()))
    assert [one.destination == held.destination for one in claimed(scene)] == [False]
    scene.wait(1)
    assert claimed(scene) == []
    scene.wait(0.2)
    assert len(claimed(scene)) == 1


def test_people_take_turns_within_a_lane(scene: Scene) -> None:
    chatty, patient = scene.person(), scene.person()
    scene.enqueue(*[scene.notice(chatty, lane=Lane.REMINDER) for _ in range(3)])
    scene.wait(1)
    scene.enqueue(scene.notice(patient, lane=Lane.REMINDER))
    (first,) = scene.claim(limit=1)
    sent(scene, first)
    scene.wait(2)
    (second,) = scene.claim(limit=1)
    assert [first.destination, second.destination] == [str(chatty), str(patient)]


def test_turns_do_not_put_what_is_urgent_behind_what_is_not(scene: Scene) -> None:
    chatty = scene.person()
    scene.enqueue(scene.notice(chatty, lane=Lane.ESCALATION), scene.notice(chatty))
    (first,) = scene.claim(limit=1)
    sent(scene, first)
    scene.wait(2)
    scene.enqueue(scene.notice(scene.person(), lane=Lane.DEVIATION))
    (second,) = scene.claim(limit=1)
    assert [first.lane, second.lane] == [Lane.INTERACTIVE, Lane.ESCALATION]


def test_a_reminder_that_has_waited_an_hour_goes_with_the_deviations(office: PostOffice) -> None:
    delivery = office.delivery(PACED)
    office.enqueue(office.notice(office.person(), lane=Lane.REMINDER))
    office.enqueue(office.notice(office.person(), lane=Lane.BROADCAST))
    office.wait(3599)
    assert delivery.age() == 0
    office.wait(2)
    office.enqueue(office.notice(office.person(), lane=Lane.DEVIATION))
    assert delivery.age() == 1
    assert [held.lane for held in office.claim(limit=2)] == [Lane.DEVIATION] * 2


def test_destinations_are_not_kept_for_long(office: PostOffice) -> None:
    office.enqueue(office.notice(office.person()))
    (held,) = claimed(office)
    sent(office, held)
    delivery = office.delivery(PACED)
    delivery.age()
    with office.engine.connect() as connection:
        count = select(func.count()).select_from(DestinationPace)
        assert connection.scalar(count) == 1
    office.wait(120)
    delivery.age()
    with office.engine.connect() as connection:
        assert connection.scalar(count) == 0


def test_a_message_waits_for_its_slot_and_is_not_sent_after_it(office: PostOffice) -> None:
    paused: list[float] = []

    def pause(seconds: float) -> None:
        paused.append(seconds)
        office.wait(seconds)

    office.enqueue(*[office.notice(office.person()) for _ in range(6)])
    delivery = Delivery(
        office.engine,
        office.client(),
        office.words,
        office.clock,
        DeliverySettings(senders=1, http_timeout=timedelta(seconds=30)),
        wake=office.wake,
        monotonic=office.monotonic,
        pause=pause,
    )
    before = office.now
    delivery.deliver_until_idle()
    assert office.states() == [DeliveryState.SENT] * 6
    assert office.now - before >= 5 * interval_for(240) - HORIZON
    assert paused


def test_all_that_waits_for_one_conversation_is_sent_at_its_pace(office: PostOffice) -> None:
    person, lanes = office.person(), (Lane.INTERACTIVE, Lane.REMINDER)
    office.enqueue(*[office.notice(person, lane=lane) for lane in lanes for _ in range(2)])
    delivery = Delivery(
        office.engine,
        office.client(),
        office.words,
        office.clock,
        PACED,
        wake=office.wake,
        monotonic=office.monotonic,
        pause=office.wait,
    )
    before = office.now
    report = delivery.deliver_until_idle()
    assert report.results == {"sent": 4}
    assert office.now - before >= 3 * PACED.gap


def test_who_is_held_up_beyond_the_slot_takes_another(office: PostOffice) -> None:
    held_up = [3.0]

    def stall(at: Checkpoint) -> None:
        if at is Checkpoint.CLAIMED and held_up:
            office.wait(held_up.pop())

    office.enqueue(office.notice(office.person()))
    report = office.delivery(PACED, reached=stall).deliver_until_idle()
    assert report.results == {"retry": 1, "sent": 1}
    assert office.states() == [DeliveryState.SENT]
    assert len(office.calls()) == 1


def test_one_retry_after_stops_every_process(office: PostOffice) -> None:
    here, there = office.delivery(), office.delivery()
    office.enqueue(office.notice(office.person()))
    office.slack.fault("rate_limited", method=POSTS, times=1, seconds=30)
    here.deliver_until_idle()
    assert len(office.calls()) == 1
    office.enqueue(office.notice(office.person()))
    there.deliver_until_idle()
    assert len(office.calls()) == 1, "the other process knows"
    office.pass_time(31)
    there.deliver_until_idle()
    assert office.states() == [DeliveryState.SENT] * 2


def test_retry_after_stops_what_was_claimed_already(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person()))
    held = scene.claim_one()
    with scene.writing() as connection:
        paces.block(
            connection,
            POSTS,
            until=scene.now + timedelta(seconds=5),
            machine_now=scene.now,
        )
    assert not scene.begin(held)
    scene.wait(5)
    assert scene.begin(held)


def test_a_shorter_wait_does_not_end_a_longer_one(scene: Scene) -> None:
    for seconds in (60, 5):
        with scene.writing() as connection:
            until = scene.now + timedelta(seconds=seconds)
            paces.block(connection, POSTS, until=until, machine_now=scene.now)
    with scene.engine.connect() as connection:
        assert paces.read_paces(connection)[POSTS].blocked_until == scene.now + timedelta(minutes=1)


def test_unknown_outcomes_in_a_row_stop_new_posts_until_one_succeeds(office: PostOffice) -> None:
    delivery = office.delivery()
    office.enqueue(*[office.notice(office.person()) for _ in range(TRIPS_AT)])
    office.slack.fault("error_before", method=POSTS, times=TRIPS_AT + 1)
    delivery.deliver_until_idle()
    assert len(office.calls()) == TRIPS_AT
    office.enqueue(*[office.notice(office.person()) for _ in range(3)])
    office.delivery().deliver_until_idle()
    assert len(office.calls()) == TRIPS_AT, "no process sends"
    office.pass_time(11)
    delivery.deliver_until_idle()
    assert len(office.calls()) == TRIPS_AT + 1, "one finds out, and fails"
    office.pass_time(11)
    delivery.deliver_until_idle()
    assert len(office.calls()) == TRIPS_AT + 1, "the pause has grown"
    office.pass_time(10)
    delivery.deliver_until_idle()
    assert len(office.calls()) == TRIPS_AT + 3, "one succeeds, and the others follow"
    with office.engine.connect() as connection:
        assert paces.read_paces(connection)[POSTS].unknown_in_a_row == 0


def test_a_budget_that_is_changed_holds_for_all(scene: Scene) -> None:
    budget(scene)
    with scene.writing() as connection:
        changed = DeliverySettings(posts_a_minute=60).budgets
        paces.set_budgets(connection, changed, machine_now=scene.now)
    scene.enqueue(scene.notice(scene.person()), scene.notice(scene.person()))
    assert len(claimed(scene)) == 1
    with scene.engine.connect() as connection:
        assert paces.read_paces(connection)[POSTS].interval == interval_for(60)


@pytest.mark.parametrize("replicas", [1, 2])
def test_processes_share_slacks_limit_and_use_it(
    office: PostOffice, database_url: str, replicas: int
) -> None:
    """At a faster pace than Slack's, so that it takes seconds; with clocks that run."""
    if office.engine.dialect.name == "sqlite" and replicas > 1:
        pytest.skip("on SQLite one process delivers: the lock sees to it")
    calls, seconds = 600, 6
    office.slack.steer("rate_limits", on=True, posts_per_minute=calls)
    many = round(calls / 60 * seconds)
    office.enqueue(*[office.notice(office.person()) for _ in range(many)])
    settings = replace(PACED, posts_a_minute=calls)
    engines = [open_engine(database_url, lock_wait_ms=10_000) for _ in range(replicas)]
    clock = Clock(lambda: datetime.now(UTC))
    running = [
        Delivery(engine, office.client(), office.words, clock, settings, wake=threading.Event())
        for engine in engines
    ]
    begun = time.monotonic()
    for delivery in running:
        delivery.start()
    while office.states().count(DeliveryState.SENT) < many and time.monotonic() < begun + 60:
        time.sleep(0.05)
    took = time.monotonic() - begun
    for delivery in running:
        delivery.stop()
    for engine in engines:
        engine.dispose()
    assert office.states() == [DeliveryState.SENT] * many
    assert {call["outcome"] for call in office.calls()} == {"ok"}
    assert many / (calls / 60 * took) >= 0.9


def test_the_last_minutes_are_told_by_lane(office: PostOffice) -> None:
    settings = replace(PACED, senders=1)
    delivery = office.delivery(settings)
    office.enqueue(office.notice(office.person(), lane=Lane.REMINDER))
    delivery.deliver_until_idle()
    office.pass_time(2)
    office.enqueue(office.notice(office.person()))
    office.slack.fault("rate_limited", method=POSTS, times=1, seconds=30)
    delivery.deliver_until_idle()
    with office.engine.connect() as connection:
        numbers = send_numbers(connection, machine_now=office.now)
    assert numbers.attempts == {
        (Lane.REMINDER, Became.SENT): 1,
        (Lane.INTERACTIVE, Became.SLOWED_DOWN): 1,
    }
    assert numbers.slowed_down[POSTS] == 1
    assert numbers.share[POSTS] == pytest.approx(2 / (5 * 240), rel=0.05)
    office.pass_time(400)
    with office.engine.connect() as connection:
        assert send_numbers(connection, machine_now=office.now).attempts == {}


def test_only_what_ought_to_leave_at_once_is_late(scene: Scene) -> None:
    scene.enqueue(scene.notice(scene.person(), lane=Lane.BROADCAST))
    scene.wait(600)
    with scene.engine.connect() as connection:
        assert oldest_urgent(connection, machine_now=scene.now) == timedelta()
    scene.enqueue(scene.notice(scene.person(), lane=Lane.ESCALATION))
    scene.wait(60)
    with scene.engine.connect() as connection:
        assert oldest_urgent(connection, machine_now=scene.now) == timedelta(minutes=1)


def test_an_announcement_takes_as_long_as_its_share_and_what_is_ahead(scene: Scene) -> None:
    budget(scene)
    scene.enqueue(*[scene.notice(scene.person(), lane=Lane.REMINDER) for _ in range(3)])
    scene.enqueue(scene.notice(scene.person()))
    with scene.engine.connect() as connection:
        assert bulk_ahead(connection) == 3
        pace = BulkPace(bulk_pace(connection), 3)
    assert pace.minutes(1) == 1
    assert pace.minutes(10_000) == ceil(10_003 / (240 * 0.75 * 60 / 61))
