"""A manager's list: who needs them, who is fine, who is not asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from domain.checkins import LOW_CONFIDENCE, Need, Team, TeamMember
from domain.origin import Origin
from domain.people import Member
from storage import cadences, checkin_support, checkins, people
from storage.cadences import GoalCadence
from storage.checkins import StoredCheckIn
from storage.unit_of_work import Reading, Store
from usecases.access import require_member
from usecases.checkin_prompts import reachable


def my_team(store: Store, origin: Origin) -> Team:
    """The asker's own reports; empty for somebody who leads nobody."""
    with store.read(origin) as work:
        return team_of(work, require_member(work))


def team_of(work: Reading, manager: Member) -> Team:
    """Everybody who reports to the manager today, with a fixed number of statements.

    Who is absent, or has no Slack account to be asked in, is listed as not asked, whatever they
    owe; why is not said.
    """
    today = manager.today(work.now)
    reports = people.direct_reports(work.connection, manager.id, today)
    ids = [person.id for person in reports]
    away = people.absences(work.connection, ids, today)
    latest = checkins.latest_check_ins(work.connection, ids)
    told = [one.id for one in latest.values() if one.manager == manager.id]
    sure = checkin_support.confidences(work.connection, told)
    asking = checkin_support.waiting_for_support(work.connection, told)
    goals: dict[UUID, list[GoalCadence]] = {}
    for row in cadences.cadences_of(work.connection, ids):
        if row.active:
            goals.setdefault(row.owner, []).append(row)
    agreed = cadences.owners_of_active_goals(work.connection, ids)
    overdue_after = timedelta(days=work.policy.document.check_ins.overdue_after_days)

    need: list[TeamMember] = []
    fine: list[TeamMember] = []
    not_asked: list[Member] = []
    for person in reports:
        local = person.today(work.now)
        absent = any(absence.covers(local) for absence in away.get(person.id, ()))
        if absent or not reachable(person):
            not_asked.append(person)
            continue
        last = latest.get(person.id)
        known = last.id if last is not None and last.id in told else None
        oldest = min(
            (row.due_since for row in goals.get(person.id, ()) if row.due_since is not None),
            default=None,
        )
        needs = []
        if known in asking:
            needs.append(Need.SUPPORT_ASKED)
        if known and min(sure.get(known, {}).values(), default=5) <= LOW_CONFIDENCE:
            needs.append(Need.LOW_CONFIDENCE)
        if oldest is not None and local - oldest >= overdue_after:
            needs.append(Need.OVERDUE)
        if person.id not in agreed:
            needs.append(Need.NO_GOAL)
        member = TeamMember(person, tuple(needs), _when(last), oldest, known)
        (need if needs else fine).append(member)
    order = list(Need)
    need.sort(key=lambda one: order.index(one.needs[0]))
    return Team(manager, tuple(need), tuple(fine), tuple(not_asked))


def _when(last: StoredCheckIn | None) -> datetime | None:
    return last.at if last is not None else None
