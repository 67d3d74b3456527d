"""Who may see what: one rule = one SQL clause, used alike by single reads and by lists.

Source: the authorisation matrix of the audit design and the goal audiences of the shape of Accord.
Each clause is made once; the functions at the top bind it to somebody (see `storage.conditions`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    SQLColumnExpression,
    Uuid,
    and_,
    bindparam,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from domain.goals import Audience, Capacity, GoalState
from domain.holds import HoldScope
from domain.people import Employment, LineKind, Member, PersonState, Role, Standing
from storage.conditions import Condition, one_of_words
from storage.people import delegation_in_force, grant_in_force, line_in_force
from storage.tables.goals import Goal, GoalCase, GoalShare
from storage.tables.holds import LegalHold
from storage.tables.people import Delegation, OrgUnit, Person, ReportingLine, RoleGrant

VIEWER = bindparam("viewer", type_=Uuid())
VIEWER_UNIT = bindparam("viewer_unit", type_=Uuid())
TODAY = bindparam("today", type_=Date())
DECIDING = (LineKind.PRIMARY, LineKind.ACTING)
"""The lines in which a manager answers for the other side."""
HOLDING_GOALS = (HoldScope.EVERYTHING, HoldScope.GOALS, HoldScope.CHECK_INS)
"""Holds that keep something of a goal; which part of it, its record is cut to."""


def may_read_goal(viewer: Member, today: date) -> Condition:
    """The viewer may read the goal of the enclosing query (`Goal`) in full."""
    # A guest sees only their own deliverables, whatever was shared by mistake.
    return _for(viewer, today, OWN if _is_guest(viewer) else MAY_READ)


def may_read_title(viewer: Member, today: date) -> Condition:
    """The viewer may know that the goal exists and what it is called."""
    return _for(viewer, today, OWN if _is_guest(viewer) else MAY_READ_TITLE)


def may_decide_goal(viewer: Member, today: date) -> Condition:
    """The viewer may answer for the other side: asked in an open case, or the manager in line.

    Never the owner; the owner's own side is settled by ownership alone.
    """
    return _for(viewer, today, false() if _is_guest(viewer) else MAY_DECIDE)


def may_answer_change(viewer: Member, today: date, change: UUID) -> Condition:
    """The viewer may answer a request for a change of the goal for the side that is not its
    owner's: asked in its open case, or the manager in line."""
    rule = _for(viewer, today, false() if _is_guest(viewer) else MAY_ANSWER_CHANGE)
    return Condition(rule.clause, {**rule.values, "change": change})


def took_part(viewer: Member) -> Condition:
    """The viewer was a side of the negotiation that ended last, and may learn how it ended."""
    return Condition(false() if _is_guest(viewer) else TOOK_PART, {"viewer": viewer.id})


def owned_by(viewer: Member) -> Condition:
    """The viewer's own goals, all of which they may read."""
    return Condition(OWN, {"viewer": viewer.id})


def covered_by_hr(viewer: Member, today: date) -> Condition:
    """The viewer is in HR for where the goal's owner works, who is neither they nor leads them."""
    return _for(viewer, today, false() if _is_guest(viewer) else OF_OTHERS_AS_HR)


def may_correct_goal(viewer: Member, today: date) -> Condition:
    """The viewer is in HR for the goal's owner, and neither they, nor above or below them in line.

    Whoever leads the owner is a side of the goal and changes it by agreement, as does the owner.
    """
    return _for(viewer, today, false() if _is_guest(viewer) else MAY_CORRECT)


def may_see_metadata(viewer: Member, today: date) -> Condition:
    """The viewer may know who did what with the goal and when, and nothing that it says."""
    return _for(viewer, today, false() if _is_guest(viewer) else METADATA)


def held_for_legal(viewer: Member, today: date) -> Condition:
    """The viewer may read, for a legal hold that stands, what the hold keeps of the goal."""
    return _for(viewer, today, false() if _is_guest(viewer) else UNDER_HOLD)


def _is_guest(viewer: Member) -> bool:
    return viewer.employment is Employment.CONTRACTOR


def _for(viewer: Member, today: date, clause: ColumnElement[bool]) -> Condition:
    return Condition(clause, {"viewer": viewer.id, "viewer_unit": viewer.org_unit, "today": today})


def _shared() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            GoalShare.goal_id == Goal.id,
            GoalShare.person_id == VIEWER,
            GoalShare.revoked_at.is_(None),
        )
        .correlate(Goal)
    )


