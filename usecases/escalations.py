"""What happens when nobody answers: one reminder, then the next in line. Idempotent sweeps.

A reminder comes with the message of the person's next morning; asking the next in line does not
wait for one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from domain.audit import Actor, ActorKind
from domain.goals import GoalState, Side, StepKind
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.workdays import within_hours
from storage import change_requests, goal_history, goals, people
from storage.conditions import NO_CONDITION
from storage.goals import GoalHead
from storage.unit_of_work import Store, Work
from usecases.absences import tell_when_there
from usecases.goal_change_silence import handle_silence
from usecases.readdress import misaddressed_owners, readdress_proposals
from usecases.turns import pass_on

BATCH = 200


def escalate_silence(store: Store, origin: Origin) -> int:
    """Remind or pass on every proposal and request for a change whose time has come; returns how
    many were acted on.

    Each goal is its own transaction: one that cannot be handled does not hold up the others (an
    ExceptionGroup tells of them at the end), and a second run finds nothing left to do.
    """
    acted = _readdress_what_ended(store, origin) + _handle_all(store, origin, goals.silent)
    return acted + _handle_all(store, origin, change_requests.silent, _handle_change)


def remind_silent(store: Store, origin: Origin) -> int:
    """The reminders alone: what is to come with the mornings' messages is there before them."""
    reminded = _handle_all(store, origin, goals.to_be_reminded)
    return reminded + _handle_all(store, origin, change_requests.to_be_reminded, _handle_change)


def _handle_change(store: Store, origin: Origin, change: UUID) -> bool:
    with store.write(origin) as work:
        return handle_silence(work, change)


def _handle_all(
    store: Store,
    origin: Origin,
    which: Callable[[Connection, datetime, int], list[UUID]],
    handle: Callable[[Store, Origin, UUID], bool] | None = None,
) -> int:
    """`handle` is for one of them; a proposal's own where it is not given."""
    one_of_them = handle or _handle
    acted = 0
    failures: dict[UUID, Exception] = {}
    while True:
        with store.read(origin) as reading:
            due = which(reading.connection, reading.now, BATCH)
        handled = 0
        for goal in due:
            try:
                handled += one_of_them(store, origin, goal)
            except Exception as error:  # noqa: BLE001 - raised below, when the others are done
                failures[goal] = error
        acted += handled
        if handled == 0 or len(due) < BATCH:
            break
    if failures:
        raise ExceptionGroup("silent proposals that could not be handled", [*failures.values()])
    return acted


def _readdress_what_ended(store: Store, origin: Origin) -> int:
    """Who was asked and leads no more, stands in no more, has left or lost their account, hands it
    back at the next look, not only when the deadline has passed."""
    # The earliest date anywhere: nobody loses a say before their own day has ended.
    today = (origin.now - timedelta(hours=12)).date()
    with store.read(origin) as reading:
        owners = misaddressed_owners(reading, today)
    if not owners:
        return 0
    with store.write(origin) as work:
        return readdress_proposals(work, Actor(ActorKind.CLOCK), owners)


def _handle(store: Store, origin: Origin, goal: UUID) -> bool:
    with store.write(origin) as work:
        goals.lock_head(work.connection, goal)
        head = goals.head_by_id(work.connection, goal, NO_CONDITION)
        if head is None or head.state is not GoalState.PROPOSED:
            return False
        owner = people.member(work.connection, head.owner)
        if head.answer_by is not None and head.answer_by <= work.now:
            _deadline_passed(work, head, owner)
            return True
        if head.remind_at is not None and head.remind_at <= work.now:
            _remind(work, head, owner)
            return True
        return False


def _remind(work: Work, head: GoalHead, owner: Member) -> None:
    silent = owner
    if head.turn is Side.OTHER and head.counterpart is not None:
        silent = people.member(work.connection, head.counterpart)
    goals.set_turn(work.connection, head.id, remind_at=None)
    goal_history.add_step(
        work.connection,
        head.id,
        StepKind.REMINDED,
        actor=None,
        at=work.now,
        version=head.version,
        capacity=head.capacity if head.turn is Side.OTHER else None,
    )
    _tell(work, head, silent, NoticeKind.GOAL_REMINDER, Lane.REMINDER, reminds=head.remind_at)


def _deadline_passed(work: Work, head: GoalHead, owner: Member) -> None:
    if head.turn is Side.OTHER:
        if not pass_on(work, head, owner, "silence"):
            _tell(work, head, owner, NoticeKind.GOAL_UNANSWERED, Lane.ESCALATION)
        return
    goals.set_turn(work.connection, head.id, answer_by=None, remind_at=None)
    if head.counterpart is not None:
        counterpart = people.member(work.connection, head.counterpart)
        _tell(work, head, counterpart, NoticeKind.GOAL_UNANSWERED, Lane.ESCALATION)


def _tell(
    work: Work,
    head: GoalHead,
    person: Member,
    kind: NoticeKind,
    lane: Lane,
    *,
    reminds: datetime | None = None,
) -> None:
    """Tell it within their hours. `reminds` is the moment that a reminder was planned for."""
    yesterday = person.today(work.now) - timedelta(days=1)  # when a night shift began
    away = people.absences(work.connection, [person.id], yesterday).get(person.id, [])
    tell_when_there(
        work,
        NewNotice(
            kind=kind,
            dedup_key=f"goal:{head.id}:{kind}:{head.version}:{person.id}"
            + (f":{reminds:%Y%m%d%H%M}" if reminds else ""),
            person=person.id,
            lane=lane,
            subject_type=SubjectType.GOAL,
            subject=head.id,
            due_at=within_hours(person, away, work.now),
            expires_at=head.answer_by if reminds else None,
            subject_revision=head.version,
            with_morning=reminds is not None,
        ),
    )
    work.refresh_homes([person.id])
