"""What may stand in each cell: from its text to a value, or to a code for what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from domain.directory import UNIT_SEPARATOR, RoleAsked
from domain.people import Employment, Level, Role
from domain.regions import close_zone, is_region, locale_name, zones
from domain.rosters import LONGEST_TEXT, BadRoster, read_roster, roster_text

LONGEST_CELL = 4_000
LONGEST_EMAIL = 254  # RFC 5321, the longest path without its brackets
LONGEST_NAME = 200
LONGEST_UNIT_NAME = 150
LONGEST_UNIT = 400
LONGEST_SHORT_NAME = 150
EARLIEST_DAY = date(1930, 1, 1)
LATEST_DAY = date(2100, 1, 1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_FORMULA_SIGNS = ("=", "+", "-", "@")
# Control characters, and the marks that turn the direction of the text around them.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_EMAIL = re.compile(
    r"(?!\.|.*\.\.|.*\.@)[^\s@<>(),:;\\\"\[\]]{1,64}"
    r"@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_][\w-]*[^\W_]"
)
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,38}")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE = Decimal(1)

Choice = TypeVar("Choice", bound=StrEnum)


class BadCell(Exception):
    """The text of a cell cannot be taken; `code` and `params` find the words."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def plain(text: str) -> str:
    """The text of any cell, spaces taken off. Raises BadCell for what no cell may hold.

    Text that a spreadsheet would run as a formula is refused: the directory is exported again.
    """
    stripped = text.strip(" ")
    if stripped.startswith(("\t", "\r", *_FORMULA_SIGNS)):
        raise BadCell("formula", text=stripped[:40])
    if _UNPRINTABLE.search(stripped):
        raise BadCell("unprintable")
    if len(stripped) > LONGEST_CELL:
        raise BadCell("too_long", longest=LONGEST_CELL)
    return unicodedata.normalize("NFC", stripped.strip())


def email(text: str) -> str:
    folded = text.lower()
    if len(folded) > LONGEST_EMAIL:
        raise BadCell("too_long", longest=LONGEST_EMAIL)
    if not _EMAIL.fullmatch(folded):
        raise BadCell("bad_email", text=text)
    return folded


def emails(text: str) -> tuple[str, ...]:
    """Several, joined by `;`."""
    return tuple(dict.fromkeys(email(part) for part in _parts(text, ";")))


def name(text: str) -> str:
    return _short(" ".join(text.split()), LONGEST_NAME)


def short_name(text: str) -> str:
    """The name of a legal entity or a bargaining unit."""
    return _short(" ".join(text.split()), LONGEST_SHORT_NAME)


@lru_cache(maxsize=1_000)
def level(text: str) -> Level:
    return _chosen(Level, text, "bad_level")


@lru_cache(maxsize=1_000)
def employment(text: str) -> Employment:
    return _chosen(Employment, text, "bad_employment")


@lru_cache(maxsize=10_000)
def unit(text: str) -> str:
    """A path `A / B`, however the spaces around the slash were written."""
    parts = [" ".join(part.split()) for part in text.split("/")]
    if not all(parts):
        raise BadCell("bad_unit", text=text)
    for part in parts:
        _short(part, LONGEST_UNIT_NAME)
    return _short(UNIT_SEPARATOR.join(parts), LONGEST_UNIT)


def region(text: str) -> str:
    code = text.upper()
    if not is_region(code):
        raise BadCell("bad_region", text=text)
    return code


def zone(text: str) -> str:
    if text in zones():
        return text
    close = close_zone(text)
    if close is None:
        raise BadCell("bad_zone", text=text)
    raise BadCell("bad_zone_close", text=text, close=close)


def locale(text: str) -> str:
    found = locale_name(text)
    if found is None:
        raise BadCell("bad_locale", text=text)
    return found


def slack_user(text: str) -> str:
    if not _SLACK_USER.fullmatch(text):
        raise BadCell("bad_slack_user", text=text)
    return text


@lru_cache(maxsize=10_000)
def roles(text: str) -> tuple[RoleAsked, ...]:
    """`role` or `role@unit or region`, joined by `;`. Whether the unit exists is asked later."""
    return tuple(dict.fromkeys(_role(part) for part in _parts(text, ";")))


def _role(text: str) -> RoleAsked:
    role_name, at, scope = (part.strip() for part in text.partition("@"))
    role = _chosen(Role, role_name, "bad_role")
    if not at:
        return RoleAsked(role)
    if not scope:
        raise BadCell("role_without_scope", text=text)
    return RoleAsked(role, scope.upper() if is_region(scope.upper()) else unit(scope))


def fte(text: str) -> int:
    """A share of full time, `0.8` or `80%`, as whole per cent."""
    number, percent = text.replace(",", ".").removesuffix("%").strip(), text.endswith("%")
    try:
        share = Decimal(number) * (1 if percent else 100)
    except InvalidOperation:
        raise BadCell("bad_fte", text=text) from None
    if not (share.is_finite() and 1 <= share <= 100):  # noqa: PLR2004 - per cent
        raise BadCell("bad_fte", text=text)
    return int(share.quantize(_WHOLE))


@lru_cache(maxsize=1_000)
def working_days(text: str) -> frozenset[int]:
    """ISO weekday numbers for `mon-fri`, `mon,wed` or `sun-thu`."""
    days: set[int] = set()
    for part in _parts(text.casefold().replace(";", ","), ","):
        first, dash, last = (end.strip() for end in part.partition("-"))
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise BadCell("bad_working_days", text=text)
        start = WEEKDAYS.index(first)
        span = (WEEKDAYS.index(last) - start) % 7 if dash else 0
        days |= {(start + step) % 7 + 1 for step in range(span + 1)}
    return frozenset(days)


def roster(text: str) -> str:
    """The roster in the one way that it is written in."""
    try:
        found = roster_text(read_roster(text))
    except BadRoster:
        raise BadCell("bad_roster", text=text) from None
    return _short(found, LONGEST_TEXT)


def day_start(text: str) -> time:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise BadCell("bad_day_start", text=text)
    return time(int(found[1]), int(found[2]))


def day(text: str) -> date:
    try:
        found = date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or not EARLIEST_DAY <= found < LATEST_DAY:
        raise BadCell("bad_date", text=text)
    return found


def _parts(text: str, separator: str) -> list[str]:
    """The parts between separators; one too many at the end is no fault."""
    parts = [part.strip() for part in text.split(separator)]
    if len(parts) > 1 and not parts[-1]:
        parts.pop()
    if not all(parts):
        raise BadCell("empty_part", separator=separator)
    return parts


def _short(text: str, longest: int) -> str:
    if len(text) > longest:
        raise BadCell("too_long", longest=longest)
    return text


def _chosen(words: type[Choice], text: str, code: str) -> Choice:
    """The member that the text names; case, hyphens and underscores do not matter."""
    by_name = {_spelling(word.value): word for word in words}
    found = by_name.get(_spelling(text))
    if found is not None:
        return found
    allowed = frozenset(word.value for word in words)
    close = get_close_matches(_spelling(text), by_name, n=1)
    if close:
        raise BadCell(f"{code}_close", text=text, allowed=allowed, close=by_name[close[0]].value)
    raise BadCell(code, text=text, allowed=allowed)


def _spelling(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
