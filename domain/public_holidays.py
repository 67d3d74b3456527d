"""Public holidays by region, from the `holidays` library."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from holidays import country_holidays


def is_public_holiday(region: str | None, day: date) -> bool:
    """Whether nobody there is expected at work.

    `region` is an ISO 3166-1 country, or an ISO 3166-2 subdivision of one; where the library does
    not know the subdivision, nationwide holidays count, and where it does not know the country,
    none do.
    """
    if region is None:
        return False
    country, _, subdivision = region.partition("-")
    return day in _of_year(country, subdivision, day.year)


@lru_cache(maxsize=2_000)
def _of_year(country: str, subdivision: str, year: int) -> frozenset[date]:
    for narrowed in dict.fromkeys((subdivision or None, None)):
        try:
            return frozenset(country_holidays(country, subdiv=narrowed, years=year))
        except NotImplementedError:
            continue
    return frozenset()