def _owner_in_same_unit() -> ColumnElement[bool]:
    # A viewer without a unit has it in common with nobody: NULL equals nothing.
    return (
        exists()
        .where(
            Person.id == Goal.owner_id,
            Person.org_unit_id == VIEWER_UNIT,
            Person.state == PersonState.ACTIVE,
        )
        .correlate(Goal)
    )


def _leads_owner() -> ColumnElement[bool]:
    """The viewer manages the goal's owner now: primary, acting or matrix, or as a deputy of one."""
    line = (
        exists()
        .where(
            ReportingLine.person_id == Goal.owner_id,
            ReportingLine.manager_id == VIEWER,
            line_in_force(TODAY),
        )
        .correlate(Goal)
    )
    return or_(line, _deputises_for_manager())


def _deputises_for_manager(kinds: Collection[LineKind] = ()) -> ColumnElement[bool]:
    """The viewer stands in for a manager of the owner's; of these kinds, if any are named."""
    # One hop only: the delegator's own line, never what was delegated to the delegator; and never
    # more than the delegator may do now: nothing after they left, nothing for a guest.
    return (
        exists()
        .where(
            ReportingLine.person_id == Goal.owner_id,
            line_in_force(TODAY),
            *([one_of_words(ReportingLine.kind, kinds)] if kinds else []),
            Delegation.delegator_id == ReportingLine.manager_id,
            Delegation.deputy_id == VIEWER,
            delegation_in_force(TODAY),
            Person.id == Delegation.delegator_id,
            Person.state == PersonState.ACTIVE,
            Person.employment != Employment.CONTRACTOR,
        )
        .correlate(Goal)
    )


def _hr_for_owner() -> ColumnElement[bool]:
    """The viewer is HR partner for where the owner works; never for their own manager's file."""
    own_manager = select(ReportingLine.manager_id).where(
        ReportingLine.person_id == VIEWER, line_in_force(TODAY)
    )
    return and_(_role_for_owner(Role.HR), Goal.owner_id.not_in(own_manager))


def _under_hold() -> ColumnElement[bool]:
    """The viewer is in legal for where the owner works, of whom a hold keeps goals or check-ins."""
    hold = (
        exists()
        .where(
            LegalHold.person_id == Goal.owner_id,
            LegalHold.released_at.is_(None),
            one_of_words(LegalHold.scope, HOLDING_GOALS),
        )
        .correlate(Goal)
    )
    return and_(Goal.owner_id != VIEWER, _role_for_owner(Role.LEGAL), hold)


def _role_for_owner(role: Role) -> ColumnElement[bool]:
    """The viewer holds the role for where the owner works."""
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
    return (
        exists()
        .where(
            RoleGrant.person_id == VIEWER,
            RoleGrant.role == role,
            grant_in_force(TODAY),
            owner.id == Goal.owner_id,
            covered,
        )
        .correlate(Goal)
    )


def _begins_with(
    text: SQLColumnExpression[str | None], start: SQLColumnExpression[str | None]
) -> ColumnElement[bool]:
    # Not LIKE: names may hold its wildcards, and SQLite's does not mind the case of letters.
    return func.substr(text, 1, func.length(start)) == start


def _in_open_case() -> ColumnElement[bool]:
    """The viewer was asked to decide or to help, and the case is not closed."""
    return (
        exists()
        .where(
            GoalCase.goal_id == Goal.id,
            GoalCase.person_id == VIEWER,
            GoalCase.closed_at.is_(None),
        )
        .correlate(Goal)
    )


def _decides(case: ColumnElement[bool]) -> ColumnElement[bool]:
    """`case`: the cases in which being asked gives somebody a say."""
    asked = or_(
        _asked_as((Capacity.MANAGERS_MANAGER, Capacity.ROLE), case),
        # A deputy's say ends with the delegation, an acting manager's with the line; and a matrix
        # manager, who has none, has none to pass on.
        and_(_asked_as((Capacity.DEPUTY,), case), _deputises_for_manager(DECIDING)),
    )
    manages = (
        exists()
        .where(
            ReportingLine.person_id == Goal.owner_id,
            ReportingLine.manager_id == VIEWER,
            one_of_words(ReportingLine.kind, DECIDING),
            line_in_force(TODAY),
        )
        .correlate(Goal)
    )
    return and_(Goal.owner_id != VIEWER, or_(asked, manages))


