"""Socket Mode, spoken with Slack's own client."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox.app import create_sandbox
from tests.sandbox.conftest import CONFIG
from tests.serving import serving
from tests.slack import SlackWorkspace

Json = dict[str, Any]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@contextmanager
def bolt_on(base_url: str, app: App) -> Iterator[None]:
    handler = SocketModeHandler(
        app, "xapp-test", web_client=WebClient(base_url=f"{base_url}/api/", token="xapp-test")
    )
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt ships no types here
    try:
        yield
    finally:
        handler.close()  # type: ignore[no-untyped-call]  # as above


@pytest.fixture
def workspace() -> Iterator[tuple[SlackWorkspace, App, str]]:
    with serving(create_sandbox(CONFIG.with_changes(socket_mode=True))) as base_url:
        slack = SlackWorkspace(base_url)
        client = WebClient(base_url=f"{base_url}/api/", token="xoxb-test")
        app = App(client=client, process_before_response=True)
        yield slack, app, base_url
        slack.close()


def connected(slack: SlackWorkspace) -> bool:
    return bool(slack.ask("GET", "/sandbox/workspace")["sockets"])


def test_commands_dialogs_and_events_go_through_the_socket(
    workspace: tuple[SlackWorkspace, App, str],
) -> None:
    slack, app, base_url = workspace
    heard: list[str] = []

    @app.command("/thing")
    def _command(ack: Any, body: Json, client: WebClient) -> None:
        if body["text"] == "form":
            view = {
                "type": "modal",
                "callback_id": "thing",
                "title": {"type": "plain_text", "text": "Thing"},
                "submit": {"type": "plain_text", "text": "Save"},
                "blocks": [
                    {
                        "type": "input",
                        "block_id": "title",
                        "label": {"type": "plain_text", "text": "Title"},
                        "element": {"type": "plain_text_input", "action_id": "value"},
                    }
                ],
            }
            client.views_open(trigger_id=body["trigger_id"], view=view)
            ack()
        else:
            ack(text="Through the socket")

    @app.view("thing")
    def _view(ack: Any) -> None:
        ack(response_action="errors", errors={"title": "Not this one"})

    @app.event("message")
    def _message(event: Json) -> None:
        heard.append(event["text"])

    with bolt_on(base_url, app):
        until(lambda: connected(slack))
        lena = slack.person("U_LENA")
        assert lena.command("/thing").text == "Through the socket"
        lena.command("/thing form")
        lena.dialog.fill(Title="x").submit()
        assert lena.dialog.errors == {"Title": "Not this one"}
        lena.say("over here", "team")
        slack.settle()
        assert heard == ["over here"]


def test_a_client_reconnects_when_it_is_told_to(
    workspace: tuple[SlackWorkspace, App, str],
) -> None:
    slack, app, base_url = workspace

    @app.command("/thing")
    def _command(ack: Any) -> None:
        ack(text="still here")

    with bolt_on(base_url, app):
        until(lambda: connected(slack))
        slack.steer("sockets/refresh")
        until(lambda: connected(slack))
        lena = slack.person("U_LENA")
        until(lambda: lena.command("/thing").text == "still here")


def test_without_a_socket_and_an_address_the_app_does_not_answer(
    workspace: tuple[SlackWorkspace, App, str],
) -> None:
    slack, _, _ = workspace
    assert "dispatch_failed" in slack.person("U_LENA").command("/thing").text
