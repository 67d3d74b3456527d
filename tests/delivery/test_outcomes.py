"""What an answer of Slack, or its absence, says about a message. Over real sockets."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from scheduler.outcomes import Outcome, Verdict, judge
from scheduler.slack import open_slack
from tests.delivery.raw_server import CUT_SHORT, DROPPED, answer, raw_server

pytestmark = [
    pytest.mark.usefixtures("broken_answers"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


def outcome_at(url: str, http_timeout: float = 5) -> Outcome:
    slack = open_slack("xoxb-1", url, timedelta(seconds=http_timeout))
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any exception is to be judged
        slack.api_call("chat.postMessage", json={"channel": "C1", "text": "hello"})
    assert isinstance(caught.value, Exception)
    return judge(caught.value)


def refusal(code: str) -> bytes:
    return answer(200, {"ok": False, "error": code})


@pytest.mark.parametrize(
    ("reply", "verdict", "code"),
    [
        (refusal("channel_not_found"), Verdict.REFUSED, "channel_not_found"),
        (refusal("invalid_blocks"), Verdict.REFUSED, "invalid_blocks"),
        (refusal("token_revoked"), Verdict.PARKED, "token_revoked"),
        (answer(401, {"ok": False, "error": "invalid_auth"}), Verdict.PARKED, "invalid_auth"),
        (refusal("message_not_found"), Verdict.GONE, "message_not_found"),
        (refusal("internal_error"), Verdict.UNCERTAIN, "internal_error"),
        (refusal("fatal_error"), Verdict.UNCERTAIN, "fatal_error"),
        (refusal("an_error_of_tomorrow"), Verdict.UNCERTAIN, "an_error_of_tomorrow"),
        (answer(200, "<html>welcome</html>"), Verdict.UNCERTAIN, "unreadable_answer"),
        (answer(200, ""), Verdict.UNCERTAIN, "unreadable_answer"),
        (answer(503, "busy"), Verdict.UNCERTAIN, "http_503"),
        (answer(500, {"ok": False, "error": "channel_not_found"}), Verdict.UNCERTAIN, "http_500"),
        (answer(407, "who are you"), Verdict.UNREACHABLE, "http_407"),
        (DROPPED, Verdict.UNCERTAIN, "no_answer"),
        (CUT_SHORT, Verdict.UNCERTAIN, "no_answer"),
    ],
)
def test_an_answer_is_judged(reply: bytes, verdict: Verdict, code: str) -> None:
    with raw_server(reply) as url:
        assert outcome_at(url) == Outcome(verdict, code)


def test_a_rate_limit_says_when_to_come_back() -> None:
    with raw_server(answer(429, {"ok": False, "error": "ratelimited"}, Retry_After="7")) as url:
        assert outcome_at(url) == Outcome(Verdict.SLOW_DOWN, "ratelimited", 7)


def test_a_rate_limit_without_a_time_gets_one() -> None:
    with raw_server(answer(429, "")) as url:
        assert outcome_at(url).retry_after == 30


def test_a_reset_connection_leaves_a_doubt() -> None:
    with raw_server(DROPPED, reset=True) as url:
        assert outcome_at(url).verdict is Verdict.UNCERTAIN


def test_silence_leaves_a_doubt() -> None:
    with raw_server(None) as url:
        assert outcome_at(url, http_timeout=0.05) == Outcome(Verdict.UNCERTAIN, "no_answer")


def test_a_refused_connection_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert outcome_at(f"http://127.0.0.1:{port}/api/").verdict is Verdict.UNREACHABLE


def test_an_unknown_host_sent_nothing() -> None:
    assert outcome_at("http://slack.invalid/api/").verdict is Verdict.UNREACHABLE


def test_a_failed_tls_handshake_sent_nothing() -> None:
    with raw_server(answer(400, "this is not TLS")) as url:
        assert outcome_at(url.replace("http:", "https:")).verdict is Verdict.UNREACHABLE
