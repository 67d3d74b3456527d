"""*Correct this*: asking for a correction, reading and answering it, and seeing that it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from uuid import UUID, uuid4

from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.corrections import (
    ANSWER_WITHIN,
    CHANGES,
    REMIND_BEFORE,
    AnswerCorrection,
    AskCorrection,
    CorrectionAbout,
    CorrectionCard,
    CorrectionList,
    CorrectionOutcome,
    CorrectionRead,
    CorrectionState,
    CorrectionSubject,
)
from domain.errors import AlreadyDone, InvalidInput, NotShared, Refused
from domain.goals import GoalOption
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.references import ReferenceKind, reference_text
from domain.sensitivity import Sensitivity
from storage import audit, corrections, feedback, goal_lists, goals, people, requests
from storage.corrections import StoredCorrection
from storage.unit_of_work import Reading, Store, Work
from storage.visibility import may_read_goal
from usecases import feedback_cards, goal_corrections
from usecases.absences import tell_when_there
from usecases.access import require_member
from usecases.correction_cards import ANSWERING, answerers, card, thing_name

BATCH = 100
AT_ONCE = 100
LISTED = 10
CHANGES_NAMED = 5
MOST_GOALS = 100
"""Among so many of their newest goals somebody can choose: a menu of Slack's holds no more."""
MOST_OPEN = 10
"""Of one person's: nobody fills what others have to answer."""


def subject_of(
    store: Store, origin: Origin, about: CorrectionAbout, thing: UUID | None
) -> CorrectionSubject:
    """What the dialog says first. Raises NotShared and Refused as `ask_correction`."""
    with store.read(origin) as work:
        asker = require_member(work)
        _require_known(work, asker, about, thing)
        readers = _require_answerers(work, asker)
        _require_few(work, asker)
        return CorrectionSubject(
            about,
            thing_name(work, asker, about, thing),
            tuple(one.name for one in readers),
            _own_goals(work, asker) if about is CorrectionAbout.DATA else (),
        )


def own_goals(store: Store, origin: Origin) -> tuple[GoalOption, ...]:
    """The goals of the asker's among which *Correct this* offers the one that it is about."""
    with store.read(origin) as work:
        return _own_goals(work, require_member(work))


def _own_goals(work: Reading, asker: Member) -> tuple[GoalOption, ...]:
    found = goal_lists.newest_of_owner(work.connection, asker.id, MOST_GOALS)
    return tuple(
        GoalOption(goal, reference_text(ReferenceKind.GOAL, number), title)
        for goal, number, title in found
    )


def _require_known(
    work: Reading, asker: Member, about: CorrectionAbout, thing: UUID | None
) -> None:
    """A goal that the asker may read; feedback about them that they may open."""
    match about, thing:
        case CorrectionAbout.DATA, None:
            return
        case CorrectionAbout.GOAL, UUID():
            readable = may_read_goal(asker, asker.today(work.now))
            if goals.fulfils(work.connection, thing, readable):
                return
        case CorrectionAbout.FEEDBACK, UUID():
            found = feedback.by_id(work.connection, thing)
            if found and found.about == asker.id and feedback_cards.may_open(work, asker, found):
                return
    raise NotShared


def _require_answerers(work: Reading, asker: Member) -> list[Member]:
    found = answerers(work, asker, None)
    if not found:
        raise Refused("correction_nobody")
    return found


def _require_few(work: Reading, asker: Member) -> None:
    if len(corrections.open_of(work.connection, asker.id)) >= MOST_OPEN:
        raise Refused("correction_enough", most=MOST_OPEN)


