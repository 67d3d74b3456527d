"""Rounds whose facilitator can no longer act: others are asked, one takes over.

What was promised to the one who is gone stays so: private answers were for them alone, so they are
deleted, and their authors hear of it.
"""

from __future__ import annotations

from uuid import UUID

from domain.audit import Action, Actor, ActorKind
from domain.errors import Refused
from domain.notices import Lane, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.rounds import RoundHead, RoundState
from storage import people, round_answers, rounds
from storage.unit_of_work import Reading, Store, Work
from usecases import round_cards
from usecases.access import require_member
from usecases.asking import can_answer
from usecases.rounds import (
    FOLLOWED,
    at_work,
    event,
    notify,
    notify_person,
    require_facilitator_role,
)


def offer_adrift_rounds(store: Store, origin: Origin) -> int:
    """Offer each such round to the other facilitators, once; without any, HR is told.

    Returns how many rounds are adrift. Somebody who becomes a facilitator later is asked then.
    """
    with store.read(origin) as reading:
        found = rounds.adrift(reading.connection, reading.now - FOLLOWED)
    for round_ in found:
        with store.write(origin) as work:
            head = round_cards.known_round(work, round_)
            for helper in _helpers(work, head):
                due = at_work(work, helper.id)
                notify_person(work, head, NoticeKind.ROUND_ADRIFT, helper.id, due, Lane.ESCALATION)
    return len(found)


def _helpers(work: Reading, head: RoundHead) -> list[Member]:
    gone = people.member(work.connection, head.facilitator)
    today = gone.today(work.now)
    for role in (Role.FACILITATOR, Role.HR):
        holders = people.role_holders(work.connection, role, gone, today)
        able = {one.id: one for one in holders if can_answer(one) and one.id != gone.id}
        if able:
            return list(able.values())
    return []


def take_over(store: Store, origin: Origin, round_: UUID) -> RoundHead:
    """Become the round's facilitator. Raises Refused while its own one can act."""
    with store.write(origin) as work:
        member = require_member(work)
        require_facilitator_role(work, member)
        head = round_cards.known_round(work, round_, lock=True)
        if people.can_act(work.connection, head.facilitator):
            name = people.member(work.connection, head.facilitator).name
            raise Refused("round_not_adrift", name=name)
        rounds.change(work.connection, head.id, facilitator_id=member.id)
        taken = round_cards.known_round(work, round_)
        actor = Actor(ActorKind.PERSON, member.id)
        fields = {"from": str(head.facilitator)}
        work.record(event(Action.ROUND_TAKE_OVER, actor, taken, fields))
        _return_private_answers(work, taken)
        if taken.state is RoundState.CLOSED:
            notify(work, taken, NoticeKind.ROUND_RESULT)
        else:
            notify(work, taken, NoticeKind.ROUND_DESK)
        work.touch(SubjectType.ROUND, taken.id)
        work.touch(SubjectType.ROUND_DESK, taken.id)
        return taken


def _return_private_answers(work: Work, head: RoundHead) -> None:
    for author in round_answers.destroy_private(work.connection, head.id):
        if author != head.facilitator and people.can_act(work.connection, author):
            due = at_work(work, author)
            notify_person(work, head, NoticeKind.ROUND_RETURNED, author, due, Lane.ESCALATION)


def is_adrift(store: Store, origin: Origin, head: RoundHead) -> bool:
    """Whether the round's facilitator can no longer act."""
    with store.read(origin) as work:
        return not people.can_act(work.connection, head.facilitator)
