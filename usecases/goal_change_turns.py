"""Whose answer a request for a change waits for: asking the right person, and telling people."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from domain.audit import Action, Actor, ActorKind
from domain.change_requests import ApprovalWhy, Approver, Turn
from domain.goals import Capacity, Side, StepKind
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.people import Member, Role
from domain.policy import ChangeRequests
from domain.workdays import within_hours
from storage import change_requests, cover, goal_history, goals, people
from storage.change_requests import StoredChange
from storage.conditions import NO_CONDITION
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Work
from storage.visibility import may_answer_change
from usecases.absences import absences_of, tell_when_there
from usecases.asking import Ask, can_answer, deadlines, ladder, next_to_ask
from usecases.goal_change_record import record_change
from usecases.turns import look_again_at

# An organisation's lines are not higher; what is wrong in the data must not turn in a circle.
HIGHEST = 12


def change_now(work: Reading, change: UUID) -> StoredChange:
    """A request that is known to be there, as it is by now."""
    found = change_requests.by_id(work.connection, change)
    if found is None:
        raise LookupError(change)
    return found


def head_now(work: Reading, goal: UUID) -> GoalHead:
    """The same of a goal."""
    head = goals.head_by_id(work.connection, goal, NO_CONDITION)
    if head is None:
        raise LookupError(goal)
    return head


def side_in(work: Reading, viewer: Member, head: GoalHead, change: UUID) -> Side | None:
    """For whom the viewer may speak in a request."""
    if viewer.id == head.owner:
        return Side.OWNER
    rule = may_answer_change(viewer, viewer.today(work.now), change)
    return Side.OTHER if goals.fulfils(work.connection, head.id, rule) else None


def speaks(work: Reading, actor: Member, head: GoalHead, change: UUID) -> Actor:
    """Who answers, for the record: a deputy does so on behalf of whoever named them."""
    represented = None
    if change_requests.asked_people(work.connection, change).get(actor.id) is Capacity.DEPUTY:
        today = people.member(work.connection, head.owner).today(work.now)
        represented = cover.represented(work.connection, actor.id, head.owner, today)
    return Actor(ActorKind.PERSON, actor.id, on_behalf_of=represented)


def give_turn(
    work: Work,
    head: GoalHead,
    change: StoredChange,
    owner: Member,
    side: Side,
    lane: Lane = Lane.INTERACTIVE,
) -> None:
    """Ask that side for its answer, by a date, and tell whoever is to answer."""
    if side is Side.OWNER:
        away = absences_of(work, owner)
        times = deadlines(work, owner, away)
        change_requests.set_turn(
            work.connection,
            change.id,
            turn=Turn.OWNER,
            answer_by=times.answer_by,
            remind_at=times.remind_at,
        )
        _put_question(work, change, owner, Lane.INTERACTIVE, work.now)
        work.refresh_homes([owner.id, change.counterpart])
        return
    ask = _who_speaks(work, head, change, owner)
    if ask is None:
        ask = next_to_ask(ladder(work, owner, head.id), (), work.now)
    if ask is None:
        _wait_for_nobody(work, head, change, owner, Turn.OTHER)
    else:
        _ask(work, head, change, ask, Turn.OTHER, lane)


def _who_speaks(work: Work, head: GoalHead, change: StoredChange, owner: Member) -> Ask | None:
    """Whoever answers for the other side already; while they are away, a deputy who is there."""
    if change.counterpart is None or change.counterpart == owner.id:
        return None
    person = people.member(work.connection, change.counterpart)
    if not can_answer(person) or side_in(work, person, head, change.id) is not Side.OTHER:
        return None
    ask = Ask(person, change.capacity or Capacity.MANAGER, absences_of(work, person))
    if not ask.away(work.now):
        return ask
    deputies = (one for one in ladder(work, owner, head.id) if one.capacity is Capacity.DEPUTY)
    return next((one for one in deputies if not one.away(work.now)), ask)


def _wait_for_nobody(
    work: Work, head: GoalHead, change: StoredChange, owner: Member, turn: Turn
) -> None:
    """It is looked at again in some days: no request waits for ever."""
    change_requests.set_turn(
        work.connection,
        change.id,
        turn=turn,
        answer_by=look_again_at(work, owner),
        remind_at=None,
        **({"counterpart_id": None} if turn is Turn.OTHER else {"approver_id": None}),
    )
    work.refresh_homes([head.owner, change.asker])


def _ask(
    work: Work,
    head: GoalHead,
    change: StoredChange,
    ask: Ask,
    turn: Turn,
    lane: Lane = Lane.INTERACTIVE,
) -> None:
    times = deadlines(work, ask.person, ask.absences)
    who: dict[str, object] = {"approver_id": ask.person.id}
    if turn is Turn.OTHER:
        who = {"counterpart_id": ask.person.id, "capacity": ask.capacity}
    change_requests.set_turn(
        work.connection,
        change.id,
        turn=turn,
        answer_by=times.answer_by,
        remind_at=times.remind_at,
        **who,
    )
    change_requests.open_case(
        work.connection, change.id, head.id, ask.person.id, ask.capacity, work.now
    )
    # What another person's act causes comes at once; what the clock causes, within their hours.
    due = work.now
    if lane is not Lane.INTERACTIVE:
        due = within_hours(ask.person, ask.absences, work.now)
    _put_question(work, change, ask.person, lane, due)
    work.refresh_homes([head.owner, change.asker, change.counterpart, ask.person.id])


def _put_question(
    work: Work, change: StoredChange, person: Member, lane: Lane, due: datetime
) -> None:
    """Once for each stage, whoever was asked meanwhile."""
    now = change_now(work, change.id)
    notice = NewNotice(
        kind=NoticeKind.CHANGE_TO_DECIDE,
        dedup_key=f"change:{now.id}:decide:{now.terms}:{now.turn}:{person.id}:{now.revision}",
        person=person.id,
        lane=lane,
        subject_type=SubjectType.CHANGE_REQUEST,
        subject=now.id,
        due_at=due,
        subject_revision=now.terms,
    )
    tell_when_there(work, notice, person)


# Those who approve


def involved(work: Reading, head: GoalHead, change: StoredChange) -> set[UUID]:
    """Who has said something for either side, or approved: nobody has two says in one change."""
    approved = {one.approved_by for one in change_requests.approvals(work.connection, change.id)}
    said = change_requests.authors(work.connection, change.id)
    known = {head.owner, change.asker, change.accepted_by, *approved, *said}
    return {one for one in known if one is not None}


def approvers(work: Reading, head: GoalHead, change: StoredChange, owner: Member) -> Iterator[Ask]:
    """Who can give the next approval that is missing, in the order of asking."""
    rules = work.rules_of(owner).change_requests
    given = change_requests.approvals(work.connection, change.id)
    missing = next((one for one in given if one.approved_by is None), None)
    if missing is None:
        return
    seen = involved(work, head, change)
    for person, capacity in _route(work, owner, missing.number, missing.why, rules):
        if person.id not in seen and can_answer(person):
            seen.add(person.id)
            yield Ask(person, capacity, absences_of(work, person))


def _route(
    work: Reading, owner: Member, number: int, why: ApprovalWhy, rules: ChangeRequests
) -> Iterator[tuple[Member, Capacity]]:
    role = rules.retroactive
    if why is ApprovalWhy.RENEGOTIATION:
        step = rules.approvers[min(number, len(rules.approvers)) - 1]
        if step is Approver.MANAGERS_MANAGER:
            yield from ((one, Capacity.MANAGERS_MANAGER) for one in _above(work, owner))
        role = Role.HR
    holders = people.role_holders(work.connection, role, owner, owner.today(work.now))
    reports = people.direct_reports(work.connection, owner.id, owner.today(work.now))
    led = {one.id for one in reports}
    yield from ((one, Capacity.ROLE) for one in holders if one.id not in led)


def _above(work: Reading, owner: Member) -> Iterator[Member]:
    """The owner's manager's manager, and who leads them, upwards."""
    today = owner.today(work.now)
    seen = {owner.id}
    line = people.current_managers(work.connection, owner.id, today)[:1]
    for _ in range(HIGHEST):
        if not line or line[0].id in seen:
            return
        seen.add(line[0].id)
        line = people.current_managers(work.connection, line[0].id, today)[:1]
        yield from (one for one in line if one.id not in seen)


def ask_approver(
    work: Work,
    head: GoalHead,
    change: StoredChange,
    owner: Member,
    lane: Lane = Lane.INTERACTIVE,
    asked: Collection[UUID] = (),
) -> Ask | None:
    """The next who can give the approval that is missing; None where nobody is left."""
    ask = next_to_ask(approvers(work, head, change, owner), asked, work.now)
    if ask is None or (asked and ask.away(work.now)):
        _wait_for_nobody(work, head, change, owner, Turn.APPROVER)
        return None
    _ask(work, head, change, ask, Turn.APPROVER, lane)
    return ask


# When nobody answers


def pass_on(work: Work, head: GoalHead, change: StoredChange, owner: Member, reason: str) -> bool:
    """Ask the next in line; False if nobody is left."""
    asked = change_requests.asked_people(work.connection, change.id)
    if change.turn is Turn.APPROVER:
        ask = ask_approver(work, head, change, owner, Lane.ESCALATION, asked or {owner.id: None})
    else:
        ask = next_to_ask(ladder(work, owner, head.id), asked, work.now)
        if ask is None or ask.away(work.now):
            again = look_again_at(work, owner)
            change_requests.set_turn(work.connection, change.id, answer_by=again, remind_at=None)
            return False
        _ask(work, head, change, ask, Turn.OTHER, Lane.ESCALATION)
    if ask is None:
        return False
    note_passed_on(work, head, change, ask, Actor(ActorKind.CLOCK), reason)
    return True


def note_passed_on(
    work: Work, head: GoalHead, change: StoredChange, ask: Ask, actor: Actor, reason: str
) -> None:
    goal_history.add_step(
        work.connection,
        head.id,
        StepKind.ASKED,
        actor=None,
        at=work.now,
        version=head.version,
        capacity=ask.capacity,
    )
    fields = {"asked": str(ask.person.id), "capacity": ask.capacity.value}
    record_change(work, Action.GOAL_CHANGE_REASSIGN, actor, head, change, fields, reason=reason)
    work.touch(SubjectType.CHANGE_REQUEST, change.id)


def tell_of_outcome(
    work: Work, head: GoalHead, change: StoredChange, readers: Collection[UUID | None]
) -> None:
    """What became of it; a change in place alone would pass unnoticed."""
    now = change_now(work, change.id)
    for reader in dict.fromkeys(one for one in readers if one is not None):
        notice = NewNotice(
            kind=NoticeKind.CHANGE_ANSWERED,
            dedup_key=f"change:{now.id}:answered:{now.revision}:{reader}",
            person=reader,
            lane=Lane.INTERACTIVE,
            subject_type=SubjectType.CHANGE_REQUEST,
            subject=now.id,
            due_at=work.now,
            subject_revision=now.terms,
        )
        tell_when_there(work, notice)
    work.touch(SubjectType.CHANGE_REQUEST, now.id)
    work.touch(SubjectType.GOAL, head.id)
    work.refresh_homes([head.owner, now.asker, now.counterpart, change.approver, *readers])
