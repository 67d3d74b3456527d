"""The one message of a person's morning: an idempotent sweep, in batches; and putting it off.

It asks about the goals whose day has come, shows managers their weekly list, and tells what else
waited for the morning. A row of `check_in_prompt` stands for the message of a person's day, also
where nothing is asked, so that there is never a second one.

Where thousands begin their day at once, each has a turn of their own (`domain/spread.py`).

Every row that is looked at gets a later moment to look at again, at most a day ahead, so that new
leave, another zone or a corrected calendar is noticed in time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from domain.cadence import DAY, Plan, Rota, is_fresh, newest_due, next_day
from domain.checkins import Snoozed
from domain.errors import AlreadyDone, InvalidInput, Refused
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.policy import CheckIns, OwnList
from domain.snoozing import SnoozeCheckIn, SnoozeOffer
from domain.spread import spread_into
from domain.workdays import Absence, end_of_day
from storage import cadences, checkin_prompts, goal_history, mornings, people
from storage.cadences import AgreedGoal, Begun, GoalCadence, NextLook
from storage.checkin_prompts import Prompt
from storage.crowds import Crowds, crowds_of
from storage.mornings import Morning
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.escalations import remind_silent

BATCH = 200
BEGUN_AT_ONCE = 1000
# Leave that ended this recently still explains why several questions have become one.
JUST_BACK = timedelta(days=7)
A_WEEK = timedelta(days=7)


def prompt_check_ins(store: Store, origin: Origin) -> int:
    """Write to everybody whose time has come, once a day at most; returns to how many.

    Any number of processes may run it at once: a person's message of a day exists once.
    """
    remind_silent(store, origin)
    _begin_missing(store, origin)
    made, crowds = 0, None
    before: set[UUID] = set()
    while True:
        with store.read(origin) as reading:
            waiting = set(cadences.people_to_look_at(reading.connection, reading.now, BATCH))
            if waiting and crowds is None:
                # Once for all: they count who was asked as well as who is to be.
                crowds = crowds_of(reading.connection, _days_at(reading.now), reading.now)
        # Whoever waits still, having just been looked at, waits for the next sweep.
        if waiting <= before:
            return made
        with store.write(origin) as work:
            made += _look_at(work, waiting, crowds or {})
        before = waiting


def _days_at(now: datetime) -> list[date]:
    """The dates that it is somewhere, and those that come next."""
    return [now.date() + offset * DAY for offset in (-1, 0, 1, 2)]


def _begin_missing(store: Store, origin: Origin) -> None:
    """Plan questions for goals that were agreed since, and lists for new managers."""
    goal: UUID | None = None
    leads: UUID | None = None
    while True:
        with store.read(origin) as reading:
            agreed = cadences.without_cadence(reading.connection, BEGUN_AT_ONCE, goal)
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


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of a batch of people, read with a fixed number of statements."""

    members: Mapping[UUID, Member]
    here: Collection[UUID]
    """Those who have not left."""
    away: Mapping[UUID, Sequence[Absence]]
    goals: Mapping[UUID, Sequence[GoalCadence]]
    lists: Mapping[UUID, date]
    """The last nominal day of each manager's weekly list."""
    latest: Mapping[UUID, Prompt]
    latest_question: Mapping[UUID, Prompt]
    lost: Mapping[UUID, Sequence[UUID]]
    """Goals of a question that never reached the person."""
    finished: Collection[UUID]
    waited_for: Collection[UUID]
    """Those who are to be told something else with their morning's message."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """One person when their cadences are looked at."""

    rota: Rota
    now: datetime
    shift: date | None
    """The working day in whose hours it is now, if they can be asked on it."""
    later: datetime | None
    """When their message of today comes, if its time in the window is yet to come."""
    lost: Collection[UUID]
    finished: Collection[UUID]
    crowds: Crowds

    def turn_on(self, day: date) -> datetime:
        """When somebody's message of that day comes."""
        member = self.rota.member
        crowd = self.crowds.get((member.timezone, day), 0)
        return spread_into(self.rota.hours(day)[0], crowd, member.id)


def _look_at(work: Work, waiting: Collection[UUID], crowds: Crowds) -> int:
    """Decide for each person, then write it all at once."""
    facts = _facts(work, waiting)
    looks: list[NextLook] = []
    list_looks: list[tuple[UUID, date, datetime]] = []
    prompts: list[tuple[Prompt, Collection[UUID]]] = []
    for member in facts.members.values():
        desk = _desk(work, member, facts, crowds)
        decided = [(row.goal, *_decide(row, desk)) for row in facts.goals.get(member.id, ())]
        looks += [look for _, look, _ in decided]
        goals = [goal for goal, _, wanted in decided if wanted]
        with_list = False
        if member.id in facts.lists:
            day, with_list = _decide_list(work, member, facts.lists[member.id], desk)
            again = _look_again(desk, member.today(work.now))
            list_looks.append((member.id, day, again))
        waits = member.id in facts.waited_for
        if waits and desk.shift is None:
            again = _look_again(desk, member.today(work.now))
            mornings.put_off_to(work.connection, member.id, again, work.now)
        if desk.shift is not None and (goals or with_list or waits):
            back = bool(goals) and _just_back(desk.rota, desk.shift)
            prompt = checkin_prompts.new_prompt(
                member.id, desk.shift, work.now, after_leave=back, with_digest=with_list
            )
            prompts.append((prompt, goals))
    cadences.save_looks(work.connection, looks)
    cadences.save_digest_looks(work.connection, list_looks)
    return _ask(work, prompts, facts)


