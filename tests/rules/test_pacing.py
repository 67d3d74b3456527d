"""Slots: never more calls in a minute than the budget, whoever stalls."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.pacing import (
    BULK,
    LATE,
    LONGEST_PAUSE,
    POSTS,
    TRIPS_AT,
    Pace,
    Room,
    interval_for,
    pause_after,
)

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HORIZON = timedelta(milliseconds=500)
MINUTE = timedelta(minutes=1)


def paces(calls: int, share: float = 0.75) -> dict[str, Pace]:
    return {
        POSTS: Pace(POSTS, START, interval_for(calls)),
        BULK: Pace(BULK, START, interval_for(calls * share)),
    }


def busiest_minute(sent: list[datetime]) -> int:
    """The most calls that any minute has, wherever it begins."""
    return max(bisect_left(sent, moment + MINUTE) - place for place, moment in enumerate(sent))


def send_all(calls: int, workers: int, stalls: Random, minutes: float) -> list[datetime]:
    """Each worker takes a slot, waits for it, is now and then held up, and sends unless too late.

    They share the paces, as claims do that take their turn.
    """
    shared, sent, end = paces(calls), [], START + minutes * MINUTE
    idle = [(START, number) for number in range(workers)]
    while idle:
        now, number = heapq.heappop(idle)
        if now > end:
            continue
        room = Room(shared, now, HORIZON)
        slot = room.take(POSTS)
        shared |= {pace.method: pace for pace in room.changed()}
        if slot is None:
            opens = room.opens_at(POSTS)
            assert opens is not None
            heapq.heappush(idle, (opens, number))
            continue
        held_up = timedelta(seconds=stalls.choice([0, 0, 0, 0.01, 0.2, 0.49, 2, 45]))
        leaves = slot + held_up
        if leaves <= slot + LATE:
            sent.append(leaves)
        heapq.heappush(idle, (leaves + timedelta(seconds=stalls.choice([0.05, 0.3])), number))
    return sorted(sent)


@settings(max_examples=40, deadline=None)
@given(st.integers(20, 600), st.integers(1, 24), st.randoms(use_true_random=False))
def test_no_minute_ever_has_more_calls_than_the_budget(
    calls: int, workers: int, stalls: Random
) -> None:
    assert busiest_minute(send_all(calls, workers, stalls, 4)) <= calls


class Unhurried(Random):
    """Nobody stalls."""

    def choice(self, seq: Any) -> Any:
        return seq[0]


def test_nearly_all_of_the_budget_is_used_where_nobody_stalls() -> None:
    sent = send_all(240, 8, Unhurried(1), 10)
    assert len(sent) >= 0.98 * 2400
    assert busiest_minute(sent) <= 240


def test_there_are_no_bursts_after_a_rest() -> None:
    room = Room(paces(240), START + 10 * MINUTE, HORIZON)
    slots = [slot for slot in (room.take(POSTS) for _ in range(20)) if slot is not None]
    assert len(slots) == 2
    assert slots[1] - slots[0] == interval_for(240)


def test_bulk_leaves_a_quarter_of_the_budget_to_what_is_urgent() -> None:
    shared, now, bulk, urgent = paces(240), START, 0, 0
    while now < START + 5 * MINUTE:
        room = Room(shared, now, HORIZON)
        bulk += room.take(POSTS, bulk=True) is not None
        shared |= {pace.method: pace for pace in room.changed()}
        now += timedelta(milliseconds=20)
    assert 170 <= bulk / 5 <= 180
    while now < START + 10 * MINUTE:
        room = Room(shared, now, HORIZON)
        urgent += room.take(POSTS) is not None
        shared |= {pace.method: pace for pace in room.changed()}
        now += timedelta(milliseconds=20)
    assert urgent / 5 >= 230


def test_bulk_posts_do_not_hold_up_what_another_method_does() -> None:
    shared = {**paces(240), "chat.update": Pace("chat.update", START, interval_for(50))}
    room = Room(shared, START, HORIZON)
    while room.take(POSTS, bulk=True):
        pass
    assert room.take("chat.update") == START
    assert room.take("chat.update") is None, "the next slot lies beyond the horizon"


def test_who_is_asked_to_wait_takes_no_slot_until_then() -> None:
    until = START + timedelta(seconds=30)
    shared = {POSTS: Pace(POSTS, START, interval_for(240), blocked_until=until)}
    room = Room(shared, START, HORIZON)
    assert room.take(POSTS) is None
    assert room.opens_at(POSTS) == until
    assert Room(shared, until, HORIZON).take(POSTS) == until


def test_after_unknown_outcomes_in_a_row_one_post_finds_out() -> None:
    now = START + MINUTE
    shared = {POSTS: Pace(POSTS, START, interval_for(240), None, TRIPS_AT, now)}
    assert Room(shared, now - timedelta(seconds=1), HORIZON).take(POSTS) is None
    room = Room(shared, now, HORIZON)
    assert room.take(POSTS) == now
    assert room.take(POSTS) is None
    assert room.opens_at(POSTS) == now + pause_after(TRIPS_AT)


@pytest.mark.parametrize("in_a_row", [0, TRIPS_AT - 1])
def test_a_few_unknown_outcomes_stop_nothing(in_a_row: int) -> None:
    assert pause_after(in_a_row) == timedelta()


def test_the_pause_grows_and_has_an_end() -> None:
    pauses = [pause_after(number) for number in range(TRIPS_AT, TRIPS_AT + 4)]
    assert [pause.total_seconds() for pause in pauses] == [10, 20, 40, 80]
    assert pause_after(10**6) == LONGEST_PAUSE
