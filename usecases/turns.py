"""Whose turn it is in a negotiation: asking the right person, telling people, closing the case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.audit import Action, Actor, ActorKind
from domain.cycles import PhaseAct
from domain.goals import Capacity, Side, StepKind
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.people import Member
from domain.workdays import Absence, answer_deadline, within_hours
from storage import cover, facilitation, goal_cases, goal_history, goals, people
from storage.goals import GoalHead
from storage.unit_of_work import Work
from usecases.absences import absences_of, tell_when_there
from usecases.announcement_acts import note_act
from usecases.asking import Ask, can_answer, deadlines, ladder, next_to_ask
from usecases.goal_cards import side_of
from usecases.goal_record import goal_event


def give_turn(work: Work, head: GoalHead, owner: Member, side: Side, *, proposer: Member) -> None:
    """Ask the given side for its answer, by a date, and tell the person who is to answer.

    The other side is whoever negotiates already, else whoever proposed, else the first who can be
    asked. While whoever negotiates is away, a deputy is asked in their place; their own access
    stays, for their return. `head` is the row as it is now. Messages about the goal that are there
    already are for the caller to touch.
    """
    note_act(work, owner, PhaseAct.SET_GOALS)
    if side is Side.OWNER:
        _ask_owner(work, head, owner, proposer)
    elif (counterpart := _negotiates(work, head)) is not None:
        ask = _as_ask(work, counterpart, head.capacity or Capacity.MANAGER)
        deputy = _deputy(work, head, owner) if ask.away(work.now) else None
        ask_person(work, head, deputy or ask)
    else:
        ask_next(work, head, owner)


def _deputy(work: Work, head: GoalHead, owner: Member) -> Ask | None:
    """A deputy who is there, whether or not they were asked before."""
    asks = ladder(work, owner, head.id)
    deputies = (ask for ask in asks if ask.capacity is Capacity.DEPUTY)
    return next((ask for ask in deputies if not ask.away(work.now)), None)


def _negotiates(work: Work, head: GoalHead) -> Member | None:
    """Who speaks for the other side in the negotiation that goes on, if they still can."""
    if head.counterpart is None:
        return None
    if head.counters == 0 and head.counterpart not in goal_cases.asked_people(
        work.connection, head.id
    ):
        return None
    counterpart = people.member(work.connection, head.counterpart)
    speaks = can_answer(counterpart) and side_of(work, counterpart, head) is Side.OTHER
    return counterpart if speaks else None


def _ask_owner(work: Work, head: GoalHead, owner: Member, proposer: Member) -> None:
    away = absences_of(work, owner)
    times = deadlines(work, owner, away, consider=True)
    counterpart, capacity = _answers_to(work, head, proposer)
    goals.set_turn(
        work.connection,
        head.id,
        turn=Side.OWNER,
        counterpart_id=counterpart,
        capacity=capacity,
        turn_since=work.done_at,
        answer_by=times.answer_by,
        remind_at=times.remind_at,
    )
    notify_decider(work, head, owner, absences=away)
    work.refresh_homes([owner.id, counterpart])


def _answers_to(work: Work, head: GoalHead, proposer: Member) -> tuple[UUID, Capacity | None]:
    """Whom the owner answers: the proposer, unless others have come in their place meanwhile."""
    if head.counterpart == proposer.id:
        return proposer.id, head.capacity
    if head.counterpart is not None and side_of(work, proposer, head) is not Side.OTHER:
        return head.counterpart, head.capacity
    asked = goal_cases.asked_people(work.connection, head.id)
    return proposer.id, asked.get(proposer.id, Capacity.MANAGER)


def ask_next(work: Work, head: GoalHead, owner: Member) -> Ask | None:
    """Ask the first person on the ladder who was not asked yet; None if nobody is left."""
    asked = {} if head.is_being_made else goal_cases.asked_people(work.connection, head.id)
    ask = next_to_ask(ladder(work, owner, None if head.is_being_made else head.id), asked, work.now)
    if ask is None:
        goals.set_turn(
            work.connection,
            head.id,
            turn=Side.OTHER,
            turn_since=head.turn_since or work.done_at,
            answer_by=look_again_at(work, owner),
            remind_at=None,
        )
        return None
    ask_person(work, head, ask)
    return ask


def ask_person(work: Work, head: GoalHead, ask: Ask, lane: Lane = Lane.INTERACTIVE) -> None:
    times = deadlines(work, ask.person, ask.absences)
    # An answer moves the deadline; asking the next in line does not make a proposal younger.
    since = head.turn_since if head.turn is Side.OTHER and head.turn_since else work.done_at
    goals.set_turn(
        work.connection,
        head.id,
        turn=Side.OTHER,
        counterpart_id=ask.person.id,
        capacity=ask.capacity,
        turn_since=since,
        answer_by=times.answer_by,
        remind_at=times.remind_at,
    )
    case = goal_cases.open_case(work.connection, head.id, ask.person.id, ask.capacity, work.now)
    # What another person's act causes comes at once; what the clock causes, within their hours.
    due = work.now
    if lane is not Lane.INTERACTIVE:
        due = within_hours(ask.person, ask.absences, work.now)
    notify_decider(work, head, ask.person, lane, due, case, ask.absences)
    work.refresh_homes([head.owner, ask.person.id, head.counterpart])


def look_again_at(work: Work, owner: Member) -> datetime:
    """When to see whether somebody can be asked meanwhile: no proposal waits for ever."""
    rules = work.rules_of(owner).negotiation
    return answer_deadline(owner, (), work.now, rules.answer_within_working_days)


def _as_ask(work: Work, member: Member, capacity: Capacity) -> Ask:
    return Ask(member, capacity, absences_of(work, member))


def notify_decider(
    work: Work,
    head: GoalHead,
    person: Member,
    lane: Lane = Lane.INTERACTIVE,
    due: datetime | None = None,
    case: UUID | None = None,
    absences: tuple[Absence, ...] | None = None,
) -> None:
    """Put the question to them, now or when it is `due` (business time), or once they are back.

    Once for each version; whoever lost the `case` and got it back is asked again about the same.
    """
    notice = NewNotice(
        kind=NoticeKind.GOAL_TO_DECIDE,
        dedup_key=f"goal:{head.id}:decide:{head.version}:{person.id}"
        + (f":{case}" if case else ""),
        person=person.id,
        lane=lane,
        subject_type=SubjectType.GOAL,
        subject=head.id,
        due_at=due or work.now,
        subject_revision=head.version,
    )
    tell_when_there(work, notice, person, absences)


def tell_owner(work: Work, goal: UUID, owner: Member) -> None:
    """The owner's own card, one message for the life of the goal, changed in place."""
    notice = NewNotice(
        kind=NoticeKind.GOAL_TO_OWNER,
        dedup_key=f"goal:{goal}:owner",
        person=owner.id,
        lane=Lane.INTERACTIVE,
        subject_type=SubjectType.GOAL,
        subject=goal,
        due_at=work.now,
    )
    tell_when_there(work, notice, owner)


