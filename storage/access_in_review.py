"""What an access review looks through: a snapshot of every access, and each as it stands now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Uuid,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from domain.access_reviews import AccessKind, Answer
from domain.people import GrantState, Member, PersonState, Role
from domain.references import ReferenceKind, reference_text
from storage.access_reviews import ITEMS, OPEN, Item
from storage.goals import AT_VERSION
from storage.tables.access_reviews import AccessReviewItem
from storage.tables.goals import Goal, GoalShare, GoalVersion
from storage.tables.people import Delegation, OrgUnit, Person, RoleGrant
from storage.types import Word
from storage.visibility import may_read_title

COLUMNS = ("review_id", "number", "kind", "object_id", "holder_id", "reviewer_id", "answer")


def take_snapshot(connection: Connection, review: UUID, today: date) -> int:
    """List every access that stands or is to come, in one statement a kind; returns how many.

    Who answers for a role is found later, since that follows from who else holds which.
    """
    for snapshot in (_grants(today), _delegations(today), _shares()):
        _list(connection, review, _listed(connection, review), snapshot)
    return _listed(connection, review)


def _listed(connection: Connection, review: UUID) -> int:
    return connection.execute(
        select(func.count()).where(AccessReviewItem.review_id == review)
    ).scalar_one()


def would_list(connection: Connection, today: date) -> dict[AccessKind, int]:
    """How many of each kind there are to list now."""
    return {
        one.kind: connection.execute(one.rows.with_only_columns(func.count())).scalar_one()
        for one in (_grants(today), _delegations(today), _shares())
    }


def grants_to_list(connection: Connection, today: date, limit: int) -> list[tuple[UUID, UUID]]:
    """The first roles to list, each with its holder."""
    rows = _grants(today).rows.with_only_columns(RoleGrant.id, Person.id)
    return [(grant, holder) for grant, holder in connection.execute(rows.limit(limit))]


def givers_to_ask(connection: Connection, today: date) -> set[UUID]:
    """Whoever shares a goal or has a deputy, and would be asked about it."""
    return {
        who
        for one in (_delegations(today), _shares())
        for who in connection.scalars(one.rows.with_only_columns(one.reviewer).distinct())
    }


@dataclass(frozen=True, slots=True)
class _Snapshot:
    kind: AccessKind
    thing: InstrumentedAttribute[UUID]
    reviewer: Any
    rows: Select[Any]
    """With `Person` as the holder."""
    order: tuple[Any, ...] = ()
    """Of what one holder has."""


def _list(connection: Connection, review: UUID, before: int, one: _Snapshot) -> None:
    place = func.row_number().over(order_by=[Person.name_folded, Person.id, *one.order, one.thing])
    connection.execute(
        insert(AccessReviewItem).from_select(
            COLUMNS,
            one.rows.with_only_columns(
                literal(review, Uuid()),
                cast(place, Integer) + before,
                literal(one.kind, Word(AccessKind)),
                one.thing,
                Person.id,
                one.reviewer,
                literal(Answer.OPEN, Word(Answer)),
            ),
        )
    )


def _not_over(valid_to: InstrumentedAttribute[date | None], today: date) -> ColumnElement[bool]:
    return or_(valid_to.is_(None), valid_to > today)


_AS_ROLES_ARE_NAMED = (
    case(
        {role: number for number, role in enumerate(Role)},
        value=RoleGrant.role,
        else_=len(Role),
    ),
    func.coalesce(OrgUnit.path, RoleGrant.region, ""),
)
"""HR before the others, as roles are listed to choose from; what is for all before its parts."""


def _grants(today: date) -> _Snapshot:
    rows = (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(
            RoleGrant.state == GrantState.ACTIVE,
            _not_over(RoleGrant.valid_to, today),
            Person.state == PersonState.ACTIVE,
        )
    )
    return _Snapshot(AccessKind.GRANT, RoleGrant.id, null(), rows, _AS_ROLES_ARE_NAMED)


def _delegations(today: date) -> _Snapshot:
    delegator = aliased(Person)
    rows = (
        select(Delegation.id)
        .join(Person, Person.id == Delegation.deputy_id)
        .join(delegator, delegator.id == Delegation.delegator_id)
        .where(
            Delegation.revoked_at.is_(None),
            _not_over(Delegation.valid_to, today),
            Person.state == PersonState.ACTIVE,
            delegator.state == PersonState.ACTIVE,
        )
    )
    order = (Delegation.valid_from,)
    return _Snapshot(AccessKind.DELEGATION, Delegation.id, Delegation.delegator_id, rows, order)


def _shares() -> _Snapshot:
    rows = (
        select(GoalShare.goal_id)
        .join(Person, Person.id == GoalShare.person_id)
        .join(Goal, Goal.id == GoalShare.goal_id)
        .where(GoalShare.revoked_at.is_(None), Person.state == PersonState.ACTIVE)
    )
    return _Snapshot(AccessKind.SHARE, GoalShare.goal_id, Goal.owner_id, rows, (Goal.number,))


# Each as it stands now


@dataclass(frozen=True, slots=True)
class Access:
    """What an item is about, until its last day. `owner` is the delegator or the goal's owner; None
    for a role.
    """

    since: date
    until: date | None
    in_force: bool
    role: Role | None = None
    place: str | None = None
    region: str | None = None
    goal: str | None = None
    owner: UUID | None = None


def accesses(
    connection: Connection, viewer: Member, now: datetime, items: Sequence[Item]
) -> Mapping[int, Access]:
    """By number. A goal whose title the viewer may not know is named by its reference alone."""
    today = viewer.today(now)
    by_kind: dict[AccessKind, list[Item]] = {}
    for one in items:
        by_kind.setdefault(one.kind, []).append(one)
    return {
        **_grants_now(connection, by_kind.get(AccessKind.GRANT, ()), today),
        **_delegations_now(connection, by_kind.get(AccessKind.DELEGATION, ()), today),
        **_shares_now(connection, by_kind.get(AccessKind.SHARE, ()), viewer, today),
    }


def _grants_now(connection: Connection, items: Iterable[Item], today: date) -> dict[int, Access]:
    numbers = {one.thing: one.number for one in items}
    rows = connection.execute(
        select(
            RoleGrant.id,
            RoleGrant.role,
            OrgUnit.path,
            RoleGrant.region,
            RoleGrant.valid_from,
            RoleGrant.valid_to,
            RoleGrant.state,
        )
        .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(RoleGrant.id.in_(numbers))
    )
    return {
        numbers[row.id]: Access(
            row.valid_from,
            _last_day(row.valid_to),
            row.state is GrantState.ACTIVE and _comes_or_stands(row.valid_to, today),
            role=row.role,
            place=row.path,
            region=row.region,
        )
        for row in rows
    }


def _last_day(valid_to: date | None) -> date | None:
    """Ranges of dates are kept half-open; people are told the last day."""
    return None if valid_to is None else valid_to - timedelta(days=1)


def _comes_or_stands(valid_to: date | None, today: date) -> bool:
    return valid_to is None or valid_to > today


def _delegations_now(
    connection: Connection, items: Iterable[Item], today: date
) -> dict[int, Access]:
    numbers = {one.thing: one.number for one in items}
    rows = connection.execute(select(Delegation.__table__).where(Delegation.id.in_(numbers)))
    return {
        numbers[row.id]: Access(
            row.valid_from,
            _last_day(row.valid_to),
            row.revoked_at is None and _comes_or_stands(row.valid_to, today),
            owner=row.delegator_id,
        )
        for row in rows
    }


def _shares_now(
    connection: Connection, items: Iterable[Item], viewer: Member, today: date
) -> dict[int, Access]:
    numbers = {(one.thing, one.holder): one.number for one in items}
    if not numbers:
        return {}
    title = may_read_title(viewer, today)
    rows = connection.execute(
        select(
            GoalShare.goal_id,
            GoalShare.person_id,
            GoalShare.shared_at,
            GoalShare.revoked_at,
            Goal.number,
            Goal.owner_id,
            GoalVersion.title,
            title.clause.label("title_shown"),
        )
        .join(Goal, Goal.id == GoalShare.goal_id)
        .join(GoalVersion, AT_VERSION)
        .where(tuple_(GoalShare.goal_id, GoalShare.person_id).in_(list(numbers))),
        title.values,
    )
    found = {}
    for row in rows:
        reference = reference_text(ReferenceKind.GOAL, row.number)
        found[numbers[row.goal_id, row.person_id]] = Access(
            row.shared_at.astimezone(viewer.zone).date(),
            None,
            row.revoked_at is None,
            goal=f"{reference} {row.title}" if row.title_shown else reference,
            owner=row.owner_id,
        )
    return found


def over(connection: Connection, review: UUID, today: date, limit: int) -> list[Item]:
    """Open ones about what has ended since: by its date, or because somebody ended it."""
    held = AccessReviewItem.object_id
    grant = exists().where(
        RoleGrant.id == held,
        or_(RoleGrant.state == GrantState.REVOKED, RoleGrant.valid_to <= today),
    )
    delegation = exists().where(
        Delegation.id == held,
        or_(Delegation.revoked_at.is_not(None), Delegation.valid_to <= today),
    )
    share = exists().where(
        GoalShare.goal_id == held,
        GoalShare.person_id == AccessReviewItem.holder_id,
        GoalShare.revoked_at.is_not(None),
    )
    kinds = {AccessKind.GRANT: grant, AccessKind.DELEGATION: delegation, AccessKind.SHARE: share}
    rows = connection.execute(
        ITEMS.where(
            AccessReviewItem.review_id == review,
            OPEN,
            or_(
                *(
                    and_(AccessReviewItem.kind == kind, ended.correlate(AccessReviewItem))
                    for kind, ended in kinds.items()
                )
            ),
        )
        .order_by(AccessReviewItem.number)
        .limit(limit)
    )
    return [Item(*row) for row in rows]


# Roles that end


@dataclass(frozen=True, slots=True)
class EndedRole:
    """A role that has just been ended."""

    grant: UUID
    person: UUID
    role: Role
    unit: str | None
    region: str | None


_ROLES = select(
    RoleGrant.id, RoleGrant.person_id, RoleGrant.role, OrgUnit.path, RoleGrant.region
).outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)


def end_grants(connection: Connection, grants: Collection[UUID]) -> list[EndedRole]:
    """End those of these roles that have not ended, in one statement; returns them."""
    if not grants:
        return []
    these = RoleGrant.id.in_(grants), RoleGrant.state != GrantState.REVOKED
    rows = connection.execute(_ROLES.where(*these).order_by(RoleGrant.id))
    ended = [EndedRole(*row) for row in rows]
    connection.execute(update(RoleGrant).where(*these).values(state=GrantState.REVOKED))
    return ended


def restore_grants(connection: Connection, grants: Collection[UUID]) -> None:
    """Take back, within one transaction, what `end_grants` did."""
    if grants:
        connection.execute(
            update(RoleGrant).where(RoleGrant.id.in_(grants)).values(state=GrantState.ACTIVE)
        )


def grants_with_role(
    connection: Connection, grants: Collection[UUID], roles: Collection[Role]
) -> list[UUID]:
    """Those of these that are active and of one of these roles."""
    rows = connection.scalars(
        select(RoleGrant.id)
        .where(
            RoleGrant.id.in_(grants),
            RoleGrant.role.in_(roles),
            RoleGrant.state == GrantState.ACTIVE,
        )
        .order_by(RoleGrant.id)
    )
    return list(rows)


def grants_of(connection: Connection, person: UUID) -> list[UUID]:
    """The roles that a person holds, is to hold, or has been asked for."""
    rows = connection.scalars(
        select(RoleGrant.id).where(
            RoleGrant.person_id == person, RoleGrant.state != GrantState.REVOKED
        )
    )
    return list(rows)
