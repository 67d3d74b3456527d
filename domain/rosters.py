"""Rosters: working days that a shift plan repeats, such as four days on and four days off.

Written as the first day of a turn and how it goes on from there: `2027-01-04 4on 4off`, or, for two
weeks in turn, `2027-01-04 5on 2off 3on 4off`. Before its first day the usual week holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

LONGEST_TURN = 366
LONGEST_TEXT = 200

_RUN = re.compile(r"(\d{1,3})\s*(on|off)")


class BadRoster(ValueError):
    """The text is no roster."""


@dataclass(frozen=True, slots=True)
class Roster:
    """From `first` on, the days of a turn repeat: each is a working day or none."""

    first: date
    turn: tuple[bool, ...]

    def holds_on(self, day: date) -> bool:
        return day >= self.first

    def works(self, day: date) -> bool:
        return self.turn[(day - self.first).days % len(self.turn)]


@lru_cache(maxsize=10_000)
def read_roster(text: str) -> Roster:
    """Raises BadRoster for what is none, has no working day, or repeats in more than a year."""
    head, _, rest = text.casefold().replace(",", " ").strip().partition(" ")
    try:
        first_day = date.fromisoformat(head)
    except ValueError:
        raise BadRoster(text) from None
    turn: list[bool] = []
    rest = rest.strip()
    while rest:
        found = _RUN.match(rest)
        if found is None or len(turn) > LONGEST_TURN:
            raise BadRoster(text)
        turn += [found[2] == "on"] * int(found[1])
        rest = rest[found.end() :].strip()
    if not any(turn) or len(turn) > LONGEST_TURN:
        raise BadRoster(text)
    return Roster(first_day, tuple(turn))


def roster_text(roster: Roster) -> str:
    """The one way to write a roster: runs of days alike."""
    runs = ((works, len(list(days))) for works, days in groupby(roster.turn))
    told = " ".join(f"{count}{'on' if works else 'off'}" for works, count in runs)
    return f"{roster.first.isoformat()} {told}"
