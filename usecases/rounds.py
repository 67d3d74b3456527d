"""Rounds of feedback: opening, closing by hand or on the date, the results, the summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.errors import AlreadyDone, InvalidInput, NotAllowed, Refused
from domain.notices import PUBLIC_KINDS, Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.rounds import (
    FEWEST_FOR_ANONYMITY,
    AnonymousFate,
    ApproveSummary,
    OpenRound,
    RoundHead,
    RoundPlace,
    RoundPlan,
    RoundResult,
    RoundState,
    RoundTrouble,
)
from domain.sensitivity import Sensitivity
from domain.workdays import local_moment, within_hours
from storage import people, requests, round_answers, rounds
from storage.outbox import MessageRef
from storage.unit_of_work import Reading, Store, Work
from usecases import round_cards
from usecases.absences import tell_when_there
from usecases.access import require_member

CLOSES_AT = time(17)
"""The facilitator's own wall clock, on the day that they chose."""
BATCH = 100
FOLLOWED = timedelta(days=30)
NAMED_FACILITATORS = 3


def require_facilitator(store: Store, origin: Origin) -> None:
    """Raises NotAllowed, naming who can open a round, for everybody else."""
    with store.read(origin) as work:
        require_facilitator_role(work, require_member(work))


def require_facilitator_role(work: Reading, member: Member) -> None:
    if _is_facilitator(work, member):
        return
    today = member.today(work.now)
    holders = people.role_holders(work.connection, Role.FACILITATOR, member, today)
    if not holders:
        raise NotAllowed("role_needed", role=Role.FACILITATOR)
    names = tuple(dict.fromkeys(holder.name for holder in holders))
    raise NotAllowed("facilitator_needed", names=names[:NAMED_FACILITATORS])


def _is_facilitator(work: Reading, member: Member) -> bool:
    today = member.today(work.now)
    return people.holds_role(work.connection, member.id, Role.FACILITATOR, today)


def plan_round(store: Store, origin: Origin, place: RoundPlace) -> RoundPlan:
    """What can be started in this channel."""
    with store.read(origin) as work:
        member = require_member(work)
        require_facilitator_role(work, member)
        return _plan(work, member, place)


def _plan(work: Reading, member: Member, place: RoundPlace) -> RoundPlan:
    if not place.joined:
        raise Refused("round_not_member")
    eligible = rounds.eligible(work.connection, place.members, member.id)
    found = rounds.open_in(work.connection, place.channel)
    adrift = found is not None and not people.can_act(work.connection, found.facilitator)
    return RoundPlan(eligible, found, adrift)


def open_round(
    store: Store, origin: Origin, command: OpenRound, place: RoundPlace, token: str
) -> RoundHead:
    """Put a question to a channel. Raises InvalidInput, and Refused where a round is open there."""
    with store.write(origin) as work:
        facilitator = require_member(work)
        require_facilitator_role(work, facilitator)
        fresh = uuid4()
        earlier = requests.consume_token(work.connection, token, facilitator.id, fresh, work.at)
        if earlier is not None:
            return _opened_before(work, facilitator, earlier)
        plan = _plan(work, facilitator, place)
        if plan.open is not None:
            raise Refused("round_open_already", topic=plan.open.topic)
        if command.anonymous and not plan.can_be_anonymous:
            raise InvalidInput(
                "round_too_few", field="anonymous", eligible=plan.eligible, few=FEWEST_FOR_ANONYMITY
            )
        head = _new_head(work, facilitator, command, place, fresh)
        key = round_answers.new_ballot_key(work.sealer, fresh) if head.anonymous else None
        if not rounds.add(work.connection, head, key):
            # Somebody else opened one there since the plan was made.
            other = rounds.open_in(work.connection, head.channel)
            raise Refused("round_open_already", topic=other.topic if other else head.topic)
        fields: dict[str, FieldValue] = {
            "topic": head.topic,
            "question": head.question,
            "channel": head.channel,
            "closes_at": head.closes_at.isoformat(),
            "anonymous": head.anonymous,
        }
        work.record(event(Action.ROUND_OPEN, _by(facilitator), head, fields))
        notify(work, head, NoticeKind.ROUND_QUESTION)
        notify(work, head, NoticeKind.ROUND_DESK)
        return head


def _opened_before(
    work: Work, facilitator: Member, earlier: requests.EarlierSubmission
) -> RoundHead:
    if earlier.person != facilitator.id or earlier.outcome is None:
        raise InvalidInput("form_state")
    return round_cards.known_round(work, earlier.outcome)


