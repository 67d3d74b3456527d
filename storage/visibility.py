"""Who may see what: one rule = one SQL clause, used alike by single reads and by lists.

Source: the authorisation matrix of the audit design and the goal audiences of the shape of Accord.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from domain.goals import Audience, Capacity, GoalState
from domain.people import Employment, LineKind, Member, PersonState, Role, Standing
from storage.people import delegation_in_force, grant_in_force, line_in_force
from storage.tables.goals import Goal, GoalCase, GoalShare
from storage.tables.people import Delegation, OrgUnit, Person, ReportingLine, RoleGrant

# To build a rule takes longer than to apply it, and one act asks for the same rule several times.
# It depends on nothing but the viewer's facts and the date, and never changes once built.
_built_once = lru_cache(maxsize=1024)


@_built_once
def may_read_goal(viewer: Member, today: date) -> ColumnElement[bool]:
    """The viewer may read the goal of the enclosing query (`Goal`) in full."""
    own = Goal.owner_id == viewer.id
    if viewer.employment is Employment.CONTRACTOR:
        # A guest sees only their own deliverables, whatever was shared by mistake.
        return own
    submitted = Goal.state != GoalState.DRAFT
    return or_(
        own,
        and_(
            submitted,
            or_(
                Goal.audience == Audience.EVERYONE,
                and_(Goal.audience == Audience.UNIT, _owner_in_unit_of(viewer)),
                shared_with(viewer),
                leads_owner(viewer, today),
                hr_for_owner(viewer, today),
                open_case(viewer),
            ),
        ),
    )


@_built_once
def may_read_title(viewer: Member, today: date) -> ColumnElement[bool]:
    """The viewer may know that the goal exists and what it is called."""
    readable = may_read_goal(viewer, today)
    if viewer.employment is Employment.CONTRACTOR:
        return readable
    return or_(readable, and_(Goal.title_visible, Goal.state != GoalState.DRAFT))


def leads_owner(viewer: Member, today: date) -> ColumnElement[bool]:
    """The viewer manages the goal's owner now: primary, acting or matrix, or as a deputy of one."""
    line = (
        exists()
        .where(
            ReportingLine.person_id == Goal.owner_id,
            ReportingLine.manager_id == viewer.id,
            line_in_force(today),
        )
        .correlate(Goal)
    )
    return or_(line, _deputises_for_manager(viewer, today))


def _deputises_for_manager(viewer: Member, today: date) -> ColumnElement[bool]:
    # One hop only: the delegator's own line, never what was delegated to the delegator; and never
    # more than the delegator may see now: nothing after they left, nothing for a guest.
    return (
        exists()
        .where(
            ReportingLine.person_id == Goal.owner_id,
            line_in_force(today),
            Delegation.delegator_id == ReportingLine.manager_id,
            Delegation.deputy_id == viewer.id,
            delegation_in_force(today),
            Person.id == Delegation.delegator_id,
            Person.state == PersonState.ACTIVE,
            Person.employment != Employment.CONTRACTOR,
        )
        .correlate(Goal)
    )


def hr_for_owner(viewer: Member, today: date) -> ColumnElement[bool]:
    """The viewer is HR partner for where the owner works; never for their own manager's file."""
    owner, covered = _covered_by_grant()
    grant = (
        exists()
        .where(
            RoleGrant.person_id == viewer.id,
            RoleGrant.role == Role.HR,
            grant_in_force(today),
            owner.id == Goal.owner_id,
            covered,
        )
        .correlate(Goal)
    )
    own_manager = select(ReportingLine.manager_id).where(
        ReportingLine.person_id == viewer.id, line_in_force(today)
    )
    return and_(grant, Goal.owner_id.not_in(own_manager))


@_built_once
def _covered_by_grant() -> tuple[type[Person], ColumnElement[bool]]:
    """Somebody, and whether the grant of the enclosing query covers where they work."""
    owner, unit, granted = aliased(Person), aliased(OrgUnit), aliased(OrgUnit)
    in_unit = (
        exists()
        .where(
            unit.id == owner.org_unit_id,
            granted.id == RoleGrant.org_unit_id,
            or_(unit.path == granted.path, _begins_with(unit.path, granted.path + " / ")),
        )
        .correlate(owner, RoleGrant)
    )
    in_region = or_(
        owner.region == RoleGrant.region, _begins_with(owner.region, RoleGrant.region + "-")
    )
    covered = and_(
        or_(RoleGrant.org_unit_id.is_(None), in_unit),
        or_(RoleGrant.region.is_(None), in_region),
    )
    return owner, covered


