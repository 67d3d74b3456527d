"""One request for every way into Accord: each command, button, dialog, list and shortcut there is.

Made from the tables that the bot itself works by, so that what is added is asked for, too.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from typing import Any
from uuid import UUID

import messages
from bot.manifest import COMMANDS, MESSAGE_SHORTCUTS, SHORTCUTS
from messages.form_state import FormState
from messages.goal_sharing import SHARE
from messages.help import EXAMPLES
from messages.inputs import ExternalSelect
from messages.presses import GoalAction, Press
from tests.messages.test_every_form import FORMS, rendered

Json = dict[str, Any]
Request = tuple[str, Json]
"""What the sandbox's log calls it, and what Slack would send."""

SOMETHING = UUID(int=1)
TRIGGER = "1.2.3"
TEAM = "T0SANDBOX"
# Slack makes a mention of a name that was picked from its list.
_NAME = re.compile(r"@\w+")


def _who() -> Json:
    return {
        "user": {"id": "U0LENA", "team_id": TEAM},
        "team": {"id": TEAM},
        "trigger_id": TRIGGER,
    }


def commands() -> Iterator[tuple[str, Request]]:
    typed = {command for command, _, _ in COMMANDS}
    typed |= {line for lines in EXAMPLES.values() for line in lines.values()}
    for line in sorted(typed):
        command, _, words = line.partition(" ")
        yield (
            line,
            (
                "command",
                {
                    "team_id": TEAM,
                    "user_id": "U0LENA",
                    "channel_id": "C0RELEASE",
                    "command": command,
                    "text": _NAME.sub("<@U0LENA>", words),
                    "trigger_id": TRIGGER,
                },
            ),
        )


def _state(form: str) -> FormState:
    """As a dialog about something carries it, whatever its kind."""
    ids = {"goal": SOMETHING, "person": SOMETHING}
    return FormState.new(form, version=1, ids=ids, refs=dict.fromkeys(ids, "1"))


def buttons() -> Iterator[tuple[str, Request]]:
    for action in sorted(_actions()):
        pressed = {
            "type": "button",
            "action_id": action,
            "block_id": "x",
            "value": Press(SOMETHING, 1).encode(),
            "action_ts": "1.0",
        }
        body: Json = {"type": "block_actions", **_who(), "actions": [pressed]}
        if action == GoalAction.STOP_SHARING:
            # Stands in a dialog, which names the goal.
            state = _state(SHARE.name).encode()
            body["view"] = {"type": "modal", "id": "V1", "private_metadata": state}
        yield action, ("block_actions", body)


def _actions() -> set[str]:
    """Every member of every enum of buttons."""
    return {
        member.value
        for module in pkgutil.iter_modules(messages.__path__)
        if module.name.endswith("presses")
        for enum in vars(import_module(f"messages.{module.name}")).values()
        if isinstance(enum, type) and issubclass(enum, StrEnum) and enum is not StrEnum
        for member in enum
        if ":" in member.value
    }


def dialogs() -> Iterator[tuple[str, Request]]:
    for name, form in sorted(FORMS.items()):
        view = rendered(form, _state(name)).payload()
        sent = {**view, "id": "V1", "hash": "1.x", "state": {"values": {}}}
        body = {"type": "view_submission", **_who(), "view": sent}
        yield f"send {name}", ("view_submission", body)


def lists() -> Iterator[tuple[str, Request]]:
    for name, form in sorted(FORMS.items()):
        for one in form.all_inputs:
            if isinstance(one, ExternalSelect):
                asked = {
                    "type": "block_suggestion",
                    **_who(),
                    "action_id": f"{name}.{one.name}",
                    "block_id": "x",
                    "value": "a",
                }
                yield f"choose {name}.{one.name}", ("block_suggestion", asked)


def shortcuts() -> Iterator[tuple[str, Request]]:
    for _, callback, _ in SHORTCUTS:
        yield callback, ("shortcut", {"type": "shortcut", **_who(), "callback_id": callback})
    for _, callback, _ in MESSAGE_SHORTCUTS:
        chosen = {
            "type": "message_action",
            **_who(),
            "callback_id": callback,
            "channel": {"id": "C0RELEASE"},
            "message_ts": "1.0",
            "message": {"user": "U0JONAS", "text": "Well done.", "ts": "1.0"},
        }
        yield callback, ("shortcut", chosen)


EVERY: dict[str, Request] = dict(
    [*commands(), *buttons(), *dialogs(), *lists(), *shortcuts()],
)


def as_somebody(request: Request, user: str, team: str) -> Request:
    """The same request by somebody else."""
    kind, payload = request
    if kind == "command":
        return kind, {**payload, "user_id": user, "team_id": team}
    return kind, {**payload, "user": {"id": user, "team_id": team}}
