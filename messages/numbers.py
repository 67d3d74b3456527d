"""Numbers as people type them, in any of the world's customs; what could mean two is refused."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

from domain.measures import TypedNumber
from messages.i18n import babel_locale
from messages.typed import clean_line

TOO_BIG: Final = Decimal(10) ** 15
"""Beyond it a double no longer holds whole numbers with a digit to spare."""
EXAMPLE: Final = Decimal("7.5")
LONGEST: Final = 60
"""Characters; nobody needs more for one number with its unit."""


class NumberError(ValueError):
    """Why a text is not taken as a number; `code` and `params` as in `messages.errors`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


_MINUS = "-\u2212\u2013\u2012"
_APOSTROPHES = "'\u2019\u02bc"
# A sign may stand before or after a currency; digits may be grouped in any custom.
_NUMBER = re.compile(r"[.,]?\d+(?:[., '](?=\d)\d+)*[.,]?")
_BARE = re.compile(r"^(?P<sign>[-+]?)\s*(?P<before>[^\d\s+-]*)\s*(?P<inner>[-+]?)\s*$")
_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})(?!\d)|\d{1,2}\.\d{1,2}\.$"
)
_EXPONENT = re.compile(r"\d\s?[eE][-+]?\d")
_NOT_FINITE = re.compile(r"^[-+]?(?:nan|inf|infinity|\u221e)$", re.IGNORECASE)
_SHORTHAND = re.compile(
    r"^(?:k|K|M|bn|mn|mln|mio\.?|mrd\.?|tsd\.?|thousand|millions?|billions?)$", re.IGNORECASE
)
_METRE_OR_MINUTE = "m"
_THREES = re.compile(r"\d{1,3}(?P<by>[., '])\d{3}(?:(?P=by)\d{3})*")
_LAKHS = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")


def parse_number(text: str) -> TypedNumber:
    """Read one number with an optional unit, in whatever custom it was typed.

    A point or comma is the decimal sign unless it can only be grouping; one that is followed by
    exactly three digits with one to three before it could be either, and is refused with both
    readings. Raises NumberError.
    """
    plain = _plain(clean_line(text))
    if not plain or len(plain) > LONGEST:
        raise NumberError("number_not" if plain else "missing_number", example=EXAMPLE)
    _refuse_other_notations(plain)
    found = _NUMBER.search(plain)
    if not found:
        raise NumberError("number_not", example=EXAMPLE)
    before, after = plain[: found.start()], plain[found.end() :].strip()
    around = _BARE.match(before)
    if re.search(r"\d", after) or re.match(r"[-+/:]\s*$", after):
        raise NumberError("number_several")
    if not around or (around["sign"] and around["inner"]) or (around["before"] and after):
        raise NumberError("number_not", example=EXAMPLE)
    if around["before"] and not _is_currency(around["before"]):
        raise NumberError("number_not", example=EXAMPLE)
    unit = around["before"] or after
    if _SHORTHAND.match(unit) and unit != _METRE_OR_MINUTE:
        raise NumberError("number_shorthand")
    sign = "-" if "-" in (around["sign"], around["inner"]) else ""
    value = _value(sign, found.group())
    if abs(value) >= TOO_BIG:
        raise NumberError("number_too_big")
    return TypedNumber(value, unit or None, sign + found.group())


def _plain(text: str) -> str:
    """ASCII digits, signs and separators, whatever script or width they were typed in.

    Not NFKC: it would make 52 of 5².
    """
    return "".join(_plain_char(char) for char in text).strip()


def _plain_char(char: str) -> str:
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if "\uff01" <= char <= "\uff5e":
        char = chr(ord(char) - 0xFEE0)  # full width to ASCII
    if char in _MINUS:
        return "-"
    if char in _APOSTROPHES:
        return "'"
    return {"\u066b": ".", "\u066c": ","}.get(char, char)


def _refuse_other_notations(plain: str) -> None:
    for pattern, code in (
        (_NOT_FINITE, "number_not_finite"),
        (_DATE, "number_is_date"),
        (_EXPONENT, "number_exponent"),
    ):
        if pattern.search(plain):
            raise NumberError(code)


def _is_currency(text: str) -> bool:
    """`€`, `US$`, `EUR`: the only units that people write before a number."""
    if unicodedata.category(text[-1]) == "Sc":
        return re.fullmatch(r"[A-Z]{0,2}.", text) is not None
    return re.fullmatch(r"[A-Z]{3}", text) is not None


def _value(sign: str, written: str) -> Decimal:
    digits = written.rstrip(".,")
    separators = [char for char in digits if not char.isdigit()]
    if not separators:
        return Decimal(sign + digits)
    last = separators[-1]
    if last in " '" or (len(separators) > 1 and last == separators[0]):
        return Decimal(sign + _ungrouped(digits, last))
    whole, fraction = digits.rsplit(last, 1)
    if len(separators) > 1:
        whole = _ungrouped(whole, separators[0])
    elif len(fraction) == 3 and 1 <= len(whole) <= 3 and whole.strip("0"):  # noqa: PLR2004 - thousands
        text = sign + digits
        raise NumberError(
            "number_ambiguous",
            text=text,
            whole=f"{sign}{whole}{fraction}",
            fraction=text,
            certain=f"{text}0",
        )
    return Decimal(f"{sign}{whole or '0'}.{fraction}")


def _ungrouped(whole: str, by: str) -> str:
    """The digits of a number whose groups are right; otherwise it is several numbers, or none."""
    if not (_THREES.fullmatch(whole) or _LAKHS.fullmatch(whole)):
        raise NumberError("number_several" if by == " " else "number_not", example=EXAMPLE)
    return whole.replace(by, "")


def number_text(value: Decimal | float, locale: str) -> str:
    """A number for an input: `parse_number(number_text(x, any)) == x`.

    Not grouped, with the locale's comma or else a point, and one more zero where three digits
    after it could be taken for thousands.
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    whole, _, fraction = f"{exact:f}".partition(".")
    fraction = fraction.rstrip("0")
    if not fraction:
        return whole
    if len(fraction) == 3:  # noqa: PLR2004 - thousands
        fraction += "0"
    comma = babel_locale(locale).number_symbols["latn"].get("decimal") == ","
    return f"{whole}{',' if comma else '.'}{fraction}"