def _new_head(
    work: Work, facilitator: Member, command: OpenRound, place: RoundPlace, fresh: UUID
) -> RoundHead:
    closes_at = local_moment(facilitator, command.closes_on, CLOSES_AT)
    if closes_at <= work.now:
        raise InvalidInput("round_closes_in_past", field="closes_on")
    return RoundHead(
        id=fresh,
        facilitator=facilitator.id,
        channel=place.channel,
        channel_name=place.name,
        topic=command.topic,
        question=command.question,
        anonymous=command.anonymous,
        state=RoundState.OPEN,
        opened_at=work.now,
        closes_at=closes_at,
        closing_at=None,
        closed_at=None,
        closed_by=None,
        anonymous_fate=None,
        summary=None,
        summary_posted_at=None,
    )


def close_round(store: Store, origin: Origin, round_: UUID) -> RoundHead:
    """End a round by hand: from now on no answer counts; the results follow in a moment.

    Its facilitator may, and any other facilitator. Raises AlreadyDone for whoever comes second.
    """
    with store.write(origin) as work:
        member = require_member(work)
        head = round_cards.known_round(work, round_, lock=True)
        if head.facilitator != member.id and not _is_facilitator(work, member):
            raise Refused("round_gone")
        if not head.open:
            raise _closed_already(work, head, member)
        return _stop_answers(work, head, _by(member))


def _closed_already(work: Reading, head: RoundHead, member: Member) -> AlreadyDone:
    if head.closed_by is None:
        return AlreadyDone("round_closed_by_date", topic=head.topic)
    if head.closed_by == member.id:
        return AlreadyDone("round_closed_by_you", topic=head.topic)
    closer = people.member(work.connection, head.closed_by)
    return AlreadyDone("round_closed_by", topic=head.topic, name=closer.name)


def _stop_answers(work: Work, head: RoundHead, actor: Actor) -> RoundHead:
    values = {"state": RoundState.CLOSING, "closing_at": work.done_at, "closed_by_id": actor.ref}
    rounds.change(work.connection, head.id, **values)
    work.record(event(Action.ROUND_CLOSE, actor, head))
    work.touch(SubjectType.ROUND, head.id)
    work.touch(SubjectType.ROUND_DESK, head.id)
    return replace(head, state=RoundState.CLOSING, closing_at=work.done_at, closed_by=actor.ref)


def stop_due_rounds(store: Store, origin: Origin) -> list[UUID]:
    """Close what is due by its date; returns every round whose results are to be made now.

    Each round is its own transaction, and a second run finds nothing left to do.
    """
    with store.read(origin) as reading:
        due = rounds.due(reading.connection, reading.now, BATCH)
    for round_ in due:
        with store.write(origin) as work:
            head = round_cards.known_round(work, round_, lock=True)
            if head.open and head.closes_at <= work.now:
                _stop_answers(work, head, Actor(ActorKind.CLOCK))
    return due


def finish_round(store: Store, origin: Origin, round_: UUID) -> bool:
    """Make the results of a round that answers no longer reach; False if that is done already.

    What could tell who answered anonymously is erased; fewer answers than five are, too.
    """
    with store.write(origin) as work:
        head = round_cards.known_round(work, round_, lock=True)
        if head.state is not RoundState.CLOSING:
            return False
        fate = _settle_anonymous(work, head)
        rounds.change(
            work.connection,
            head.id,
            state=RoundState.CLOSED,
            closed_at=work.now,
            anonymous_fate=fate,
            ballot_key=None,
        )
        work.record(
            event(Action.ROUND_FINISH, Actor(ActorKind.CLOCK), head, {"anonymous": fate.value})
        )
        notify(work, head, NoticeKind.ROUND_RESULT)
        work.touch(SubjectType.ROUND, head.id)
        work.touch(SubjectType.ROUND_DESK, head.id)
        return True


def _settle_anonymous(work: Work, head: RoundHead) -> AnonymousFate:
    ballots = round_answers.ballot_count(work.connection, head.id)
    round_answers.erase_ballots(work.connection, head.id)
    if ballots == 0:
        return AnonymousFate.NONE
    if ballots < FEWEST_FOR_ANONYMITY:
        round_answers.destroy_anonymous(work.connection, head.id)
        return AnonymousFate.DELETED
    return AnonymousFate.KEPT


def round_result(store: Store, origin: Origin, round_: UUID) -> RoundResult:
    """What its facilitator gets after closing; private and anonymous answers are not in it."""
    with store.read(origin) as work:
        reader = require_member(work)
        head = round_cards.own_closed_round(work, reader, round_)
        return round_cards.result(work, reader, head)


