"""Proposing a goal upward: the manager takes it up as a goal of their own, or says why not.

Taken up, it becomes the start of a goal of the manager's, proposed to their own manager as any
other, and the goal that it came from serves it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

from domain.adoption import OFFERED, AdoptionNotice, AdoptionState, LeaveGoal, Offered, OfferGoal
from domain.audit import Action, FieldValue
from domain.errors import AlreadyDone, NotAllowed, NotShared, Refused
from domain.goal_commands import ProposeGoal
from domain.goals import StepKind
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.screens import Notice, Pointless
from storage import adoptions, goal_history, goal_links, goals, people, requests
from storage.adoptions import Adoption
from storage.conditions import NO_CONDITION
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Store, Work
from usecases import goal_cards
from usecases.absences import tell_when_there
from usecases.access import require_member
from usecases.alignment import link_fields
from usecases.asking import can_answer
from usecases.goal_record import goal_event
from usecases.negotiation import judge_proposal, make_proposal


def offer_of(store: Store, origin: Origin, which: UUID | str) -> Offered:
    """The goal, by id or reference, and who would be asked. Raises as `offer_goal`."""
    with store.read(origin) as work:
        actor = require_member(work)
        card = goal_cards.chosen_card(work, actor, which)
        head = goal_cards.readable_head(work, actor, card.id)
        return Offered(card, _asked(work, actor, head))


def offer_goal(store: Store, origin: Origin, command: OfferGoal, token: str) -> Offered:
    """Ask one's manager to take up a goal that serves none yet; its owner alone does.

    Raises NotAllowed, Refused where there is nobody to ask or the goal serves one already,
    AlreadyDone while they have not answered.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        head = goal_cards.locked_head(work, actor, command.goal)
        earlier = requests.consume_token(work.connection, token, actor.id, head.id, work.at)
        if earlier is not None:
            earlier.require(actor.id, head.id)
            found = adoptions.latest(work.connection, head.id)
            if found is None:
                raise NotShared
            asked = people.member(work.connection, found.asked)
            return Offered(goal_cards.fresh_card(work, actor, head.id), asked)
        asked = _asked(work, actor, head)
        offer = adoptions.offer(work.connection, head.id, asked.id, work.now)
        fields = _fields(offer, asked.id, command.note)
        _note(work, actor, head, StepKind.OFFERED, Action.GOAL_OFFER, fields, command.note)
        _tell(work, head, offer, NoticeKind.GOAL_OFFERED, asked.id)
        return Offered(goal_cards.fresh_card(work, actor, head.id), asked)


def _asked(work: Reading, actor: Member, head: GoalHead) -> Member:
    if head.owner != actor.id:
        raise NotAllowed("only_owner_offers")
    if head.state not in OFFERED:
        raise Refused("not_to_be_offered")
    if head.parent is not None:
        raise Refused("serves_one_already")
    managers = people.current_managers(work.connection, actor.id, actor.today(work.now))
    asked = next((one for one in managers if can_answer(one)), None)
    if asked is None:
        raise Refused("nobody_above")
    before = adoptions.latest(work.connection, head.id)
    if before is not None and (before.asked, before.state) == (asked.id, AdoptionState.OPEN):
        raise AlreadyDone("offered_already", name=asked.name)
    return asked


