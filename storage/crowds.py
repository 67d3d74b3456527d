"""How many people are written to on a day: each is counted before and after it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from storage.mornings import people_waited_for
from storage.tables.checkins import Cadence, CheckInPrompt
from storage.tables.people import Person

Crowds = Mapping[tuple[str, date], int]
"""People by time zone and their own date."""


def crowds_of(connection: Connection, days: Collection[date], now: datetime) -> Crowds:
    """Who has had their message of one of these days, who is to be asked on it, and for whom
    something else waits."""
    asked = _counted(
        connection.execute(
            select(Person.timezone, CheckInPrompt.local_date, func.count())
            .join(Person, Person.id == CheckInPrompt.owner_id)
            .where(CheckInPrompt.local_date.in_(days))
            .group_by(Person.timezone, CheckInPrompt.local_date)
        )
    )
    due = _counted(
        connection.execute(
            select(Person.timezone, Cadence.next_local, func.count(Cadence.owner_id.distinct()))
            .join(Person, Person.id == Cadence.owner_id)
            .where(Cadence.next_local.in_(days))
            .group_by(Person.timezone, Cadence.next_local)
        )
    )
    waited_for = connection.execute(
        select(Person.timezone, func.count())
        .where(Person.id.in_(people_waited_for(now)))
        .group_by(Person.timezone)
    )
    waiting = Counter({(zone, day): count for zone, count in waited_for for day in days})
    # Many for whom something waits are those who are asked.
    return asked + (due | waiting)


def _counted(rows: Iterable[Any]) -> Counter[tuple[str, date]]:
    return Counter({(zone, day): count for zone, day, count in rows})
