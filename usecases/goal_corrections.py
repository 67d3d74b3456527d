"""HR corrects a goal or a reported value, with a reason, in a case of *Correct this*."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from domain.audit import Action, FieldValue
from domain.change_requests import Ended
from domain.corrections import CorrectionAbout, CorrectionCard
from domain.errors import AlreadyDone, Changed, InvalidInput, NotShared, Refused
from domain.goal_corrections import (
    CorrectGoal,
    CorrectValue,
    GoalCorrectedNotice,
    GoalToCorrect,
    ToCorrect,
    ValueCorrected,
)
from domain.goals import GoalCard, GoalLine, GoalState, Side, StepKind, differences
from domain.measures import Measure
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.screens import Pointless
from storage import (
    audit,
    checkins,
    corrections,
    goal_history,
    goal_lists,
    goals,
    people,
    requests,
)
from storage.conditions import NO_CONDITION, Condition, both
from storage.corrections import StoredCorrection
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Store, Work
from storage.visibility import may_correct_goal, may_read_goal
from usecases import goal_cards
from usecases.absences import tell_when_there
from usecases.access import require_member
from usecases.agreed_versions import write_agreed_version
from usecases.checkin_record import manager_of
from usecases.correction_cards import card
from usecases.goal_change_ends import end_open_change
from usecases.goal_record import content_fields, field_text, goal_event
from usecases.goal_values import require_unit
from usecases.goals_below import tell_those_below

PAGE = 10
VALUES = 20
"""Of the latest values as many can be chosen from."""


def goals_to_correct(store: Store, origin: Origin, correction: UUID, after: int = 0) -> ToCorrect:
    """The goals that an open case is about and that the viewer may correct, by number.

    Raises NotShared for all but those who can answer the case.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        stored, case = _open_case(work, viewer, correction)
        found = _correctable(work, viewer, stored, after, PAGE + 1)
        more = found[PAGE - 1].number if len(found) > PAGE else None
        shown = found[:PAGE]
        agreed = goals.agreed_among(work.connection, [one.id for one in shown])
        return ToCorrect(case, shown, agreed, more)


def can_correct(work: Reading, viewer: Member, stored: StoredCorrection) -> bool:
    """Whether there is a goal that the case is about and that the viewer may correct."""
    return bool(_correctable(work, viewer, stored, 0, 1))


def _correctable(
    work: Reading, viewer: Member, stored: StoredCorrection, after: int, limit: int
) -> tuple[GoalLine, ...]:
    which = _concerned(stored)
    if which is None:
        return ()
    today = viewer.today(work.now)
    found = goal_lists.list_goals(
        work.connection,
        viewer,
        today,
        both(which, may_correct_goal(viewer, today)),
        states=tuple(GoalState),
        after=after,
        limit=limit,
        archived=True,
    )
    return goal_cards.lines(work, viewer, found)


def _concerned(stored: StoredCorrection) -> Condition | None:
    """Of a case about what is held on somebody, all goals of theirs."""
    match stored.about:
        case CorrectionAbout.DATA:
            return goal_lists.of_owner(stored.asker)
        case CorrectionAbout.GOAL if stored.thing is not None:
            return goal_lists.among([stored.thing])
    return None


