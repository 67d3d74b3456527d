"""A request for a change ends by itself when its goal moves on without it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from domain.audit import Action, Actor, ActorKind
from domain.change_requests import ChangeState, Ended
from domain.goals import StepKind
from domain.people import Member
from storage import change_requests, goal_history, goals
from storage.change_requests import StoredChange
from storage.goals import GoalHead
from storage.unit_of_work import Work
from usecases.goal_change_record import record_change
from usecases.goal_change_turns import head_now, tell_of_outcome


def end_open_change(work: Work, head: GoalHead, actor: Member | Actor, why: Ended) -> None:
    """The goal's open request, if there is one, is over. The caller holds the goal's row."""
    change = change_requests.open_of(work.connection, head.id)
    if change is not None:
        _end(work, head, change, actor, why)


def end_changes_of_leaver(work: Work, actor: Actor, person: UUID) -> None:
    """What somebody who has left asked for, and what is asked of their goals, is over."""
    for one in change_requests.of_person(work.connection, person):
        change = change_requests.by_id(work.connection, one)
        if change is None:
            continue
        goals.lock_head(work.connection, change.goal)
        if change_requests.is_open(work.connection, one):
            _end(work, head_now(work, change.goal), change, actor, Ended.LEFT, {person})


def _end(
    work: Work,
    head: GoalHead,
    change: StoredChange,
    actor: Member | Actor,
    why: Ended,
    gone: Collection[UUID] = (),
) -> None:
    by = actor.ref if isinstance(actor, Actor) else actor.id
    person = by if isinstance(actor, Member) or actor.kind is ActorKind.PERSON else None
    change_requests.settle(
        work.connection, change.id, ChangeState.ENDED, by=person, at=work.now, ended_because=why
    )
    goal_history.add_step(
        work.connection,
        head.id,
        StepKind.CHANGE_ENDED,
        actor=person,
        at=work.now,
        version=head.version,
    )
    record_change(work, Action.GOAL_CHANGE_END, actor, head, change, reason=why.value)
    sides = {head.owner, change.asker, change.counterpart} - {person, *gone}
    tell_of_outcome(work, head, change, sorted(one for one in sides if one is not None))
