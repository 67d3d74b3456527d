"""Asking a neutral person for help with a negotiation, unseen by the other side."""

from __future__ import annotations

from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.errors import InvalidInput, NotShared, Refused
from domain.goal_commands import AskFacilitator
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.screens import HelpAsked, HelpNote
from domain.sensitivity import Sensitivity
from storage import facilitation, goal_cases, people, requests
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Store
from usecases import goal_cards
from usecases.absences import tell_when_there
from usecases.access import require_member
from usecases.asking import can_answer


def ask_facilitator(store: Store, origin: Origin, command: AskFacilitator, token: str) -> HelpAsked:
    """Ask the least busy facilitator who stands outside this negotiation.

    The same dialog sent twice asks once. Raises InvalidInput where one is asked already, by another
    dialog; Refused where nobody neutral can be asked or the goal is not being negotiated.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        head = goal_cards.locked_head(work, actor, command.goal)
        card = goal_cards.card(work, actor, head)
        asked = facilitation.open_for(work.connection, head.id, actor.id)
        earlier = requests.consume_token(work.connection, token, actor.id, head.id, work.at)
        if earlier is not None and asked is not None:
            earlier.require(actor.id, head.id)
            return HelpAsked(card, people.member(work.connection, asked))
        if asked is not None:
            helper = people.member(work.connection, asked)
            raise InvalidInput("facilitator_asked", field="note", name=helper.name)
        if not card.can_ask_facilitator:
            raise Refused("no_negotiation", card=card)
        if earlier is not None:
            raise InvalidInput("form_state")
        helper = _neutral_helper(work, actor, head)
        request = facilitation.ask(
            work.connection,
            work.sealer,
            goal=head.id,
            asker=actor.id,
            facilitator=helper.id,
            note=command.note,
            at=work.now,
        )
        goal_cases.open_case(work.connection, head.id, helper.id, None, work.now)
        work.record(
            AuditEvent(
                action=Action.FACILITATION_ASK,
                actor=Actor(ActorKind.PERSON, actor.id),
                object_type=SubjectType.FACILITATION,
                object_id=request,
                subject=actor.id,
                sensitivity=Sensitivity.CONFIDENTIAL,
                fields={"goal": str(head.id), "facilitator": str(helper.id)},
            )
        )
        tell_when_there(
            work,
            NewNotice(
                kind=NoticeKind.GOAL_HELP_ASKED,
                dedup_key=f"facilitation:{request}",
                person=helper.id,
                lane=Lane.INTERACTIVE,
                subject_type=SubjectType.FACILITATION,
                subject=request,
                due_at=work.now,
            ),
        )
        work.refresh_homes([helper.id])
        return HelpAsked(card, helper)


def read_help_request(store: Store, origin: Origin, request: UUID) -> HelpNote:
    """Open the note; that it was opened is recorded before it is shown."""
    with store.write(origin) as work:
        actor = require_member(work)
        found = facilitation.by_id(work.connection, request)
        if found is None or found.facilitator != actor.id or found.closed_at is not None:
            raise NotShared
        head = goal_cards.readable_head(work, actor, found.goal)
        work.record(
            AuditEvent(
                action=Action.READ_FACILITATION,
                actor=Actor(ActorKind.PERSON, actor.id),
                object_type=SubjectType.FACILITATION,
                object_id=request,
                subject=found.asker,
                sensitivity=Sensitivity.CONFIDENTIAL,
            )
        )
        return HelpNote(
            goal_cards.card(work, actor, head),
            people.member(work.connection, found.asker),
            facilitation.open_note(work.sealer, found),
        )


def _neutral_helper(work: Reading, actor: Member, head: GoalHead) -> Member:
    """A facilitator who is neither side, does not lead the owner, and has the least to do."""
    owner = people.member(work.connection, head.owner)
    today = owner.today(work.now)
    involved = {head.owner, head.counterpart, actor.id}
    involved.update(goal_cases.asked_people(work.connection, head.id))
    involved.update(people.all_managers(work.connection, owner.id, today))
    neutral = [
        person
        for person in people.role_holders(work.connection, Role.FACILITATOR, owner, today)
        if person.id not in involved and can_answer(person)
    ]
    if not neutral:
        raise Refused("no_facilitator")
    load = facilitation.open_counts(work.connection, [person.id for person in neutral])
    return min(neutral, key=lambda person: load.get(person.id, 0))