def goal_to_correct(
    store: Store, origin: Origin, correction: UUID, which: UUID | int
) -> GoalToCorrect:
    """One of these goals, by id or number, as it is now.

    Raises NotShared, and AlreadyDone for whoever has answered the case already.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        stored, case = _open_case(work, viewer, correction)
        head = _require_concerned(work, viewer, stored, which)
        values = goal_history.latest_values(work.connection, head.id, VALUES)
        return GoalToCorrect(case, goal_cards.card(work, viewer, head), values)


def correct_goal(store: Store, origin: Origin, command: CorrectGoal, token: str) -> GoalCard:
    """Another version of an agreed goal; it stays agreed. Owner and manager are told.

    Raises NotShared, Changed where it moved on, Refused while it is under discussion, and
    InvalidInput where nothing differs.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        head = _held(work, actor, command.correction, command.goal)
        earlier = requests.consume_token(work.connection, token, actor.id, head.id, work.at)
        if earlier is not None:
            earlier.require(actor.id, head.id)
            return goal_cards.card(work, actor, head)
        if head.state is GoalState.PROPOSED or head.agreed_version is None:
            raise Refused("correct_by_countering")
        if head.version != command.version:
            raise Changed(card=goal_cards.card(work, actor, head))
        before = goals.content(work.connection, head.id, head.version)
        content = command.content(before)
        if not differences(before, content):
            raise InvalidInput("nothing_to_correct", field="reason")
        number = write_agreed_version(
            work, head, content, author=actor.id, side=Side.OTHER, reason=command.reason
        )
        if content.due_date != before.due_date:
            tell_those_below(work, head, NoticeKind.GOAL_ABOVE_MOVED)
        fields = {
            **content_fields(content),
            "rationale": command.reason,
            "correction": str(command.correction),
        }
        work.record(goal_event(Action.GOAL_CORRECT, actor, head.id, head.owner, number, fields))
        end_open_change(work, head, actor, Ended.CORRECTED)
        _corrected(work, actor, head, StepKind.CORRECTED, number, command.reason)
        return goal_cards.fresh_card(work, actor, head.id)


def correct_value(store: Store, origin: Origin, command: CorrectValue, token: str) -> GoalCard:
    """Another number for a reported value, as of when it was reported. Raises as `correct_goal`."""
    with store.write(origin) as work:
        actor = require_member(work)
        head = _held(work, actor, command.correction, command.goal)
        earlier = requests.consume_token(work.connection, token, actor.id, head.id, work.at)
        if earlier is not None:
            earlier.require(actor.id, head.id)
            return goal_cards.card(work, actor, head)
        reported = goal_history.value_to_correct(work.connection, head.id, command.which)
        if reported is None or head.revision != command.revision:
            raise Changed(card=goal_cards.card(work, actor, head))
        content = goals.content(work.connection, head.id, head.version)
        require_unit(command.value, content, field="value")
        before = reported.reading
        if before.value.same_as(command.value):
            raise InvalidInput("nothing_to_correct", field="value")
        goal_history.change_value(work.connection, reported.id, command.value)
        fields = {
            "value": field_text(command.value),
            "value_before": field_text(before.value),
            "reported_at": before.at.isoformat(),
            **({"note": before.note} if before.note else {}),
            "rationale": command.reason,
            "correction": str(command.correction),
        }
        work.record(
            goal_event(Action.GOAL_CORRECT_VALUE, actor, head.id, head.owner, head.version, fields)
        )
        goals.set_turn(work.connection, head.id)
        _corrected(work, actor, head, StepKind.VALUE_CORRECTED, head.version, command.reason)
        for check_in in checkins.told_with(work.connection, reported.id):
            work.touch(SubjectType.CHECK_IN, check_in)
            for typed in checkins.typed_of(work.connection, check_in):
                work.touch(SubjectType.TYPED_ANSWER, typed)
        return goal_cards.fresh_card(work, actor, head.id)


def _held(work: Work, actor: Member, correction: UUID, goal: UUID) -> GoalHead:
    """The goal, for this transaction alone, as far as the actor may correct it in this case."""
    stored, _ = _open_case(work, actor, correction, lock=True)
    goals.lock_head(work.connection, goal)
    return _require_concerned(work, actor, stored, goal)


def _open_case(
    work: Reading, viewer: Member, correction: UUID, *, lock: bool = False
) -> tuple[StoredCorrection, CorrectionCard]:
    stored = corrections.by_id(work.connection, correction, lock=lock)
    if stored is None:
        raise NotShared
    case = card(work, viewer, stored)
    if stored.open and case.can_answer:
        return stored, case
    if stored.answered_by == viewer.id:
        raise AlreadyDone("correction_answered", name=viewer.name)
    raise NotShared


