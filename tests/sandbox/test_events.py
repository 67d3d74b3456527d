"""The Events API: only what was asked for, with Slack's retries."""

from __future__ import annotations

from typing import Any

from tests.sandbox.conftest import MANIFEST, Scene

Json = dict[str, Any]


def heard(scene: Scene, kind: str) -> list[Json]:
    scene.slack.settle()
    return [payload["event"] for name, payload in scene.bot.got if name == kind]


def test_the_bot_hears_what_is_said_where_it_is_a_member(scene: Scene) -> None:
    scene.lena.say("Hello @Jonas, a < b & c", "team")
    scene.lena.say("not for the bot", "quiet")
    (event,) = heard(scene, "message")
    assert event["text"] == "Hello <@U_JONAS>, a &lt; b &amp; c"
    assert (event["channel"], event["channel_type"]) == ("C_TEAM", "channel")


def test_a_person_cannot_type_a_token(scene: Scene) -> None:
    assert scene.lena.say("<!channel> <@U_JONAS>", "team").content["text"] == (
        "&lt;!channel&gt; &lt;@U_JONAS&gt;"
    )


def test_edits_and_deletions_are_told_with_what_was_there_before(scene: Scene) -> None:
    said = scene.lena.say("first", "team")
    scene.lena.edit(said, "second")
    scene.lena.delete(said)
    _, changed, deleted = heard(scene, "message")
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["text"] == "second"
    assert changed["previous_message"]["text"] == "first"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", said.ts)


def test_a_mention_is_its_own_event(scene: Scene) -> None:
    scene.lena.say("@Testbot help", "team")
    (event,) = heard(scene, "app_mention")
    assert event["text"] == "<@U0BOT> help"


def test_opening_the_home_is_told_with_the_current_view(scene: Scene) -> None:
    scene.lena.home()
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    published = scene.bot.api("views.publish", user_id="U_LENA", view=view)["view"]
    scene.lena.home()
    first, second = heard(scene, "app_home_opened")
    assert "view" not in first
    assert second["view"]["hash"] == published["hash"]


def test_people_who_join_or_change_are_told(scene: Scene) -> None:
    scene.slack.steer("people", id="U_NEW", name="new", real_name="New Person")
    scene.slack.steer("people", id="U_NEW", tz="Asia/Tokyo")
    scene.slack.steer("members", channel="C_TEAM", add=["U_NEW"])
    assert heard(scene, "team_join")[0]["user"]["real_name"] == "New Person"
    assert heard(scene, "user_change")[0]["user"]["tz_offset"] == 9 * 3600
    assert heard(scene, "member_joined_channel")[0]["user"] == "U_NEW"
    scene.slack.steer("members", channel="C_TEAM", remove=["U_NEW"])


def test_what_was_not_subscribed_to_is_not_sent(scene: Scene) -> None:
    scene.slack.steer("manifest", **{**MANIFEST, "settings": {}})
    scene.lena.say("hello", "team")
    scene.slack.settle()
    assert scene.bot.got == []


def test_a_failing_event_comes_again_three_times_with_its_reason(scene: Scene) -> None:
    scene.bot.on["message"] = lambda _: 500
    scene.lena.say("hello", "team")
    assert len(heard(scene, "message")) == 4
    ids = {payload["event_id"] for kind, payload in scene.bot.got if kind == "message"}
    assert len(ids) == 1
    retries = [headers.get("x-slack-retry-num") for headers in scene.bot.headers]
    assert retries == [None, "1", "2", "3"]
    assert scene.bot.headers[-1]["x-slack-retry-reason"] == "http_error"


def test_the_address_of_the_bot_is_verified_with_a_challenge(scene: Scene) -> None:
    url = scene.slack.steer("request_url", url=scene.bot_url, verify=True)
    assert url == {"verified": True}
