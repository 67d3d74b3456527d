"""The Slack app manifest for this version: commands, shortcuts, events and the least of scopes."""

from __future__ import annotations

from typing import Any

COMMANDS = (
    ("/goal", "Your goals: see, propose, update", "new | list @name | show G-12 | help"),
    ("/checkin", "Say how your goals go", "G-12 | snooze 3d | team | help"),
    ("/feedback", "Give feedback, or ask for it", "@name | ask @name | round topic | list | help"),
    (
        "/cycle",
        "What is asked of everybody, and until when",
        "new | announce | status | list | help",
    ),
    (
        "/accord",
        "What needs you, and the record",
        "audit G-12 | roles | approvals | security | settings | help",
    ),
)

SHORTCUTS = (
    ("New goal", "new_goal", "Propose a goal"),
    ("Check in", "check_in", "Say how it goes"),
    ("Give feedback", "give_feedback", "To somebody, on their work"),
)

MESSAGE_SHORTCUTS = (
    ("Save as feedback", "save_as_feedback", "Keep a link to this message as feedback"),
    ("Add to a goal", "add_to_goal", "Keep a link to this message as evidence"),
)

EVENTS = (
    "app_home_opened",
    "message.channels",
    "message.groups",
    "message.im",
    "team_join",
    "user_change",
)

SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
)


def manifest(url: str | None) -> dict[str, Any]:
    """As Slack takes it. Without `url`, requests come through Socket Mode."""
    address = {"request_url": f"{url.rstrip('/')}/slack/events"} if url else {}
    options = {"message_menu_options_url": address["request_url"]} if address else {}
    return {
        "_metadata": {"major_version": 1},
        "display_information": {
            "name": "Accord",
            "description": "Goals that people agree on, and the record of it",
            "background_color": "#1f4e5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Accord", "always_online": True},
            "shortcuts": [
                {"name": name, "type": kind, "callback_id": callback, "description": words}
                for kind, shortcuts in (("global", SHORTCUTS), ("message", MESSAGE_SHORTCUTS))
                for name, callback, words in shortcuts
            ],
            "slash_commands": [
                {
                    "command": command,
                    "description": words,
                    "usage_hint": hint,
                    "should_escape": True,
                    **({"url": address["request_url"]} if address else {}),
                }
                for command, words, hint in COMMANDS
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **address, **options},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not address,
            "token_rotation_enabled": False,
        },
    }
