"""Cycles and their phases, as stored."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, insert, select, true
from sqlalchemy.orm import InstrumentedAttribute

from domain.cycles import CycleHead, NewCycle, Phase
from storage.tables.cycles import Cycle, CyclePhase
from storage.tables.people import OrgUnit

PHASE: tuple[InstrumentedAttribute[Any], ...] = (
    CyclePhase.id,
    Cycle.id,
    Cycle.name,
    CyclePhase.act,
    CyclePhase.name,
    CyclePhase.starts,
    CyclePhase.ends,
)


def add(connection: Connection, cycle: UUID, new: NewCycle, author: UUID, now: datetime) -> None:
    """Store a cycle with its phases."""
    connection.execute(
        insert(Cycle).values(
            id=cycle,
            name=new.name,
            kind=new.kind,
            org_unit_id=new.org_unit,
            starts=new.starts,
            ends=new.ends,
            created_by_id=author,
            created_at=now,
        )
    )
    connection.execute(
        insert(CyclePhase),
        [
            {
                "id": uuid4(),
                "cycle_id": cycle,
                "position": position,
                "act": phase.act,
                "name": phase.name,
                "starts": phase.starts,
                "ends": phase.ends,
            }
            for position, phase in enumerate(new.phases)
        ],
    )


def by_id(connection: Connection, cycle: UUID) -> CycleHead | None:
    return next(iter(_heads(connection, Cycle.id == cycle, 1)), None)


def stored(connection: Connection, cycle: UUID) -> CycleHead:
    """A cycle that is known to be there."""
    (found,) = _heads(connection, Cycle.id == cycle, 1)
    return found


def named(connection: Connection, name: str, ending_after: date) -> CycleHead | None:
    """A cycle of that name that has not ended on that day."""
    wanted = (Cycle.name == name) & (Cycle.ends >= ending_after)
    return next(iter(_heads(connection, wanted, 1)), None)


def listed(connection: Connection, ending_from: date, limit: int) -> list[CycleHead]:
    """Cycles that end on that day or later, the earliest beginning first."""
    return _heads(connection, Cycle.ends >= ending_from, limit)


def _heads(connection: Connection, wanted: ColumnElement[bool], limit: int) -> list[CycleHead]:
    rows = connection.execute(
        select(Cycle.id, Cycle.name, Cycle.kind, OrgUnit.path, Cycle.starts, Cycle.ends)
        .outerjoin(OrgUnit, OrgUnit.id == Cycle.org_unit_id)
        .where(wanted)
        .order_by(Cycle.starts, Cycle.created_at, Cycle.id)
        .limit(limit)
    ).all()
    phases = _phases_of(connection, [row[0] for row in rows])
    return [CycleHead(*row, phases=tuple(phases.get(row[0], ()))) for row in rows]


def _phases_of(connection: Connection, cycles: Collection[UUID]) -> dict[UUID, list[Phase]]:
    found: dict[UUID, list[Phase]] = {}
    for phase in _phases(connection, CyclePhase.cycle_id.in_(cycles)):
        found.setdefault(phase.cycle, []).append(phase)
    return found


def _phases(connection: Connection, wanted: ColumnElement[bool]) -> list[Phase]:
    rows = connection.execute(
        select(*PHASE)
        .join(Cycle, Cycle.id == CyclePhase.cycle_id)
        .where(wanted)
        .order_by(CyclePhase.cycle_id, CyclePhase.position)
    )
    return [Phase(*row) for row in rows]


def phase_by_id(connection: Connection, phase: UUID) -> Phase | None:
    return next(iter(_phases(connection, CyclePhase.id == phase)), None)


def unit_named(connection: Connection, org_unit: UUID) -> str | None:
    """The path of a unit."""
    return connection.execute(
        select(OrgUnit.path).where(OrgUnit.id == org_unit)
    ).scalar_one_or_none()


def units_like(connection: Connection, words: str, limit: int) -> list[tuple[UUID, str]]:
    """Units whose path holds the words, whatever their case, the shortest paths first."""
    wanted = OrgUnit.path.icontains(words, autoescape=True) if words else true()
    rows = connection.execute(
        select(OrgUnit.id, OrgUnit.path).where(wanted).order_by(OrgUnit.path).limit(limit)
    )
    return [(row[0], row[1]) for row in rows]
