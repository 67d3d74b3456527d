"""What Slack's client makes of what a person types."""

from __future__ import annotations

import re

from sandbox.workspace import Workspace

_NAMED = re.compile(r"(?<![\w@#])([@#])(?=\S)")
BROADCASTS = {"here": "<!here>", "channel": "<!channel>", "everyone": "<!everyone>"}


def escaped(text: str) -> str:
    """The three characters that mean something in mrkdwn, as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _names(workspace: Workspace) -> list[tuple[str, str, str]]:
    """(sign, name, id) of everybody and every channel, longest name first."""
    found = [("#", c.name, c.id) for c in workspace.conversations.values() if c.name]
    for person in workspace.people.values():
        names = {person.shown_name, person.profile.real_name, person.profile.name}
        found += [("@", name, person.id) for name in names if name]
    return sorted(found, key=lambda each: -len(each[1]))


def with_mentions(workspace: Workspace, text: str, *, labelled: bool) -> str:
    """Typed text as it is stored: escaped, ``@name`` and ``#channel`` turned into tokens.

    ``labelled``: as commands with should_escape get them, ``<@U1|name>``.
    """
    names = _names(workspace) if "@" in text or "#" in text else []
    pieces, position = [], 0
    for mark in _NAMED.finditer(text):
        if mark.start() < position:
            continue
        found = _named_at(names, mark.group(1), text, mark.end())
        if found is None:
            continue
        name, identity = found
        pieces.append(escaped(text[position : mark.start()]))
        pieces.append(_token(workspace, mark.group(1), identity, labelled=labelled))
        position = mark.end() + len(name)
    return "".join([*pieces, escaped(text[position:])])


def _named_at(
    names: list[tuple[str, str, str]], sign: str, text: str, start: int
) -> tuple[str, str] | None:
    rest = text[start:].casefold()
    broadcasts = [("@", word, word) for word in BROADCASTS]
    for kind, name, identity in [*names, *broadcasts]:
        following = rest[len(name) : len(name) + 1]
        whole = not (following.isalnum() or following == "_")
        if kind == sign and whole and rest.startswith(name.casefold()):
            return name, identity
    return None


def _token(workspace: Workspace, sign: str, identity: str, *, labelled: bool) -> str:
    if identity in BROADCASTS:
        return BROADCASTS[identity]
    if sign == "#":
        channel = workspace.conversations[identity]
        label = "" if channel.kind == "private" else channel.name
        return f"<#{identity}|{label}>"
    name = workspace.people[identity].profile.name
    return f"<@{identity}|{name}>" if labelled else f"<@{identity}>"
