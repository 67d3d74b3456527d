"""A workspace can begin with a past: people read it, and the bot is told nothing of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sandbox.app import create_sandbox
from tests.sandbox.bot import Bot
from tests.sandbox.conftest import CONFIG, Scene
from tests.serving import serving
from tests.slack import Json, Refused, SlackWorkspace

QUESTION, REPLY, LATER = "1700000000.000100", "1700000600.000200", "1700090000.000300"
BLOCK = {"type": "section", "text": {"type": "mrkdwn", "text": "*What shall we keep?*"}}


def said(ts: str, user: str = "U_LENA", channel: str = "C_TEAM", **more: object) -> Json:
    return {"channel": channel, "ts": ts, "user": user, "text": f"said at {ts}", **more}


def test_people_read_what_was_written_in_the_order_of_its_time(scene: Scene) -> None:
    asked = said(QUESTION, "U0BOT", blocks=[BLOCK])
    replied = said(REPLY, "U_JONAS", thread_ts=QUESTION)
    scene.jonas.say("today", "team")
    scene.slack.steer("past", messages=[said(LATER), replied, asked])
    first, second, today = scene.lena.messages("team")
    assert first.text == "What shall we keep?"
    assert [reply.text for reply in first.replies] == [f"said at {REPLY}"]
    assert (second.text, today.text) == (f"said at {LATER}", "today")


def test_the_bot_hears_nothing_of_it_and_may_change_its_own(scene: Scene) -> None:
    scene.slack.steer("past", messages=[said(QUESTION, "U0BOT"), said(LATER)])
    scene.slack.settle()
    assert scene.bot.got == []
    changed = scene.bot.api("chat.update", channel="C_TEAM", ts=QUESTION, text="closed")
    assert changed["ok"]
    assert scene.lena.messages("team")[0].text == "closed"


def test_a_direct_message_has_the_id_that_the_bot_knows(scene: Scene) -> None:
    scene.slack.steer(
        "past",
        directs=[{"id": "D_LENA", "user": "U_LENA"}],
        messages=[said(QUESTION, "U0BOT", "D_LENA"), said(LATER, "U0BOT", "D_LENA")],
        read=[{"channel": "D_LENA", "user": "U_LENA", "ts": QUESTION}],
    )
    posted = scene.bot.api("chat.postMessage", channel="U_LENA", text="new")
    assert posted["channel"] == "D_LENA"
    assert posted["ts"] > LATER
    listed = scene.slack.ask("GET", "/sandbox/as/U_LENA/conversations")["conversations"]
    [direct] = [each for each in listed if each["id"] == "D_LENA"]
    assert (direct["kind"], direct["unread"]) == ("app", 2)


def test_who_has_read_the_past_has_read_its_threads(scene: Scene) -> None:
    asked = said(QUESTION, "U_LENA")
    read = [{"channel": "C_TEAM", "user": "U_LENA", "ts": REPLY}]
    scene.slack.steer(
        "past", messages=[asked, said(REPLY, "U_JONAS", thread_ts=QUESTION)], read=read
    )
    (thread,) = scene.lena.read("threads")["threads"]
    assert thread["unread"] == 0
    scene.jonas.say("And this", "team", thread_ts=QUESTION)
    assert scene.lena.read("threads")["threads"][0]["unread"] == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"user": "U_NOBODY"}, "user_not_found"),
        ({"channel": "C_NOWHERE"}, "channel_not_found"),
        ({"thread_ts": "1600000000.000100"}, "thread_not_found"),
        ({"ts": f"{int(time.time()) + 3600}.000100"}, "invalid_ts_latest"),
        ({"blocks": [{"type": "poem"}]}, "invalid_blocks"),
        ({"ts": "yesterday"}, "ts"),
    ],
)
def test_what_slack_would_refuse_is_refused_with_all_the_rest(
    scene: Scene, wrong: Json, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        scene.slack.steer("past", messages=[said(QUESTION), {**said(LATER), **wrong}])
    assert scene.lena.messages("team") == []


def test_it_is_still_there_after_a_restart(tmp_path: Path) -> None:
    config = CONFIG.with_changes(state_path=tmp_path / "workspace.db")
    bot = Bot(config.signing_secret, config.bot_token)
    for start in range(2):
        with serving(create_sandbox(config)) as base_url:
            bot.base_url = base_url
            slack = SlackWorkspace(base_url)
            if start == 0:
                directs = [{"id": "D_LENA", "user": "U_LENA"}]
                messages = [said(QUESTION, "U0BOT", "D_LENA"), said(REPLY)]
                slack.steer("past", directs=directs, messages=messages)
            lena = slack.person("U_LENA")
            assert [message.text for message in lena.messages("team")] == [f"said at {REPLY}"]
            assert [message.text for message in lena.messages()] == [f"said at {QUESTION}"]
            slack.close()
