"""Changing an active goal by agreement: ask, counter, accept, approve, decline, withdraw.

The goal stays as it was agreed until everybody has agreed. Each function authorises from the record
inside the writing transaction, and holds the goal's row before it reads the request: two people who
act at the same moment take turns, and the second learns what the first did.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from domain.audit import Action, FieldValue
from domain.change_requests import (
    AnswerChange,
    AskChange,
    ChangeCard,
    ChangeRules,
    ChangeState,
    CounterChange,
    DeclineChange,
    Terms,
    Turn,
)
from domain.errors import AlreadyDone, Changed, InvalidInput, NotAllowed, NotShared, Refused
from domain.goals import Capacity, GoalCard, GoalContent, GoalState, Side, StepKind
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.references import ReferenceKind, parse_reference
from storage import (
    change_requests,
    goal_history,
    goal_neighbours,
    goals,
    people,
    requests,
)
from storage.change_requests import StoredChange
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Store, Work
from usecases import goal_cards
from usecases.absences import tell_when_there
from usecases.access import require_member
from usecases.agreed_versions import write_agreed_version
from usecases.goal_change_cards import change_card, chosen_change
from usecases.goal_change_record import record_change, terms_fields
from usecases.goal_change_terms import approvals_needed, content_of, judged, would_be_marked
from usecases.goal_change_turns import (
    ask_approver,
    change_now,
    give_turn,
    head_now,
    side_in,
    speaks,
    tell_of_outcome,
)
from usecases.goal_record import content_fields, goal_event


@dataclass(frozen=True, slots=True)
class ToChange:
    """A goal of which a change can be asked for, and what the policy at its owner's says of it."""

    card: GoalCard
    rules: ChangeRules


def change_of(store: Store, origin: Origin, which: UUID | str) -> ToChange | ChangeCard:
    """What `/goal change` is about: a goal to change, or a request (`R-7`, or a goal's open one).

    Raises NotShared, NotAllowed for whoever speaks for neither side, Refused for a goal that is not
    active.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        if isinstance(which, str) and parse_reference(which, ReferenceKind.CHANGE) is not None:
            return chosen_change(work, viewer, which)
        card = goal_cards.chosen_card(work, viewer, which)
        if card.open_change is not None:
            return chosen_change(work, viewer, card.open_change.id)
        head = goal_cards.readable_head(work, viewer, card.id)
        _require_may_ask(work, viewer, head)
        return ToChange(card, rules_for(work, card.owner))


def rules_for(work: Reading, owner: Member) -> ChangeRules:
    rules = work.rules_of(owner).change_requests
    return ChangeRules(rules.percent, rules.days)


def show_change(store: Store, origin: Origin, change: UUID) -> ChangeCard:
    """One request; NotShared where its goal may not be read."""
    with store.read(origin) as work:
        return chosen_change(work, require_member(work), change)


def rules_of_goal(store: Store, origin: Origin, card: GoalCard) -> ChangeRules:
    """What the policy says of changes at the place of the goal's owner."""
    with store.read(origin) as work:
        return rules_for(work, card.owner)


def change_to_answer(
    store: Store, origin: Origin, change: UUID, terms: int
) -> tuple[ChangeCard, ChangeRules]:
    """A request before somebody who is about to answer it; raises where sending could only fail."""
    with store.read(origin) as work:
        viewer = require_member(work)
        card = chosen_change(work, viewer, change)
        stored = change_now(work, change)
        head = head_now(work, stored.goal)
        if stored.turn is Turn.APPROVER:
            _require_approver(work, viewer, stored)
        else:
            _require_turn(work, viewer, head, stored)
        _require_terms(work, stored, terms)
        return card, rules_for(work, card.goal.owner)


