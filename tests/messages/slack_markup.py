"""What Slack would make of a piece of mrkdwn, as far as it matters to safety."""

from __future__ import annotations

import re

MARKUP = re.compile(r"<[^<>]*>")
UNESCAPED = re.compile(r"[<>]|&(?!amp;|lt;|gt;)")
DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2067]")
_SPAN = re.compile(r"(?<![^\W_])([*_~])(?!\s)[^\n]*?(?<!\s)\1(?![^\W_])|`[^\n]+?`")


def commands(mrkdwn: str) -> list[str]:
    """Mentions, links, broadcasts and dates in a text."""
    return MARKUP.findall(mrkdwn)


def formatted(mrkdwn: str) -> list[str]:
    """Stretches that Slack would show bold, italic, struck or as code."""
    return [found.group() for found in _SPAN.finditer(mrkdwn)]


def shown(mrkdwn: str) -> str:
    """The text a reader sees, entities decoded."""
    return mrkdwn.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
