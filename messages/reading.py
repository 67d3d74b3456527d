"""Who reads: their language, their zone, their today; and how numbers and dates look to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from domain.people import Member
from messages.i18n import (
    LOCALE_FOLDER,
    N_,
    SOURCE,
    babel_locale,
    has_catalogue,
    translator,
)
from messages.names import NAMES
from messages.safe import Safe, date_token, escape

SIGNIFICANT_DIGITS = 12
"""What a measured double is worth; the rest is noise of binary fractions."""


DAYS_CLEAR_BY_NAME = 7
LONGEST_LOCALE = 20


class DateStyle(Enum):
    """How a moment is told: Slack's tokens, and the skeleton for clients that cannot show them."""

    MOMENT = (N_("{date_long} at {time}"), True)
    SHORT = (N_("{date_short_pretty} at {time}"), True)
    DAY = (N_("{date_long}"), False)


@dataclass(frozen=True)
class Reader:
    """One person who reads. `locale` is a name like `de-AT`; `today` is their own calendar date.

    `catalogues` is the folder of the translators' catalogues.
    """

    locale: str
    zone: ZoneInfo
    today: date
    catalogues: Path = LOCALE_FOLDER

    @classmethod
    def of(cls, member: Member, now: datetime) -> Self:
        return cls(member.locale, member.zone, member.today(now))

    @classmethod
    def of_nobody(cls, now: datetime) -> Self:
        """For somebody whom we do not know: English, UTC."""
        return cls("en", ZoneInfo("UTC"), now.date())

    @classmethod
    def of_browser(cls, accepted: str, now: datetime) -> Self:
        """For a browser, by the first language in its `Accept-Language`; English for nonsense."""
        first = accepted.split(",", maxsplit=1)[0].split(";", maxsplit=1)[0].strip()
        return cls(first[:LONGEST_LOCALE] or "en", ZoneInfo("UTC"), now.date())

    @cached_property
    def translations(self) -> NullTranslations:
        return translator(self.locale, self.catalogues)

    def gettext(self, text: str) -> str:
        # The empty message id is the catalogue's header.
        return self.translations.gettext(text) if text else ""

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return self.translations.ngettext(singular, plural, count)

    def pgettext(self, meaning: str, text: str) -> str:
        return self.translations.pgettext(meaning, text)

    def say(self, text: str, /, **params: object) -> Safe:
        """Our own words as mrkdwn, in the reader's language, each parameter escaped."""
        told = {
            name: it if isinstance(it, Safe) else escape(self.shown(it))
            for name, it in params.items()
        }
        return Safe(self.gettext(text) % told)

    def write(self, text: str, /, **params: object) -> str:
        """Our own words as plain text, for labels, titles and errors at a field."""
        return self.gettext(text) % {name: self.shown(it) for name, it in params.items()}

    def shown(self, value: object) -> str:
        """Any parameter as the reader would write it; text is left as it is, words are named."""
        match value:
            case Enum():
                return self.gettext(NAMES.get(value, str(value.value)))
            case str():
                return value
            case bool():
                return str(value)
            case int() | float() | Decimal():
                return self.number(value)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case tuple() | list() | frozenset():
                return self._several(value)
            case _:
                return str(value)

    def _several(self, values: Collection[object]) -> str:
        """All of them, in their order; of a set any one is meant."""
        shown = [self.shown(item) for item in values]
        if isinstance(values, frozenset):
            return self.listed(sorted(shown), style="or")
        return self.listed(shown)

    @cached_property
    def _prose(self) -> Locale:
        """The locale of dates and lists, as the words around them are."""
        return _reading_locale(self.locale, self.catalogues)

    def number(self, value: Decimal | float) -> str:
        return format_number(value, self.locale)

    def percent(self, fraction: float) -> str:
        return format_share(fraction, self.locale)

    def day(self, day: date) -> str:
        """`31 March`, with the year if it is not the reader's present one."""
        return _day_text(day, self._prose, with_year=day.year != self.today.year)

    def weekday(self, day: date) -> str:
        """`Thursday` if that is clear, else `Thursday, 3 December`."""
        name = format_date(day, "EEEE", locale=self._prose)
        soon = 0 <= (day - self.today).days < DAYS_CLEAR_BY_NAME
        return name if soon else f"{name}, {self.day(day)}"

    def moment(self, moment: datetime) -> str:
        """Plain text in the reader's own zone, which is named: `31 March, 10:00 (Lisbon)`."""
        local = moment.astimezone(self.zone)
        clock = format_datetime(local, "HH:mm", locale=self._prose)
        city = get_timezone_location(self.zone, locale=self._prose, return_city=True)
        return f"{self.day(local.date())}, {clock} ({city})"

    def token(self, moment: datetime, style: DateStyle = DateStyle.MOMENT) -> Safe:
        """A moment that Slack shows in the zone of whoever looks."""
        tokens, with_clock = style.value
        fallback = self.moment(moment) if with_clock else self.day(moment.astimezone(self.zone))
        return date_token(moment, self.gettext(tokens), fallback)

    def listed(self, items: Iterable[str], style: Literal["standard", "or"] = "standard") -> str:
        """`a, b and c`, or `a, b or c`. Safe if every item is."""
        items = list(items)
        text = format_list(items, style=style, locale=self._prose)
        return Safe(text) if all(isinstance(item, Safe) for item in items) else text

    def listed_safe(self, items: Iterable[object]) -> Safe:
        """The same as mrkdwn, each item escaped."""
        return Safe(self.listed([escape(item) for item in items]))


def _reading_locale(name: str, catalogues: Path) -> Locale:
    """The locale of dates and lists: the reader's, if the words around them are in its language.

    Our English says `31 March` and `a, b and c` to everybody, as the source texts do.
    """
    locale = babel_locale(name)
    if locale.language == SOURCE or not has_catalogue(locale.language, catalogues):
        return babel_locale("en_GB")
    return locale


def format_number(value: Decimal | float, locale: str) -> str:
    """A number for reading, grouped, with at most twelve significant digits."""
    digits = str(value) if isinstance(value, int) else f"{value:.{SIGNIFICANT_DIGITS}g}"
    return _number_text(digits, locale)


def format_share(fraction: float, locale: str) -> str:
    """A share of one as whole per cent. 0.996 is 99 %, not 100: done means done."""
    return _per_cent_text(int(Decimal(str(fraction)) * 100), locale)


# A number or a date looks the same whoever reads it in one locale, and takes Babel a hundred times
# longer to write than to look up.
@lru_cache(maxsize=20_000)
def _number_text(digits: str, locale: str) -> str:
    return format_decimal(Decimal(digits), locale=babel_locale(locale), decimal_quantization=False)


@lru_cache(maxsize=5_000)
def _per_cent_text(whole: int, locale: str) -> str:
    return format_percent(Decimal(whole) / 100, locale=babel_locale(locale))


@lru_cache(maxsize=5_000)
def _day_text(day: date, prose: Locale, *, with_year: bool) -> str:
    if with_year:
        return format_date(day, "long", locale=prose)
    return format_skeleton("MMMMd", day, locale=prose)
