"""What the audited record keeps of an import: the whole, each person, each role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, time
from uuid import UUID

from domain.audit import Action, Actor, AuditEvent, FieldValue
from domain.directory import Fact, PersonFacts
from domain.directory_plan import LineChange, LineStep, Named, NewGrant, Plan
from domain.notices import SubjectType
from domain.people import GrantState, LineKind

BEFORE = "_before"
"""Ends the name of a field that holds what was there before."""


def events_of(
    plan: Plan, actor: Actor, import_id: UUID, digest: str, told: Mapping[str, FieldValue]
) -> Iterator[AuditEvent]:
    """One entry for the import, then one for each person and grant; `digest` is of the file.

    `told` is what more the entry for the import says.
    """
    yield AuditEvent(
        Action.DIRECTORY_IMPORT,
        actor,
        SubjectType.DIRECTORY,
        import_id,
        fields={
            "sha256": digest,
            "units": len(plan.units),
            "created": len(plan.created),
            "changed": len(plan.changed),
            "lines": len(plan.lines),
            "grants": len(plan.grants),
            "unchanged": plan.unchanged,
            "not_listed": plan.not_listed,
            **told,
        },
    )
    yield from _person_events(plan, actor)
    for grant in plan.grants:
        yield _grant_event(grant, actor)


def _person_events(plan: Plan, actor: Actor) -> Iterator[AuditEvent]:
    lines: dict[UUID, list[LineChange]] = defaultdict(list)
    for line in plan.lines:
        lines[line.who.id].append(line)
    for new in plan.created:
        told = {**facts_told(new.facts), **_lines_told(lines.pop(new.who.id, []))}
        yield _person_event(Action.PERSON_CREATE, actor, new.who, told)
    for person in plan.changed:
        told = {}
        for change in person.changes:
            told[change.fact] = field_value(change.after)
            told[change.fact + BEFORE] = field_value(change.before)
        told |= _lines_told(lines.pop(person.who.id, []))
        yield _person_event(Action.PERSON_CHANGE, actor, person.who, told)
    for changes in lines.values():
        yield _person_event(Action.PERSON_CHANGE, actor, changes[0].who, _lines_told(changes))


def _person_event(
    action: Action, actor: Actor, who: Named, told: dict[str, FieldValue]
) -> AuditEvent:
    return AuditEvent(action, actor, SubjectType.PERSON, who.id, subject=who.id, fields=told)


def facts_told(facts: PersonFacts) -> dict[str, FieldValue]:
    """What the record says of somebody new: every fact that has a value."""
    values = {each.name: field_value(getattr(facts, each.name)) for each in fields(facts)}
    return {name: value for name, value in values.items() if value is not None}


def _lines_told(changes: list[LineChange]) -> dict[str, FieldValue]:
    """Managers by id: the record names people by nothing else."""
    told: dict[str, FieldValue] = {}
    for kind, name in ((LineKind.PRIMARY, "manager"), (LineKind.MATRIX, "matrix_managers")):
        ended = [c.manager.id for c in changes if (c.kind, c.step) == (kind, LineStep.CLOSE)]
        begun = [c.manager.id for c in changes if (c.kind, c.step) == (kind, LineStep.OPEN)]
        if begun or ended:
            told[name] = _ids(begun)
        if ended:
            told[name + BEFORE] = _ids(ended)
    return told


def _ids(people: list[UUID]) -> str | None:
    return " ".join(sorted(map(str, people))) or None


def _grant_event(grant: NewGrant, actor: Actor) -> AuditEvent:
    given = grant.state is GrantState.ACTIVE
    return AuditEvent(
        Action.GRANT_GIVE if given else Action.GRANT_ASK,
        actor,
        SubjectType.GRANT,
        grant.id,
        subject=grant.who.id,
        fields={"role": grant.role.value, "unit": grant.unit, "region": grant.region},
    )


def field_value(value: Fact) -> FieldValue:
    """A fact as the record keeps it: dates and times in ISO form, weekdays as their numbers."""
    match value:
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case frozenset():
            return "".join(map(str, sorted(value)))
        case str():
            return str(value)
        case _:
            return value
