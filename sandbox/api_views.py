"""views.*"""

from __future__ import annotations

from sandbox.api_args import Args
from sandbox.dialogs import View, view_object
from sandbox.errors import SlackError
from sandbox.hub import Sandbox
from sandbox.json_types import Json


def _view(args: Args) -> object:
    view: object = args.structure("view", "invalid_arguments")
    if view is None:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view"])
    return view


def _answer(sandbox: Sandbox, view: View) -> Json:
    return {"view": view_object(view, sandbox.config)}


def open_view(sandbox: Sandbox, args: Args) -> Json:
    opened = sandbox.dialogs.open(args.required("trigger_id"), _view(args))
    return _answer(sandbox, opened)


def push(sandbox: Sandbox, args: Args) -> Json:
    return _answer(sandbox, sandbox.dialogs.push(args.required("trigger_id"), _view(args)))


def update(sandbox: Sandbox, args: Args) -> Json:
    if view_id := args.text("view_id"):
        current = sandbox.dialogs.find(view_id)
    else:
        current = sandbox.dialogs.find_external(args.required("external_id"))
    updated = sandbox.dialogs.update(current, _view(args), args.text("hash") or None)
    return _answer(sandbox, updated)


def publish(sandbox: Sandbox, args: Args) -> Json:
    if not sandbox.manifest.home_tab:
        raise SlackError("not_enabled")
    person = sandbox.workspace.person(args.required("user_id"))
    if person.profile.is_bot or person.profile.is_stranger:
        raise SlackError("user_not_found")
    view = sandbox.dialogs.publish(person.id, _view(args), args.text("hash") or None)
    return _answer(sandbox, view)
