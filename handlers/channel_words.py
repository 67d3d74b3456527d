"""What somebody wrote in a channel, as plain text: Slack's tokens and escapes resolved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from domain.origin import Origin
from messages.typed import clean_text
from usecases.names import names_of
from usecases.store import Store

_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})")
UNNAMED = "@…"


def plain_words(store: Store, origin: Origin, text: str) -> str:
    """The text as its readers in Slack see it: people by name, links by their words."""
    names = names_of(store, origin, set(_MENTION.findall(text)))
    return clean_text(unescape(_TOKEN.sub(lambda token: _shown(token, names), text)))


def _shown(token: re.Match[str], names: Mapping[str, str]) -> str:
    sign, what, label = token[1], token[2], token[3]
    if sign == "@":
        name = names.get(what) or label
        return f"@{name}" if name else UNNAMED
    if sign == "#":
        return f"#{label}" if label else "#…"
    if sign == "!":
        return label or f"@{what.partition('^')[0]}"
    return label or what
