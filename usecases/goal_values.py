"""Reporting on an active goal: a value, the last one confirmed, or words. One way for all callers.

The caller has authorised the owner and holds the goal's row.
"""

from __future__ import annotations

from uuid import UUID

from domain.audit import Action
from domain.errors import InvalidInput
from domain.goals import GoalContent, StepKind
from domain.goals import Reading as Value
from domain.measures import Measure, unit_fits
from domain.notices import SubjectType
from domain.people import Member
from storage import checkin_prompts, goal_history, goals
from storage.goals import GoalHead
from storage.unit_of_work import Work
from usecases.goal_record import field_text, goal_event


def require_unit(value: Measure, content: GoalContent, *, field: str | None = None) -> None:
    """Raises InvalidInput for a value with another unit than the goal's."""
    typed, unit = value.measure_unit, content.measure_unit
    if not typed or unit_fits(typed, unit):
        return
    if unit is None:
        raise InvalidInput("unit_unknown", field=field, typed=typed)
    raise InvalidInput("unit_not_the_goals", field=field, typed=typed, unit=unit)


def report_value(
    work: Work,
    owner: Member,
    head: GoalHead,
    value: Measure,
    note: str | None,
    check_in: UUID | None = None,
) -> UUID:
    """A new value; returns its id. `check_in` is the one that it is part of."""
    identity = goal_history.add_value(work.connection, head.id, value, note, owner.id, work.now)
    fields = {"value": field_text(value)} | ({"note": note} if note else {})
    work.record(goal_event(Action.GOAL_UPDATE, owner, head.id, head.owner, head.version, fields))
    _step(work, owner, head, StepKind.UPDATED, note)
    _answered(work, head, check_in)
    return identity


def confirm_value(
    work: Work,
    owner: Member,
    head: GoalHead,
    latest: Value | None,
    note: str | None,
    check_in: UUID,
) -> UUID | None:
    """The last value, measured anew; returns its id, None where there never was one."""
    identity = None
    fields = {"note": note} if note else {}
    if latest is not None:
        identity = goal_history.add_value(
            work.connection, head.id, latest.value, note, owner.id, work.now
        )
        fields["value"] = str(field_text(latest.value))
    work.record(
        goal_event(Action.CHECK_IN_CONFIRM, owner, head.id, head.owner, head.version, fields)
    )
    _step(work, owner, head, StepKind.CHECKED_IN, note)
    _answered(work, head, check_in)
    return identity


def add_words(work: Work, owner: Member, head: GoalHead, words: str | None, check_in: UUID) -> None:
    """What changed, without a value; None where only confidence was given, which is not record."""
    if words is not None:
        fields = {"note": words}
        work.record(
            goal_event(Action.GOAL_UPDATE, owner, head.id, head.owner, head.version, fields)
        )
        _step(work, owner, head, StepKind.CHECKED_IN, words)
    _answered(work, head, check_in)


def take_back(work: Work, owner: Member, head: GoalHead) -> None:
    """The owner's last check-in no longer counts for this goal."""
    work.record(goal_event(Action.CHECK_IN_UNDO, owner, head.id, head.owner, head.version))
    _step(work, owner, head, StepKind.TAKEN_BACK, None)
    _show(work, head)


def _step(work: Work, owner: Member, head: GoalHead, kind: StepKind, words: str | None) -> None:
    goals.set_turn(work.connection, head.id)
    goal_history.add_step(
        work.connection,
        head.id,
        kind,
        actor=owner.id,
        at=work.now,
        version=head.version,
        reason=words,
    )


def _answered(work: Work, head: GoalHead, check_in: UUID | None) -> None:
    """Nothing is owed any more; prompts that asked change in place, or are never sent."""
    for prompt in checkin_prompts.note_answer(work.connection, head.id, work.now, check_in):
        work.touch(SubjectType.CHECK_IN_PROMPT, prompt)
    _show(work, head)


def _show(work: Work, head: GoalHead) -> None:
    work.touch(SubjectType.GOAL, head.id)
    work.refresh_homes([head.owner, head.counterpart])