def ask_change(store: Store, origin: Origin, command: AskChange, token: str) -> ChangeCard:
    """Put a change of an active goal before the other side.

    A second submission of the same dialog returns the first outcome. Raises NotAllowed, Refused,
    and InvalidInput at the field of what stands against it, for which nothing typed is lost.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        head = goal_cards.locked_head(work, actor, command.goal)
        made = uuid4()
        earlier = requests.consume_token(work.connection, token, actor.id, made, work.at)
        if earlier is not None:
            if earlier.person != actor.id or earlier.outcome is None:
                raise NotShared
            return _card(work, actor, change_now(work, earlier.outcome))
        side = _require_may_ask(work, actor, head)
        if head.version != command.version:
            raise Changed(card=goal_cards.card(work, actor, head))
        owner = people.member(work.connection, head.owner)
        terms = judged(work, owner, head, command, author=actor, side=side, number=1)
        change_requests.add(
            work.connection,
            made,
            goals.next_number(work.connection, ReferenceKind.CHANGE),
            goal=head.id,
            base_version=head.version,
            asker=actor.id,
            side=side,
            at=work.now,
        )
        if side is Side.OTHER:
            change_requests.set_turn(
                work.connection, made, counterpart_id=actor.id, capacity=Capacity.MANAGER
            )
        _put_on_table(work, actor, head, made, terms, Action.GOAL_CHANGE_ASK)
        _step(work, head, StepKind.CHANGE_ASKED, actor, terms.reason)
        give_turn(work, head, change_now(work, made), owner, side.opposite)
        _tell_asker(work, actor, made)
        work.touch(SubjectType.GOAL, head.id)
        return _card(work, actor, change_now(work, made))


def _require_may_ask(work: Reading, actor: Member, head: GoalHead) -> Side:
    """Its owner, or the manager in line, of an active goal of which nothing is asked for."""
    side = goal_cards.side_of(work, actor, head)
    if side is None:
        raise NotAllowed("only_sides_change", card=goal_cards.card(work, actor, head))
    if head.state is not GoalState.ACTIVE:
        raise Refused("change_not_active", card=goal_cards.card(work, actor, head))
    asked = change_requests.open_of(work.connection, head.id)
    if asked is not None:
        name = people.member(work.connection, asked.asker).name
        raise InvalidInput("change_asked_already", number=f"R-{asked.number}", name=name)
    return side


def counter_change(store: Store, origin: Origin, command: CounterChange, token: str) -> ChangeCard:
    """Other terms with a reason; the turn passes to the other side."""
    with store.write(origin) as work:
        actor = require_member(work)
        head, change = _held(work, actor, command.change)
        if (first := _sent_before(work, actor, change, token)) is not None:
            return first
        side = _require_turn(work, actor, head, change)
        _require_terms(work, change, command.terms)
        owner = people.member(work.connection, head.owner)
        number = change.terms + 1
        terms = judged(work, owner, head, command, author=actor, side=side, number=number)
        last = change_requests.terms(work.connection, change.id, change.terms)
        if (terms.changes, terms.effective_on) == (last.changes, last.effective_on):
            raise InvalidInput("nothing_changed", field="reason")
        change_requests.set_turn(work.connection, change.id, terms=number)
        _put_on_table(work, actor, head, change.id, terms, Action.GOAL_CHANGE_COUNTER)
        _step(work, head, StepKind.CHANGE_COUNTERED, actor, terms.reason)
        _speaks_now(work, actor, change, side)
        give_turn(work, head, change_now(work, change.id), owner, side.opposite)
        work.touch(SubjectType.CHANGE_REQUEST, change.id)
        return _card(work, actor, change_now(work, change.id))


def accept_change(store: Store, origin: Origin, command: AnswerChange) -> ChangeCard:
    """Agree to the terms seen: the change counts, or goes to whoever has to approve it."""
    with store.write(origin) as work:
        actor = require_member(work)
        work.arrive()
        head, change = _held(work, actor, command.change)
        side = _require_turn(work, actor, head, change)
        _require_terms(work, change, command.terms)
        owner = people.member(work.connection, head.owner)
        terms = change_requests.terms(work.connection, change.id, change.terms)
        marked = would_be_marked(work, owner, change, terms)
        needed = approvals_needed(work, owner, terms, marked=marked)
        fields: dict[str, FieldValue] = {"terms": terms.number, "marked": marked}
        _speaks_now(work, actor, change, side)
        change_requests.set_turn(work.connection, change.id, accepted_by_id=actor.id, marked=marked)
        by = speaks(work, actor, head, change.id)
        record_change(work, Action.GOAL_CHANGE_AGREE, by, head, change, fields)
        change = change_now(work, change.id)
        if not needed:
            _carry_out(work, actor, head, change, terms)
        else:
            change_requests.add_approvals(work.connection, change.id, needed)
            _step(work, head, StepKind.CHANGE_AGREED, actor)
            ask_approver(work, head, change, owner)
            tell_of_outcome(work, head, change, _others(head, change, actor))
        return _card(work, actor, change_now(work, change.id))


def approve_change(store: Store, origin: Origin, command: AnswerChange) -> ChangeCard:
    """Somebody besides the two sides agrees; with the last of them, the change counts."""
    with store.write(origin) as work:
        actor = require_member(work)
        work.arrive()
        head, change = _held(work, actor, command.change)
        _require_approver(work, actor, change)
        _require_terms(work, change, command.terms)
        given = change_requests.approvals(work.connection, change.id)
        missing = next(one for one in given if one.approved_by is None)
        change_requests.approve(work.connection, change.id, missing.number, actor.id, work.now)
        fields: dict[str, FieldValue] = {"approval": missing.number}
        record_change(work, Action.GOAL_CHANGE_APPROVE, actor, head, change, fields)
        if missing.number == len(given):
            terms = change_requests.terms(work.connection, change.id, change.terms)
            _carry_out(work, actor, head, change, terms)
        else:
            _step(work, head, StepKind.CHANGE_APPROVED, actor)
            owner = people.member(work.connection, head.owner)
            ask_approver(work, head, change_now(work, change.id), owner)
            work.touch(SubjectType.CHANGE_REQUEST, change.id)
        return _card(work, actor, change_now(work, change.id))


def decline_change(store: Store, origin: Origin, command: DeclineChange, token: str) -> ChangeCard:
    """Say no with a reason, as a side or as somebody who would approve: the goal stays as it is."""
    with store.write(origin) as work:
        actor = require_member(work)
        head, change = _held(work, actor, command.change)
        if (first := _sent_before(work, actor, change, token)) is not None:
            return first
        if change.turn is Turn.APPROVER:
            _require_approver(work, actor, change)
        else:
            side = _require_turn(work, actor, head, change)
            _speaks_now(work, actor, change, side)
        _require_terms(work, change, command.terms)
        _settle(work, actor, head, change, ChangeState.DECLINED, command.reason)
        return _card(work, actor, change_now(work, change.id))


def withdraw_change(store: Store, origin: Origin, command: AnswerChange) -> ChangeCard:
    """Whoever asked takes it back, as long as not everybody has agreed."""
    with store.write(origin) as work:
        actor = require_member(work)
        work.arrive()
        head, change = _held(work, actor, command.change)
        if not change.open:
            raise AlreadyDone("change_settled", change=_card(work, actor, change))
        if change.asker != actor.id:
            name = people.member(work.connection, change.asker).name
            raise NotAllowed("only_asker_withdraws", name=name)
        _settle(work, actor, head, change, ChangeState.WITHDRAWN, None)
        return _card(work, actor, change_now(work, change.id))


# What the acts have in common


def _held(work: Work, actor: Member, change: UUID) -> tuple[GoalHead, StoredChange]:
    """The goal and the request, for this transaction alone; NotShared as for the goal."""
    found = change_requests.by_id(work.connection, change)
    if found is None:
        raise NotShared
    head = goal_cards.locked_head(work, actor, found.goal)
    return head, change_now(work, change)


def _sent_before(work: Work, actor: Member, change: StoredChange, token: str) -> ChangeCard | None:
    """The outcome of this very dialog, if it was sent before."""
    earlier = requests.consume_token(work.connection, token, actor.id, change.id, work.at)
    if earlier is None:
        return None
    earlier.require(actor.id, change.id)
    return _card(work, actor, change)


def _require_turn(work: Reading, actor: Member, head: GoalHead, change: StoredChange) -> Side:
    """The side that the actor speaks for, if it is that side's turn."""
    if not change.open:
        raise AlreadyDone("change_settled", change=_card(work, actor, change))
    side = side_in(work, actor, head, change.id)
    if change.turn is Turn.APPROVER:
        raise AlreadyDone("change_agreed_already", number=f"R-{change.number}")
    if side is None:
        raise NotAllowed("change_not_yours")
    if change.turn is not Turn.of(side):
        raise AlreadyDone("change_waits_for_other", number=f"R-{change.number}")
    return side


