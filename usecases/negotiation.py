"""Two sides agree on a goal: propose, counter, accept, decline, undo.

Each function authorises from the record inside the writing transaction; the goal's row is held so
that two people who act at the same moment take turns and the second learns what the first did.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from domain.alignment import basis_points
from domain.audit import Action
from domain.errors import AlreadyDone, Changed, InvalidInput, NotAllowed, NotShared, Refused
from domain.goal_commands import (
    AcceptGoal,
    AcceptWithReservation,
    CounterGoal,
    DeclineGoal,
    ProposeGoal,
    ReviseGoal,
    UndoProposal,
)
from domain.goal_status import Move, moved
from domain.goals import (
    NOTHING_SAID,
    Audience,
    GoalCard,
    GoalContent,
    GoalState,
    SaidWords,
    Side,
    StepKind,
    differences,
)
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Employment, Member
from storage import goal_history, goal_links, goals, people, requests
from storage.conditions import NO_CONDITION
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Store, Work
from usecases import goal_cards
from usecases.access import require_member
from usecases.alignment import link_fields, require_alignable
from usecases.goal_quality import require_offered, require_quality
from usecases.goal_record import content_fields, goal_event
from usecases.turns import close_negotiation, give_turn, spoken_by, tell_agreed, tell_owner


def propose_goal(store: Store, origin: Origin, command: ProposeGoal, token: str) -> UUID:
    """A new goal, proposed to the other side at once; returns its id.

    By its owner, or for a direct report by the manager; the other side has the first turn. A second
    submission of the same dialog returns the first outcome. Raises NotAllowed, InvalidInput.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        goal = uuid4()
        earlier = requests.consume_token(work.connection, token, actor.id, goal, work.at)
        if earlier is not None:
            return _outcome(actor, earlier)
        make_proposal(work, actor, judge_proposal(work, actor, command), goal)
        return goal


@dataclass(frozen=True, slots=True)
class Judged:
    """A proposal that may be made: whose goal it would be, what it says, who reads it."""

    owner: Member
    content: GoalContent
    audience: Audience
    contribution: int | None = None
    """How much it carries of the goal that it serves, in basis points."""
    said: SaidWords = NOTHING_SAID
    """What its proposer says with it to the other side."""


def judge_proposal(work: Reading, actor: Member, command: ProposeGoal) -> Judged:
    """What the proposal would be. Raises InvalidInput at the field of what stands against it."""
    owner = _owner_of(work, actor, command)
    if command.aligned_to is not None:
        require_alignable(work, actor, command.aligned_to)
    level = command.template or owner.level
    template = work.rules_of(owner).template(level)
    content = command.content(level, template.rhythm)
    require_offered(work, owner, content)
    require_quality(work, owner, content)
    contribution = basis_points(command.contribution)
    audience = command.visible_to or template.audience
    side = Side.OWNER if owner.id == actor.id else Side.OTHER
    return Judged(owner, content, audience, contribution, command.said(side))


def make_proposal(work: Work, actor: Member, judged: Judged, goal: UUID) -> None:
    """Store it, record it, and give the other side the turn."""
    owner, content = judged.owner, judged.content
    side = Side.OWNER if owner.id == actor.id else Side.OTHER
    head = goals.new_goal(
        work.connection,
        goal,
        owner=owner.id,
        proposer=actor.id,
        audience=judged.audience,
        title=content.title,
    )
    if content.aligned_to is not None:
        goal_links.link(work.connection, goal, content.aligned_to, judged.contribution)
    _add_version(work, goal, 1, content, actor, side, said=judged.said)
    _step(work, goal, StepKind.PROPOSED, actor, 1)
    fields = {
        **content_fields(content),
        **judged.said.fields(),
        **link_fields(content.aligned_to, judged.contribution),
        "audience": head.audience.value,
    }
    work.record(goal_event(Action.GOAL_PROPOSE, actor, goal, owner.id, 1, fields))
    give_turn(work, head, owner, side.opposite, proposer=actor)
    tell_owner(work, goal, owner)


