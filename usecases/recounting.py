"""When days away become known, or end: by when an answer that waits for the person is expected."""

from __future__ import annotations

from datetime import date, timedelta

from domain.goals import GoalState, Side
from domain.notices import SubjectType
from domain.people import Member
from domain.workdays import Absence
from storage import goal_cases, goals, people
from storage.conditions import NO_CONDITION
from storage.goals import GoalHead
from storage.unit_of_work import Work
from usecases.asking import deadlines, ladder, next_to_ask


def recount_deadlines(work: Work, person: Member) -> None:
    """Count the person's working days anew for each proposal that waits for their answer.

    Leave entered gives them those days, leave that ends takes them back; no deadline is moved into
    the past. Where it passes while they are away and somebody else can be asked, it stays.
    """
    for goal in goals.waiting_for(work.connection, person.id):
        goals.lock_head(work.connection, goal)
        head = goals.head_by_id(work.connection, goal, NO_CONDITION)
        if head is not None and head.state is GoalState.PROPOSED and _waits_for(head, person):
            _recount(work, head, person)


def _waits_for(head: GoalHead, person: Member) -> bool:
    return person.id == (head.owner if head.turn is Side.OWNER else head.counterpart)


def _recount(work: Work, head: GoalHead, person: Member) -> None:
    if head.answer_by is None or head.turn_since is None:
        return
    since = head.turn_since
    if head.turn is Side.OTHER:
        opened = goal_cases.opened_at(work.connection, head.id, person.id)
        since = max(since, opened) if opened is not None else since
    away = _absences_since(work, person, person.today(since))
    passes = any(absence.covers(person.today(head.answer_by)) for absence in away)
    if passes and _another_answers(work, head):
        return
    times = deadlines(work, person, away, since)
    # A reminder that has gone out stays the only one.
    remind_at = times.remind_at if head.remind_at is not None else None
    if times.answer_by <= work.now or (head.answer_by, head.remind_at) == (
        times.answer_by,
        remind_at,
    ):
        return
    goals.set_turn(work.connection, head.id, answer_by=times.answer_by, remind_at=remind_at)
    work.touch(SubjectType.GOAL, head.id)
    work.refresh_homes([head.owner, head.counterpart])


def _absences_since(work: Work, person: Member, day: date) -> tuple[Absence, ...]:
    since = day - timedelta(days=1)
    return tuple(people.absences(work.connection, [person.id], since).get(person.id, ()))


def _another_answers(work: Work, head: GoalHead) -> bool:
    """Whether somebody who is there would be asked next."""
    if head.turn is Side.OWNER:
        return False
    owner = people.member(work.connection, head.owner)
    asked = goal_cases.asked_people(work.connection, head.id)
    ask = next_to_ask(ladder(work, owner, head.id), asked, work.now)
    return ask is not None and not ask.away(work.now)
