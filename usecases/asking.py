"""Whom to ask to agree to a goal: manager, deputy, manager's manager, then policy's role."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.goals import Capacity
from domain.people import Employment, Member
from domain.workdays import (
    SETTLE_IN,
    Absence,
    answer_deadline,
    considered_by,
    local_moment,
    workday_after,
)
from storage import facilitation, people
from storage.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody who can be asked, and why it is them."""

    person: Member
    capacity: Capacity
    absences: tuple[Absence, ...]

    def away(self, now: datetime) -> bool:
        today = self.person.today(now)
        return any(absence.covers(today) for absence in self.absences)


@dataclass(frozen=True, slots=True)
class Deadlines:
    answer_by: datetime
    remind_at: datetime | None


def ladder(work: Reading, owner: Member, goal: UUID | None) -> Iterator[Ask]:
    """Everybody who can be asked about this goal of the owner's, in the order of asking.

    Never the owner; nobody twice; nobody who could not answer, or who helps either side with it:
    with none that is only being made, for which `goal` is None. Who comes later is looked up only
    if somebody wants to know.
    """
    helpers = set() if goal is None else facilitation.helpers_of(work.connection, goal)
    seen = {owner.id, *helpers}
    since = owner.today(work.now) - timedelta(days=1)
    for rung in _rungs(work, owner):
        fit = {}
        for member, capacity in rung:
            if member.id not in seen and can_answer(member):
                seen.add(member.id)
                fit[member.id] = member, capacity
        away = people.absences(work.connection, fit, since) if fit else {}
        for member, capacity in fit.values():
            yield Ask(member, capacity, tuple(away.get(member.id, ())))


def can_answer(member: Member) -> bool:
    """Whether Slack reaches them and they may decide: a contractor sees their own goals only."""
    reachable = member.slack_user is not None and member.may_act
    return reachable and member.employment is not Employment.CONTRACTOR


def _rungs(work: Reading, owner: Member) -> Iterator[list[tuple[Member, Capacity]]]:
    today = owner.today(work.now)
    managers = people.current_managers(work.connection, owner.id, today)
    # While somebody acts for the manager, the permanent manager is not asked.
    for manager in managers[:1]:
        yield [(manager, Capacity.MANAGER)]
        deputies = people.deputies(work.connection, manager.id, today)
        yield [(deputy, Capacity.DEPUTY) for deputy in deputies]
        above = people.current_managers(work.connection, manager.id, today)[:1]
        yield [(one, Capacity.MANAGERS_MANAGER) for one in above]
    role = work.rules_of(owner).negotiation.answering_role
    holders = people.role_holders(work.connection, role, owner, today)
    reports = {report.id for report in people.direct_reports(work.connection, owner.id, today)}
    # One's own manager's goal is decided only where there is nobody else to do it.
    holders.sort(key=lambda holder: holder.id in reports)
    yield [(holder, Capacity.ROLE) for holder in holders]


def next_to_ask(asks: Iterable[Ask], asked: Collection[UUID], now: datetime) -> Ask | None:
    """The first not asked yet who is not away; somebody away only if nobody else is left."""
    first: Ask | None = None
    for ask in asks:
        if ask.person.id not in asked:
            if not ask.away(now):
                return ask
            first = first or ask
    return first


def deadlines(
    work: Reading,
    member: Member,
    absences: tuple[Absence, ...],
    asked_at: datetime | None = None,
    *,
    consider: bool = False,
) -> Deadlines:
    """When an answer is expected, and when to remind before that, in the person's own days.

    Counted from now, or from when they were asked. Who may `consider` first is neither reminded nor
    expected to answer before the time that policy gives them for it.
    """
    asked = asked_at or work.now
    rules = work.rules_of(member).negotiation
    hours = rules.consider_hours if consider else 0
    considered = considered_by(member, absences, asked, hours)
    within = rules.answer_within_working_days
    answer_by = max(answer_deadline(member, absences, asked, within), considered)
    ahead = within - rules.remind_working_days_before
    if ahead < 1:
        return Deadlines(answer_by, None)
    day = workday_after(member, absences, member.today(asked), ahead)
    remind_at = max(local_moment(member, day, member.day_start) + SETTLE_IN, considered)
    return Deadlines(answer_by, remind_at if remind_at < answer_by else None)
