"""When somebody may be told what nobody else's act has caused: at work, in their own hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.origin import Origin
from storage import people
from storage.unit_of_work import Store
from usecases.checkin_decisions import rota_now


@dataclass(frozen=True, slots=True)
class AtWork:
    """From when on they can be told; `day` is the working day of theirs where that is now."""

    begins: datetime
    day: date | None


def next_hours(store: Store, origin: Origin, person: UUID) -> AtWork | None:
    """Now, if they are at work; else when they will be, as things stand; None where never."""
    with store.read(origin) as work:
        member = people.member(work.connection, person)
        rota = rota_now(work, member)
        day = rota.shift_at(work.now)
        if day is not None:
            return AtWork(work.now, day)
        begins = rota.opening_after(work.now, member.today(work.now))
        return None if begins is None else AtWork(begins, None)
