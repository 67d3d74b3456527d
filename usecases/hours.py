"""When somebody may be told what nobody else's act has caused: at work, in their own hours."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.origin import Origin
from storage import people
from storage.unit_of_work import Store
from usecases.checkin_prompts import rota_now


def next_hours(store: Store, origin: Origin, person: UUID) -> datetime | None:
    """Now, if they are at work; else when they will be, as things stand; None where never."""
    with store.read(origin) as work:
        member = people.member(work.connection, person)
        rota = rota_now(work, member)
        if rota.shift_at(work.now) is not None:
            return work.now
        return rota.opening_after(work.now, member.today(work.now))