def ask_correction(
    store: Store,
    origin: Origin,
    command: AskCorrection,
    about: CorrectionAbout,
    thing: UUID | None,
    token: str,
) -> CorrectionCard:
    """Open a case; those who can answer it are told. The same dialog sent twice opens one.

    Raises NotShared, and Refused where nobody could answer or too many wait for an answer.
    """
    with store.write(origin) as work:
        asker = require_member(work)
        if about is CorrectionAbout.DATA and command.goal is not None:
            about, thing = CorrectionAbout.GOAL, command.goal
        fresh = uuid4()
        earlier = requests.consume_token(work.connection, token, asker.id, fresh, work.at)
        if earlier is not None:
            return card(work, asker, _asked_before(work, asker, earlier))
        _require_known(work, asker, about, thing)
        asked = _require_answerers(work, asker)
        people.lock(work.connection, asker.id)
        _require_few(work, asker)
        answer_by = work.now + ANSWER_WITHIN
        corrections.add(
            work.connection,
            work.sealer,
            correction=fresh,
            asker=asker.id,
            about=about,
            thing=thing,
            words=command.wrong,
            asked_at=work.now,
            answer_by=answer_by,
            remind_at=answer_by - REMIND_BEFORE,
        )
        fields: dict[str, FieldValue] = {
            "about": about.value,
            "thing": str(thing) if thing else None,
            "answer_by": answer_by.isoformat(),
        }
        work.record(_event(Action.CORRECTION_ASK, _by(asker), fresh, asker.id, fields))
        _notify(work, NoticeKind.CORRECTION_ASKED, fresh, asked, Lane.INTERACTIVE)
        return card(work, asker, _known(work, fresh))


def _asked_before(
    work: Reading, asker: Member, earlier: requests.EarlierSubmission
) -> StoredCorrection:
    if earlier.person != asker.id or earlier.outcome is None:
        raise InvalidInput("form_state")
    return _known(work, earlier.outcome)


def _known(work: Reading, correction: UUID, *, lock: bool = False) -> StoredCorrection:
    stored = corrections.by_id(work.connection, correction, lock=lock)
    if stored is None:
        raise NotShared
    return stored


def _by(member: Member) -> Actor:
    return Actor(ActorKind.PERSON, member.id)


def _event(
    action: Action,
    actor: Actor,
    correction: UUID,
    asker: UUID,
    fields: dict[str, FieldValue] | None = None,
) -> AuditEvent:
    return AuditEvent(
        action=action,
        actor=actor,
        object_type=SubjectType.CORRECTION,
        object_id=correction,
        subject=asker,
        sensitivity=Sensitivity.CONFIDENTIAL,
        fields=fields or {},
    )


def _notify(
    work: Work,
    kind: NoticeKind,
    correction: UUID,
    readers: Iterable[Member],
    lane: Lane,
    *,
    with_morning: bool = False,
) -> None:
    for reader in readers:
        tell_when_there(
            work,
            NewNotice(
                kind=kind,
                dedup_key=f"correction:{correction}:{kind}:{reader.id}",
                person=reader.id,
                lane=lane,
                subject_type=SubjectType.CORRECTION,
                subject=correction,
                due_at=work.now,
                with_morning=with_morning,
            ),
        )


def read_correction(store: Store, origin: Origin, correction: UUID) -> CorrectionRead:
    """Open a case; that somebody else than its asker did is recorded before it is shown.

    Raises NotShared for all but the asker and, while it is open, those who can answer it.
    """
    with store.write(origin) as work:
        viewer = require_member(work)
        stored = _known(work, correction)
        known = card(work, viewer, stored)
        if viewer.id != stored.asker:
            if not known.can_answer:
                raise NotShared
            work.record(_event(Action.READ_CORRECTION, _by(viewer), stored.id, stored.asker))
        words, answer = corrections.open_both(work.sealer, stored)
        answers = known.can_answer
        return CorrectionRead(
            viewer,
            known,
            words,
            answer,
            can_correct=answers and goal_corrections.can_correct(work, viewer, stored),
            changed=_changed(work, stored) if answers else (),
        )


def _changed(work: Reading, stored: StoredCorrection) -> tuple[int, ...]:
    """The first acts that changed what the case is about since it was asked for."""
    return audit.changed_since(
        work.connection,
        (SubjectType.CORRECTION, stored.id, Action.CORRECTION_ASK),
        stored.thing or stored.asker,
        CHANGES[stored.about],
        CHANGES_NAMED,
        subject=stored.thing is None,
    )


