"""The app's manifest: what the workspace knows of the app."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.json_types import Json

COMMAND_LENGTHS = (2, 32)
LIMITS = {
    "app name": 35,
    "app description": 140,
    "bot name": 80,
    "command description": 2000,
    "usage hint": 1000,
    "shortcut name": 24,
    "shortcut description": 150,
    "shortcut callback_id": 255,
}
MOST_COMMANDS = 50
MOST_SHORTCUTS_PER_TYPE = 5


@dataclass(frozen=True)
class Command:
    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    name: str
    type: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True)
class Manifest:
    """What matters of it here. Without ``scopes`` none are enforced."""

    commands: dict[str, Command] = field(default_factory=dict)
    shortcuts: dict[str, Shortcut] = field(default_factory=dict)
    bot_events: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    home_tab: bool = True
    messages_tab: bool = True
    socket_mode: bool = False
    message_menu_options: bool = True


def read_manifest(manifest: Json | None) -> Manifest:
    """The parts of a manifest that shape the workspace; what is absent takes its default."""
    if manifest is None:
        return Manifest()
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    home = features.get("app_home", {})
    scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot")
    commands = [
        Command(
            each["command"],
            each.get("description", ""),
            each.get("usage_hint", ""),
            bool(each.get("should_escape")),
        )
        for each in features.get("slash_commands", [])
    ]
    shortcuts = [
        Shortcut(each["name"], each["type"], each["callback_id"], each.get("description", ""))
        for each in features.get("shortcuts", [])
    ]
    return Manifest(
        commands={each.command: each for each in commands},
        shortcuts={each.callback_id: each for each in shortcuts},
        bot_events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        scopes=None if scopes is None else frozenset(scopes),
        home_tab=bool(home.get("home_tab_enabled", True)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        socket_mode=bool(settings.get("socket_mode_enabled")),
    )


def manifest_problems(manifest: Json) -> list[str]:
    """What Slack would refuse in the parts of the manifest that are used here."""
    features = manifest.get("features", {})
    commands = features.get("slash_commands", [])
    shortcuts = features.get("shortcuts", [])
    display = manifest.get("display_information", {})
    measured = [
        ("app name", display.get("name", "")),
        ("app description", display.get("description", "")),
        ("bot name", features.get("bot_user", {}).get("display_name", "")),
        *(("command description", each.get("description", "")) for each in commands),
        *(("usage hint", each.get("usage_hint", "")) for each in commands),
        *(("shortcut name", each.get("name", "")) for each in shortcuts),
        *(("shortcut description", each.get("description", "")) for each in shortcuts),
        *(("shortcut callback_id", each.get("callback_id", "")) for each in shortcuts),
    ]
    problems = [
        f"{what} is longer than {LIMITS[what]}: {text}"
        for what, text in measured
        if len(text) > LIMITS[what]
    ]
    if not display.get("name"):
        problems.append("display_information.name is missing")
    shortest, longest = COMMAND_LENGTHS
    for each in commands:
        name = each.get("command", "")
        if not name.startswith("/") or not shortest <= len(name) <= longest or " " in name:
            problems.append(f"not a command name: {name!r}")
        if not each.get("description"):
            problems.append(f"{name} has no description")
    if len(commands) > MOST_COMMANDS:
        problems.append("more than 50 commands")
    problems.extend(
        f"more than five {kind} shortcuts"
        for kind in ("global", "message")
        if sum(each.get("type") == kind for each in shortcuts) > MOST_SHORTCUTS_PER_TYPE
    )
    return problems