def tell_agreed(work: Work, head: GoalHead, answered: Side) -> None:
    """Tell the other side of an answer; a change in place alone would pass unnoticed."""
    reader = head.owner if answered is Side.OTHER else head.counterpart
    if reader is None:
        return
    notice = NewNotice(
        kind=NoticeKind.GOAL_ANSWERED,
        dedup_key=f"goal:{head.id}:answered:{head.revision}",
        person=reader,
        lane=Lane.INTERACTIVE,
        subject_type=SubjectType.GOAL,
        subject=head.id,
        due_at=work.now,
        subject_revision=head.version,
    )
    tell_when_there(work, notice)


def close_negotiation(work: Work, head: GoalHead) -> None:
    """End everybody's access that came with the case, and show the outcome in every message."""
    note_act(work, people.member(work.connection, head.owner), PhaseAct.SET_GOALS)
    asked = goal_cases.asked_people(work.connection, head.id)
    goal_cases.close_cases(work.connection, head.id, work.now)
    for request in facilitation.of_goal(work.connection, head.id):
        work.touch(SubjectType.FACILITATION, request)
    facilitation.close_for_goal(work.connection, head.id, work.now)
    work.touch(SubjectType.GOAL, head.id)
    work.refresh_homes([head.owner, head.counterpart, *asked])


def pass_on(work: Work, head: GoalHead, owner: Member, reason: str) -> bool:
    """After silence, ask the next in line; False if nobody is left. Recorded either way."""
    asked = goal_cases.asked_people(work.connection, head.id)
    ask = next_to_ask(ladder(work, owner, head.id), asked, work.now)
    if ask is None or ask.away(work.now):
        # Nobody waits for months for somebody who is away: it is looked at again in some days.
        again = look_again_at(work, owner)
        goals.set_turn(work.connection, head.id, answer_by=again, remind_at=None)
        return False
    reassign(work, head, ask, Actor(ActorKind.CLOCK), reason)
    return True


def reassign(work: Work, head: GoalHead, ask: Ask, actor: Actor, reason: str) -> None:
    """Ask somebody else than so far, and put that on record; `reason` is a code."""
    ask_person(work, head, ask, Lane.ESCALATION)
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
    work.record(
        goal_event(
            Action.GOAL_REASSIGN, actor, head.id, head.owner, head.version, fields, reason=reason
        )
    )
    work.touch(SubjectType.GOAL, head.id)


def spoken_by(work: Work, actor: Member, head: GoalHead) -> Actor:
    """Who answers, for the record: a deputy does so on behalf of whoever named them."""
    asked = goal_cases.asked_people(work.connection, head.id)
    represented = None
    if asked.get(actor.id) is Capacity.DEPUTY:
        today = people.member(work.connection, head.owner).today(work.now)
        represented = cover.represented(work.connection, actor.id, head.owner, today)
    return Actor(ActorKind.PERSON, actor.id, on_behalf_of=represented)
