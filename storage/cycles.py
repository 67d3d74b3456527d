"""Cycles and their phases, as stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, delete, insert, select, true, update
from sqlalchemy.orm import InstrumentedAttribute

from domain.cycles import ChangeCycle, CycleHead, NewCycle, Phase, PhasePlan
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
    Cycle.withdrawn_because,
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
                **_row(phase),
            }
            for position, phase in enumerate(new.phases)
        ],
    )


def lock(connection: Connection, cycle: UUID) -> None:
    """Nobody else can change or withdraw it, or announce a phase of it, before the commit."""
    connection.execute(select(Cycle.id).where(Cycle.id == cycle).with_for_update())


def change(
    connection: Connection,
    cycle: CycleHead,
    new: ChangeCycle,
    phases: Sequence[tuple[UUID | None, PhasePlan]],
) -> None:
    """Give a cycle another name, other days and other phases; those with an id stay themselves."""
    connection.execute(
        update(Cycle)
        .where(Cycle.id == cycle.id)
        .values(name=new.name, starts=new.starts, ends=new.ends, version=cycle.version + 1)
    )
    kept = [phase for phase, _ in phases if phase is not None]
    connection.execute(
        delete(CyclePhase).where(CyclePhase.cycle_id == cycle.id, CyclePhase.id.not_in(kept))
    )
    for position, (phase, plan) in enumerate(phases):
        row = {"position": position, **_row(plan)}
        if phase is None:
            connection.execute(insert(CyclePhase).values(id=uuid4(), cycle_id=cycle.id, **row))
        else:
            connection.execute(update(CyclePhase).where(CyclePhase.id == phase).values(**row))


def _row(plan: PhasePlan) -> dict[str, object]:
    return {"act": plan.act, "name": plan.name, "starts": plan.starts, "ends": plan.ends}


def withdraw(connection: Connection, cycle: CycleHead, reason: str, now: datetime) -> None:
    connection.execute(
        update(Cycle)
        .where(Cycle.id == cycle.id)
        .values(withdrawn_at=now, withdrawn_because=reason, version=cycle.version + 1)
    )


def by_id(connection: Connection, cycle: UUID) -> CycleHead | None:
    """The cycle, withdrawn or not."""
    return next(iter(_heads(connection, Cycle.id == cycle, 1)), None)


def stored(connection: Connection, cycle: UUID) -> CycleHead:
    """A cycle that is known to be there."""
    (found,) = _heads(connection, Cycle.id == cycle, 1)
    return found


def named(connection: Connection, name: str, ending_after: date) -> CycleHead | None:
    """A cycle of that name that has not ended on that day."""
    wanted = (Cycle.name == name) & (Cycle.ends >= ending_after) & Cycle.withdrawn_at.is_(None)
    return next(iter(_heads(connection, wanted, 1)), None)


def listed(connection: Connection, ending_from: date, limit: int) -> list[CycleHead]:
    """Cycles that end on that day or later, the earliest beginning first; none withdrawn."""
    wanted = (Cycle.ends >= ending_from) & Cycle.withdrawn_at.is_(None)
    return _heads(connection, wanted, limit)


def _heads(connection: Connection, wanted: ColumnElement[bool], limit: int) -> list[CycleHead]:
    rows = connection.execute(
        select(
            Cycle.id,
            Cycle.name,
            Cycle.kind,
            OrgUnit.path,
            Cycle.starts,
            Cycle.ends,
            Cycle.version,
            Cycle.withdrawn_because,
        )
        .outerjoin(OrgUnit, OrgUnit.id == Cycle.org_unit_id)
        .where(wanted)
        .order_by(Cycle.starts, Cycle.created_at, Cycle.id)
        .limit(limit)
    ).all()
    phases = _phases_of(connection, [row[0] for row in rows])
    return [
        CycleHead(
            *row[:6],
            phases=tuple(phases.get(row[0], ())),
            version=row.version,
            withdrawn=row.withdrawn_because,
        )
        for row in rows
    ]


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
