"""Requests as Slack makes them, signed, from people picked at random."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

from benchmarks.organisation import HOME, slack_user
from domain.goal_kinds import GoalKind
from domain.people import Level
from domain.policy import Policy
from messages.form_state import FormState
from messages.goal_forms import NEW_GOAL, new_goal_view
from messages.reading import Reader

SIGNING_SECRET = "a-signing-secret-for-benchmarks"  # noqa: S105 - it keeps no secret


@dataclass(frozen=True, slots=True)
class Requests:
    """`make` gives the next request, all of its bytes; every right answer's body has `answer`."""

    make: Callable[[], bytes]
    answer: bytes


def post(body: str) -> bytes:
    """An HTTP request with this form, signed now."""
    content, stamp = body.encode(), str(int(time.time()))
    signed = f"v0:{stamp}:".encode() + content
    signature = hmac.new(SIGNING_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    return (
        "POST /slack/events HTTP/1.1\r\n"
        "Host: accord.example\r\n"
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
        "Accept: application/json,*/*\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(content)}\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\n"
        f"X-Slack-Signature: v0={signature}\r\n"
        "\r\n"
    ).encode() + content


def goal_command(people: int, seed: int = 1) -> Requests:
    """`/goal` with no words, by anybody."""
    anybody = random.Random(seed)

    def make() -> bytes:
        user = slack_user(anybody.randint(1, people))
        return post(
            urlencode(
                {
                    "token": "gIkuvaNzQIHg97ATvDxqgjtO",
                    "team_id": HOME.team,
                    "team_domain": "company",
                    "channel_id": "D0BENCH",
                    "channel_name": "directmessage",
                    "user_id": user,
                    "user_name": "somebody",
                    "command": "/goal",
                    "text": "",
                    "api_app_id": "A0BENCH",
                    "is_enterprise_install": "false",
                    "response_url": "https://hooks.slack.com/commands/T0BENCH/1/abc",
                    "trigger_id": f"1.2.{secrets.token_hex(16)}",
                }
            )
        )

    return Requests(make, b"Your goals")


def ignored(requests: Requests) -> Requests:
    """The same, sent to somebody who does nothing about it."""
    return replace(requests, answer=b"")


def mixed(usual: Requests, now_and_then: Requests, one_in: int) -> Requests:
    """Both kinds in turn: each so many-th is of the second. Of an answer only its form is known."""
    turn = count(1)

    def make() -> bytes:
        return (now_and_then if next(turn) % one_in == 0 else usual).make()

    return Requests(make, b"{")


def goal_submission(people: int, today: date, seed: int = 2) -> Requests:
    """*New goal*, filled in and sent, by anybody but the first person, who has no manager."""
    anybody = random.Random(seed)
    token, user = "t" * 22, "U" + "0" * 9
    state = FormState.new(NEW_GOAL.name).model_copy(update={"token": token})
    body = urlencode({"payload": json.dumps(_submission(state, user, today))})
    assert body.count(token) == 1 and body.count(user) == 1  # noqa: S101, PT018 - what is replaced below

    def make() -> bytes:
        mine = body.replace(token, secrets.token_urlsafe(16)[:22])
        return post(mine.replace(user, slack_user(anybody.randint(2, people))))

    return Requests(make, b'{"response_action": "clear"}')


def _submission(state: FormState, user: str, today: date) -> dict[str, Any]:
    reader = Reader.of_nobody(datetime.combine(today, datetime.min.time()))
    view = new_goal_view(
        reader, state, {}, Policy().quality_of(Level.INDIVIDUAL), tuple(GoalKind)
    ).payload()
    typed = {
        "title": {"type": "plain_text_input", "value": "Answers within half a day"},
        "metric": {"type": "plain_text_input", "value": "Median hours to the first answer"},
        "target": {"type": "plain_text_input", "value": "4.5 h"},
        "due_date": {
            "type": "datepicker",
            "selected_date": (today + timedelta(days=90)).isoformat(),
        },
    }
    return {
        "type": "view_submission",
        "team": {"id": HOME.team, "domain": "company"},
        "user": {"id": user, "username": "somebody", "name": "somebody", "team_id": HOME.team},
        "api_app_id": "A0BENCH",
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "trigger_id": "1.2.abc",
        "view": {
            "id": "V0BENCH",
            "team_id": HOME.team,
            **view,
            "state": {
                "values": {
                    NEW_GOAL.block(name): {NEW_GOAL.action(name): value}
                    for name, value in typed.items()
                }
            },
            "hash": "156772938.1827394",
            "previous_view_id": None,
            "root_view_id": "V0BENCH",
            "app_id": "A0BENCH",
            "bot_id": HOME.bot,
        },
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }
