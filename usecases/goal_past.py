"""`/goal history G-12 on 2027-03-03`: a goal as it stood on a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from domain.errors import Refused
from domain.goal_past import GoalOnDay, LaterChange, stood
from domain.origin import Origin
from domain.people import Member
from domain.references import ReferenceKind, reference_text
from storage import change_requests, goal_history, goals
from storage.unit_of_work import Reading, Store
from usecases import goal_cards
from usecases.access import require_member

STEPS = 10_000


def goal_on(store: Store, origin: Origin, which: str, day: date) -> GoalOnDay:
    """The goal as it stood when that day of the asker's ended, whatever has happened since.

    Raises NotShared, and Refused for a day to come or one before the goal was proposed.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        card = goal_cards.chosen_card(work, viewer, which)
        if day > viewer.today(work.now):
            raise Refused("history_ahead")
        ended = _end_of(viewer, day)
        steps = [one for _, one in goal_history.steps(work.connection, card.id, limit=STEPS)]
        found = stood((one for one in reversed(steps) if one.at < ended), card.owner.id)
        if found is None:
            raise Refused("history_before", day=steps[-1].at.astimezone(viewer.zone).date())
        author, reason = goals.version_origin(work.connection, card.id, found.version)
        return GoalOnDay(
            card=card,
            day=day,
            stood=found,
            content=goals.content(work.connection, card.id, found.version),
            author=author.name,
            reason=reason,
            later=tuple(_later(work, card.id, day, ended)),
        )


def _end_of(viewer: Member, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), viewer.zone)


def _later(work: Reading, goal: UUID, day: date, ended: datetime) -> list[LaterChange]:
    """What counts for that day by now, though nobody had agreed to it then."""
    return [
        LaterChange(reference_text(ReferenceKind.CHANGE, one.number), one.agreed_at, since)
        for one in change_requests.accepted_of(work.connection, goal).values()
        if (since := one.effective_on) is not None and since <= day and one.agreed_at >= ended
    ]
