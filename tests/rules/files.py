"""A goal as the database holds it, for tests that look behind the use cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, RowMapping, Select, select

from storage.tables.goals import Goal, GoalCase, GoalStep, GoalVersion


@dataclass(frozen=True)
class File:
    """Everything about one goal: its head, versions and steps by number, and cases."""

    head: RowMapping
    versions: list[RowMapping]
    steps: list[RowMapping]
    cases: list[RowMapping]

    @property
    def version(self) -> RowMapping:
        return self.versions[-1]

    def asked(self) -> set[UUID]:
        """Who has been asked to decide, and may still."""
        return {
            case["person_id"]
            for case in self.cases
            if case["capacity"] is not None and case["closed_at"] is None
        }


def read_file(engine: Engine, goal: UUID) -> File:
    with engine.connect() as connection:

        def rows(wanted: Select[Any]) -> list[RowMapping]:
            return list(connection.execute(wanted).mappings())

        [head] = rows(select(Goal.__table__).where(Goal.id == goal))
        return File(
            head,
            rows(
                select(GoalVersion.__table__)
                .where(GoalVersion.goal_id == goal)
                .order_by(GoalVersion.number)
            ),
            rows(
                select(GoalStep.__table__).where(GoalStep.goal_id == goal).order_by(GoalStep.number)
            ),
            rows(select(GoalCase.__table__).where(GoalCase.goal_id == goal).order_by(GoalCase.id)),
        )
