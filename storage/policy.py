"""Versions of the policy: never overwritten, cheap to look up; from when each of them holds."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from domain.policy import Policy, PolicyInForce
from domain.policy_versions import WAITING, PlanState
from storage.statements import Statement
from storage.tables.policy import PolicyPlan, PolicyVersion

_version, _plan = PolicyVersion.__table__.c, PolicyPlan.__table__.c

# Only one version waits at a time, so that of those whose day has come the highest number is the
# latest.
_IN_FORCE = Statement(
    select(func.max(_version.number))
    .select_from(PolicyVersion.__table__.outerjoin(PolicyPlan.__table__))
    .where(
        or_(
            _plan.number.is_(None),
            (_plan.valid_from <= bindparam("now"))
            & or_(_plan.state == PlanState.PLANNED, _plan.state == PlanState.IN_FORCE),
        )
    )
)


def number_in_force(connection: Connection, now: datetime) -> int | None:
    """The version that holds at a moment of business time; None before the first adoption."""
    number: int | None = _IN_FORCE.only(connection, {"now": now})[0]
    return number


class PolicyShelf:
    """The policy in force; documents are parsed once per process, the number is asked each time."""

    def __init__(self, initial: Policy) -> None:
        self._initial = PolicyInForce(0, initial)
        self._parsed: dict[int, PolicyInForce] = {}

    def in_force(self, connection: Connection, now: datetime) -> PolicyInForce:
        """The version that holds at `now` (business time); 0, built in, before the first."""
        number = number_in_force(connection, now)
        return self._initial if number is None else self.version(connection, number)

    def version(self, connection: Connection, number: int) -> PolicyInForce:
        """A version by its number, which must exist; 0 is what holds before the first."""
        if not number:
            return self._initial
        found = self._parsed.get(number)
        if found is None:
            text = connection.execute(
                select(PolicyVersion.document).where(PolicyVersion.number == number)
            ).scalar_one()
            found = self._parsed[number] = PolicyInForce(number, Policy.model_validate_json(text))
        return found


def adopt(connection: Connection, document: Policy, at: datetime) -> int:
    """Store `document` as the next version and return its number."""
    text = document.model_dump_json()
    latest: int | None = connection.scalar(select(func.max(PolicyVersion.number)))
    number = (latest or 0) + 1
    connection.execute(
        insert(PolicyVersion).values(
            number=number,
            document=text,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            adopted_at=at,
        )
    )
    return number


@dataclass(frozen=True, slots=True)
class Plan:
    """From when a version holds. All times are business time."""

    number: int
    state: PlanState
    valid_from: datetime
    reason: str
    approval: UUID
    proposed_by: UUID
    approved_by: UUID
    approved_at: datetime
    withdrawn_by: UUID | None = None
    withdrawn_reason: str | None = None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version without its document; without a plan it holds from the beginning."""

    number: int
    adopted_at: datetime
    plan: Plan | None


_PLAN: tuple[InstrumentedAttribute[Any], ...] = (
    PolicyPlan.number,
    PolicyPlan.state,
    PolicyPlan.valid_from,
    PolicyPlan.reason,
    PolicyPlan.approval_id,
    PolicyPlan.proposed_by_id,
    PolicyPlan.approved_by_id,
    PolicyPlan.approved_at,
    PolicyPlan.withdrawn_by_id,
    PolicyPlan.withdrawn_reason,
)
_VERSIONS = (
    select(PolicyVersion.number, PolicyVersion.adopted_at, *_PLAN)
    .select_from(PolicyVersion)
    .outerjoin(PolicyPlan, PolicyPlan.number == PolicyVersion.number)
)


def _stored(row: Sequence[Any]) -> StoredVersion:
    number, adopted_at, *plan = row
    return StoredVersion(number, adopted_at, Plan(*plan) if plan[0] is not None else None)


def version(connection: Connection, number: int) -> StoredVersion | None:
    row = connection.execute(_VERSIONS.where(PolicyVersion.number == number)).one_or_none()
    return None if row is None else _stored(row)


def versions(connection: Connection, before: int | None, limit: int) -> list[StoredVersion]:
    """Versions, newest first; `before` is the last number already seen."""
    wanted = _VERSIONS.order_by(PolicyVersion.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(PolicyVersion.number < before)
    return [_stored(row) for row in connection.execute(wanted)]


def waiting(connection: Connection, now: datetime) -> Plan | None:
    """The version that is approved and does not hold yet: its day is to come, or it is held up."""
    row = connection.execute(
        select(*_PLAN)
        .where(
            PolicyPlan.state != PlanState.WITHDRAWN,
            or_(PolicyPlan.state == PlanState.HELD, PolicyPlan.valid_from > now),
        )
        .order_by(PolicyPlan.number.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Plan(*row)


def come_due(connection: Connection, now: datetime) -> list[Plan]:
    """Planned versions whose day has come, in their order; to be noted as in force."""
    rows = connection.execute(
        select(*_PLAN)
        .where(PolicyPlan.state == PlanState.PLANNED, PolicyPlan.valid_from <= now)
        .order_by(PolicyPlan.number)
    )
    return [Plan(*row) for row in rows]


def plan(connection: Connection, new: Plan) -> None:
    """Store from when a version holds."""
    connection.execute(
        insert(PolicyPlan).values(
            number=new.number,
            state=new.state,
            valid_from=new.valid_from,
            reason=new.reason,
            approval_id=new.approval,
            proposed_by_id=new.proposed_by,
            approved_by_id=new.approved_by,
            approved_at=new.approved_at,
        )
    )


def note_in_force(connection: Connection, number: int) -> bool:
    """Its day has come; False if somebody noted it before, or it is planned no longer."""
    changed = connection.execute(
        update(PolicyPlan)
        .where(PolicyPlan.number == number, PolicyPlan.state == PlanState.PLANNED)
        .values(state=PlanState.IN_FORCE)
    )
    return changed.rowcount == 1


def move(
    connection: Connection,
    number: int,
    now: datetime,
    come_from: Collection[PlanState],
    to: PlanState,
    **values: object,
) -> bool:
    """Hold up, release or withdraw a version that does not hold yet.

    False if it is in none of the states of `come_from`, or its day has come meanwhile: what holds
    is changed by another version alone. A version held up has no day.
    """
    changed = connection.execute(
        update(PolicyPlan)
        .where(
            PolicyPlan.number == number,
            PolicyPlan.state.in_(set(come_from) & set(WAITING)),
            or_(PolicyPlan.state == PlanState.HELD, PolicyPlan.valid_from > now),
        )
        .values(state=to, **values)
    )
    return changed.rowcount == 1