def _facts(work: Work, waiting: Collection[UUID]) -> _Facts:
    connection = work.connection
    goals: dict[UUID, list[GoalCadence]] = {}
    rows = cadences.cadences_of(connection, waiting, lock=True)
    for row in rows:
        goals.setdefault(row.owner, []).append(row)
    lists = cadences.digests_handled(connection, waiting, lock=True)
    latest_question = checkin_prompts.latest_prompts(connection, waiting, asking=True)
    return _Facts(
        members=people.members(connection, waiting),
        here=cadences.active_people(connection, waiting),
        away=people.absences(connection, waiting, work.now.date() - JUST_BACK),
        goals=goals,
        lists=lists,
        latest=checkin_prompts.latest_prompts(connection, waiting),
        latest_question=latest_question,
        lost=_lost_questions(work, latest_question),
        finished=cadences.finished(connection, [row.goal for row in rows]),
        waited_for=mornings.waited_for(connection, waiting, work.now),
    )


def _ask(work: Work, prompts: Sequence[tuple[Prompt, Collection[UUID]]], facts: _Facts) -> int:
    """Send what is new; returns how many that are."""
    new = checkin_prompts.add_prompts(work.connection, prompts)
    for prompt, goals in prompts:
        if prompt.id not in new:
            continue
        says_something = goals or prompt.with_digest
        notice = _notice(prompt, facts.members[prompt.owner]) if says_something else None
        work.send_morning(Morning(prompt.owner, prompt.local_date, notice))
        work.refresh_homes([prompt.owner])
        if goals and prompt.owner in facts.latest_question:
            # It says that it is asked again; those before it have said so already.
            work.touch(SubjectType.CHECK_IN_PROMPT, facts.latest_question[prompt.owner].id)
    return len(new)


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


def _desk(work: Work, member: Member, facts: _Facts, crowds: Crowds) -> _Desk:
    rota = rota_of(member, facts.away.get(member.id, ()), work.rules_of(member).check_ins)
    shift = rota.shift_at(work.now)
    last = facts.latest.get(member.id)
    asked_today = last is not None and shift is not None and last.local_date >= shift
    can_be_asked = member.id in facts.here and reachable(member)
    desk = _Desk(
        rota,
        work.now,
        shift if can_be_asked and not asked_today else None,
        None,
        facts.lost.get(member.id, ()),
        facts.finished,
        crowds,
    )
    turn = desk.turn_on(desk.shift) if desk.shift is not None else work.now
    return desk if turn <= work.now else replace(desk, shift=None, later=turn)


def _decide(row: GoalCadence, desk: _Desk) -> tuple[NextLook, bool]:
    """What becomes of one cadence now, and whether the prompt asks about its goal."""
    if not row.active:
        return NextLook(row.goal, row.handled, None, None, None, None), False
    handled, due, again, wanted = row.handled, row.due_since, row.ask_again_on, False
    if row.goal in desk.finished:
        due, again = None, None
    if desk.shift is not None:
        today = desk.shift
        nominal = newest_due(row.plan, handled, today, desk.rota)
        snoozed = again is not None and again > today
        if nominal is not None:
            handled = nominal
            if row.goal not in desk.finished and not _reported(row, desk, nominal):
                due = due or today
                wanted = not snoozed
        if due is not None and not snoozed and (again is not None or row.goal in desk.lost):
            wanted = True
        if wanted:
            again = None
    upcoming = [
        day
        for day in (
            next_day(row.plan, handled, desk.rota),
            desk.rota.next_working(again) if again is not None else None,
        )
        if day is not None
    ]
    next_local = min(upcoming, default=None)
    return NextLook(
        row.goal, handled, next_local, _look_again(desk, next_local), due, again
    ), wanted


def _reported(row: GoalCadence, desk: _Desk, nominal: date) -> bool:
    if row.reported_at is None:
        return False
    return is_fresh(row.plan.rhythm, desk.rota.member.today(row.reported_at), nominal)


def _look_again(desk: _Desk, day: date | None) -> datetime:
    """The next opening that matters, at most a day ahead."""
    tomorrow = desk.now + DAY
    if desk.later is not None:
        return min(desk.later, tomorrow)
    opening = desk.rota.opening_after(desk.now, day) if day is not None else None
    if opening is None:
        return tomorrow
    opens_on = desk.rota.member.today(opening)
    if opening == desk.rota.opening(opens_on):
        opening = desk.turn_on(opens_on)
    return min(opening, tomorrow)