def revise_goal(store: Store, origin: Origin, command: ReviseGoal, token: str) -> GoalCard:
    """Propose a draft again, changed or not; only its owner can."""
    with store.write(origin) as work:
        actor = require_member(work)
        goal_links.hold_trees(work.connection)
        head = goal_cards.locked_head(work, actor, command.goal)
        earlier = requests.consume_token(work.connection, token, actor.id, head.id, work.at)
        if earlier is not None:
            earlier.require(actor.id, head.id)
            return _first_outcome(work, actor, earlier)
        if head.owner != actor.id:
            raise NotAllowed("only_owner_proposes")
        if head.state is not GoalState.DRAFT:
            raise AlreadyDone("not_a_draft", card=goal_cards.card(work, actor, head))
        _require_version(work, actor, head, command.version)
        content = command.content(goals.content(work.connection, head.id, head.version))
        require_quality(work, actor, content)
        contribution = _relink(work, actor, head, command)
        number = head.version + 1
        _add_version(work, head.id, number, content, actor, Side.OWNER)
        _change(
            work,
            actor,
            head,
            state=moved(head.state, Move.PROPOSE),
            version=number,
            counters=0,
            title_folded=goals.folded(content.title),
        )
        _step(work, head.id, StepKind.PROPOSED, actor, number)
        fields = {**content_fields(content), **link_fields(content.aligned_to, contribution)}
        work.record(goal_event(Action.GOAL_PROPOSE, actor, head.id, head.owner, number, fields))
        give_turn(work, _head(work, head.id), actor, Side.OTHER, proposer=actor)
        work.touch(SubjectType.GOAL, head.id)
        return goal_cards.fresh_card(work, actor, head.id)


def counter_goal(store: Store, origin: Origin, command: CounterGoal, token: str) -> GoalCard:
    """Another version with a reason; the turn passes to the other side.

    Raises AlreadyDone or Changed where the goal has moved on, InvalidInput where nothing differs.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        head = goal_cards.locked_head(work, actor, command.goal)
        earlier = requests.consume_token(work.connection, token, actor.id, head.id, work.at)
        if earlier is not None:
            earlier.require(actor.id, head.id)
            return _first_outcome(work, actor, earlier)
        side = _require_turn(work, actor, head)
        _require_version(work, actor, head, command.version)
        before = goals.content(work.connection, head.id, head.version)
        content = command.content(before)
        changed = differences(before, content)
        said = command.said(side)
        if not changed and said == NOTHING_SAID:
            raise InvalidInput("nothing_changed", field="reason")
        number = head.version + 1
        _add_version(work, head.id, number, content, actor, side, command.reason, said)
        _change(
            work,
            actor,
            head,
            version=number,
            counters=head.counters + 1,
            title_folded=goals.folded(content.title),
        )
        _step(work, head.id, StepKind.COUNTERED, actor, number, command.reason)
        fields = {**content_fields(content), **said.fields(), "rationale": command.reason}
        speaker = spoken_by(work, actor, head)
        work.record(
            goal_event(
                Action.GOAL_COUNTER,
                speaker,
                head.id,
                head.owner,
                number,
                fields,
            )
        )
        owner = people.member(work.connection, head.owner)
        give_turn(work, _head(work, head.id), owner, side.opposite, proposer=actor)
        work.touch(SubjectType.GOAL, head.id)
        return goal_cards.fresh_card(work, actor, head.id)


def accept_goal(
    store: Store, origin: Origin, command: AcceptGoal, token: str | None = None
) -> GoalCard:
    """Agree to the version seen: the goal becomes active. Never both sides by one person.

    The owner may accept with a reservation, which is kept with the agreement; a dialog sent twice
    returns the first outcome.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        work.arrive()
        head = goal_cards.locked_head(work, actor, command.goal)
        if token is not None:
            earlier = requests.consume_token(work.connection, token, actor.id, head.id, work.at)
            if earlier is not None:
                earlier.require(actor.id, head.id)
                return _first_outcome(work, actor, earlier)
        side = _require_turn(work, actor, head)
        _require_version(work, actor, head, command.version)
        words = command.reservation if isinstance(command, AcceptWithReservation) else None
        if words is not None and side is not Side.OWNER:
            raise NotAllowed("only_owner_reserves", card=goal_cards.card(work, actor, head))
        _change(
            work,
            actor,
            head,
            state=moved(head.state, Move.ACCEPT),
            agreed_version=head.version,
            turn=None,
            answer_by=None,
            remind_at=None,
        )
        _step(work, head.id, StepKind.ACCEPTED, actor, head.version, words)
        speaker = spoken_by(work, actor, head)
        fields = {} if words is None else {"reservation": words}
        work.record(
            goal_event(Action.GOAL_ACCEPT, speaker, head.id, head.owner, head.version, fields)
        )
        close_negotiation(work, head)
        tell_agreed(work, head, side)
        return goal_cards.fresh_card(work, actor, head.id)


