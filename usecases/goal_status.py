"""Changing the state of a goal outside of a negotiation: pause, resume, end, take up again.

The owner and whoever speaks for the other side may do so, each within the moves that
`domain.goal_status` and the policy leave them; the other one hears of it at once, with the reason.
A pause ends by itself on its date.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, FieldValue
from domain.change_requests import Ended
from domain.errors import AccordError, AlreadyDone, Changed, InvalidInput, NotAllowed
from domain.goal_status import BY_MOVE, ENDED, Move, MoveGoal, Way, moved, pause_too_long
from domain.goals import GoalCard, GoalState
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.screens import GoalMoves
from domain.workdays import within_hours
from storage import goal_history, goals, people, requests
from storage.conditions import NO_CONDITION
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Store, Work
from storage.visibility import may_read_title
from usecases import goal_cards
from usecases.absences import absences_of, tell_when_there
from usecases.access import require_member
from usecases.asking import ladder
from usecases.goal_change_ends import end_open_change
from usecases.goal_record import goal_event
from usecases.goals_below import tell_those_below

BATCH = 200

ACTS: Mapping[Move, Action] = {
    Move.DROP: Action.GOAL_ABANDON,
    Move.RESTORE: Action.GOAL_REOPEN,
    Move.PAUSE: Action.GOAL_PAUSE,
    Move.RESUME: Action.GOAL_RESUME,
    Move.COMPLETE: Action.GOAL_COMPLETE,
    Move.ABANDON: Action.GOAL_ABANDON,
    Move.SUPERSEDE: Action.GOAL_SUPERSEDE,
    Move.DEPRECATE: Action.GOAL_DEPRECATE,
    Move.REOPEN: Action.GOAL_REOPEN,
}


def moves_of(store: Store, origin: Origin, which: UUID | str) -> GoalMoves:
    """The goal, by id or reference, and what the asker can do with its state.

    Raises AlreadyDone or NotAllowed where that is nothing.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        card = goal_cards.chosen_card(work, viewer, which)
        head = goal_cards.readable_head(work, viewer, card.id)
        moves = goal_cards.moves_for(work, viewer, head)
        if not moves:
            raise _nothing_to_do(card)
        return GoalMoves(card, moves)


def _nothing_to_do(card: GoalCard) -> AccordError:
    """Under negotiation it is answered, not moved; else it is for its two sides alone."""
    if card.state is GoalState.PROPOSED:
        return AlreadyDone("already_answered", card=card)
    return NotAllowed("only_sides_move", card=card)


