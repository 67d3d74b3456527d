"""The manifest: within Slack's limits, and nothing in it that the bot does not answer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.manifest import manifest
from tests.edge.conftest import Entrance

WITH_URL = manifest("https://accord.example")
COMMANDS = WITH_URL["features"]["slash_commands"]
SHORTCUTS = WITH_URL["features"]["shortcuts"]

# Which scope stands for what, by Slack's documentation; each is there because something uses it.
NEEDED = {
    "channels:history": "replies to a question in a channel",
    "channels:read": "what a channel is called, and who is in it",
    "groups:history": "the same in private channels",
    "groups:read": "the same in private channels",
    "chat:write": "messages, and changing them",
    "commands": "commands and shortcuts",
    "files:read": "a file that somebody uploads in a dialog",
    "im:history": "words in the bot's conversation; what became of a message in doubt",
    "im:write": "opening a conversation",
    "users:read": "profiles, and news of them",
}


def test_names_and_descriptions_stay_within_slacks_limits() -> None:
    about = WITH_URL["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert len(WITH_URL["features"]["bot_user"]["display_name"]) <= 80
    assert 0 < len(COMMANDS) <= 50
    for command in COMMANDS:
        assert command["command"].startswith("/")
        assert 2 <= len(command["command"]) <= 32
        assert 0 < len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    for kind in ("global", "message"):
        assert len([each for each in SHORTCUTS if each["type"] == kind]) <= 5
    for shortcut in SHORTCUTS:
        assert 0 < len(shortcut["name"]) <= 24
        assert 0 < len(shortcut["description"]) <= 150


@pytest.mark.parametrize("command", [each["command"] for each in COMMANDS])
def test_every_command_in_it_is_answered_and_does_what_its_hint_says(
    entrance: Entrance, command: str
) -> None:
    lena = entrance.slack.person("Lena")
    helped = lena.command(f"{command} help")
    assert helped.error is None
    assert command in helped.text
    hint = next(each["usage_hint"] for each in COMMANDS if each["command"] == command)
    for form in hint.split(" | "):
        words = form.replace("@name", "@lena")
        answer = lena.command(f"{command} {words}")
        assert answer.error is None
        assert "not available yet" not in answer.text
        assert "I don't know" not in answer.text
        if lena.has_dialog:
            lena.dialog.close(everything=True)


@pytest.mark.parametrize("shortcut", SHORTCUTS, ids=lambda one: one["callback_id"])
def test_every_shortcut_in_it_opens_a_dialog(entrance: Entrance, shortcut: dict[str, str]) -> None:
    lena = entrance.slack.person("Lena")
    if shortcut["type"] == "global":
        lena.shortcut(shortcut["callback_id"])
    else:
        lena.say("Well done.", "general").shortcut(shortcut["callback_id"])
    assert lena.has_dialog
    lena.dialog.close(everything=True)


def test_it_asks_for_the_scopes_that_are_needed_and_no_other() -> None:
    assert set(WITH_URL["oauth_config"]["scopes"]["bot"]) == set(NEEDED)


def _addresses(node: Any) -> list[str]:
    if isinstance(node, dict):
        inside = [address for value in node.values() for address in _addresses(value)]
        return inside + [
            value for key, value in node.items() if key.endswith("url") and isinstance(value, str)
        ]
    return (
        [address for each in node for address in _addresses(each)] if isinstance(node, list) else []
    )


def test_with_an_address_everything_goes_there_and_without_one_through_the_socket() -> None:
    assert set(_addresses(WITH_URL)) == {"https://accord.example/slack/events"}
    assert WITH_URL["settings"]["socket_mode_enabled"] is False
    without = manifest(None)
    assert _addresses(without) == []
    assert without["settings"]["socket_mode_enabled"] is True
