"""Text in Slack's mrkdwn that is ours, and the one way for anybody else's text into it.

No text that went through `escape` can mention, link, broadcast, format what stands around it, turn
the direction of a line, or end the line it stands on.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, SupportsIndex

from messages.limits import INLINE
from messages.shorten import clusters, cut, shorten, units
from messages.typed import clean_line, clean_text

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LONGEST_ENTITY = len("&amp;")
_SPECIAL = re.compile(r"[&<>*_~`]")
_UNUSUAL = re.compile(r"[&<>*_~`]|^ | $|  ")
"""What makes a printable ASCII text look otherwise once it is escaped."""

# Slack has no escape for its formatting signs, so where one could begin or end formatting it is
# replaced by a sign that looks the same. Inside a word (`snake_case`) and between spaces (`5 * 3`)
# they are harmless and stay.
_LOOKALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}  # noqa: RUF001 - looking alike is the point
_FORMATTING = re.compile(r"`|(?<![^\W_])[*~_](?!\s)|(?<!\s)[*~_](?![^\W_])")
_QUOTE = re.compile(r"^>", re.MULTILINE)

# The blocks of right-to-left scripts and the three direction marks.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200e\u200f\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_FIRST_STRONG_ISOLATE = "\u2068"
_POP_ISOLATE = "\u2069"

# One mention, link or date, one entity, or a stretch of plain text.
_TOKENS = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);|[^<&]+|[<&]")
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{1,30}")


# The usual first: an abstract class takes long to say what is one of its own.
_NAMED = (dict, Mapping)


class Safe(str):
    """mrkdwn of our own making. Whatever it is combined with is escaped unless it is Safe too."""

    __slots__ = ()

    def __add__(self, other: str, /) -> Safe:
        return Safe(str.__add__(self, _argument(other)))

    def __radd__(self, other: str, /) -> Safe:
        return Safe(str.__add__(_argument(other), self))

    def __mul__(self, count: SupportsIndex, /) -> Safe:
        return Safe(str.__mul__(self, count))

    def __mod__(self, arguments: Any, /) -> Safe:
        if isinstance(arguments, _NAMED):
            escaped: Any = {key: _argument(value) for key, value in arguments.items()}
        elif isinstance(arguments, tuple):
            escaped = tuple(_argument(value) for value in arguments)
        else:
            escaped = _argument(arguments)
        return Safe(str.__mod__(self, escaped))

    def format(self, *args: object, **kwargs: object) -> Safe:
        return Safe(_EscapingFormatter().vformat(self, args, kwargs))

    def join(self, parts: Iterable[str], /) -> Safe:
        return Safe(str.join(self, [_argument(part) for part in parts]))

    def strip(self, chars: str | None = None, /) -> Safe:
        return Safe(str.strip(self, chars))


_AS_IT_IS = (Safe, int, float, Decimal)


class _EscapingFormatter(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Safe):
            return str.__format__(value, format_spec)
        return escape(super().format_field(value, format_spec))


def _argument(value: Any) -> Any:
    """Numbers stay numbers, for `%(num)d`; they cannot hold markup."""
    if isinstance(value, _AS_IT_IS) and not isinstance(value, Enum):
        return value
    return escape(value)


def escape(value: object, limit: int = INLINE) -> Safe:
    """Somebody's text as one value inside a line of ours, at most `limit` units once escaped."""
    if isinstance(value, Safe):
        return value
    if type(value) is str and _is_tame(value, limit):
        return Safe(value)
    return _escaped(clean_line(_plain(value)), limit)


def escape_long(value: object, limit: int) -> Safe:
    """The same for text that may keep its line breaks."""
    if isinstance(value, Safe):
        return value
    return _escaped(clean_text(_plain(value)), limit)


def _is_tame(text: str, limit: int) -> bool:
    """Whether the text is as most are, so that escaping would leave it as it is."""
    return (
        len(text) <= limit
        and text.isascii()
        and text.isprintable()
        and _UNUSUAL.search(text) is None
    )


def _plain(value: object) -> str:
    return str(value.value) if isinstance(value, Enum) else str(value)


def _escaped(text: str, limit: int) -> Safe:
    isolated = not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None
    if isolated:
        limit -= units(_FIRST_STRONG_ISOLATE + _POP_ISOLATE)
    if len(text) * _LONGEST_ENTITY > limit:
        text = shorten(text, limit, _escaped_units)
    if _SPECIAL.search(text):
        text = _FORMATTING.sub(lambda found: _LOOKALIKES[found.group()], text)
        text = _QUOTE.sub("›", text).translate(_ENTITIES)  # noqa: RUF001 - looking alike is the point
    return Safe(_FIRST_STRONG_ISOLATE + text + _POP_ISOLATE if isolated else text)


def _escaped_units(text: str) -> int:
    return units(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))


def shorten_safe(text: Safe, limit: int) -> Safe:
    """Safe text of at most `limit` units; a mention, link, date or entity is kept whole or not."""
    if units(text) <= limit:
        return text
    return Safe(cut(_atoms(text), limit))


def _atoms(text: str) -> Iterable[str]:
    for token in _TOKENS.findall(text):
        if token[0] in "<&":
            yield token
        else:
            yield from clusters(token)


def mention(slack_user: str) -> Safe:
    """A link to a person that Slack shows by name. Raises ValueError for what is no user id."""
    if not _SLACK_USER.fullmatch(slack_user):
        raise ValueError("not a Slack user id")
    return Safe(f"<@{slack_user}>")


def person_name(name: str) -> Safe:
    """A person's name, which never notifies them."""
    return escape(name, limit=80)


def date_token(moment: datetime, tokens: str, fallback: str) -> Safe:
    """A moment that Slack shows in each reader's own zone.

    `tokens` is Slack's pattern (`{date_short} at {time}`); `fallback`, for clients that cannot,
    must name the zone. Raises ValueError for a moment without a zone, which could mean anything.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    fallback = fallback.replace("|", "/").replace("^", "")
    return Safe(f"<!date^{int(moment.timestamp())}^{tokens}|{escape(fallback)}>")


def as_safe(text: str, limit: int) -> Safe:
    """Our own text as it is, anybody else's escaped."""
    return text if isinstance(text, Safe) else escape_long(text, limit)