def _require_approver(work: Reading, actor: Member, change: StoredChange) -> None:
    if not change.open:
        raise AlreadyDone("change_settled", change=_card(work, actor, change))
    if change.turn is not Turn.APPROVER or change.approver != actor.id:
        raise NotAllowed("change_not_yours")


def _require_terms(work: Reading, change: StoredChange, seen: int) -> None:
    if change.terms != seen:
        name = people.member(
            work.connection,
            change_requests.terms(work.connection, change.id, change.terms).author,
        ).name
        raise Changed("change_has_other_terms", number=f"R-{change.number}", name=name)


def _card(work: Reading, viewer: Member, change: StoredChange) -> ChangeCard:
    """After an act by the viewer, whatever it did to their own access."""
    return change_card(work, viewer, head_now(work, change.goal), change)


def _put_on_table(
    work: Work, actor: Member, head: GoalHead, change: UUID, terms: Terms, action: Action
) -> None:
    change_requests.add_terms(work.connection, change, terms, work.policy.number)
    by = speaks(work, actor, head, change)
    record_change(work, action, by, head, change_now(work, change), terms_fields(terms))


def _speaks_now(work: Work, actor: Member, change: StoredChange, side: Side) -> None:
    """Whoever of several answered for the other side is who is answered from now on."""
    if side is Side.OTHER and change.counterpart != actor.id:
        asked = change_requests.asked_people(work.connection, change.id)
        capacity = asked.get(actor.id, Capacity.MANAGER)
        change_requests.set_turn(
            work.connection, change.id, counterpart_id=actor.id, capacity=capacity
        )


