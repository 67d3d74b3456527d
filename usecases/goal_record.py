"""What the audited record says about goals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.goal_kinds import parts_text
from domain.goals import COMPARED_FIELDS, GoalContent
from domain.measures import Measure
from domain.notices import SubjectType
from domain.people import Member


def content_fields(content: GoalContent) -> dict[str, FieldValue]:
    """Every field of a version that has a value. Numbers are given as their shortest exact text."""
    fields: dict[str, FieldValue] = {}
    for name in COMPARED_FIELDS:
        value = getattr(content, name)
        if value not in (None, ()):
            fields[name] = field_text(value)
    return fields


def field_text(value: object) -> FieldValue:
    """A value as it stands in the record: numbers as text, dates as ISO 8601."""
    if isinstance(value, Measure):
        return repr(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return str(parts_text(value))
    if isinstance(value, Enum):
        return str(value.value)
    return str(value)


def goal_event(
    action: Action,
    actor: Member | Actor,
    goal: UUID,
    owner: UUID,
    version: int,
    fields: Mapping[str, FieldValue] | None = None,
    *,
    reason: str | None = None,
) -> AuditEvent:
    """An act about a goal."""
    by = actor if isinstance(actor, Actor) else Actor(ActorKind.PERSON, actor.id)
    return AuditEvent(
        action=action,
        actor=by,
        object_type=SubjectType.GOAL,
        object_id=goal,
        object_version=version,
        subject=owner,
        reason=reason,
        fields=fields or {},
    )