def _asked_as(capacities: Collection[Capacity], case: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            case,
            GoalCase.goal_id == Goal.id,
            GoalCase.person_id == VIEWER,
            one_of_words(GoalCase.capacity, capacities),
            GoalCase.closed_at.is_(None),
        )
        .correlate(Goal)
    )


def _was_a_side() -> ColumnElement[bool]:
    last, other = aliased(GoalCase), aliased(GoalCase)
    ended = select(func.max(other.closed_at)).where(other.goal_id == Goal.id).correlate(Goal)
    asked = (
        exists()
        .where(
            last.goal_id == Goal.id,
            last.person_id == VIEWER,
            last.capacity.is_not(None),
            last.closed_at == ended.scalar_subquery(),
        )
        .correlate(Goal)
    )
    return and_(Goal.state != GoalState.PROPOSED, or_(Goal.counterpart_id == VIEWER, asked))


def _at_hand() -> ColumnElement[bool]:
    one = aliased(Goal)
    own = select(one.id).where(
        one.owner_id == VIEWER, one_of_words(one.state, (GoalState.PROPOSED, GoalState.DRAFT))
    )
    of_reports = (
        select(one.id)
        .join(ReportingLine, ReportingLine.person_id == one.owner_id)
        .where(
            ReportingLine.manager_id == VIEWER,
            line_in_force(TODAY),
            one.state == GoalState.PROPOSED,
        )
    )
    of_cases = select(GoalCase.goal_id).where(
        GoalCase.person_id == VIEWER, GoalCase.closed_at.is_(None)
    )
    return Goal.id.in_(union_all(own, of_reports, of_cases))


OWN: ColumnElement[bool] = Goal.owner_id == VIEWER
MAY_READ: ColumnElement[bool] = or_(
    OWN,
    and_(
        Goal.state != GoalState.DRAFT,
        or_(
            Goal.audience == Audience.EVERYONE,
            and_(Goal.audience == Audience.UNIT, _owner_in_same_unit()),
            _shared(),
            _leads_owner(),
            _hr_for_owner(),
            _in_open_case(),
        ),
    ),
)
MAY_READ_TITLE: ColumnElement[bool] = or_(
    MAY_READ, and_(Goal.title_visible, Goal.state != GoalState.DRAFT)
)
OF_OTHERS_AS_HR: ColumnElement[bool] = and_(Goal.owner_id != VIEWER, _hr_for_owner())
MAY_CORRECT: ColumnElement[bool] = and_(
    Goal.state != GoalState.DRAFT, OF_OTHERS_AS_HR, not_(_leads_owner())
)
METADATA: ColumnElement[bool] = and_(Goal.owner_id != VIEWER, _role_for_owner(Role.COMPLIANCE))
UNDER_HOLD: ColumnElement[bool] = _under_hold()
MAY_DECIDE: ColumnElement[bool] = _decides(GoalCase.change_id.is_(None))
MAY_ANSWER_CHANGE: ColumnElement[bool] = _decides(
    GoalCase.change_id == bindparam("change", type_=Uuid())
)
AT_HAND: ColumnElement[bool] = _at_hand()
"""The viewer's own proposals and drafts, their reports' proposals, and what they were asked about:
all that may wait for them. A search that starts here need not ask `MAY_DECIDE` of every goal."""
TOOK_PART: ColumnElement[bool] = _was_a_side()


def misaddressed(today: date) -> ColumnElement[bool]:
    """Somebody was asked as manager or deputy who is neither any more, or who cannot answer now."""
    return _misaddressed(today, of_change=False)


def misaddressed_change(today: date) -> ColumnElement[bool]:
    """The same for a request for a change of the goal (`Goal`)."""
    return _misaddressed(today, of_change=True)


def _misaddressed(today: date, *, of_change: bool) -> ColumnElement[bool]:
    asked, person = aliased(GoalCase), aliased(Person)
    case = asked.change_id.is_not(None) if of_change else asked.change_id.is_(None)
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
        ReportingLine.kind.in_(DECIDING),
        line_in_force(today),
    )
    stands_in = exists().where(
        ReportingLine.person_id == Goal.owner_id,
        ReportingLine.kind.in_(DECIDING),
        line_in_force(today),
        Delegation.delegator_id == ReportingLine.manager_id,
        Delegation.deputy_id == asked.person_id,
        delegation_in_force(today),
    )
    return (
        exists()
        .where(
            case,
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
