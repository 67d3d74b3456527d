"""Only Slack gets in: signatures and their age, and ssl_check and url_verification beside them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.slack_route import SlackRoute
from tests.edge.door import FORM, JSON, Door, command, signature

BODY = urlencode(command()).encode()

# The example in Slack's documentation.
KNOWN_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
KNOWN_STAMP = "1531420618"
KNOWN_BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
    b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
    b"&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
    b"%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121."
    b"803a0bc887a14d10d2c447fce8b6703c"
)
KNOWN_SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def headers(stamp: str, signed: str) -> dict[str, str]:
    return {
        "content-type": FORM,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signed,
    }


def now(shift: float = 0) -> str:
    return str(int(time.time() + shift))


def test_a_rightly_signed_command_is_answered(door: Door) -> None:
    answer = door.send(BODY)
    assert answer.status_code == 200
    assert "/goal" in answer.text


@pytest.mark.parametrize("shift", [-290, 290])
def test_a_clock_that_is_some_minutes_off_does_no_harm(door: Door, shift: float) -> None:
    assert door.send(BODY, timestamp=now(shift)).status_code == 200


@pytest.mark.parametrize("shift", [-310, 310, -86_400 * 365])
def test_a_stale_request_and_one_from_the_future_are_refused(door: Door, shift: float) -> None:
    assert door.send(BODY, timestamp=now(shift)).status_code == 401


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        "yesterday",
        "1.5e9",
        "-1",
        "0x10",
        "\u0661\u0662",
        " ",
        "9" * 13,
        "9" * 5000,
        "NaN",
        "+1",
    ],
)
def test_a_timestamp_that_is_no_number_is_refused(door: Door, stamp: str) -> None:
    signed = signature(door.secret, stamp, BODY)
    sent = {k.encode(): v.encode() for k, v in headers(stamp, signed).items()}
    assert door.knock(BODY, sent).status_code == 401


@pytest.mark.parametrize(
    "signed",
    [
        "",
        "v0=",
        "v0=" + "0" * 64,
        "v1=" + "0" * 64,
        "\u00e9" * 67,
        signature("not the secret", now(), BODY),
        signature("", now(), BODY),
    ],
    # Names of their own: what is signed anew in each process would differ between them.
    ids=["none", "no digest", "zeros", "unknown version", "no ascii", "other secret", "no secret"],
)
def test_a_wrong_signature_is_refused(door: Door, signed: str) -> None:
    sent = {k.encode(): v.encode() for k, v in headers(now(), signed).items()}
    assert door.knock(BODY, sent).status_code == 401


def test_the_signature_covers_body_and_timestamp(door: Door) -> None:
    stamp = now()
    signed = signature(door.secret, stamp, BODY)
    assert door.knock(BODY, headers(stamp, signed)).status_code == 200
    assert door.knock(BODY + b"&x=1", headers(stamp, signed)).status_code == 401
    assert door.knock(BODY, headers(str(int(stamp) - 1), signed)).status_code == 401
    assert door.knock(BODY, headers(stamp, signed.upper())).status_code == 401
    assert door.knock(BODY, headers(stamp, signed[:-1])).status_code == 401


@pytest.mark.parametrize("missing", ["x-slack-signature", "x-slack-request-timestamp"])
def test_without_signature_or_timestamp_nobody_gets_in(door: Door, missing: str) -> None:
    stamp = now()
    sent = headers(stamp, signature(door.secret, stamp, BODY))
    del sent[missing]
    assert door.knock(BODY, sent).status_code == 401


def test_an_unsigned_ssl_check_is_refused_like_everything_unsigned(door: Door) -> None:
    body = b"ssl_check=1&token=xyz"
    assert door.knock(body, {"content-type": FORM}).status_code == 401


def test_a_signed_url_verification_is_answered_with_its_challenge(door: Door) -> None:
    body = {"type": "url_verification", "token": "t", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY"}
    answer = door.send(json.dumps(body), JSON)
    assert answer.status_code == 200
    assert answer.json()["challenge"] == body["challenge"]
    assert door.knock(json.dumps(body).encode(), {"content-type": JSON}).status_code == 401


def test_slacks_own_example_of_a_signature_is_accepted() -> None:
    assert signature(KNOWN_SECRET, KNOWN_STAMP, KNOWN_BODY) == KNOWN_SIGNATURE
    app = App(
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None),
        process_before_response=True,
        request_verification_enabled=False,
    )

    @app.command("/webhook-collect")
    def collect(ack: object) -> None:
        assert callable(ack)
        ack("collected")

    then = datetime.fromtimestamp(int(KNOWN_STAMP), UTC)
    route = SlackRoute(app, KNOWN_SECRET, lambda: then, threads=1)
    door = Door(route, KNOWN_SECRET)
    answer = door.knock(KNOWN_BODY, headers(KNOWN_STAMP, KNOWN_SIGNATURE))
    assert (answer.status_code, answer.text) == (200, "collected")
    door.close()
    route.close()


def test_without_a_signing_secret_the_bot_does_not_start() -> None:
    app = App(
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None),
        request_verification_enabled=False,
    )
    with pytest.raises(ValueError, match="signing secret"):
        SlackRoute(app, "", lambda: datetime.now(UTC), threads=1)
