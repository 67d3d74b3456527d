"""Planning when somebody is asked: cadences of goals that were agreed, lists of new managers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.cadence import Plan
from domain.origin import Origin
from storage import cadences, goal_history, people
from storage.cadences import AgreedGoal, Begun
from storage.unit_of_work import Store, Work

BEGUN_AT_ONCE = 1000


def plan_missing(store: Store, origin: Origin) -> None:
    """Plan questions for goals that were agreed since, and lists for new managers."""
    goal: UUID | None = None
    leads: UUID | None = None
    while True:
        with store.read(origin) as reading:
            agreed = cadences.unplanned(reading.connection, BEGUN_AT_ONCE, goal)
            managers = cadences.managers_without_digest(reading.connection, BEGUN_AT_ONCE, leads)
        if agreed or managers:
            with store.write(origin) as work:
                _begin(work, agreed)
                if managers:
                    # Their first list comes with the next nominal day, not in the middle of a week.
                    cadences.begin_digests(work.connection, managers, work.now.date(), work.now)
        if max(len(agreed), len(managers)) < BEGUN_AT_ONCE:
            return
        goal = agreed[-1].goal if agreed else goal
        leads = managers[-1] if managers else leads


def _begin(work: Work, agreed: Sequence[AgreedGoal]) -> None:
    owners = people.members(work.connection, [one.owner for one in agreed])
    values = goal_history.latest_readings(work.connection, [one.goal for one in agreed])
    begun = []
    for one in agreed:
        owner = owners[one.owner]
        anchor = max(owner.today(one.agreed_at), one.start_date or date.min)
        rhythm = one.rhythm or work.rules_of(owner).template(owner.level).rhythm
        reported = owner.today(values[one.goal][1].at) if one.goal in values else anchor
        begun.append(Begun(one, Plan(anchor, rhythm, one.due_date), max(anchor, reported)))
    cadences.begin_cadences(work.connection, begun, work.now)
