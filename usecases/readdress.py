"""After a change of managers: open proposals go to whoever answers for the owner now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from domain.audit import Action, Actor
from domain.goals import Capacity, GoalState, Side
from domain.notices import SubjectType
from storage import change_requests, goal_cases, goals, people
from storage.conditions import NO_CONDITION
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Work
from usecases.asking import Ask, ladder, next_to_ask
from usecases.goal_change_silence import readdress_changes
from usecases.goal_record import goal_event
from usecases.turns import look_again_at, reassign

MANAGER_CHANGED = "manager_changed"


def misaddressed_owners(work: Reading, today: date) -> set[UUID]:
    """Whose proposals, or requests for a change, lie with somebody who can answer no more."""
    of_changes = change_requests.owners_of_misaddressed(work.connection, today)
    return goals.owners_of_misaddressed(work.connection, today) | of_changes


def readdress_proposals(work: Work, actor: Actor, owners: Collection[UUID]) -> int:
    """Put these people's open proposals, and requests for a change of their goals, before those
    who answer for them now; how many changed.

    Whoever was asked and no longer answers for the owner loses that access. Where it is the owner's
    turn, it stays so, and the answer will go to the new manager. `actor` changed the lines, in this
    same transaction; where nothing changed for a proposal, nothing is written.
    """
    mine = [goal for goal, owner in goals.proposed(work.connection) if owner in owners]
    changed = sum(_readdress(work, actor, goal) for goal in mine)
    return changed + readdress_changes(work, actor, owners, MANAGER_CHANGED)


def _readdress(work: Work, actor: Actor, goal: UUID) -> bool:
    goals.lock_head(work.connection, goal)
    head = goals.head_by_id(work.connection, goal, NO_CONDITION)
    if head is None or head.state is not GoalState.PROPOSED:
        return False
    owner = people.member(work.connection, head.owner)
    asks = list(ladder(work, owner, goal))
    answering = {ask.person.id: ask.capacity for ask in asks}
    asked = goal_cases.asked_people(work.connection, goal)
    former = {who for who, capacity in asked.items() if answering.get(who) is not capacity}
    goal_cases.close_cases_of(work.connection, goal, former, work.now)
    if former:
        work.touch(SubjectType.GOAL, goal)
        work.refresh_homes(former)
    if _goes_on(head, asks, asked.keys() - former):
        return False
    if head.turn is Side.OWNER:
        _answer_to(work, actor, head, asks[0] if asks else None)
    elif (ask := next_to_ask(asks, (), work.now)) is not None:
        reassign(work, head, ask, actor, MANAGER_CHANGED)
    else:
        again = look_again_at(work, owner)
        goals.set_turn(work.connection, goal, answer_by=again, remind_at=None)
        _answer_to(work, actor, head, None)
    return True


def _goes_on(head: GoalHead, asks: list[Ask], asked: Collection[UUID]) -> bool:
    """Whether whoever negotiates still answers for the owner, and no new manager came before."""
    if not asks or head.counterpart is None:
        return not asks and head.counterpart is None
    first = asks[0]
    if first.capacity is Capacity.MANAGER and first.person.id not in {*asked, head.counterpart}:
        return False
    return any(ask.person.id == head.counterpart and ask.capacity is head.capacity for ask in asks)


def _answer_to(work: Work, actor: Actor, head: GoalHead, other: Ask | None) -> None:
    """From now on `other` speaks for the other side; nobody is asked for that yet."""
    person = None if other is None else other.person.id
    capacity = None if other is None else other.capacity
    goals.set_turn(work.connection, head.id, counterpart_id=person, capacity=capacity)
    fields = {
        "counterpart": None if person is None else str(person),
        "capacity": None if capacity is None else capacity.value,
    }
    event = goal_event(
        Action.GOAL_REASSIGN,
        actor,
        head.id,
        head.owner,
        head.version,
        fields,
        reason=MANAGER_CHANGED,
    )
    work.record(event)
    work.touch(SubjectType.GOAL, head.id)
    work.refresh_homes([head.owner, head.counterpart, person])
