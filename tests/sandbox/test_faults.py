"""Faults on demand, both ways."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.sandbox.conftest import Scene


def post(scene: Scene) -> httpx.Response:
    return httpx.post(
        f"{scene.base_url}/api/chat.postMessage",
        data={"channel": "C_TEAM", "text": "x"},
        headers={"Authorization": "Bearer xoxb-test"},
        timeout=2,
    )


@pytest.mark.parametrize(("kind", "stored"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_answers_nothing(scene: Scene, kind: str, stored: int) -> None:
    scene.slack.fault(kind, method="chat.postMessage", times=1)
    with pytest.raises(httpx.TransportError):
        post(scene)
    assert len(scene.lena.messages("team")) == stored
    assert post(scene).json()["ok"]


@pytest.mark.parametrize(("kind", "stored"), [("status_before", 0), ("status_after", 1)])
def test_a_server_error_may_come_before_or_after_storing(
    scene: Scene, kind: str, stored: int
) -> None:
    scene.slack.fault(kind, method="chat.postMessage", status=503)
    assert post(scene).status_code == 503
    assert len(scene.lena.messages("team")) == stored


@pytest.mark.parametrize("error", ["internal_error", "fatal_error"])
def test_an_internal_error_may_have_stored_the_message(scene: Scene, error: str) -> None:
    scene.slack.fault("error_after", method="chat.postMessage", error=error)
    assert post(scene).json() == {"ok": False, "error": error}
    assert scene.lena.sees("x", "team")


def test_a_limit_can_be_made_up(scene: Scene) -> None:
    scene.slack.fault("rate_limited", method="chat.postMessage", seconds=7)
    answer = post(scene)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


def test_an_answer_can_be_late(scene: Scene) -> None:
    scene.slack.fault("delay", method="chat.postMessage", seconds=0.05)
    started = time.perf_counter()
    assert post(scene).json()["ok"]
    assert time.perf_counter() - started > 0.05


def test_history_can_lag(scene: Scene) -> None:
    scene.slack.fault("slow_history", seconds=20)
    post(scene)
    assert scene.bot.api("conversations.history", channel="C_TEAM")["messages"] == []
    scene.slack.wait(21)
    assert scene.bot.api("conversations.history", channel="C_TEAM")["messages"]


def test_a_fault_strikes_where_it_is_told_and_as_often(scene: Scene) -> None:
    scene.slack.fault("error_before", method="chat.postMessage", channel="C_OLD")
    scene.slack.fault("error_before", method="chat.update", times=2)
    assert post(scene).json()["ok"]
    where = {"channel": "C_TEAM", "ts": "1.1", "text": "x"}
    wrong = [scene.bot.api("chat.update", **where)["error"] for _ in range(3)]
    assert wrong == ["internal_error", "internal_error", "message_not_found"]
    assert len(scene.slack.ask("GET", "/sandbox/faults")["faults"]) == 1
    scene.slack.clear_faults()
    assert scene.slack.ask("GET", "/sandbox/faults")["faults"] == []


def test_a_request_to_the_bot_can_come_twice(scene: Scene) -> None:
    scene.slack.fault("duplicate", method="command", times=1)
    scene.lena.command("/thing")
    first, second = (payload for kind, payload in scene.bot.got if kind == "command")
    assert first == second


@pytest.mark.parametrize("kind", ["wrong_signature", "lose"])
def test_a_request_that_the_bot_refuses_or_never_gets_shows_an_error(
    scene: Scene, kind: str
) -> None:
    scene.slack.fault(kind, method="command", times=1)
    assert "dispatch_failed" in scene.lena.command("/thing").text
    assert "command" not in scene.bot.kinds()


def test_an_old_timestamp_is_signed_as_such(scene: Scene) -> None:
    scene.slack.fault("old_timestamp", method="command", seconds=600)
    scene.lena.command("/thing")
    sent = int(scene.bot.headers[-1]["x-slack-request-timestamp"])
    assert time.time() - sent > 590


def test_a_lost_event_is_not_tried_again(scene: Scene) -> None:
    scene.slack.fault("lose", method="event", times=1)
    scene.lena.say("lost", "team")
    scene.lena.say("heard", "team")
    scene.slack.settle()
    heard = [payload["event"]["text"] for kind, payload in scene.bot.got if kind == "message"]
    assert heard == ["heard"]


def test_raw_requests_reach_the_bot_byte_by_byte(scene: Scene) -> None:
    body = "command=%2Fthing"
    assert scene.slack.raw(body)["status"] == 200
    assert scene.slack.raw(body, sign="wrong")["status"] == 401
