"""Business rows as they stand, page by page, for comparison with what was recorded of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, exists, func, select

from domain.audit import Action
from domain.goals import GoalContent
from domain.measures import Measure
from storage.goals import VERSION_COLUMNS, content_from
from storage.tables.audit import AuditEntry
from storage.tables.goals import Goal, GoalValue, GoalVersion
from storage.tables.people import Delegation, OrgUnit, Person, RoleGrant
from storage.tables.policy import PolicyPlan, PolicyVersion

PAGE = 200
AnyRows = Sequence[Any]

# What is there, once one of these acts is recorded, and never goes.
_LASTING: tuple[tuple[frozenset[Action], Any], ...] = (
    (frozenset({Action.GOAL_PROPOSE}), Goal.id),
    (frozenset({Action.PERSON_CREATE}), Person.id),
    (frozenset({Action.GRANT_GIVE, Action.GRANT_ASK}), RoleGrant.id),
    (frozenset({Action.DELEGATION_GIVE}), Delegation.id),
)


def count(connection: Connection) -> int:
    """How many rows there are to compare, apart from versions and values of goals."""
    tables = (Goal, Person, RoleGrant, Delegation, PolicyVersion)
    return sum(
        connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
    )


def first_missing(connection: Connection) -> tuple[int, Action] | None:
    """The first entry that made something of which nothing is stored."""
    for actions, row in _LASTING:
        found = connection.execute(
            select(AuditEntry.seq, AuditEntry.action)
            .where(AuditEntry.action.in_(actions), ~exists().where(row == AuditEntry.object_id))
            .order_by(AuditEntry.seq)
            .limit(1)
        ).first()
        if found is not None:
            return found.seq, found.action
    return None


def goals(connection: Connection, after: UUID | None) -> AnyRows:
    wanted = select(Goal.id, Goal.number, Goal.owner_id, Goal.agreed_version)
    return _page(connection, wanted, Goal.id, after)


def versions(
    connection: Connection, of_goals: Sequence[UUID]
) -> dict[UUID, dict[int, GoalContent]]:
    found: dict[UUID, dict[int, GoalContent]] = defaultdict(dict)
    rows = connection.execute(
        select(*VERSION_COLUMNS, GoalVersion.goal_id, GoalVersion.number).where(
            GoalVersion.goal_id.in_(of_goals)
        )
    )
    for row in rows:
        found[row.goal_id][row.number] = content_from(tuple(row))
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


def grants(connection: Connection, after: UUID | None) -> AnyRows:
    wanted = select(
        RoleGrant.id,
        RoleGrant.person_id,
        RoleGrant.role,
        OrgUnit.path,
        RoleGrant.region,
        RoleGrant.state,
    ).outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
    return _page(connection, wanted, RoleGrant.id, after)


def delegations(connection: Connection, after: UUID | None) -> AnyRows:
    wanted = select(
        Delegation.id,
        Delegation.delegator_id,
        Delegation.deputy_id,
        Delegation.valid_from,
        Delegation.valid_to,
        Delegation.revoked_at,
    )
    return _page(connection, wanted, Delegation.id, after)


def policies(connection: Connection) -> AnyRows:
    return connection.execute(
        select(
            PolicyVersion.number,
            PolicyVersion.document,
            PolicyPlan.state,
            PolicyPlan.valid_from,
        )
        .outerjoin(PolicyPlan, PolicyPlan.number == PolicyVersion.number)
        .order_by(PolicyVersion.number)
    ).all()


def _page(
    connection: Connection, wanted: Select[*tuple[Any, ...]], key: Any, after: UUID | None
) -> AnyRows:
    if after is not None:
        wanted = wanted.where(key > after)
    return connection.execute(wanted.order_by(key).limit(PAGE)).all()
