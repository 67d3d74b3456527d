"""Countries, time zones and locales: which exist, and which one somebody may have meant."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

# Babel also lists groupings, reserved and private codes; these are not in ISO 3166-1.
_NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)
_COUNTRY = re.compile(r"[A-Z]{2}")
_REGION = re.compile(r"([A-Z]{2})(-[A-Z0-9]{1,3})?")
_NO_PLACES = frozenset({"Factory", "localtime"})


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The two-letter codes of ISO 3166-1."""
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if _COUNTRY.fullmatch(code)) - _NO_COUNTRIES


def is_region(code: str) -> bool:
    """Whether it is an ISO 3166-1 country, or shaped as a subdivision (ISO 3166-2) of one."""
    found = _REGION.fullmatch(code)
    return found is not None and found[1] in countries()


def _typed_region(typed: str | None) -> str | None:
    code = (typed or "").strip().upper()
    if code and not is_region(code):
        raise PydanticCustomError("role_region", "role_region")
    return code or None


TypedRegion = Annotated[str | None, AfterValidator(_typed_region)]
"""A region as somebody types it: `de-by` is DE-BY, nothing is None."""


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The names of time zones, as `Europe/Lisbon`."""
    return frozenset(available_timezones()) - _NO_PLACES


@lru_cache(maxsize=1_000)
def close_zone(name: str) -> str | None:
    """The zone that somebody may have meant: by its city, or by similar spelling."""
    wanted = name.casefold().replace(" ", "_")
    by_name = {zone.casefold(): zone for zone in sorted(zones())}
    by_city = {zone.rpartition("/")[2]: full for zone, full in by_name.items() if "/" in zone}
    city = wanted.rpartition("/")[2]
    if found := by_name.get(wanted) or by_city.get(city):
        return found
    close = get_close_matches(wanted, by_name, n=1, cutoff=0.8)
    if close:
        return by_name[close[0]]
    close = get_close_matches(city, by_city, n=1, cutoff=0.8)
    return by_city[close[0]] if close else None


@lru_cache(maxsize=1_000)
def locale_name(text: str) -> str | None:
    """The usual spelling of a locale (`de-AT` for `de_at`); None where there is no such locale."""
    try:
        return str(Locale.parse(text.replace("-", "_"))).replace("_", "-")
    except (UnknownLocaleError, ValueError):
        return None