def withdraw_reservation(store: Store, origin: Origin, goal: UUID) -> GoalCard:
    """Agree without the reservation that one had accepted with. What it said stays in history.

    Raises Refused where none of one's own stands.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        head = goal_cards.locked_head(work, actor, goal)
        card = goal_cards.card(work, actor, head)
        if not card.can_withdraw_reservation:
            raise Refused("no_reservation", card=card)
        _change(work, actor, head)
        agreed = head.agreed_version or head.version
        _step(work, head.id, StepKind.RESERVATION_WITHDRAWN, actor, agreed)
        work.record(
            goal_event(Action.GOAL_WITHDRAW_RESERVATION, actor, head.id, head.owner, head.version)
        )
        work.touch(SubjectType.GOAL, head.id)
        return goal_cards.fresh_card(work, actor, head.id)


def decline_goal(store: Store, origin: Origin, command: DeclineGoal, token: str) -> GoalCard:
    """Say no with a reason: the goal goes back to its owner as a draft."""
    with store.write(origin) as work:
        actor = require_member(work)
        head = goal_cards.locked_head(work, actor, command.goal)
        earlier = requests.consume_token(work.connection, token, actor.id, head.id, work.at)
        if earlier is not None:
            earlier.require(actor.id, head.id)
            return _first_outcome(work, actor, earlier)
        side = _require_turn(work, actor, head)
        _require_version(work, actor, head, command.version)
        _change(
            work,
            actor,
            head,
            state=moved(head.state, Move.DECLINE),
            turn=None,
            answer_by=None,
            remind_at=None,
        )
        _step(work, head.id, StepKind.DECLINED, actor, head.version, command.reason)
        fields = {"rationale": command.reason}
        speaker = spoken_by(work, actor, head)
        work.record(
            goal_event(
                Action.GOAL_DECLINE,
                speaker,
                head.id,
                head.owner,
                head.version,
                fields,
            )
        )
        close_negotiation(work, head)
        tell_agreed(work, head, side)
        return goal_cards.fresh_card(work, actor, head.id)


def undo_proposal(store: Store, origin: Origin, command: UndoProposal) -> GoalCard:
    """Withdraw one's own last proposal while nobody has answered it.

    A first proposal becomes a draft again; a counter-proposal gives way to the version before it,
    which is kept as a version of its own, and it is one's own turn again.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        work.arrive()
        head = goal_cards.locked_head(work, actor, command.goal)
        _require_version(work, actor, head, command.version)
        if not goal_cards.can_undo(work, actor, head):
            raise Refused("undo_too_late", card=goal_cards.card(work, actor, head))
        _step(work, head.id, StepKind.WITHDRAWN, actor, head.version)
        work.record(goal_event(Action.GOAL_WITHDRAW, actor, head.id, head.owner, head.version))
        if head.counters == 0:
            _change(
                work,
                actor,
                head,
                # What a manager takes back is not left behind on the employee's desk.
                state=moved(
                    head.state, Move.WITHDRAW if head.owner == actor.id else Move.TAKE_BACK
                ),
                turn=None,
                answer_by=None,
                remind_at=None,
            )
            close_negotiation(work, head)
        else:
            _take_back_counter(work, actor, head)
        return goal_cards.fresh_card(work, actor, head.id)


