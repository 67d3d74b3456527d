"""Requests for a change that nobody answers, and those whose people change. Idempotent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from domain.audit import Action, Actor
from domain.change_requests import Turn
from domain.goals import Capacity, Side, StepKind
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.people import Member
from domain.workdays import within_hours
from storage import change_requests, goal_history, goals, people
from storage.change_requests import StoredChange
from storage.goals import GoalHead
from storage.unit_of_work import Work
from usecases.absences import tell_when_there
from usecases.asking import Ask, can_answer, ladder
from usecases.goal_change_record import record_change
from usecases.goal_change_turns import (
    ask_approver,
    change_now,
    give_turn,
    head_now,
    note_passed_on,
    pass_on,
)


def handle_silence(work: Work, change: UUID) -> bool:
    """Remind, or pass on, as far as the time for it has come."""
    found = change_requests.by_id(work.connection, change)
    if found is None:
        return False
    goals.lock_head(work.connection, found.goal)
    request, head = change_now(work, change), head_now(work, found.goal)
    if not request.open:
        return False
    owner = people.member(work.connection, head.owner)
    if request.answer_by is not None and request.answer_by <= work.now:
        _deadline_passed(work, head, request, owner)
        return True
    if request.remind_at is not None and request.remind_at <= work.now:
        _remind(work, head, request, owner)
        return True
    return False


def _remind(work: Work, head: GoalHead, change: StoredChange, owner: Member) -> None:
    silent = {
        Turn.OWNER: owner.id,
        Turn.OTHER: change.counterpart,
        Turn.APPROVER: change.approver,
    }
    change_requests.set_turn(work.connection, change.id, remind_at=None)
    goal_history.add_step(
        work.connection,
        head.id,
        StepKind.REMINDED,
        actor=None,
        at=work.now,
        version=head.version,
    )
    person = silent.get(change.turn) if change.turn else None
    if person is not None:
        _tell(work, change, person, NoticeKind.CHANGE_REMINDER, Lane.REMINDER, change.remind_at)


def _deadline_passed(work: Work, head: GoalHead, change: StoredChange, owner: Member) -> None:
    if change.turn is not Turn.OWNER:
        if not pass_on(work, head, change, owner, "silence"):
            _tell_unanswered(work, change, change.asker)
        return
    change_requests.set_turn(work.connection, change.id, answer_by=None, remind_at=None)
    _tell_unanswered(work, change, change.counterpart)


def _tell_unanswered(work: Work, change: StoredChange, person: UUID | None) -> None:
    if person is not None:
        _tell(work, change, person, NoticeKind.CHANGE_UNANSWERED, Lane.ESCALATION)


def _tell(
    work: Work,
    change: StoredChange,
    person: UUID,
    kind: NoticeKind,
    lane: Lane,
    reminds: datetime | None = None,
) -> None:
    """Tell it within their hours. `reminds` is the moment that a reminder was planned for."""
    reader = people.member(work.connection, person)
    yesterday = reader.today(work.now) - timedelta(days=1)  # when a night shift began
    away = people.absences(work.connection, [reader.id], yesterday).get(reader.id, [])
    notice = NewNotice(
        kind=kind,
        dedup_key=f"change:{change.id}:{kind}:{change.terms}:{change.turn}:{person}"
        + (f":{reminds:%Y%m%d%H%M}" if reminds else ""),
        person=person,
        lane=lane,
        subject_type=SubjectType.CHANGE_REQUEST,
        subject=change.id,
        due_at=within_hours(reader, away, work.now),
        expires_at=change.answer_by if reminds else None,
        subject_revision=change.terms,
        with_morning=reminds is not None,
    )
    tell_when_there(work, notice)
    work.refresh_homes([person])


# When people change


def readdress_changes(work: Work, actor: Actor, owners: Collection[UUID], reason: str) -> int:
    """Put open requests before those who answer for the owners now; returns how many changed.

    Whoever was asked and no longer answers loses that access. Where nothing changed, nothing is
    written.
    """
    found = change_requests.open_of_owners(work.connection, owners)
    return sum(_readdress(work, actor, change, reason) for change in found)


def _readdress(work: Work, actor: Actor, change: UUID, reason: str) -> bool:
    known = change_now(work, change)
    goals.lock_head(work.connection, known.goal)
    request, head = change_now(work, change), head_now(work, known.goal)
    if not request.open:
        return False
    owner = people.member(work.connection, head.owner)
    asks = list(ladder(work, owner, head.id))
    former = _former(work, request, asks)
    if former:
        change_requests.close_cases_of(work.connection, change, former, work.now)
        work.touch(SubjectType.CHANGE_REQUEST, change)
        work.refresh_homes(former)
    if request.turn is Turn.APPROVER:
        return _approver_gone(work, actor, head, request, owner, former, reason)
    return _side_gone(work, actor, head, request, owner, asks, reason)


def _former(work: Work, change: StoredChange, asks: list[Ask]) -> set[UUID]:
    """Who was asked and can answer no more."""
    answering = {ask.person.id: ask.capacity for ask in asks}
    asked = change_requests.asked_people(work.connection, change.id)
    approving = change.turn is Turn.APPROVER
    return {
        who
        for who, capacity in asked.items()
        if not can_answer(people.member(work.connection, who))
        or (not approving and answering.get(who) is not capacity)
    }


def _approver_gone(
    work: Work,
    actor: Actor,
    head: GoalHead,
    change: StoredChange,
    owner: Member,
    former: set[UUID],
    reason: str,
) -> bool:
    if change.approver not in former:
        return False
    ask = ask_approver(work, head, change, owner, Lane.ESCALATION)
    if ask is not None:
        note_passed_on(work, head, change, ask, actor, reason)
    return True


def _side_gone(
    work: Work,
    actor: Actor,
    head: GoalHead,
    change: StoredChange,
    owner: Member,
    asks: list[Ask],
    reason: str,
) -> bool:
    """Somebody else speaks for the other side: they are asked, or will be answered."""
    first = asks[0] if asks else None
    answering = {ask.person.id: ask.capacity for ask in asks}
    stays = change.counterpart is not None and answering.get(change.counterpart) is change.capacity
    replaced = (
        first is not None
        and first.capacity is Capacity.MANAGER
        and first.person.id != change.counterpart
        and change.capacity is Capacity.MANAGER
    )
    if (stays and not replaced) or (change.counterpart is None and first is None):
        return False
    change_requests.set_turn(
        work.connection,
        change.id,
        counterpart_id=first.person.id if first else None,
        capacity=first.capacity if first else None,
    )
    if change.turn is Turn.OTHER:
        give_turn(work, head, change_now(work, change.id), owner, Side.OTHER, Lane.ESCALATION)
        if first is not None:
            note_passed_on(work, head, change, first, actor, reason)
        return True
    fields = {"counterpart": str(first.person.id) if first else None}
    record_change(work, Action.GOAL_CHANGE_REASSIGN, actor, head, change, fields, reason=reason)
    work.touch(SubjectType.CHANGE_REQUEST, change.id)
    return True
