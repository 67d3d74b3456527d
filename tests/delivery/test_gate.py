"""When a process calls Slack, and when it waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.gate import Gate
from scheduler.outcomes import Outcome, Verdict
from scheduler.settings import DeliverySettings

POST, UPDATE = "chat.postMessage", "chat.update"


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def gate(watch: Stopwatch) -> Gate:
    return Gate(DeliverySettings(park=timedelta(seconds=60)), watch)


def test_a_rate_limit_holds_back_one_method_alone(gate: Gate, watch: Stopwatch) -> None:
    pause = gate.shut(POST, Outcome(Verdict.SLOW_DOWN, "ratelimited", 7))
    assert pause == timedelta(seconds=7)
    assert not gate.is_open(POST)
    assert gate.is_open(UPDATE)
    watch.seconds += 7
    assert gate.is_open(POST)
    assert gate.reason is None


def test_a_refused_token_holds_back_everything_until_a_call_succeeds(
    gate: Gate, watch: Stopwatch
) -> None:
    gate.shut(POST, Outcome(Verdict.PARKED, "token_revoked"))
    assert not gate.is_open(UPDATE)
    watch.seconds += 60
    assert gate.is_open(POST), "it is tried again"
    assert gate.reason == "token_revoked", "but nobody knows yet whether it helped"
    gate.reached()
    assert gate.reason is None


def test_an_unreachable_slack_is_tried_again_at_growing_intervals(
    gate: Gate, watch: Stopwatch
) -> None:
    unreachable = Outcome(Verdict.UNREACHABLE, "unreachable")
    pauses = []
    for _ in range(8):
        pause = gate.shut(POST, unreachable)
        # A second message in flight at the same moment is not a second failure of Slack.
        assert gate.shut(POST, unreachable) == pause
        pauses.append(pause.total_seconds())
        watch.seconds += pause.total_seconds()
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]
