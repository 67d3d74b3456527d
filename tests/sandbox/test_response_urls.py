"""response_url: five answers in half an hour."""

from __future__ import annotations

from typing import Any

import httpx

from tests.sandbox.conftest import Scene

Json = dict[str, Any]
BUTTON: Json = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    ],
}


def url_of_command(scene: Scene) -> str:
    scene.lena.command("/thing", "team")
    return str(scene.bot.last("command")["response_url"])


def url_of_press(scene: Scene, channel: str = "C_TEAM") -> str:
    scene.bot.api("chat.postMessage", channel=channel, text="Look", blocks=[BUTTON])
    scene.lena.last_message("team").press("Go")
    return str(scene.bot.last("block_actions")["response_url"])


def test_an_answer_is_for_the_person_unless_in_channel(scene: Scene) -> None:
    url = url_of_command(scene)
    answer = httpx.post(url, json={"text": "later"})
    assert (answer.status_code, answer.text) == (200, "ok")
    assert scene.lena.last_message("team").ephemeral
    httpx.post(url, json={"text": "for all", "response_type": "in_channel"})
    assert scene.jonas.last_message("team").text == "for all"


def test_there_are_five_uses(scene: Scene) -> None:
    url = url_of_command(scene)
    answers = [httpx.post(url, json={"text": "x"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[-1].json()["error"] == "used_url"


def test_there_is_half_an_hour(scene: Scene) -> None:
    url = url_of_command(scene)
    scene.slack.wait(30 * 60 + 1)
    assert httpx.post(url, json={"text": "x"}).json()["error"] == "expired_url"


def test_the_pressed_message_can_be_replaced_or_deleted(scene: Scene) -> None:
    url = url_of_press(scene)
    httpx.post(url, json={"text": "Accepted", "replace_original": True})
    message = scene.jonas.last_message("team")
    assert (message.text, message.buttons) == ("Accepted", [])
    httpx.post(url, json={"delete_original": True})
    assert scene.jonas.messages("team") == []


def test_an_ephemeral_message_can_be_replaced(scene: Scene) -> None:
    sent = {"channel": "C_TEAM", "user": "U_LENA", "text": "Sure?", "blocks": [BUTTON]}
    scene.bot.api("chat.postEphemeral", **sent)
    scene.lena.last_message("team").press("Go")
    payload = scene.bot.last("block_actions")
    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload
    httpx.post(payload["response_url"], json={"text": "Done", "replace_original": True})
    (message,) = scene.lena.messages("team")
    assert (message.text, message.ephemeral) == ("Done", True)


def test_what_slack_would_refuse_is_refused(scene: Scene) -> None:
    url = url_of_command(scene)
    assert httpx.post(url, json={"blocks": [{"type": "header"}]}).text == "invalid_blocks"
    assert httpx.post(url, json={"text": ""}).text == "no_text"
    assert httpx.post(url, content=b"{").text == "invalid_payload"
    assert httpx.post(f"{scene.base_url}/respond/nonsense", json={"text": "x"}).status_code == 404
