"""Asking a neutral person for help with a negotiation, unseen by the other side."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.errors import InvalidInput, NotShared, Refused
from domain.goal_commands import AnswerHelp, AskFacilitator
from domain.goals import Capacity
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.screens import HelpAnswer, HelpAsked, HelpNote
from domain.sensitivity import Sensitivity
from storage import facilitation, goal_cases, people, requests
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Store
from usecases import goal_cards
from usecases.absences import tell_when_there
from usecases.access import require_member
from usecases.asking import can_answer, ladder


def ask_facilitator(store: Store, origin: Origin, command: AskFacilitator, token: str) -> HelpAsked:
    """Ask the person named, or the least busy facilitator, who stands outside this negotiation.

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
        helper = _helper(work, actor, head, command.helper)
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
        fields: dict[str, FieldValue] = {"goal": str(head.id), "facilitator": str(helper.id)}
        work.record(_event(Action.FACILITATION_ASK, actor, request, actor.id, fields))
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
        work.record(_event(Action.READ_FACILITATION, actor, request, found.asker))
        return HelpNote(
            goal_cards.card(work, actor, head),
            people.member(work.connection, found.asker),
            facilitation.open_note(work.sealer, found),
            request,
            found.answered_at is not None,
        )


def answer_help_request(store: Store, origin: Origin, command: AnswerHelp, token: str) -> HelpNote:
    """Say what one thinks, for whoever asked alone; they are told that there is an answer.

    Once. Raises NotShared for all but the person asked, InvalidInput where they have answered.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        found = facilitation.by_id(work.connection, command.request)
        if found is None or found.facilitator != actor.id or found.closed_at is not None:
            raise NotShared
        head = goal_cards.locked_head(work, actor, found.goal)
        asker = people.member(work.connection, found.asker)
        note = HelpNote(goal_cards.card(work, actor, head), asker, None, found.id, answered=True)
        if requests.consume_token(work.connection, token, actor.id, found.id, work.at) is not None:
            return note
        if not facilitation.answer(
            work.connection, work.sealer, found, command.answer, at=work.now
        ):
            raise InvalidInput("help_answered", field="answer")
        work.record(
            _event(Action.FACILITATION_ANSWER, actor, found.id, found.asker, {"answered": True})
        )
        tell_when_there(
            work,
            NewNotice(
                kind=NoticeKind.GOAL_HELP_ANSWERED,
                dedup_key=f"facilitation:{found.id}:answer",
                person=found.asker,
                lane=Lane.INTERACTIVE,
                subject_type=SubjectType.FACILITATION,
                subject=found.id,
                due_at=work.now,
            ),
        )
        work.touch(SubjectType.FACILITATION, found.id)
        return note


def read_help_answer(store: Store, origin: Origin, request: UUID) -> HelpAnswer:
    """Open the answer; that it was opened is recorded before it is shown."""
    with store.write(origin) as work:
        actor = require_member(work)
        found = facilitation.by_id(work.connection, request)
        if found is None or found.asker != actor.id or found.answered_at is None:
            raise NotShared
        head = goal_cards.readable_head(work, actor, found.goal)
        work.record(_event(Action.READ_FACILITATION, actor, request, found.asker))
        return HelpAnswer(
            goal_cards.card(work, actor, head),
            people.member(work.connection, found.facilitator),
            facilitation.open_answer(work.sealer, found),
        )


def _event(
    action: Action,
    actor: Member,
    request: UUID,
    asker: UUID,
    fields: Mapping[str, FieldValue] | None = None,
) -> AuditEvent:
    return AuditEvent(
        action=action,
        actor=Actor(ActorKind.PERSON, actor.id),
        object_type=SubjectType.FACILITATION,
        object_id=request,
        subject=asker,
        sensitivity=Sensitivity.CONFIDENTIAL,
        fields=fields or {},
    )


def _helper(work: Reading, actor: Member, head: GoalHead, named: str | None) -> Member:
    """Whoever was named and is neutral, else a facilitator who has the least to do.

    The owner may name anybody who could answer and stands outside; the other side a facilitator,
    since nobody else is to learn of somebody's goal from their manager.
    """
    owner = people.member(work.connection, head.owner)
    today = owner.today(work.now)
    involved = _involved(work, owner, head)
    holders = people.role_holders(work.connection, Role.FACILITATOR, owner, today)
    neutral = [one for one in holders if one.id not in involved and can_answer(one)]
    if named is None:
        if not neutral:
            raise Refused("no_facilitator")
        load = facilitation.open_counts(work.connection, [person.id for person in neutral])
        return min(neutral, key=lambda person: load.get(person.id, 0))
    helper = people.active_by_slack_user(work.connection, named)
    if helper is None or helper.id in involved or not can_answer(helper):
        raise InvalidInput("not_neutral", field="helper")
    if actor.id != owner.id and helper.id not in {one.id for one in neutral}:
        raise InvalidInput("only_a_facilitator", field="helper")
    return helper


def _involved(work: Reading, owner: Member, head: GoalHead) -> set[UUID | None]:
    """Both sides, who was or would be asked, and whoever leads the owner or deputises for them.

    A role that stands in where nobody else answers may be asked: HR helps, or decides.
    """
    today = owner.today(work.now)
    managers = people.all_managers(work.connection, owner.id, today)
    deputies = (
        one.id for manager in managers for one in people.deputies(work.connection, manager, today)
    )
    rungs = ladder(work, owner, head.id)
    in_line = (ask.person.id for ask in rungs if ask.capacity is not Capacity.ROLE)
    asked = goal_cases.asked_people(work.connection, head.id)
    return {head.owner, head.counterpart, *asked, *managers, *deputies, *in_line}