def _carry_out(
    work: Work, actor: Member, head: GoalHead, change: StoredChange, terms: Terms
) -> None:
    """Everybody has agreed: the goal has another version, with the reason."""
    _, content = content_of(work, change, terms)
    number = write_agreed_version(
        work, head, content, author=terms.author, side=terms.side, reason=terms.reason
    )
    _record_version(work, actor, head, change, terms, content)
    _step(work, head, StepKind.CHANGED, actor, terms.reason, number)
    change_requests.settle(
        work.connection,
        change.id,
        ChangeState.ACCEPTED,
        by=actor.id,
        at=work.now,
        version=number,
    )
    tell_of_outcome(work, head, change, _others(head, change, actor))
    _tell_touched(work, actor, head, change)


def _record_version(
    work: Work,
    actor: Member,
    head: GoalHead,
    change: StoredChange,
    terms: Terms,
    content: GoalContent,
) -> None:
    fields: dict[str, FieldValue] = {
        **content_fields(content),
        "rationale": terms.reason,
        "change": str(change.id),
        "marked": change.marked,
    }
    if terms.effective_on is not None:
        fields["effective_on"] = terms.effective_on.isoformat()
    work.record(
        goal_event(Action.GOAL_CHANGE, actor, head.id, head.owner, head.version + 1, fields)
    )


def _settle(
    work: Work,
    actor: Member,
    head: GoalHead,
    change: StoredChange,
    state: ChangeState,
    reason: str | None,
) -> None:
    declined = state is ChangeState.DECLINED
    by = speaks(work, actor, head, change.id)
    change_requests.settle(
        work.connection, change.id, state, by=actor.id, at=work.now, answer=reason
    )
    kind = StepKind.CHANGE_DECLINED if declined else StepKind.CHANGE_WITHDRAWN
    _step(work, head, kind, actor, reason)
    action = Action.GOAL_CHANGE_DECLINE if declined else Action.GOAL_CHANGE_WITHDRAW
    fields: dict[str, FieldValue] = {"rationale": reason} if reason else {}
    record_change(work, action, by, head, change, fields)
    tell_of_outcome(work, head, change, _others(head, change, actor))


def _others(head: GoalHead, change: StoredChange, actor: Member) -> list[UUID]:
    """Both sides, but for whoever acted."""
    sides = dict.fromkeys((head.owner, change.asker, change.counterpart))
    return [one for one in sides if one is not None and one != actor.id]


def _step(
    work: Work,
    head: GoalHead,
    kind: StepKind,
    actor: Member,
    reason: str | None = None,
    version: int | None = None,
) -> None:
    goal_history.add_step(
        work.connection,
        head.id,
        kind,
        actor=actor.id,
        at=work.now,
        version=version or head.version,
        reason=reason,
    )


def _tell_asker(work: Work, actor: Member, change: UUID) -> None:
    """The asker's own message, one for the life of the request, changed in place."""
    notice = NewNotice(
        kind=NoticeKind.CHANGE_ASKED,
        dedup_key=f"change:{change}:asked",
        person=actor.id,
        lane=Lane.INTERACTIVE,
        subject_type=SubjectType.CHANGE_REQUEST,
        subject=change,
        due_at=work.now,
    )
    tell_when_there(work, notice, actor)


def _tell_touched(work: Work, actor: Member, head: GoalHead, change: StoredChange) -> None:
    """The owners of goals that serve this one."""
    told = {head.owner, change.asker, change.counterpart, actor.id}
    for goal in goal_neighbours.serving(work.connection, head.id):
        if goal.owner in told:
            continue
        told.add(goal.owner)
        notice = NewNotice(
            kind=NoticeKind.CHANGE_TOUCHES,
            dedup_key=f"change:{change.id}:touches:{goal.owner}",
            person=goal.owner,
            lane=Lane.INTERACTIVE,
            subject_type=SubjectType.CHANGE_REQUEST,
            subject=change.id,
            due_at=work.now,
        )
        tell_when_there(work, notice)