def _take_back_counter(work: Work, actor: Member, head: GoalHead) -> None:
    """Put the version before the counter in force again, as its author's, and keep the turn."""
    side = Side.OWNER if actor.id == head.owner else Side.OTHER
    number = head.version + 1
    earlier = goals.content(work.connection, head.id, head.version - 1)
    author, _ = goals.version_origin(work.connection, head.id, head.version - 1)
    goals.insert_version(
        work.connection,
        head.id,
        number,
        earlier,
        author=author.id,
        side=side.opposite,
        at=work.now,
        policy=work.policy.number,
        said=goals.said(work.connection, head.id)[head.version - 1],
    )
    _change(
        work,
        actor,
        head,
        version=number,
        counters=head.counters - 1,
        title_folded=goals.folded(earlier.title),
    )
    owner = people.member(work.connection, head.owner)
    give_turn(work, _head(work, head.id), owner, side, proposer=author)
    work.touch(SubjectType.GOAL, head.id)


def _owner_of(work: Reading, actor: Member, command: ProposeGoal) -> Member:
    if command.owner is None or command.owner == actor.slack_user:
        return actor
    if actor.employment is Employment.CONTRACTOR:
        raise InvalidInput("only_for_reports", field="owner")
    owner = people.active_by_slack_user(work.connection, command.owner)
    today = actor.today(work.now)
    if owner is None or actor.id not in {
        manager.id for manager in people.current_managers(work.connection, owner.id, today)
    }:
        raise InvalidInput("only_for_reports", field="owner")
    return owner


def _relink(work: Work, actor: Member, head: GoalHead, command: ReviseGoal) -> int | None:
    """The goal serves what is now said; returns how much of it. What stays is not judged anew."""
    contribution = basis_points(command.contribution)
    if command.aligned_to not in (None, head.parent):
        require_alignable(work, actor, command.aligned_to, head.id)
    goal_links.relink(work.connection, head.id, command.aligned_to, contribution)
    return contribution


def _require_turn(work: Reading, actor: Member, head: GoalHead) -> Side:
    """The side the actor speaks for, if it is that side's turn.

    Raises AlreadyDone with the goal as it is now where an answer was given before, NotAllowed for
    those who may read but not decide.
    """
    side = goal_cards.side_of(work, actor, head)
    if head.state is not GoalState.PROPOSED:
        raise AlreadyDone("already_answered", card=goal_cards.card(work, actor, head))
    if side is None:
        raise NotAllowed("not_yours_to_decide", card=goal_cards.card(work, actor, head))
    if head.turn is not side:
        raise AlreadyDone("waiting_for_other", card=goal_cards.card(work, actor, head))
    return side


def _require_version(work: Reading, actor: Member, head: GoalHead, seen: int) -> None:
    if head.version != seen:
        raise Changed(card=goal_cards.card(work, actor, head))


def _outcome(actor: Member, earlier: requests.EarlierSubmission) -> UUID:
    """The goal that the first submission was about."""
    if earlier.person != actor.id or earlier.outcome is None:
        raise NotShared
    return earlier.outcome


def _first_outcome(work: Reading, actor: Member, earlier: requests.EarlierSubmission) -> GoalCard:
    return goal_cards.fresh_card(work, actor, _outcome(actor, earlier))


def _add_version(
    work: Work,
    goal: UUID,
    number: int,
    content: GoalContent,
    actor: Member,
    side: Side,
    reason: str | None = None,
    said: SaidWords = NOTHING_SAID,
) -> None:
    goals.insert_version(
        work.connection,
        goal,
        number,
        content,
        author=actor.id,
        side=side,
        at=work.now,
        policy=work.policy.number,
        reason=reason,
        said=said,
    )


def _change(work: Work, actor: Member, head: GoalHead, **values: object) -> None:
    if not goals.change_head(work.connection, head.id, head.revision, **values):
        raise Changed(card=goal_cards.card(work, actor, _head(work, head.id)))


def _head(work: Reading, goal: UUID) -> GoalHead:
    head = goals.head_by_id(work.connection, goal, NO_CONDITION)
    if head is None:
        raise NotShared
    return head


def _step(
    work: Work,
    goal: UUID,
    kind: StepKind,
    actor: Member,
    version: int,
    reason: str | None = None,
) -> None:
    goal_history.add_step(
        work.connection,
        goal,
        kind,
        actor=actor.id,
        at=work.now,
        version=version,
        reason=reason,
    )