def _decide_list(work: Reading, manager: Member, handled: date, desk: _Desk) -> tuple[date, bool]:
    """The newest nominal day of the weekly list, and whether the list is due now."""
    if desk.shift is None:
        return handled, False
    rules = work.rules_of(manager).check_ins
    weekday = list_weekday(manager, rules)
    if weekday is None:
        return handled, False
    nominal = desk.shift - timedelta(days=(desk.shift.isoweekday() - weekday) % 7)
    if nominal <= handled:
        return handled, False
    leads = bool(people.direct_reports(work.connection, manager.id, desk.shift))
    return nominal, leads


def list_weekday(manager: Member, rules: CheckIns) -> int | None:
    """The ISO weekday of the manager's list: their own choice as far as the rules leave them one;
    None where they want none."""
    usual, chosen = rules.digest_weekday, manager.own_hours.list_day
    if rules.own_list is OwnList.FIXED:
        return usual
    return chosen.weekday(usual) or (None if rules.own_list is OwnList.FREE else usual)


def _just_back(rota: Rota, shift: date) -> bool:
    """Whether the working day before this one fell into leave."""
    days = (shift - timedelta(days=back) for back in range(1, JUST_BACK.days + 1))
    before = next((day for day in days if rota.member.on_duty(day)), None)
    return before is not None and rota.away(before)


def _lost_questions(work: Work, latest: Mapping[UUID, Prompt]) -> dict[UUID, list[UUID]]:
    """The open goals of each person's last prompt, where it never reached Slack."""
    unseen = checkin_prompts.never_shown(work.connection, [prompt.id for prompt in latest.values()])
    still_open = checkin_prompts.open_goals(work.connection, unseen)
    return {
        owner: still_open[prompt.id] for owner, prompt in latest.items() if prompt.id in still_open
    }


def _notice(prompt: Prompt, member: Member) -> NewNotice:
    return NewNotice(
        kind=NoticeKind.CHECK_IN_PROMPT,
        dedup_key=f"check_in:{prompt.owner}:{prompt.local_date}",
        person=prompt.owner,
        lane=Lane.REMINDER,
        subject_type=SubjectType.CHECK_IN_PROMPT,
        subject=prompt.id,
        due_at=prompt.at,
        expires_at=end_of_day(member, prompt.local_date),
    )


def snooze(store: Store, origin: Origin, days: int) -> Snoozed:
    """Put off all that is due by some days, to the next working day from there.

    Raises InvalidInput outside of policy's bounds, Refused where nothing is due.
    """
    with store.write(origin) as work:
        member = require_member(work)
        work.arrive()
        return put_off(work, member, days)


def snooze_offer(store: Store, origin: Origin) -> SnoozeOffer:
    """How far the asker can put off what is due. Raises Refused where nothing is."""
    with store.read(origin) as work:
        member = require_member(work)
        rows = cadences.cadences_of(work.connection, [member.id])
        if not any(row.active and row.due_since is not None for row in rows):
            raise Refused("nothing_to_snooze")
        most = work.policy.document.check_ins.snooze_days_at_most
        return SnoozeOffer(member.today(work.now), most)


def snooze_as_chosen(store: Store, origin: Origin, command: SnoozeCheckIn) -> Snoozed:
    """As `snooze`; what lies beyond policy's bounds is refused at its field."""
    with store.write(origin) as work:
        member = require_member(work)
        today = member.today(work.now)
        most = work.policy.document.check_ins.snooze_days_at_most
        days = command.days(today)
        if days > most:
            field = "until" if command.day is None else "day"
            raise InvalidInput("snooze_too_far", field=field, last=today + timedelta(days=most))
        return put_off(work, member, days)


def undo_snooze(store: Store, origin: Origin) -> None:
    """What the asker has put off is open again at once. Raises AlreadyDone where nothing is."""
    with store.write(origin) as work:
        member = require_member(work)
        work.arrive()
        rows = cadences.cadences_of(work.connection, [member.id], lock=True)
        today = member.today(work.now)
        later = [
            row.goal
            for row in rows
            if row.active and row.ask_again_on is not None and row.ask_again_on > today
        ]
        if not later:
            raise AlreadyDone("snooze_over")
        for prompt in checkin_prompts.undo_snooze(work.connection, member.id, later, work.now):
            work.touch(SubjectType.CHECK_IN_PROMPT, prompt)
        work.refresh_homes([member.id])


def put_off(work: Work, member: Member, days: int) -> Snoozed:
    """As `snooze`, within a transaction of the caller's; whatever it refuses it leaves as it is."""
    most = work.rules_of(member).check_ins.snooze_days_at_most
    if not 1 <= days <= most:
        raise InvalidInput("snooze_bounds", most=most)
    rows = cadences.cadences_of(work.connection, [member.id], lock=True)
    due = [row.goal for row in rows if row.active and row.due_since is not None]
    if not due:
        raise Refused("nothing_to_snooze")
    rota = rota_now(work, member)
    until = rota.next_working(member.today(work.now) + timedelta(days=days))
    if until is None:
        raise InvalidInput("snooze_bounds", most=most)
    for prompt in checkin_prompts.snooze(work.connection, member.id, due, until, work.now):
        work.touch(SubjectType.CHECK_IN_PROMPT, prompt)
    work.refresh_homes([member.id])
    return Snoozed(until, len(due))
