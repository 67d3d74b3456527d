"""Moments ahead, for whoever moves a demo's clock."""

from __future__ import annotations

from datetime import date, datetime

from domain.origin import Origin
from storage import people, planned
from storage.unit_of_work import Store
from usecases.checkin_decisions import rota_of


def next_planned(store: Store, origin: Origin) -> datetime | None:
    """The next moment for which something is planned; a sweep then finds what it is."""
    with store.read(origin) as work:
        return planned.next_planned(work.connection, work.now)


def next_morning(store: Store, origin: Origin, slack_user: str) -> datetime | None:
    """When this person's next working day has properly begun: the moment of their check-ins.

    Public holidays and days that they never work are skipped, leave is not: whoever is away still
    wants to see a day pass. None for somebody whom the directory does not list.
    """
    with store.read(origin) as work:
        member = people.active_by_slack_user(work.connection, slack_user)
        if member is None:
            return None
        rota = rota_of(member, (), work.rules_of(member).check_ins)
        return rota.opening_after(work.now, date.min)