def answer_correction(
    store: Store, origin: Origin, correction: UUID, command: AnswerCorrection, token: str
) -> CorrectionCard:
    """End a case; its asker is told. Raises AlreadyDone for whoever comes second, NotShared.

    That something was corrected can be said only where something has changed since it was asked
    for: raises InvalidInput else.
    """
    with store.write(origin) as work:
        member = require_member(work)
        stored = _known(work, correction, lock=True)
        earlier = requests.consume_token(work.connection, token, member.id, stored.id, work.at)
        if earlier is not None:
            earlier.require(member.id, stored.id)
            return card(work, member, stored)
        asker = people.member(work.connection, stored.asker)
        # First of all: who answered is nothing to tell to somebody who could not.
        if all(one.id != member.id for one in answerers(work, asker, stored.escalated_at)):
            raise NotShared
        if not stored.open:
            if stored.answered_by is None:
                raise NotShared
            name = people.member(work.connection, stored.answered_by).name
            raise AlreadyDone("correction_answered", name=name)
        if command.outcome is CorrectionOutcome.CORRECTED and not _changed(work, stored):
            raise InvalidInput("nothing_corrected", field="outcome")
        state = CorrectionState(command.outcome.value)
        corrections.settle(
            work.connection,
            work.sealer,
            stored,
            state=state,
            by=member.id,
            at=work.now,
            answer=command.explanation,
        )
        fields: dict[str, FieldValue] = {"outcome": state.value}
        work.record(_event(Action.CORRECTION_ANSWER, _by(member), stored.id, stored.asker, fields))
        _notify(work, NoticeKind.CORRECTION_ANSWERED, stored.id, [asker], Lane.INTERACTIVE)
        work.touch(SubjectType.CORRECTION, stored.id)
        return card(work, member, _known(work, stored.id))


def my_corrections(store: Store, origin: Origin) -> CorrectionList:
    """Open cases of the viewer's own, and those that wait for their answer; without words."""
    with store.read(origin) as work:
        viewer = require_member(work)
        own = corrections.open_of(work.connection, viewer.id)
        return CorrectionList(
            viewer,
            tuple(card(work, viewer, one) for one in own[:LISTED]),
            tuple(islice(_to_answer(work, viewer), LISTED)),
        )


def _to_answer(work: Reading, viewer: Member) -> Iterator[CorrectionCard]:
    """All the open cases that the viewer can answer: there may be many more of others'."""
    today = viewer.today(work.now)
    if not any(people.holds_role(work.connection, viewer.id, role, today) for role in ANSWERING):
        return
    last: StoredCorrection | None = None
    while page := corrections.open_of_others(work.connection, viewer.id, last, AT_ONCE):
        yield from (one for one in (card(work, viewer, each) for each in page) if one.can_answer)
        last = page[-1]


def chase_corrections(store: Store, origin: Origin) -> int:
    """Remind of cases a week before they are due, and pass on those that are late. Idempotent.

    Returns how many. Each is its own transaction.
    """
    with store.read(origin) as reading:
        found = corrections.due(reading.connection, reading.now, BATCH)
    return sum(_chase(store, origin, correction) for correction in found)


def _chase(store: Store, origin: Origin, correction: UUID) -> bool:
    with store.write(origin) as work:
        stored = _known(work, correction, lock=True)
        if not stored.open:
            return False
        asker = people.member(work.connection, stored.asker)
        if stored.answer_by <= work.now and stored.escalated_at is None:
            _pass_on(work, stored, asker)
            return True
        if stored.remind_at is not None and stored.remind_at <= work.now:
            corrections.mark(work.connection, stored.id, remind_at=None)
            asked = answerers(work, asker, stored.escalated_at)
            _notify(
                work,
                NoticeKind.CORRECTION_DUE,
                stored.id,
                asked,
                Lane.REMINDER,
                with_morning=True,
            )
            return True
        return False


def _pass_on(work: Work, stored: StoredCorrection, asker: Member) -> None:
    """Nobody answered in time: more people can, and the asker hears who."""
    asked_so_far = {one.id for one in answerers(work, asker, None)}
    corrections.mark(work.connection, stored.id, remind_at=None, escalated_at=work.now)
    work.record(_event(Action.CORRECTION_ESCALATE, Actor(ActorKind.CLOCK), stored.id, stored.asker))
    everybody = answerers(work, asker, work.now)
    fresh = [one for one in everybody if one.id not in asked_so_far]
    _notify(
        work,
        NoticeKind.CORRECTION_ASKED,
        stored.id,
        fresh,
        Lane.ESCALATION,
        with_morning=True,
    )
    _notify(work, NoticeKind.CORRECTION_LATE, stored.id, [asker], Lane.REMINDER, with_morning=True)
    work.touch(SubjectType.CORRECTION, stored.id)
