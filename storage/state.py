"""Business rows as they stand, page by page, for comparison with what was recorded of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    exists,
    func,
    not_,
    select,
)
from sqlalchemy.orm import aliased

from domain.audit import Action
from domain.goals import GoalContent, SaidWords
from domain.measures import Measure
from domain.notices import SubjectType
from domain.retention_rules import Part
from storage.goals import VERSION_COLUMNS, content_from
from storage.tables.audit import AuditEntry
from storage.tables.erasures import Erasure
from storage.tables.goals import GoalValue, GoalVersion
from storage.tables.objections import Objection
from storage.tables.policy import PolicyPlan, PolicyVersion

PAGE = 200
AnyRows = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """Where things of one kind are stored.

    `wanted` selects them, `key` first and named `id`: the object of the entries about them. Each of
    `parts` selects what belongs to them, the key of the thing first. A thing is stored, once one of
    `made_by` is recorded, until `unmade_by` or an erasure of the part `goes_with`; `also` are the
    keys of other tables that hold things of the same kind.
    """

    about: SubjectType
    key: Any
    wanted: Select[*tuple[Any, ...]]
    parts: Mapping[str, Select[*tuple[Any, ...]]] = field(default_factory=dict)
    made_by: frozenset[Action] = frozenset()
    unmade_by: frozenset[Action] = frozenset()
    goes_with: Part | None = None
    also: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One thing as its tables have it."""

    id: UUID
    row: Any
    parts: Mapping[str, AnyRows]


def count(connection: Connection, kinds: Sequence[Rows]) -> int:
    """How many things there are to compare."""
    return sum(
        connection.execute(select(func.count(kind.key.distinct()))).scalar_one() for kind in kinds
    )


def missing(connection: Connection, kind: Rows) -> Iterator[tuple[int, UUID, UUID | None]]:
    """Each thing of which nothing is stored, though nothing ended it.

    The first entry that made it, its id, and whom that entry is about.
    """
    rows = connection.execute(
        select(AuditEntry.seq, AuditEntry.object_id, AuditEntry.subject)
        .where(AuditEntry.object_type == kind.about, AuditEntry.action.in_(kind.made_by))
        .where(*(~exists().where(key == AuditEntry.object_id) for key in (kind.key, *kind.also)))
        .where(*_still_there(kind))
        .order_by(AuditEntry.seq)
    )
    seen = set()
    for seq, thing, subject in rows:
        if thing not in seen:
            seen.add(thing)
            yield seq, thing, subject


def _still_there(kind: Rows) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if kind.unmade_by:
        later = aliased(AuditEntry)
        wanted.append(
            ~exists().where(
                later.object_id == AuditEntry.object_id,
                later.object_type == kind.about,
                later.action.in_(kind.unmade_by),
                later.seq > AuditEntry.seq,
            )
        )
    if kind.goes_with is not None:
        wanted.append(not_(erased(AuditEntry.subject, kind.goes_with)))
    return wanted


def erased(person: Any, part: Part) -> ColumnElement[bool]:
    """Whether this part of what is held on the person was erased."""
    return exists().where(Erasure.person_id == person, Erasure.parts.contains(f'"{part.value}"'))


def page(connection: Connection, kind: Rows, after: UUID | None) -> list[StoredRow]:
    """Some things of a kind, in the order of their ids, after one of them."""
    wanted = kind.wanted if after is None else kind.wanted.where(kind.key > after)
    rows = connection.execute(wanted.order_by(kind.key).limit(PAGE)).all()
    ids = [row.id for row in rows]
    parts = {name: _parts(connection, part, ids) for name, part in kind.parts.items()}
    return [
        StoredRow(row.id, row, {name: found[row.id] for name, found in parts.items()})
        for row in rows
    ]


def _parts(
    connection: Connection, part: Select[*tuple[Any, ...]], ids: Sequence[UUID]
) -> dict[UUID, list[Any]]:
    key = part.selected_columns[0]
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in connection.execute(part.where(key.in_(ids))):
        found[row[0]].append(row)
    return found


def versions(
    connection: Connection, of_goals: Sequence[UUID]
) -> dict[UUID, dict[int, tuple[GoalContent, SaidWords]]]:
    """Each version with what was said with it."""
    found: dict[UUID, dict[int, tuple[GoalContent, SaidWords]]] = defaultdict(dict)
    rows = connection.execute(
        select(
            *VERSION_COLUMNS,
            GoalVersion.expectation,
            GoalVersion.own_capacity,
            GoalVersion.interest,
            GoalVersion.goal_id,
            GoalVersion.number,
        ).where(GoalVersion.goal_id.in_(of_goals))
    )
    for row in rows:
        said = SaidWords(row.expectation, row.own_capacity, row.interest)
        found[row.goal_id][row.number] = content_from(tuple(row)), said
    return found


def values(
    connection: Connection, of_goals: Sequence[UUID]
) -> dict[UUID, list[tuple[Measure, str | None]]]:
    found: dict[UUID, list[tuple[Measure, str | None]]] = defaultdict(list)
    rows = connection.execute(
        select(GoalValue.goal_id, GoalValue.value, GoalValue.value_text, GoalValue.note).where(
            GoalValue.goal_id.in_(of_goals)
        )
    )
    for row in rows:
        found[row.goal_id].append((Measure(value=row.value, text=row.value_text), row.note))
    return found


def policies(connection: Connection) -> AnyRows:
    return connection.execute(
        select(
            PolicyVersion.number,
            PolicyVersion.document,
            PolicyPlan.state,
            PolicyPlan.valid_from,
            PolicyPlan.reason,
        )
        .outerjoin(PolicyPlan, PolicyPlan.number == PolicyVersion.number)
        .order_by(PolicyVersion.number)
    ).all()


def objections(connection: Connection) -> AnyRows:
    return connection.execute(
        select(
            Objection.id, Objection.number, Objection.person_id, Objection.state, Objection.reason
        )
    ).all()
