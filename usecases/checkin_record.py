"""Writing a check-in and reading it back: the row, what was said of each goal, who is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.checkins import (
    Answered,
    AnswerKind,
    CheckIn,
    CheckInOutcome,
    Conflict,
    ReaderAway,
    SeenGoal,
    SupportKind,
)
from domain.cycles import PhaseAct
from domain.goals import GoalCard
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.people import Member
from domain.sensitivity import Sensitivity
from storage import cadences, checkin_support, checkins, goal_history, goal_lists, people
from storage.checkins import StoredAnswer, StoredCheckIn
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Work
from usecases import goal_cards
from usecases.absences import last_day_away, tell_when_there
from usecases.announcement_acts import note_act
from usecases.asking import can_answer


def manager_of(work: Reading, owner: Member) -> Member | None:
    """Whoever leads the person now and can be told: the acting manager before the permanent."""
    leading = people.current_managers(work.connection, owner.id, owner.today(work.now))[:1]
    return next((one for one in leading if can_answer(one) and one.id != owner.id), None)


def begin(work: Work, owner: Member, check_in: UUID) -> StoredCheckIn:
    """The row of a new check-in, addressed to the manager of today."""
    manager = manager_of(work, owner)
    stored = StoredCheckIn(
        check_in, owner.id, manager.id if manager else None, work.now, work.done_at, None
    )
    checkins.add_check_in(
        work.connection,
        check_in,
        owner=owner.id,
        manager=stored.manager,
        at=stored.at,
        made_at=stored.made_at,
    )
    note_act(work, owner, PhaseAct.CHECK_IN)
    return stored


def due_before(work: Reading, owner: Member) -> dict[UUID, cadences.GoalCadence]:
    """The owner's cadences by goal, as they are before anything is reported."""
    return {one.goal: one for one in cadences.cadences_of(work.connection, [owner.id])}


def tell_manager(work: Work, stored: StoredCheckIn) -> None:
    """Now, or once they are back: nothing about a check-in is worth a day of somebody's leave."""
    if stored.manager is None:
        return
    notice = NewNotice(
        kind=NoticeKind.CHECK_IN_ANSWERED,
        dedup_key=f"check_in:{stored.id}:answered",
        person=stored.manager,
        lane=Lane.INTERACTIVE,
        subject_type=SubjectType.CHECK_IN,
        subject=stored.id,
        due_at=work.now,
    )
    tell_when_there(work, notice)
    work.refresh_homes([stored.manager])


def keep_support(
    work: Work, stored: StoredCheckIn, command: CheckIn, confidence: dict[UUID, int]
) -> bool:
    """Store what is for the manager alone; True if there was anything.

    Without a manager who could read them notes are not kept; confidence is, for the owner.
    """
    notes = {
        kind: words
        for kind, words in (
            (SupportKind.BLOCKERS, command.blockers),
            (SupportKind.SUPPORT, command.support),
        )
        if words is not None and stored.manager is not None
    }
    if not notes and not confidence:
        return False
    for kind, words in notes.items():
        checkin_support.add_note(work.connection, work.sealer, stored.id, stored.owner, kind, words)
    for goal, level in confidence.items():
        checkin_support.add_confidence(work.connection, stored.id, goal, level)
    work.record(support_event(Action.SUPPORT_GIVE, stored, stored.owner))
    return True


def support_event(action: Action, stored: StoredCheckIn, actor: UUID) -> AuditEvent:
    """An act about the support side of a check-in; what was written is not in the record."""
    return AuditEvent(
        action=action,
        actor=Actor(ActorKind.PERSON, actor),
        object_type=SubjectType.CHECK_IN,
        object_id=stored.id,
        subject=stored.owner,
        sensitivity=Sensitivity.CONFIDENTIAL,
    )


def cards_of(work: Reading, viewer: Member, wanted: Collection[UUID]) -> dict[UUID, GoalCard]:
    """These goals, as far as the viewer may read them, in whatever state they are."""
    found = goal_lists.whole_goals(
        work.connection,
        viewer,
        viewer.today(work.now),
        goal_lists.among(wanted),
        limit=max(len(wanted), 1),
    )
    return {card.id: card for card in goal_cards.whole_cards(work, viewer, found)}


