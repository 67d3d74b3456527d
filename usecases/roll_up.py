"""How far a goal has come by the goals that serve it, as far as the viewer may read these."""

from __future__ import annotations

from uuid import UUID

from domain.people import Member
from domain.references import ReferenceKind, reference_text
from domain.roll_up import Carried, RollUp, roll_up
from storage.roll_up import CarriedRow, carried
from storage.unit_of_work import Reading


def rolled_up(work: Reading, viewer: Member, goal: UUID) -> RollUp | None:
    """None where no goal that counts carries a part of it."""
    rows = carried(work.connection, viewer, viewer.today(work.now), goal)
    return roll_up([_part(row) for row in rows])


def _part(row: CarriedRow) -> Carried:
    return Carried(
        weight=row.weight,
        share=row.below if row.own is None else row.own,
        reference="" if row.title is None else reference_text(ReferenceKind.GOAL, row.number),
        title=row.title,
        own=row.own is not None,
    )
