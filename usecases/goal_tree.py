"""Browsing the tree of goals: from those at the top to one's own, and across people and units."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain.errors import NotShared, Refused
from domain.goal_tree import GoalTree, PlaceKind, TreeGoal, TreePlace
from domain.origin import Origin
from domain.people import Member
from domain.references import ReferenceKind, parse_reference, reference_text
from storage import cycles, goal_trees, goals, people
from storage.unit_of_work import Reading, Store
from storage.visibility import may_read_title
from usecases.access import require_member

PAGE = 15
UNITS_LOOKED_AT = 50


def top_of_tree(store: Store, origin: Origin, after: int = 0) -> GoalTree:
    """The goals at the top, as seen from where the asker stands."""
    with store.read(origin) as work:
        viewer = require_member(work)
        today = viewer.today(work.now)
        found = goal_trees.tops(work.connection, viewer, today, after, PAGE + 1)
        return _paged(TreePlace(PlaceKind.TOP), found)


def tree_at(store: Store, origin: Origin, which: UUID | str, after: int = 0) -> GoalTree:
    """A goal, by id or reference, what it serves, and what serves it.

    NotShared where not even its title may be known.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        here = _known(work, viewer, which)
        today = viewer.today(work.now)
        found = goal_trees.serving(work.connection, viewer, today, here.id, after, PAGE + 1)
        above = None
        if here.parent is not None:
            above = goal_trees.one(work.connection, viewer, today, here.parent)
        tree = _paged(TreePlace(PlaceKind.GOAL, here.id), found)
        return replace(
            tree,
            here=here,
            above=above,
            above_hidden=here.readable and here.parent is not None and above is None,
            hidden=goal_trees.hidden_serving(work.connection, viewer, today, here.id),
        )


def _known(work: Reading, viewer: Member, which: UUID | str) -> TreeGoal:
    today = viewer.today(work.now)
    reference = ""
    goal = which if isinstance(which, UUID) else None
    if isinstance(which, str):
        number = parse_reference(which, ReferenceKind.GOAL)
        if number is None:
            raise Refused("not_a_reference")
        reference = reference_text(ReferenceKind.GOAL, number)
        head = goals.head_by_number(work.connection, number, may_read_title(viewer, today))
        goal = head.id if head else None
    found = None if goal is None else goal_trees.one(work.connection, viewer, today, goal)
    if found is None:
        raise NotShared(reference)
    return found


def tree_of_person(store: Store, origin: Origin, person: UUID | str, after: int = 0) -> GoalTree:
    """Somebody's goals (by id, or by Slack's id), as far as the asker may know of them."""
    with store.read(origin) as work:
        viewer = require_member(work)
        whose = (
            people.members(work.connection, [person]).get(person)
            if isinstance(person, UUID)
            else people.active_by_slack_user(work.connection, person)
        )
        if whose is None:
            raise Refused("nobody_known")
        today = viewer.today(work.now)
        found = goal_trees.of_person(work.connection, viewer, today, whose.id, after, PAGE + 1)
        return _paged(TreePlace(PlaceKind.PERSON, whose.id, whose.name), found)


def tree_of_unit(store: Store, origin: Origin, which: UUID | str, after: int = 0) -> GoalTree:
    """The goals of a unit, by id or by its name as somebody wrote it, and of those below it."""
    with store.read(origin) as work:
        viewer = require_member(work)
        unit, path = _unit(work, which)
        today = viewer.today(work.now)
        found = goal_trees.of_unit(work.connection, viewer, today, path, after, PAGE + 1)
        return _paged(TreePlace(PlaceKind.UNIT, unit, path), found)


def _unit(work: Reading, which: UUID | str) -> tuple[UUID, str]:
    if isinstance(which, UUID):
        path = cycles.unit_named(work.connection, which)
        if path is None:
            raise Refused("no_unit_of_that_name")
        return which, path
    found = cycles.units_like(work.connection, which.strip(), UNITS_LOOKED_AT)
    if not found:
        raise Refused("no_unit_of_that_name")
    wanted = which.strip().casefold()
    exact = (one for one in found if wanted in (_last(one[1]), one[1].casefold()))
    return next(exact, found[0])


def _last(path: str) -> str:
    return path.rpartition(" / ")[2].casefold()


def _paged(place: TreePlace, found: list[TreeGoal]) -> GoalTree:
    more = found[PAGE - 1].number if len(found) > PAGE else None
    return GoalTree(place, tuple(found[:PAGE]), more_after=more)