def answers_of(work: Reading, viewer: Member, stored: StoredCheckIn) -> tuple[Answered, ...]:
    """What the check-in says of each goal that the viewer may read, by number."""
    said = checkins.answers(work.connection, stored.id)
    cards = cards_of(work, viewer, [one.goal for one in said])
    sure = checkin_support.confidences(work.connection, [stored.id]).get(stored.id, {})
    before = {
        one.goal: goal_history.value_before(work.connection, one.goal, stored.at) for one in said
    }
    found = [
        Answered(
            cards[one.goal],
            one.kind,
            one.value,
            before[one.goal],
            one.words,
            sure.get(one.goal),
        )
        for one in said
        if one.goal in cards
    ]
    return tuple(sorted(found, key=lambda one: one.card.number))


def outcome_of(
    work: Reading,
    owner: Member,
    check_in: UUID,
    conflicts: Iterable[GoalHead] = (),
    seen: Iterable[SeenGoal] = (),
) -> CheckInOutcome:
    """What a check-in has led to, for its owner; `seen` are the goals that its dialog showed."""
    cards = cards_of(work, owner, [head.id for head in conflicts])
    missed = tuple(Conflict(card) for card in cards.values())
    rows = cadences.cadences_of(work.connection, [owner.id])
    due = {row.goal for row in rows if row.active and row.due_since is not None}
    stored = checkins.check_in_by_id(work.connection, check_in)
    manager = manager_of(work, owner)
    if stored is not None:
        manager = people.member(work.connection, stored.manager) if stored.manager else None
    kept = check_in in checkin_support.note_kinds(work.connection, [check_in])
    return CheckInOutcome(
        None if stored is None else check_in,
        () if stored is None else answers_of(work, owner, stored),
        manager,
        missed,
        support_kept=kept,
        due=len(due),
        left_out=len(due & {one.goal for one in seen}),
        away=_reader_away(work, owner, manager) if kept and manager is not None else None,
    )


def _reader_away(work: Reading, owner: Member, manager: Member) -> ReaderAway | None:
    """Until when they are away, and a deputy to turn to who is not; why is not said."""
    last_day = last_day_away(work, manager)
    if last_day is None:
        return None
    deputies = people.deputies(work.connection, manager.id, owner.today(work.now))
    there = (
        one
        for one in deputies
        if one.id != owner.id and can_answer(one) and last_day_away(work, one) is None
    )
    return ReaderAway(last_day, next(there, None))


def can_undo(work: Reading, stored: StoredCheckIn) -> bool:
    """While nobody has answered, for as long as policy says. Counted in machine time."""
    window = timedelta(minutes=work.policy.document.negotiation.undo_minutes)
    return (
        stored.undone_at is None
        and work.at - stored.made_at < window
        and not any(
            reply.withdrawn_at is None
            for reply in checkin_support.replies(work.connection, stored.id)
        )
    )


def answer_words(
    work: Work,
    person: UUID,
    words: str,
    outcome: str,
    check_in: UUID | None,
    thread: str | None,
) -> None:
    """Answer what somebody typed, in its thread if it has one; `outcome` is a code."""
    typed = checkins.keep_typed(work.connection, person, words, outcome, check_in, work.now)
    work.notify(
        NewNotice(
            kind=NoticeKind.TYPED_ANSWER,
            dedup_key=f"typed:{typed}",
            person=person,
            lane=Lane.INTERACTIVE,
            subject_type=SubjectType.TYPED_ANSWER,
            subject=typed,
            due_at=work.now,
            thread_ts=thread,
        )
    )


def answer(
    goal: UUID,
    kind: AnswerKind,
    value_id: UUID | None,
    words: str | None,
    before: cadences.GoalCadence | None,
) -> StoredAnswer:
    return StoredAnswer(goal, kind, value_id, None, words, before.due_since if before else None)