def approve_summary(
    store: Store, origin: Origin, round_: UUID, command: ApproveSummary, token: str
) -> RoundHead:
    """Post the summary in the thread of the question, once."""
    with store.write(origin) as work:
        facilitator = require_member(work)
        head = round_cards.own_closed_round(work, facilitator, round_, lock=True)
        earlier = requests.consume_token(work.connection, token, facilitator.id, head.id, work.at)
        if earlier is not None:
            earlier.require(facilitator.id, head.id)
            return head
        if head.summary_posted_at is not None:
            raise AlreadyDone("summary_posted")
        questions = rounds.questions_of(work.connection, head.id)
        if not questions:
            raise Refused("round_never_asked")
        # Under a question that was deleted nobody would find it.
        thread = None if head.trouble is RoundTrouble.DELETED else questions[-1].ts
        values = {"summary": command.summary, "summary_posted_at": work.now}
        rounds.change(work.connection, head.id, **values)
        fields: dict[str, FieldValue] = {"summary": command.summary}
        work.record(event(Action.ROUND_SUMMARISE, _by(facilitator), head, fields))
        notify(work, head, NoticeKind.ROUND_SUMMARY, thread=thread)
        work.touch(SubjectType.ROUND, head.id)
        work.touch(SubjectType.ROUND_DESK, head.id)
        return replace(head, summary=command.summary, summary_posted_at=work.now)


def _by(member: Member) -> Actor:
    return Actor(ActorKind.PERSON, member.id)


def event(
    action: Action,
    actor: Actor,
    head: RoundHead,
    fields: Mapping[str, FieldValue] | None = None,
    sensitivity: Sensitivity = Sensitivity.INTERNAL,
) -> AuditEvent:
    """An act about a round. Nothing in it tells who answered anonymously."""
    return AuditEvent(
        action=action,
        actor=actor,
        object_type=SubjectType.ROUND,
        object_id=head.id,
        sensitivity=sensitivity,
        fields=fields or {},
    )


def notify(work: Work, head: RoundHead, kind: NoticeKind, thread: str | None = None) -> None:
    """To the channel what is the channel's, to the facilitator what is theirs.

    What the date caused comes within the facilitator's hours; they chose it, so it does not wait
    for a morning.
    """
    due, lane = work.now, Lane.INTERACTIVE
    if kind is NoticeKind.ROUND_RESULT and head.closed_by is None:
        due, lane = at_work(work, head.facilitator), Lane.ESCALATION
    if kind not in PUBLIC_KINDS:
        notify_person(work, head, kind, head.facilitator, due, lane, SubjectType.ROUND_DESK)
        return
    times = rounds.times_asked(work.connection, head.id)
    again = f":{times}" if times and kind is NoticeKind.ROUND_QUESTION else ""
    work.notify(
        NewNotice(
            kind=kind,
            dedup_key=f"round:{head.id}:{kind}{again}",
            person=None,
            lane=lane,
            subject_type=SubjectType.ROUND,
            subject=head.id,
            due_at=due,
            channel=head.channel,
            thread_ts=thread,
        )
    )


def notify_person(
    work: Work,
    head: RoundHead,
    kind: NoticeKind,
    person: UUID,
    due: datetime,
    lane: Lane,
    subject_type: SubjectType = SubjectType.ROUND,
) -> None:
    """Tell one person something about the round, once."""
    tell_when_there(
        work,
        NewNotice(
            kind=kind,
            dedup_key=f"round:{head.id}:{kind}:{person}",
            person=person,
            lane=lane,
            subject_type=subject_type,
            subject=head.id,
            due_at=due,
        ),
    )


def at_work(work: Reading, person: UUID) -> datetime:
    """Now, or when the person is at work next."""
    member = people.member(work.connection, person)
    today = member.today(work.now)
    away = people.absences(work.connection, [person], today).get(person, [])
    return within_hours(member, away, work.now)


def result_to_summarise(store: Store, origin: Origin, round_: UUID) -> RoundResult:
    """The same for the summary's dialog; raises AlreadyDone once it is posted."""
    result = round_result(store, origin, round_)
    if result.round.summary_posted_at is not None:
        raise AlreadyDone("summary_posted")
    return result


def questions_of(store: Store, origin: Origin, round_: UUID) -> list[MessageRef]:
    """Where the question stands, or stood, in Slack; empty while Slack has not named it."""
    with store.read(origin) as work:
        return rounds.questions_of(work.connection, round_)


def rounds_to_follow(store: Store, origin: Origin) -> list[UUID]:
    """Every round whose thread still matters: open, or closed at most `FOLLOWED` ago."""
    with store.read(origin) as work:
        return rounds.to_follow(work.connection, work.now - FOLLOWED)
