"""Dialogs, App Homes and trigger ids."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from sandbox.blocks_views import VIEW_BYTES, view_problems, view_size
from sandbox.clock import Clock
from sandbox.config import SandboxConfig
from sandbox.elements_state import state_of
from sandbox.errors import SlackError
from sandbox.json_types import Json
from sandbox.workspace import Change, Workspace, new_id, with_ids

MOST_VIEWS = 3
REMEMBERED_TRIGGERS = 10_000


@dataclass
class View:
    """An open modal or a published Home. ``root`` and ``previous`` are view ids."""

    id: str
    user: str
    definition: Json
    hash: str
    root: str
    previous: str | None = None
    state: Json = field(default_factory=dict)
    field_errors: dict[str, str] = field(default_factory=dict)
    banner: str | None = None
    """Slack's own error, shown above the blocks."""

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.definition["blocks"]
        return blocks


@dataclass
class Trigger:
    user: str
    expires: float
    in_dialog: str | None
    """The view that the person acted in, if it was a modal."""
    used: bool = False


def checked_view(view: object, kind: str) -> Json:
    """The view, valid and of this kind; raises SlackError as Slack answers."""
    problems = view_problems(view)
    if isinstance(view, dict) and not problems and view["type"] != kind:
        problems = [f"[ERROR] must be a {kind} view [json-pointer:/view/type]"]
    if problems:
        raise SlackError("invalid_arguments", problems)
    if view_size(view) > VIEW_BYTES:
        raise SlackError("view_too_large")
    assert isinstance(view, dict)  # noqa: S101  view_problems has said so
    return {**view, "blocks": with_ids(view["blocks"])}


