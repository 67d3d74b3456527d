"""A manager's list: who needs them, who is fine, who is not asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from domain.cadence import A_ROUND
from domain.checkins import LOW_CONFIDENCE, Need, SupportKind, Team, TeamMember
from domain.origin import Origin
from domain.people import Member
from storage import cadences, checkin_prompts, checkin_support, checkins, people
from storage.cadences import GoalCadence
from storage.checkins import StoredCheckIn
from storage.unit_of_work import Reading, Store
from usecases.access import require_member
from usecases.checkin_decisions import reachable


def my_team(store: Store, origin: Origin) -> Team:
    """The asker's own reports; empty for somebody who leads nobody."""
    with store.read(origin) as work:
        return team_of(work, require_member(work))


def team_of(work: Reading, manager: Member) -> Team:
    """Everybody who reports to the manager today, with a fixed number of statements.

    Who is absent, or has no Slack account to be asked in, is listed as not asked, whatever they
    owe; so is whoever would be late if a question had ever reached them. Why is not said.
    """
    today = manager.today(work.now)
    reports = people.direct_reports(work.connection, manager.id, today)
    ids = [person.id for person in reports]
    away = people.absences(work.connection, ids, today)
    latest = checkins.latest_check_ins(work.connection, ids)
    waiting = checkin_support.waiting_for_support(work.connection, manager.id, ids)
    goals: dict[UUID, list[GoalCadence]] = {}
    for row in cadences.cadences_of(work.connection, ids):
        if row.active:
            goals.setdefault(row.owner, []).append(row)
    unsure = _unsure(work, manager, goals)
    reached = checkin_prompts.reached(work.connection, ids)
    agreed = cadences.owners_of_active_goals(work.connection, ids)
    overdue_after = timedelta(days=work.rules_of(manager).check_ins.overdue_after_days)

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
        due = [row for row in goals.get(person.id, ()) if row.due_since is not None]
        oldest = _oldest(row for row in due if row.goal in reached)
        wrote = waiting.get(person.id)
        needs = [need for kind, need in _NEEDS_OF_NOTES.items() if wrote and kind in wrote.kinds]
        if person.id in unsure:
            needs.append(Need.LOW_CONFIDENCE)
        to_read = wrote.check_in if wrote else unsure.get(person.id)
        if _late(oldest, local, overdue_after):
            needs.append(Need.OVERDUE)
        elif not needs and _late(_oldest(due), local, overdue_after):
            not_asked.append(person)
            continue
        if person.id not in agreed:
            needs.append(Need.NO_GOAL)
        member = TeamMember(person, tuple(needs), _when(last), oldest, to_read)
        (need if needs else fine).append(member)
    order = list(Need)
    need.sort(key=lambda one: order.index(one.needs[0]))
    return Team(manager, tuple(need), tuple(fine), tuple(not_asked))


def _oldest(rows: Iterable[GoalCadence]) -> date | None:
    """Since when an answer about one of these is owed."""
    return min((row.due_since for row in rows if row.due_since is not None), default=None)


def _late(since: date | None, today: date, after: timedelta) -> bool:
    return since is not None and today - since >= after


_NEEDS_OF_NOTES = {
    SupportKind.SUPPORT: Need.SUPPORT_ASKED,
    SupportKind.BLOCKERS: Need.BLOCKERS_NAMED,
}


def _unsure(
    work: Reading, manager: Member, goals: Mapping[UUID, Collection[GoalCadence]]
) -> dict[UUID, UUID]:
    """Who is not confident of an active goal, and the newest check-in that told the manager so.

    The last confidence given counts until the goal's next round, whatever else was reported since.
    """
    rhythms = {row.goal: row.plan.rhythm for rows in goals.values() for row in rows}
    said = checkin_support.latest_confidences(work.connection, goals)
    low = [
        one
        for one in said
        if one.manager == manager.id
        and one.level <= LOW_CONFIDENCE
        and one.goal in rhythms
        and work.now - one.at <= A_ROUND[rhythms[one.goal]]
    ]
    return {one.owner: one.check_in for one in sorted(low, key=lambda one: one.at)}


def _when(last: StoredCheckIn | None) -> datetime | None:
    return last.at if last is not None else None
