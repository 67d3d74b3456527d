"""The Web API: what it stores, what it refuses, and with which of Slack's errors."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.clock import Clock
from sandbox.rate_limits import POST, RateLimits
from tests.sandbox.conftest import MANIFEST, Scene

Json = dict[str, Any]
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "In *blocks*"}}]
METADATA = {"event_type": "sent", "event_payload": {"delivery_id": "d1"}}


def post(scene: Scene, **args: Any) -> Json:
    answer = scene.bot.api("chat.postMessage", **{"channel": "C_TEAM", "text": "hi", **args})
    assert answer["ok"], answer
    return answer


def error(scene: Scene, method: str, **args: Any) -> str:
    answer = scene.bot.api(method, **args)
    assert not answer["ok"]
    return str(answer["error"])


def home(title: str = "x") -> Json:
    return {
        "type": "home",
        "blocks": [{"type": "header", "text": {"type": "plain_text", "text": title}}],
    }


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({}, "not_authed"),
        ({"Authorization": "Bearer xoxb-other"}, "invalid_auth"),
        ({"Authorization": "Bearer xapp-test"}, "not_allowed_token_type"),
    ],
)
def test_a_wrong_token_is_refused(scene: Scene, headers: dict[str, str], wanted: str) -> None:
    answer = httpx.post(f"{scene.base_url}/api/auth.test", headers=headers).json()
    assert answer == {"ok": False, "error": wanted}


def test_a_revoked_token_is_refused_and_the_bot_hears_of_it(scene: Scene) -> None:
    scene.slack.steer("uninstall")
    scene.slack.settle()
    assert error(scene, "auth.test") == "token_revoked"
    assert {"tokens_revoked", "app_uninstalled"} <= set(scene.bot.kinds())
    scene.slack.steer("install")
    assert scene.bot.api("auth.test")["user_id"] == "U0BOT"


def test_an_unknown_method_is_refused(scene: Scene) -> None:
    assert error(scene, "chat.shout") == "unknown_method"


def test_json_and_form_are_understood_where_slack_does(scene: Scene) -> None:
    headers = {"Authorization": "Bearer xoxb-test"}
    with httpx.Client(base_url=scene.base_url, headers=headers) as client:
        sent = {"channel": "C_TEAM", "text": "as JSON", "blocks": BLOCKS}
        assert client.post("/api/chat.postMessage", json=sent).json()["ok"]
        read = client.post("/api/conversations.history", json={"channel": "C_TEAM"}).json()
        assert read["error"] == "invalid_arguments"
        assert client.get("/api/conversations.history", params={"channel": "C_TEAM"}).json()["ok"]


def test_missing_scopes_are_named(scene: Scene) -> None:
    scene.slack.steer("manifest", **MANIFEST, oauth_config={"scopes": {"bot": ["chat:write"]}})
    answer = scene.bot.api("users.info", user="U_LENA")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read")
    assert scene.bot.api("chat.postMessage", channel="C_TEAM", text="allowed")["ok"]


def test_a_message_to_a_person_lands_in_the_direct_message(scene: Scene) -> None:
    sent = post(scene, channel="U_LENA", text="for you")
    assert sent["channel"].startswith("D")
    assert scene.lena.last_message().text == "for you"
    assert not scene.jonas.messages()
    assert post(scene, channel="U_LENA")["channel"] == sent["channel"]


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        ({"channel": "C_NONE"}, "channel_not_found"),
        ({"channel": "#team"}, "channel_not_found"),
        ({"channel": "C_QUIET"}, "not_in_channel"),
        ({"channel": "G_SECRET"}, "channel_not_found"),
        ({"channel": "C_OLD"}, "is_archived"),
        ({"channel": "U0BOT"}, "cannot_dm_bot"),
        ({"channel": "U_ELSE"}, "channel_not_found"),
        ({"channel": ""}, "invalid_arguments"),
        ({"text": ""}, "no_text"),
        ({"text": "", "blocks": []}, "no_text"),
        ({"blocks": "not json"}, "invalid_blocks_format"),
        ({"blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"thread_ts": "1.000001"}, "thread_not_found"),
        ({"metadata": "{"}, "invalid_metadata_format"),
        ({"metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
        (
            {"metadata": {"event_type": "x", "event_payload": {"a": "x" * 9000}}},
            "metadata_too_large",
        ),
    ],
)
def test_a_message_that_slack_refuses_is_refused(scene: Scene, args: Json, wanted: str) -> None:
    assert error(scene, "chat.postMessage", **{"channel": "C_TEAM", "text": "hi", **args}) == wanted
    assert not scene.lena.messages("team")


def test_what_is_wrong_with_blocks_is_said_with_its_place(scene: Scene) -> None:
    block = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    answer = scene.bot.api("chat.postMessage", channel="C_TEAM", blocks=[block])
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_too_long_a_text_is_cut_when_posted_and_refused_when_updated(scene: Scene) -> None:
    sent = post(scene, text="x" * 40_001)
    assert len(sent["message"]["text"]) == 40_000
    where = {"channel": "C_TEAM", "ts": sent["ts"]}
    assert error(scene, "chat.update", **where, text="x" * 4_001) == "msg_too_long"


def test_an_update_without_blocks_removes_them_and_keeps_the_metadata(scene: Scene) -> None:
    sent = post(scene, blocks=BLOCKS, metadata=METADATA)
    scene.bot.api("chat.update", channel="C_TEAM", ts=sent["ts"], text="now plain")
    message = scene.lena.last_message("team")
    assert (message.text, message.blocks) == ("now plain", [])
    assert message.content["metadata"] == METADATA


def test_an_update_wants_a_conversation_and_a_message_of_ones_own(scene: Scene) -> None:
    sent = post(scene, channel="U_LENA")
    where = {"channel": "U_LENA", "ts": sent["ts"], "text": "x"}
    assert error(scene, "chat.update", **where) == "channel_not_found"
    said = scene.lena.say("mine", "team")
    where = {"channel": "C_TEAM", "ts": said.ts, "text": "x"}
    assert error(scene, "chat.update", **where) == "cant_update_message"
    assert error(scene, "chat.delete", channel="C_TEAM", ts=said.ts) == "cant_delete_message"
    assert error(scene, "chat.update", **{**where, "ts": "1.1"}) == "message_not_found"


def test_an_ephemeral_message_is_seen_by_one_person_and_cannot_be_edited(scene: Scene) -> None:
    sent = scene.bot.api("chat.postEphemeral", channel="C_TEAM", user="U_LENA", text="psst")
    assert scene.lena.last_message("team").ephemeral
    assert not scene.jonas.messages("team")
    where = {"channel": "C_TEAM", "ts": sent["message_ts"]}
    assert error(scene, "chat.update", **where, text="x") == "message_not_found"
    assert scene.bot.api("conversations.history", channel="C_TEAM")["messages"] == []
    outside = {"channel": "C_TEAM", "user": "U_GONE", "text": "x"}
    assert error(scene, "chat.postEphemeral", **outside) == "user_not_in_channel"


def test_history_is_newest_first_in_pages_and_windows(scene: Scene) -> None:
    sent = [post(scene, text=str(n))["ts"] for n in range(5)]
    first = scene.bot.api("conversations.history", channel="C_TEAM", limit="2")
    assert [m["text"] for m in first["messages"]] == ["4", "3"]
    cursor = first["response_metadata"]["next_cursor"]
    second = scene.bot.api("conversations.history", channel="C_TEAM", limit="2", cursor=cursor)
    assert [m["text"] for m in second["messages"]] == ["2", "1"]
    assert second["has_more"]
    window = {"channel": "C_TEAM", "oldest": sent[1], "latest": sent[3]}
    between = scene.bot.api("conversations.history", **window)
    assert [m["text"] for m in between["messages"]] == ["2"]
    with_edges = scene.bot.api("conversations.history", **window, inclusive="true")
    assert [m["text"] for m in with_edges["messages"]] == ["3", "2", "1"]


def test_history_shows_the_metadata_payload_only_if_asked(scene: Scene) -> None:
    post(scene, metadata=METADATA)
    history = scene.bot.api("conversations.history", channel="C_TEAM")
    assert history["messages"][0]["metadata"] == {"event_type": "sent"}
    all_of_it = {"channel": "C_TEAM", "include_all_metadata": "true"}
    history = scene.bot.api("conversations.history", **all_of_it)
    assert history["messages"][0]["metadata"] == METADATA


def test_a_thread_is_read_from_parent_to_last_reply_and_stays_out_of_history(scene: Scene) -> None:
    parent = post(scene, text="parent")["ts"]
    post(scene, text="bot reply", thread_ts=parent)
    scene.lena.say("person reply", "team", thread_ts=parent)
    thread = scene.bot.api("conversations.replies", channel="C_TEAM", ts=parent)["messages"]
    assert [m["text"] for m in thread] == ["parent", "bot reply", "person reply"]
    assert thread[0]["reply_count"] == 2
    history = scene.bot.api("conversations.history", channel="C_TEAM")["messages"]
    assert [m["text"] for m in history] == ["parent"]
    answer = scene.bot.api(
        "chat.postMessage", channel="C_TEAM", text="x", thread_ts=thread[1]["ts"]
    )
    assert answer["error"] == "cannot_reply_to_message"


def test_a_deleted_parent_leaves_a_tombstone(scene: Scene) -> None:
    parent = post(scene)["ts"]
    post(scene, thread_ts=parent)
    scene.bot.api("chat.delete", channel="C_TEAM", ts=parent)
    history = scene.bot.api("conversations.history", channel="C_TEAM")["messages"]
    assert history[0]["subtype"] == "tombstone"
    assert history[0]["user"] == "USLACKBOT"


def test_what_is_not_the_bots_to_read_is_not_found(scene: Scene) -> None:
    assert error(scene, "conversations.history", channel="C_QUIET") == "not_in_channel"
    assert error(scene, "conversations.history", channel="G_SECRET") == "channel_not_found"
    assert error(scene, "conversations.info", channel="G_SECRET") == "channel_not_found"
    assert scene.bot.api("conversations.info", channel="C_QUIET")["channel"]["is_member"] is False


def test_opening_conversations_checks_everyone(scene: Scene) -> None:
    opened = scene.bot.api("conversations.open", users="U_LENA")["channel"]["id"]
    assert scene.bot.api("conversations.open", users="U_LENA")["channel"]["id"] == opened
    group = scene.bot.api("conversations.open", users="U_LENA,U_JONAS", return_im="true")
    assert group["channel"]["is_mpim"]
    assert error(scene, "conversations.open", users="") == "users_list_not_supplied"
    assert error(scene, "conversations.open", users="U_GONE") == "user_disabled"
    assert error(scene, "conversations.open", users="U_NOBODY") == "user_not_found"
    members = scene.bot.api("conversations.members", channel=opened)["members"]
    assert set(members) == {"U_LENA", "U0BOT"}


def test_people_are_shown_as_slack_shows_them(scene: Scene) -> None:
    lena = scene.bot.api("users.info", user="U_LENA", include_locale="true")["user"]
    assert (lena["tz"], lena["locale"]) == ("Europe/Berlin", "de-DE")
    assert lena["tz_offset"] in (3600, 7200)
    assert lena["profile"]["email"] == "lena@example.com"
    gone = scene.bot.api("users.info", user="U_GONE")["user"]
    assert gone["deleted"]
    assert "tz" not in gone
    stranger = scene.bot.api("users.info", user="U_ELSE", include_locale="true")["user"]
    assert (stranger["team_id"], stranger["is_stranger"]) == ("T_OTHER", True)
    assert "locale" not in stranger
    found = scene.bot.api("users.lookupByEmail", email="LENA@example.com")
    assert found["user"]["id"] == "U_LENA"
    assert error(scene, "users.lookupByEmail", email="no@example.com") == "users_not_found"


def test_people_are_listed_in_pages(scene: Scene) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = scene.bot.api("users.list", limit="2", cursor=cursor)
        seen += [user["id"] for user in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert seen == ["U0BOT", "U_LENA", "U_JONAS", "U_GONE", "U_ELSE"]


def test_a_home_is_published_and_guarded_by_its_hash(scene: Scene) -> None:
    first = scene.bot.api("views.publish", user_id="U_LENA", view=home("one"))["view"]
    second = scene.bot.api("views.publish", user_id="U_LENA", view=home("two"), hash=first["hash"])
    assert second["view"]["id"] == first["id"]
    stale = {"user_id": "U_LENA", "view": home("three"), "hash": first["hash"]}
    assert error(scene, "views.publish", **stale) == "hash_conflict"
    assert scene.lena.home().text == "two"
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}
    assert error(scene, "views.publish", user_id="U_LENA", view=modal) == "invalid_arguments"


def test_a_view_above_250_kilobytes_is_too_large(scene: Scene) -> None:
    section = {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2000}] * 2}
    big = {"type": "home", "blocks": [section] * 100}
    assert error(scene, "views.publish", user_id="U_LENA", view=big) == "view_too_large"


def test_a_file_is_uploaded_in_three_steps_and_downloaded_with_the_token(scene: Scene) -> None:
    content = b"\x89PNG not really"
    where = scene.bot.api("files.getUploadURLExternal", filename="a.png", length=str(len(content)))
    assert httpx.post(where["upload_url"], content=content[:-1]).status_code == 400
    assert httpx.post(where["upload_url"], content=content).is_success
    shared = scene.bot.api(
        "files.completeUploadExternal",
        files=[{"id": where["file_id"], "title": "Chart"}],
        channel_id="C_TEAM",
        initial_comment="See",
    )
    message = scene.lena.last_message("team")
    assert (message.text, message.content["files"][0]["title"]) == ("See", "Chart")
    address = shared["files"][0]["url_private"]
    headers = {"Authorization": "Bearer xoxb-test"}
    assert httpx.get(address, headers=headers).content == content
    assert b"Sign in" in httpx.get(address).content


def test_limits_are_answered_with_429_and_whole_seconds(scene: Scene) -> None:
    scene.slack.steer("rate_limits", on=True, posts_per_minute=4)
    headers = {"Authorization": "Bearer xoxb-test"}
    data = {"channel": "C_TEAM", "text": "x"}
    address = f"{scene.base_url}/api/chat.postMessage"
    answers = [httpx.post(address, data=data, headers=headers) for _ in range(6)]
    scene.slack.steer("rate_limits", on=False)
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert answers[-1].headers["retry-after"].isdigit()
    assert answers[-1].json() == {"ok": False, "error": "ratelimited"}


def test_of_one_channel_four_posts_are_taken_at_once_and_then_one_a_second() -> None:
    clock = StandingClock()
    limits = RateLimits(clock, 300, on=True)
    assert [limits.wait_for(POST, "C_TEAM") for _ in range(6)] == [0, 0, 0, 0, 1, 1]
    assert limits.wait_for(POST, "C_QUIET") == 0
    clock.at += 1
    assert [limits.wait_for(POST, "C_TEAM") for _ in range(2)] == [0, 1]


class StandingClock(Clock):
    def __init__(self) -> None:
        super().__init__()
        self.at = 1_800_000_000.0

    def now(self) -> float:
        return self.at


def test_a_link_is_given_for_what_the_bot_can_see(scene: Scene) -> None:
    jonas = scene.slack.person("Jonas")
    said = scene.slack.person("Lena").say("look", "quiet")
    secret = jonas.say("hidden", "secret")

    def link(channel: str, ts: str) -> dict[str, str]:
        return {"channel": channel, "message_ts": ts}

    method = "chat.getPermalink"
    seen = scene.bot.api(method, **link("C_QUIET", said.ts))
    assert seen["permalink"].endswith(f"/archives/C_QUIET/p{said.ts.replace('.', '')}")
    wrong = {
        "channel_not_found": [link("C_NONE", said.ts), link("G_SECRET", secret.ts)],
        "message_not_found": [link("C_QUIET", "1.000001")],
    }
    for code, cases in wrong.items():
        assert [scene.bot.api(method, **case)["error"] for case in cases] == [code] * len(cases)