def _begins_with(
    text: SQLColumnExpression[str | None], start: SQLColumnExpression[str | None]
) -> ColumnElement[bool]:
    # Not LIKE: names may hold its wildcards, and SQLite's does not mind the case of letters.
    return func.substr(text, 1, func.length(start)) == start


def open_case(viewer: Member) -> ColumnElement[bool]:
    """The viewer was asked to decide or to help, and the case is not closed."""
    return (
        exists()
        .where(
            GoalCase.goal_id == Goal.id,
            GoalCase.person_id == viewer.id,
            GoalCase.closed_at.is_(None),
        )
        .correlate(Goal)
    )


@_built_once
def may_decide_goal(viewer: Member, today: date) -> ColumnElement[bool]:
    """The viewer may answer for the other side: asked in an open case, or the manager in line.

    Never the owner; the owner's own side is settled by ownership alone.
    """
    if viewer.employment is Employment.CONTRACTOR:
        return false()
    asked = or_(
        _asked_as(viewer, (Capacity.MANAGERS_MANAGER, Capacity.ROLE)),
        # A deputy's say ends with the delegation, an acting manager's with the line.
        and_(_asked_as(viewer, (Capacity.DEPUTY,)), _deputises_for_manager(viewer, today)),
    )
    manages = (
        exists()
        .where(
            ReportingLine.person_id == Goal.owner_id,
            ReportingLine.manager_id == viewer.id,
            ReportingLine.kind.in_((LineKind.PRIMARY, LineKind.ACTING)),
            line_in_force(today),
        )
        .correlate(Goal)
    )
    return and_(Goal.owner_id != viewer.id, or_(asked, manages))


def _asked_as(viewer: Member, capacities: Collection[Capacity]) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            GoalCase.goal_id == Goal.id,
            GoalCase.person_id == viewer.id,
            GoalCase.capacity.in_(capacities),
            GoalCase.closed_at.is_(None),
        )
        .correlate(Goal)
    )


def misaddressed(today: date) -> ColumnElement[bool]:
    """Somebody was asked as manager or deputy who is neither any more, or who cannot answer now."""
    asked, person = aliased(GoalCase), aliased(Person)
    unable = exists().where(
        person.id == asked.person_id,
        or_(
            person.state != PersonState.ACTIVE,
            person.standing != Standing.FULL,
            person.slack_user.is_(None),
            person.employment == Employment.CONTRACTOR,
        ),
    )
    leads = exists().where(
        ReportingLine.person_id == Goal.owner_id,
        ReportingLine.manager_id == asked.person_id,
        ReportingLine.kind.in_((LineKind.PRIMARY, LineKind.ACTING)),
        line_in_force(today),
    )
    stands_in = exists().where(
        ReportingLine.person_id == Goal.owner_id,
        line_in_force(today),
        Delegation.delegator_id == ReportingLine.manager_id,
        Delegation.deputy_id == asked.person_id,
        delegation_in_force(today),
    )
    return (
        exists()
        .where(
            asked.goal_id == Goal.id,
            asked.closed_at.is_(None),
            or_(
                and_(asked.capacity == Capacity.MANAGER, ~leads.correlate(Goal, asked)),
                and_(asked.capacity == Capacity.DEPUTY, ~stands_in.correlate(Goal, asked)),
                and_(asked.capacity.is_not(None), unable.correlate(asked)),
            ),
        )
        .correlate(Goal)
    )


@_built_once
def took_part(viewer: Member) -> ColumnElement[bool]:
    """The viewer was a side of the negotiation that ended last, and may learn how it ended."""
    if viewer.employment is Employment.CONTRACTOR:
        return false()
    last, other = aliased(GoalCase), aliased(GoalCase)
    ended = select(func.max(other.closed_at)).where(other.goal_id == Goal.id).correlate(Goal)
    asked = (
        exists()
        .where(
            last.goal_id == Goal.id,
            last.person_id == viewer.id,
            last.capacity.is_not(None),
            last.closed_at == ended.scalar_subquery(),
        )
        .correlate(Goal)
    )
    return and_(Goal.state != GoalState.PROPOSED, or_(Goal.counterpart_id == viewer.id, asked))


def shared_with(viewer: Member) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            GoalShare.goal_id == Goal.id,
            GoalShare.person_id == viewer.id,
            GoalShare.revoked_at.is_(None),
        )
        .correlate(Goal)
    )


def _owner_in_unit_of(viewer: Member) -> ColumnElement[bool]:
    if viewer.org_unit is None:
        return false()
    return (
        exists()
        .where(
            Person.id == Goal.owner_id,
            Person.org_unit_id == viewer.org_unit,
            Person.state == PersonState.ACTIVE,
        )
        .correlate(Goal)
    )