def move_goal(store: Store, origin: Origin, goal: UUID, command: MoveGoal, token: str) -> GoalCard:
    """Carry out one move; a second submission of the same dialog returns the first outcome.

    Raises AlreadyDone where the goal has moved on or this is not for the asker to do, InvalidInput
    for what the move lacks.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        head = goal_cards.locked_head(work, actor, goal)
        earlier = requests.consume_token(work.connection, token, actor.id, head.id, work.at)
        if earlier is not None:
            earlier.require(actor.id, head.id)
            return goal_cards.fresh_card(work, actor, head.id)
        moves = goal_cards.moves_for(work, actor, head)
        if not moves:
            raise _nothing_to_do(goal_cards.card(work, actor, head))
        if command.move not in moves:
            raise AlreadyDone("no_such_move", card=goal_cards.card(work, actor, head))
        _require_what_it_needs(work, actor, head, command)
        _move(work, head, command, actor)
        return goal_cards.fresh_card(work, actor, head.id)


def _require_what_it_needs(work: Work, actor: Member, head: GoalHead, command: MoveGoal) -> None:
    for need in BY_MOVE[command.move].needs:
        if command.given(need) is None:
            raise InvalidInput("missing", field=need.value)
    if command.move is Move.PAUSE and command.until is not None:
        owner = people.member(work.connection, head.owner)
        longest = work.rules_of(owner).status.longest_pause_days
        if pause_too_long(actor.today(work.now), command.until, longest):
            raise InvalidInput("pause_too_long", field="until", days=longest)
    if command.move is Move.SUPERSEDE:
        _require_successor(work, actor, head, command.successor)


def _require_successor(work: Work, actor: Member, head: GoalHead, successor: UUID | None) -> None:
    visible = may_read_title(actor, actor.today(work.now))
    if successor is None or not goals.fulfils(work.connection, successor, visible):
        raise InvalidInput("successor_not_shared", field="successor")
    if successor == head.id:
        raise InvalidInput("successor_is_itself", field="successor")
    found = goals.head_by_id(work.connection, successor, NO_CONDITION)
    if found is None or found.state not in (GoalState.PROPOSED, GoalState.ACTIVE):
        raise InvalidInput("successor_not_open", field="successor")


def _move(work: Work, head: GoalHead, command: MoveGoal, actor: Member | None) -> None:
    """The move itself, by a person or, without one, by the clock."""
    way = BY_MOVE[command.move]
    after = moved(head.state, way.move)
    words = command.reason or command.note
    values: dict[str, object] = {
        "state": after,
        "paused_until": command.until if after is GoalState.PAUSED else None,
        "successor_id": command.successor if after is GoalState.SUPERSEDED else None,
    }
    if not goals.change_head(work.connection, head.id, head.revision, **values):
        raise Changed
    goal_history.add_step(
        work.connection,
        head.id,
        way.step,
        actor=actor.id if actor else None,
        at=work.now,
        version=head.version,
        reason=words,
    )
    fields: dict[str, FieldValue] = {"state": after.value}
    if words:
        fields["rationale"] = words
    if command.until is not None:
        fields["paused_until"] = command.until.isoformat()
    if command.successor is not None:
        fields["successor"] = str(command.successor)
    by = actor if actor is not None else Actor(ActorKind.CLOCK)
    work.record(goal_event(ACTS[way.move], by, head.id, head.owner, head.version, fields))
    work.touch(SubjectType.GOAL, head.id)
    if after in ENDED:
        tell_those_below(work, head, NoticeKind.GOAL_ABOVE_ENDED)
    end_open_change(work, head, by, Ended.MOVED)
    told = _others(work, head, way, actor)
    for person in told:
        _tell(work, head, person, by_clock=actor is None)
    work.refresh_homes([head.owner, *(person.id for person in told)])


def _others(work: Work, head: GoalHead, way: Way, actor: Member | None) -> list[Member]:
    """Who hears of a move: the side that did not make it; of the clock's, both."""
    if way.move in (Move.DROP, Move.RESTORE):
        return []
    owner = people.member(work.connection, head.owner)
    told = [] if actor is not None and actor.id == owner.id else [owner]
    if actor is None or actor.id == owner.id:
        first = next(iter(ladder(work, owner, head.id)), None)
        told += [first.person] if first is not None else []
    return told


def _tell(work: Work, head: GoalHead, person: Member, *, by_clock: bool) -> None:
    due = within_hours(person, absences_of(work, person), work.now) if by_clock else work.now
    notice = NewNotice(
        kind=NoticeKind.GOAL_MOVED,
        dedup_key=f"goal:{head.id}:moved:{head.revision}:{person.id}",
        person=person.id,
        lane=Lane.REMINDER if by_clock else Lane.INTERACTIVE,
        subject_type=SubjectType.GOAL,
        subject=head.id,
        due_at=due,
        with_morning=by_clock,
    )
    tell_when_there(work, notice)


def end_pauses(store: Store, origin: Origin) -> int:
    """Every pause whose date has come in its owner's days ends; returns how many did."""
    ended = 0
    while True:
        with store.read(origin) as reading:
            # Somewhere it is tomorrow already; whose day has not begun is passed over below.
            due = goals.to_be_resumed(reading.connection, _latest_date(reading), BATCH)
        resumed = sum(_resume(store, origin, goal) for goal in due)
        ended += resumed
        if not resumed or len(due) < BATCH:
            return ended


def _latest_date(work: Reading) -> date:
    return (work.now + timedelta(hours=14)).date()


def _resume(store: Store, origin: Origin, goal: UUID) -> bool:
    with store.write(origin) as work:
        goals.lock_head(work.connection, goal)
        head = goals.head_by_id(work.connection, goal, NO_CONDITION)
        if head is None or head.state is not GoalState.PAUSED or head.paused_until is None:
            return False
        today = people.member(work.connection, head.owner).today(work.now)
        if head.paused_until > today:
            return False
        _move(work, head, MoveGoal(move=Move.RESUME), None)
        return True
