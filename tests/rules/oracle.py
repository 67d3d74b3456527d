"""Who may see and decide what, once more and independently: from the design, not from the SQL.

Plain Python over a made-up world; every function answers for one person and one goal.
"""

from __future__ import annotations

from datetime import date

from domain.goals import Audience, Capacity, GoalState, Side
from domain.holds import HoldScope
from domain.people import Employment, GrantState, LineKind, PersonState, Role
from tests.rules.worlds import UNITS, Grant, Somebody, World


def reads(world: World, viewer: int, number: int) -> bool:
    """The whole goal: its owner; else, once submitted, its audience and who decides a case."""
    goal = world.goals[number]
    if goal.owner == viewer:
        return True
    if _is_contractor(world, viewer) or goal.state is GoalState.DRAFT:
        return False
    return (
        goal.audience is Audience.EVERYONE
        or (goal.audience is Audience.UNIT and _same_unit(world, viewer, goal.owner))
        or any(
            (one.goal, one.person, one.revoked) == (number, viewer, False) for one in world.shares
        )
        or _in_line(world, viewer, goal.owner)
        or _hr_partner(world, viewer, goal.owner)
        or any((one.goal, one.person, one.closed) == (number, viewer, None) for one in world.cases)
    )


def reads_title(world: World, viewer: int, number: int) -> bool:
    goal = world.goals[number]
    aligned = goal.title_visible and goal.state is not GoalState.DRAFT
    return reads(world, viewer, number) or (aligned and not _is_contractor(world, viewer))


def decides(world: World, viewer: int, number: int) -> bool:
    """For the other side: never the owner, never a guest; who was asked, or the manager in line."""
    goal = world.goals[number]
    if viewer == goal.owner or _is_contractor(world, viewer):
        return False
    asked = {
        case.capacity
        for case in world.cases
        if case.goal == number and case.person == viewer and not case.closed
    }
    if asked & {Capacity.MANAGERS_MANAGER, Capacity.ROLE}:
        return True
    # What came with a date ends with it: the deputy's say with the delegation.
    # And a matrix manager, who agrees to nothing, has no say to pass on.
    deciders = _managers(world, goal.owner, matrix=False)
    if Capacity.DEPUTY in asked and _deputises(world, viewer, deciders):
        return True
    return viewer in deciders


def corrects(world: World, viewer: int, number: int) -> bool:
    """HR for the owner who is neither the owner, nor leads them, nor is led by them."""
    goal = world.goals[number]
    if viewer == goal.owner or _is_contractor(world, viewer) or goal.state is GoalState.DRAFT:
        return False
    return _hr_partner(world, viewer, goal.owner) and not _in_line(world, viewer, goal.owner)


def sees_metadata(world: World, viewer: int, number: int) -> bool:
    """Compliance for the owner: who did what and when; not of what is their own."""
    owner = world.goals[number].owner
    if viewer == owner or _is_contractor(world, viewer):
        return False
    return _holds(world, viewer, Role.COMPLIANCE, owner)


def kept_for(world: World, viewer: int, number: int) -> bool:
    """Legal for the owner, while a hold on them keeps goals or check-ins; not what is their own."""
    owner = world.goals[number].owner
    if viewer == owner or _is_contractor(world, viewer):
        return False
    kept = any(
        one.person == owner and not one.released and one.scope is not HoldScope.FEEDBACK
        for one in world.holds
    )
    return kept and _holds(world, viewer, Role.LEGAL, owner)


def waits_for(world: World, viewer: int, number: int) -> bool:
    """Whether it is theirs to answer or, come back to them as a draft, to propose again."""
    goal = world.goals[number]
    if goal.state is GoalState.PROPOSED and goal.turn is Side.OTHER:
        return decides(world, viewer, number)
    own = goal.state is GoalState.PROPOSED and goal.turn is Side.OWNER
    return goal.owner == viewer and (own or goal.state is GoalState.DRAFT)


def took_part(world: World, viewer: int, number: int) -> bool:
    """In the negotiation that ended last: as the counterpart, or asked until the end."""
    goal = world.goals[number]
    if goal.state is GoalState.PROPOSED or _is_contractor(world, viewer):
        return False
    closed = [case for case in world.cases if case.goal == number and case.closed is not None]
    end = max((case.closed for case in closed if case.closed), default=None)
    return goal.counterpart == viewer or any(
        case.person == viewer and case.capacity and case.closed == end for case in closed
    )


def _is_contractor(world: World, person: int) -> bool:
    return world.people[person].employment is Employment.CONTRACTOR


def _same_unit(world: World, viewer: int, owner: int) -> bool:
    theirs = world.people[owner]
    if theirs.unit is None or theirs.state is PersonState.LEFT:
        return False
    return world.people[viewer].unit == theirs.unit


def _in_line(world: World, viewer: int, owner: int) -> bool:
    """A manager of any kind, or the deputy of one who could look themself; one hop, no further."""
    managers = _managers(world, owner)
    return viewer in managers or _deputises(world, viewer, managers)


def _deputises(world: World, viewer: int, managers: set[int]) -> bool:
    return any(
        one.deputy == viewer
        and one.delegator in managers
        and one.dates.holds(world.today)
        and not one.revoked
        and world.people[one.delegator].state is PersonState.ACTIVE
        and not _is_contractor(world, one.delegator)
        for one in world.deputies
    )


def _managers(world: World, person: int, *, matrix: bool = True) -> set[int]:
    return {
        line.manager
        for line in world.lines
        if line.person == person
        and line.dates.holds(world.today)
        and (matrix or line.kind is not LineKind.MATRIX)
    }


def _hr_partner(world: World, viewer: int, owner: int) -> bool:
    return owner not in _managers(world, viewer) and _holds(world, viewer, Role.HR, owner)


def _holds(world: World, viewer: int, role: Role, owner: int) -> bool:
    return any(
        grant.person == viewer
        and grant.role is role
        and in_force(grant, world.today)
        and covers(grant, world.people[owner])
        for grant in world.grants
    )


def in_force(grant: Grant, today: date) -> bool:
    return grant.state is GrantState.ACTIVE and grant.dates.holds(today)


def covers(grant: Grant, person: Somebody) -> bool:
    """Everywhere, or the unit with all below it, or the country with its subdivisions."""
    if grant.unit is not None:
        granted = UNITS[grant.unit].split(" / ")
        if person.unit is None or UNITS[person.unit].split(" / ")[: len(granted)] != granted:
            return False
    if grant.region is not None:
        return person.region is not None and (
            person.region == grant.region or person.region.split("-")[0] == grant.region
        )
    return True