class Dialogs:
    """A stack of at most three modals per person, and one Home each."""

    def __init__(self, config: SandboxConfig, workspace: Workspace, clock: Clock) -> None:
        self._config = config
        self._workspace = workspace
        self._clock = clock
        self._triggers: dict[str, Trigger] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self._views: dict[str, View] = {}

    # triggers

    def new_trigger(self, user: str, in_dialog: str | None = None) -> str:
        trigger_id = (
            f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**11)}.{secrets.token_hex(16)}"
        )
        now = self._clock.now()
        if len(self._triggers) > REMEMBERED_TRIGGERS:
            self._triggers = {k: t for k, t in self._triggers.items() if t.expires > now}
        self._triggers[trigger_id] = Trigger(user, now + self._config.trigger_lifetime, in_dialog)
        return trigger_id

    def use_trigger(self, trigger_id: str) -> Trigger:
        """Raises SlackError: a trigger lives three seconds and opens one view."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.now() > trigger.expires:
            raise SlackError("expired_trigger_id")
        return trigger

    # reading

    def top(self, user: str) -> View | None:
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def find(self, view_id: str) -> View:
        """Raises SlackError ``not_found``, also for a dialog that has been closed."""
        view = self._views.get(view_id)
        if view is None:
            raise SlackError("not_found")
        return view

    def find_external(self, external_id: str) -> View:
        for view in self._views.values():
            if external_id and view.definition.get("external_id") == external_id:
                return view
        raise SlackError("not_found")

    # changing

    def open(self, trigger_id: str, view: object) -> View:
        """A new dialog. One asked for from inside a dialog is accepted but not shown (as Slack's
        desktop client does): push or update instead."""
        trigger = self.use_trigger(trigger_id)
        made = self._made(trigger.user, checked_view(view, "modal"))
        trigger.used = True
        if trigger.in_dialog is None:
            self.clear(trigger.user)
            self.stacks[trigger.user] = [made]
            self._show(made)
        return made

    def push(self, trigger_id: str, view: object) -> View:
        trigger = self.use_trigger(trigger_id)
        stack = self.stacks.get(trigger.user, [])
        if trigger.in_dialog is None or trigger.in_dialog not in [each.id for each in stack]:
            raise SlackError("invalid_trigger_id")
        pushed = self.push_on(trigger.user, view)
        trigger.used = True
        return pushed

    def push_on(self, user: str, view: object) -> View:
        stack = self.stacks[user]
        definition = checked_view(view, "modal")
        if len(stack) >= MOST_VIEWS:
            raise SlackError("push_limit_reached")
        made = self._made(user, definition, root=stack[0].id, previous=stack[-1].id)
        stack.append(made)
        self._show(made)
        return made

    def update(self, view: View, definition: object, view_hash: str | None = None) -> View:
        """Replace what a view shows; what was typed stays where ids stay."""
        if view_hash and view_hash != view.hash:
            raise SlackError("hash_conflict")
        view.definition = checked_view(definition, view.definition["type"])
        view.state = state_of(view.blocks, view.state)
        view.hash = self._new_hash()
        view.field_errors, view.banner = {}, None
        self._tell(view)
        return view

    def publish(self, user: str, view: object, view_hash: str | None = None) -> View:
        current = self.homes.get(user)
        definition = checked_view(view, "home")
        if view_hash and (current is None or current.hash != view_hash):
            raise SlackError("hash_conflict")
        if current:
            return self.update(current, view)
        made = self._made(user, definition)
        self.homes[user] = made
        self._show(made)
        return made

    def pop(self, user: str) -> None:
        """Close the dialog on top; the one below shows again."""
        stack = self.stacks.get(user, [])
        if stack:
            self._hide(stack.pop())

    def clear(self, user: str) -> None:
        for view in self.stacks.pop(user, []):
            self._hide(view)

    def set_value(self, view: View, block_id: str, action_id: str, value: Json) -> None:
        view.state.setdefault(block_id, {})[action_id] = value
        view.field_errors.pop(block_id, None)

    def restore_home(self, view: View) -> None:
        """Take in a Home that a former run of the workspace showed."""
        self.homes[view.user] = view
        self._views[view.id] = view

    def forget(self) -> None:
        """Close everything, as if nobody had ever opened anything."""
        for known in (self._triggers, self.stacks, self.homes, self._views):
            known.clear()

    def _new_hash(self) -> str:
        return f"{int(self._clock.now())}.{secrets.token_hex(4)}"

    def _made(
        self, user: str, definition: Json, root: str | None = None, previous: str | None = None
    ) -> View:
        external = definition.get("external_id")
        if external and any(
            v.definition.get("external_id") == external for v in self._views.values()
        ):
            raise SlackError("duplicate_external_id")
        view_id = new_id("V")
        return View(
            id=view_id,
            user=user,
            definition=definition,
            hash=self._new_hash(),
            root=root or view_id,
            previous=previous,
            state=state_of(definition["blocks"], {}),
        )

    def _show(self, view: View) -> None:
        self._views[view.id] = view
        self._tell(view)

    def _hide(self, view: View) -> None:
        self._views.pop(view.id, None)
        self._tell(view)

    def _tell(self, view: View) -> None:
        what: Any = "home" if view.definition["type"] == "home" else "dialog"
        self._workspace.tell(Change(what, user=view.user))


def view_object(view: View, config: SandboxConfig) -> Json:
    """Slack's view object, as answers and payloads carry it."""
    shown = view.definition
    common: Json = {
        "id": view.id,
        "team_id": config.team_id,
        "type": shown["type"],
        "blocks": shown["blocks"],
        "private_metadata": shown.get("private_metadata", ""),
        "callback_id": shown.get("callback_id", ""),
        "external_id": shown.get("external_id", ""),
        "state": {"values": view.state},
        "hash": view.hash,
        "title": shown.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": shown.get("clear_on_close", False),
        "notify_on_close": shown.get("notify_on_close", False),
        "close": shown.get("close"),
        "submit": shown.get("submit"),
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "app_id": config.app_id,
        "app_installed_team_id": config.team_id,
        "bot_id": config.bot_id,
    }
    return common