def _require_concerned(
    work: Reading, viewer: Member, stored: StoredCorrection, which: UUID | int
) -> GoalHead:
    concerned = _concerned(stored)
    if concerned is None:
        raise NotShared
    rule = both(concerned, may_correct_goal(viewer, viewer.today(work.now)))
    head = (
        goals.head_by_id(work.connection, which, rule)
        if isinstance(which, UUID)
        else goals.head_by_number(work.connection, which, rule)
    )
    if head is None:
        raise NotShared
    return head


def _corrected(
    work: Work, actor: Member, head: GoalHead, kind: StepKind, version: int, reason: str
) -> None:
    goal_history.add_step(
        work.connection,
        head.id,
        kind,
        actor=actor.id,
        at=work.now,
        version=version,
        reason=reason,
    )
    number = goal_history.steps(work.connection, head.id, limit=1)[0][0]
    owner = people.member(work.connection, head.owner)
    manager = manager_of(work, owner)
    for reader in (owner, manager):
        if reader is not None and reader.id != actor.id:
            notice = NewNotice(
                kind=NoticeKind.GOAL_CORRECTED,
                dedup_key=f"goal:{head.id}:corrected:{number}:{reader.id}",
                person=reader.id,
                lane=Lane.INTERACTIVE,
                subject_type=SubjectType.GOAL,
                subject=head.id,
                due_at=work.now,
                subject_revision=number,
            )
            tell_when_there(work, notice)
    work.touch(SubjectType.GOAL, head.id)
    work.refresh_homes([head.owner, head.counterpart, manager.id if manager else None])


def _told(fields: Mapping[str, FieldValue]) -> ValueCorrected:
    before, after = (float(str(fields[name])) for name in ("value_before", "value"))
    return ValueCorrected(
        Measure(value=before, text=str(before)),
        Measure(value=after, text=str(after)),
        datetime.fromisoformat(str(fields["reported_at"])),
    )


def values_corrected(work: Reading, goal: UUID) -> dict[int, ValueCorrected]:
    """What was corrected, by the number of its step, as far as the record still says it."""
    steps = goal_history.numbered_steps(work.connection, goal, StepKind.VALUE_CORRECTED)
    if not steps:
        return {}
    acts = audit.acts_about(
        work.connection, work.sealer, SubjectType.GOAL, [goal], [Action.GOAL_CORRECT_VALUE]
    )[goal]
    # One entry for each step, in the same order, for as long as no entry has gone.
    told = dict(zip(steps, acts, strict=True)) if len(acts) == len(steps) else {}
    return {number: _told(act.fields) for number, act in told.items() if not act.erased}


def read_corrected(
    work: Reading, _kind: NoticeKind, goal: UUID, reader: Member, number: int
) -> GoalCorrectedNotice | Pointless:
    """What the message about a correction tells now: the correction itself stays as it was."""
    head = goals.head_by_id(work.connection, goal, NO_CONDITION)
    if head is None:
        return Pointless("goal_gone")
    readable = may_read_goal(reader, reader.today(work.now))
    if not goals.fulfils(work.connection, goal, readable):
        return Pointless("no_longer_shared")
    found = goal_history.steps(work.connection, goal, before=number + 1, limit=1)
    if not found or found[0][0] != number:
        return Pointless("goal_gone")
    step = found[0][1]
    versions = goals.contents(work.connection, goal)
    content = versions[step.version]
    of_content = step.kind is StepKind.CORRECTED and step.version - 1 in versions
    return GoalCorrectedNotice(
        reader,
        goal_cards.card(work, reader, head),
        step,
        content,
        differences(versions[step.version - 1], content) if of_content else (),
        values_corrected(work, goal).get(number),
    )
