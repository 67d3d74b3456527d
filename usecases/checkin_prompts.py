"""The one message of a person's morning: an idempotent sweep, in batches.

It asks about the goals whose day has come, shows managers their weekly list, and tells what else
waited for the morning. A row of `check_in_prompt` stands for the message of a person's day, also
where nothing is asked, so that there is never a second one.

Where thousands begin their day at once, each has a turn of their own (`domain/spread.py`). Those
with the same days, hours and plans are decided about once for all (`usecases/checkin_groups.py`);
whoever has leave, a list to get or something else to be told is looked at here, one by one.

Every row that is looked at gets a later moment to look at again, at most a day ahead, so that new
leave, another zone or a corrected calendar is noticed in time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.cadence import DAY, Rota
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.spread import MORNING, place_of
from domain.workdays import Absence, end_of_day
from storage import cadences, checkin_prompts, mornings, people
from storage.cadences import GoalCadence, NextLook
from storage.checkin_prompts import Prompt
from storage.crowds import Crowds, crowds_of
from storage.mornings import Morning
from storage.unit_of_work import Store, Work
from usecases.checkin_decisions import (
    JUST_BACK,
    Asked,
    Desk,
    decide,
    list_due,
    reachable,
    rota_of,
)
from usecases.checkin_groups import look_at_groups
from usecases.checkin_plans import plan_missing
from usecases.escalations import remind_silent

AT_ONCE = 5000
"""People of one transaction who are decided about in groups: some tenth of a second."""
APART_AT_ONCE = 200
"""People of one transaction who are decided about one by one."""


def prompt_check_ins(store: Store, origin: Origin) -> int:
    """Write to everybody whose time has come, once a day at most; returns to how many.

    Any number of processes may run it at once: a person's message of a day exists once.
    """
    remind_silent(store, origin)
    plan_missing(store, origin)
    made, crowds = 0, None
    before: set[UUID] = set()
    while True:
        with store.read(origin) as reading:
            if not cadences.anybody_to_look_at(reading.connection, reading.now):
                return made
            if crowds is None:
                # Once for all: they count who was asked as well as who is to be.
                crowds = crowds_of(reading.connection, _days_at(reading.now), reading.now)
        with store.write(origin) as work:
            looked = look_at_groups(work, crowds, AT_ONCE)
        made += looked.made
        apart = looked.apart
        for first in range(0, len(apart), APART_AT_ONCE):
            with store.write(origin) as work:
                made += look_at_each(work, apart[first : first + APART_AT_ONCE], crowds)
        # Whoever waits still, having just been looked at, waits for the next sweep.
        if before.issuperset(apart) and not looked.in_groups:
            return made
        before = set(apart)


def _days_at(now: datetime) -> list[date]:
    """The dates that it is somewhere, and those that come next."""
    return [now.date() + offset * DAY for offset in (-1, 0, 1, 2)]


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


def look_at_each(work: Work, waiting: Collection[UUID], crowds: Crowds) -> int:
    """Decide for each person, then write it all at once; returns how many get a message."""
    facts = _facts(work, waiting)
    looks: list[NextLook] = []
    list_looks: list[tuple[UUID, date, datetime]] = []
    prompts: list[tuple[Prompt, Collection[UUID]]] = []
    for member in facts.members.values():
        place = place_of(member.id, MORNING)
        desk = _desk(work, member, facts, crowds, place)
        again = desk.look_again(member.today(work.now)).at(place)
        goals = []
        for row in facts.goals.get(member.id, ()):
            look, wanted = _decided(row, desk, facts, place)
            looks.append(look)
            goals += [row.goal] if wanted else []
        with_list = False
        if member.id in facts.lists:
            handled = facts.lists[member.id]
            day = list_due(member, work.rules_of(member).check_ins, handled, desk.shift)
            if day is not None and desk.shift is not None:
                with_list = bool(people.direct_reports(work.connection, member.id, desk.shift))
            list_looks.append((member.id, day or handled, again))
        waits = member.id in facts.waited_for
        if waits and desk.shift is None:
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


def _decided(row: GoalCadence, desk: Desk, facts: _Facts, place: float) -> tuple[NextLook, bool]:
    done = decide(
        Asked(
            plan=row.plan,
            handled=row.handled,
            due_since=row.due_since,
            ask_again_on=row.ask_again_on,
            reported_at=row.reported_at,
            active=row.active,
            finished=row.goal in facts.finished,
            lost=row.goal in facts.lost.get(row.owner, ()),
        ),
        desk,
    )
    look_at = None if done.look is None else done.look.at(place)
    look = NextLook(
        row.goal, done.handled, done.next_local, look_at, done.due_since, done.ask_again_on
    )
    return look, done.wanted


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


def _desk(work: Work, member: Member, facts: _Facts, crowds: Crowds, place: float) -> Desk:
    rota = rota_of(member, facts.away.get(member.id, ()), work.rules_of(member).check_ins)
    shift = rota.shift_at(work.now)
    last = facts.latest.get(member.id)
    asked_today = last is not None and shift is not None and last.local_date >= shift
    can_be_asked = member.id in facts.here and reachable(member)
    desk = Desk(rota, work.now, shift if can_be_asked and not asked_today else None, None, crowds)
    if desk.shift is None:
        return desk
    turns = desk.turns_on(desk.shift)
    return desk if turns.begins + turns.spread * place <= work.now else desk.waiting(turns)


def _just_back(rota: Rota, shift: date) -> bool:
    """Whether the working day before this one fell into leave."""
    days = (shift - DAY * back for back in range(1, JUST_BACK.days + 1))
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
