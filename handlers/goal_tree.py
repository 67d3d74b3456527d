"""`/goal tree`: from the goals at the top to one's own, and across people and units."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from domain.goal_tree import GoalTree, PlaceKind
from domain.origin import Origin
from domain.references import ReferenceKind, parse_reference
from handlers.answers import show_view, turn_page
from handlers.desk import Desk, Dialog, Reply
from handlers.features import Asking
from handlers.payloads import Command, Pressed
from messages.goal_tree import tree_view
from messages.presses import GoalAction, Press, goal_button
from usecases import goal_tree
from usecases.store import Store

_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,30})(?:\|[^>]*)?>")


def tree(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    """Answer `/goal tree`, of a goal `G-1`, of `@somebody` or of a unit by its name."""
    found = _found(desk.store, command.origin, rest)
    opener = goal_button(_OPENERS[found.place.kind], asking.reader, found.place.id)
    return Dialog(tree_view(found, asking.reader), opener)


def _found(store: Store, origin: Origin, words: str) -> GoalTree:
    if not words:
        return goal_tree.top_of_tree(store, origin)
    mention = _MENTION.fullmatch(words)
    if mention is not None:
        return goal_tree.tree_of_person(store, origin, mention[1])
    if parse_reference(words, ReferenceKind.GOAL) is not None:
        return goal_tree.tree_at(store, origin, words)
    return goal_tree.tree_of_unit(store, origin, words)


_OPENERS: Mapping[PlaceKind, GoalAction] = {
    PlaceKind.TOP: GoalAction.TREE_TOP,
    PlaceKind.GOAL: GoalAction.TREE,
    PlaceKind.PERSON: GoalAction.TREE_PERSON,
    PlaceKind.UNIT: GoalAction.TREE_UNIT,
}


def _step(
    look: Callable[[Store, Origin, Press], GoalTree],
    desk: Desk,
    pressed: Pressed,
    asking: Asking,
    press: Press,
) -> None:
    """Another place in the dialog that was pressed in; from a message, a dialog."""
    view = tree_view(look(desk.store, pressed.origin, press), asking.reader)
    if pressed.view is None:
        show_view(desk, pressed, view)
    else:
        turn_page(desk, pressed, view)


def _top(store: Store, origin: Origin, press: Press) -> GoalTree:
    return goal_tree.top_of_tree(store, origin, press.number)


def _at(store: Store, origin: Origin, press: Press) -> GoalTree:
    return goal_tree.tree_at(store, origin, press.thing)


def _more(store: Store, origin: Origin, press: Press) -> GoalTree:
    if press.subject is None:
        return _top(store, origin, press)
    return goal_tree.tree_at(store, origin, press.subject, press.number)


def _person(store: Store, origin: Origin, press: Press) -> GoalTree:
    return goal_tree.tree_of_person(store, origin, press.thing, press.number)


def _unit(store: Store, origin: Origin, press: Press) -> GoalTree:
    return goal_tree.tree_of_unit(store, origin, press.thing, press.number)


PRESSES: Mapping[GoalAction, Callable[[Desk, Pressed, Asking, Press], None]] = {
    GoalAction.TREE: partial(_step, _at),
    GoalAction.TREE_TOP: partial(_step, _top),
    GoalAction.TREE_MORE: partial(_step, _more),
    GoalAction.TREE_PERSON: partial(_step, _person),
    GoalAction.TREE_UNIT: partial(_step, _unit),
}
