"""What becomes of somebody's cadences and weekly list at a moment, from what is known of them.

A decision holds for everybody who has the same days, hours and plans; only the part of the morning
that is a person's own is left open in it (`Look`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.cadence import DAY, Plan, Rota, is_fresh, newest_due, next_day
from domain.people import Member
from domain.policy import CheckIns, OwnList
from domain.spread import spread_over
from domain.workdays import Absence
from storage import people
from storage.crowds import Crowds
from storage.unit_of_work import Reading

# Leave that ended this recently still explains why several questions have become one.
JUST_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Look:
    """When to look at somebody again: each at their place (0 to 1) in the spread."""

    begins: datetime
    spread: timedelta
    latest: datetime

    def at(self, place: float) -> datetime:
        return min(self.begins + self.spread * place, self.latest)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a decision about a goal is made from, besides its owner's days and hours."""

    plan: Plan
    handled: date
    due_since: date | None
    ask_again_on: date | None
    reported_at: datetime | None
    active: bool
    finished: bool
    lost: bool
    """The question about it never reached its owner."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one cadence; `wanted`: whether its goal is asked about now."""

    handled: date
    next_local: date | None
    look: Look | None
    due_since: date | None
    ask_again_on: date | None
    nominal: date | None
    """The nominal day that has come."""
    wanted: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """One person, or all who are alike, when their cadences are looked at."""

    rota: Rota
    now: datetime
    shift: date | None
    """The working day in whose hours it is now, if they can be asked on it."""
    later: Look | None
    """When their message of today comes, if its time in the window is yet to come."""
    crowds: Crowds

    def turns_on(self, day: date) -> Look:
        """When the messages of that day come."""
        member, hours = self.rota.member, self.rota.hours(day)[0]
        spread = spread_over(hours, self.crowds.get((member.timezone, day), 0))
        return Look(hours.begins, spread, hours.ends)

    def waiting(self, turns: Look) -> Desk:
        """The same for those whose time in the window is yet to come."""
        return Desk(self.rota, self.now, None, turns, self.crowds)

    def look_again(self, day: date | None) -> Look:
        """The next opening that matters, at most a day ahead."""
        tomorrow = self.now + DAY
        if self.later is not None:
            return Look(self.later.begins, self.later.spread, tomorrow)
        opening = self.rota.opening_after(self.now, day) if day is not None else None
        if opening is None:
            return Look(tomorrow, timedelta(), tomorrow)
        opens_on = self.rota.member.today(opening)
        if opening == self.rota.opening(opens_on):
            turns = self.turns_on(opens_on)
            return Look(turns.begins, turns.spread, tomorrow)
        return Look(opening, timedelta(), tomorrow)


def decide(goal: Asked, desk: Desk) -> Decision:
    """What becomes of one cadence now, and whether the prompt asks about its goal."""
    if not goal.active:
        return Decision(goal.handled, None, None, None, None, None, wanted=False)
    handled, due, again = goal.handled, goal.due_since, goal.ask_again_on
    nominal, wanted = None, False
    if goal.finished:
        due, again = None, None
    if desk.shift is not None:
        today = desk.shift
        nominal = newest_due(goal.plan, handled, today, desk.rota)
        snoozed = again is not None and again > today
        if nominal is not None:
            handled = nominal
            if not goal.finished and not _reported(goal, desk, nominal):
                due = due or today
                wanted = not snoozed
        if due is not None and not snoozed and (again is not None or goal.lost):
            wanted = True
        if wanted:
            again = None
    upcoming = [
        day
        for day in (
            next_day(goal.plan, handled, desk.rota),
            desk.rota.next_working(again) if again is not None else None,
        )
        if day is not None
    ]
    next_local = min(upcoming, default=None)
    look = desk.look_again(next_local)
    return Decision(handled, next_local, look, due, again, nominal, wanted)


def _reported(goal: Asked, desk: Desk, nominal: date) -> bool:
    if goal.reported_at is None:
        return False
    return is_fresh(goal.plan.rhythm, desk.rota.member.today(goal.reported_at), nominal)


def list_due(manager: Member, rules: CheckIns, handled: date, shift: date | None) -> date | None:
    """The nominal day of the weekly list that has come, and was not handled."""
    weekday = list_weekday(manager, rules)
    if shift is None or weekday is None:
        return None
    nominal = shift - timedelta(days=(shift.isoweekday() - weekday) % 7)
    return nominal if nominal > handled else None


def list_weekday(manager: Member, rules: CheckIns) -> int | None:
    """The ISO weekday of the manager's list: their own choice as far as the rules leave them one;
    None where they want none."""
    usual, chosen = rules.digest_weekday, manager.own_hours.list_day
    if rules.own_list is OwnList.FIXED:
        return usual
    return chosen.weekday(usual) or (None if rules.own_list is OwnList.FREE else usual)


def reachable(member: Member) -> bool:
    """Whether Slack reaches them, and lets them act."""
    return member.may_act and member.slack_user is not None


def rota_of(member: Member, absences: Sequence[Absence], rules: CheckIns) -> Rota:
    return Rota(member, absences, timedelta(minutes=rules.minutes_into_day))


def rota_now(work: Reading, member: Member) -> Rota:
    """The person's rota as it stands now."""
    since = work.now.date() - JUST_BACK
    away = people.absences(work.connection, [member.id], since).get(member.id, [])
    return rota_of(member, away, work.rules_of(member).check_ins)