def adopt_goal(store: Store, origin: Origin, goal: UUID, command: ProposeGoal, token: str) -> UUID:
    """Propose a goal of one's own that this one serves from then on; returns its id.

    Raises as `propose_goal`; AlreadyDone where it was answered, NotAllowed for whoever isn't asked.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        goal_links.hold_trees(work.connection)
        head = goal_cards.locked_head(work, actor, goal)
        made = uuid4()
        earlier = requests.consume_token(work.connection, token, actor.id, made, work.at)
        if earlier is not None:
            if earlier.person != actor.id or earlier.outcome is None:
                raise NotShared
            return earlier.outcome
        offer = _open(work, actor, head)
        if head.parent is not None:
            raise Refused("serves_one_already")
        own = command.model_copy(update={"owner": None})
        make_proposal(work, actor, judge_proposal(work, actor, own), made)
        goal_links.relink(work.connection, head.id, made, None)
        adoptions.answer(work.connection, offer.id, AdoptionState.ADOPTED, work.now, made)
        fields = {**_fields(offer.id, actor.id, None), **link_fields(made, None)}
        _note(work, actor, head, StepKind.ADOPTED, Action.GOAL_ADOPT, fields, None)
        _tell(work, head, offer.id, NoticeKind.GOAL_OFFER_ANSWERED, head.owner)
        return made


def leave_goal(store: Store, origin: Origin, command: LeaveGoal, token: str) -> None:
    """Say why one does not take it up. Raises as `adopt_goal`."""
    with store.write(origin) as work:
        actor = require_member(work)
        head = goal_cards.locked_head(work, actor, command.goal)
        earlier = requests.consume_token(work.connection, token, actor.id, head.id, work.at)
        if earlier is not None:
            earlier.require(actor.id, head.id)
            return
        offer = _open(work, actor, head)
        adoptions.answer(work.connection, offer.id, AdoptionState.DECLINED, work.now)
        fields = _fields(offer.id, actor.id, command.reason)
        _note(
            work, actor, head, StepKind.NOT_ADOPTED, Action.GOAL_NOT_ADOPT, fields, command.reason
        )
        _tell(work, head, offer.id, NoticeKind.GOAL_OFFER_ANSWERED, head.owner)


def require_asked(store: Store, origin: Origin, goal: UUID) -> None:
    """That the asker can still answer. Raises as `adopt_goal`."""
    with store.read(origin) as work:
        actor = require_member(work)
        _open(work, actor, goal_cards.readable_head(work, actor, goal))


def _open(work: Reading, actor: Member, head: GoalHead) -> Adoption:
    found = adoptions.latest(work.connection, head.id)
    if found is None or found.asked != actor.id:
        raise NotAllowed("not_asked_to_adopt")
    if found.state is not AdoptionState.OPEN:
        raise AlreadyDone("already_answered")
    return found


def _fields(offer: UUID, asked: UUID, words: str | None) -> dict[str, FieldValue]:
    fields: dict[str, FieldValue] = {"offer": str(offer), "offered_to": str(asked)}
    return fields if words is None else {**fields, "rationale": words}


def _note(
    work: Work,
    actor: Member,
    head: GoalHead,
    step: StepKind,
    action: Action,
    fields: Mapping[str, FieldValue],
    words: str | None,
) -> None:
    goals.set_turn(work.connection, head.id)
    goal_history.add_step(
        work.connection,
        head.id,
        step,
        actor=actor.id,
        at=work.now,
        version=head.version,
        reason=words,
    )
    work.record(goal_event(action, actor, head.id, head.owner, head.version, fields))
    work.touch(SubjectType.GOAL, head.id)


def _tell(work: Work, head: GoalHead, offer: UUID, kind: NoticeKind, person: UUID) -> None:
    notice = NewNotice(
        kind=kind,
        dedup_key=f"goal:{head.id}:{kind}:{offer}",
        person=person,
        lane=Lane.INTERACTIVE,
        subject_type=SubjectType.GOAL,
        subject=head.id,
        due_at=work.now,
    )
    tell_when_there(work, notice)


def _read(
    work: Reading, kind: NoticeKind, goal: UUID, reader: Member, _revision: int
) -> Notice | Pointless:
    head = goals.head_by_id(work.connection, goal, NO_CONDITION)
    found = adoptions.latest(work.connection, goal)
    if head is None or found is None:
        return Pointless("goal_gone")
    if reader.id not in (head.owner, found.asked):
        return Pointless("no_longer_shared")
    if kind is NoticeKind.GOAL_OFFER_ANSWERED and found.state is AdoptionState.OPEN:
        return Pointless("asked_anew")
    said = goal_history.latest_step(work.connection, goal, _SAID[found.state])
    try:
        card = goal_cards.card(work, reader, goal_cards.readable_head(work, reader, goal))
    except NotShared:
        return Pointless("no_longer_shared")
    asked = people.member(work.connection, found.asked)
    return AdoptionNotice(reader, card, asked, found.state, said.reason if said else None)


_SAID = {
    AdoptionState.OPEN: (StepKind.OFFERED,),
    AdoptionState.ADOPTED: (StepKind.ADOPTED,),
    AdoptionState.DECLINED: (StepKind.NOT_ADOPTED,),
}
_Reader = Callable[[Reading, NoticeKind, UUID, Member, int], Notice | Pointless]
ADOPTION_READERS: Mapping[NoticeKind, _Reader] = {
    NoticeKind.GOAL_OFFERED: _read,
    NoticeKind.GOAL_OFFER_ANSWERED: _read,
}
