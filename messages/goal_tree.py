"""The tree of goals as a dialog: where one stands, what is above and below, what it points out."""

from __future__ import annotations

from collections.abc import Mapping

from domain.goal_tree import GoalTree, PlaceKind, Pointer, TreeGoal, pointers
from messages.blocks import actions, context, divider, section
from messages.elements import Block
from messages.goal_alignment import share_text
from messages.i18n import N_
from messages.names import NAMES
from messages.presses import GoalAction, goal_button
from messages.reading import Reader
from messages.roll_up import short_words
from messages.safe import Safe, escape
from messages.surfaces import View

_MORE: Mapping[PlaceKind, GoalAction] = {
    PlaceKind.TOP: GoalAction.TREE_MORE,
    PlaceKind.GOAL: GoalAction.TREE_MORE,
    PlaceKind.PERSON: GoalAction.TREE_PERSON,
    PlaceKind.UNIT: GoalAction.TREE_UNIT,
}
_POINTERS: Mapping[Pointer, str] = {
    Pointer.NOBODY_SERVES: N_("No goal serves it."),
    Pointer.SERVES_NONE: N_("It serves no other goal."),
    Pointer.MORE_THAN_ALL: N_("Those that serve it promise %(carried)s of it, more than all."),
    Pointer.OUTLIVES: N_("It is due on %(due)s, after the goal that it serves."),
}


def tree_view(tree: GoalTree, reader: Reader) -> View:
    blocks = [section(_heading(tree, reader)), *_above(tree, reader), *_here(tree, reader)]
    blocks.append(divider())
    for goal in tree.goals:
        blocks += _row(goal, tree.here, reader)
    if tree.hidden:
        words = reader.ngettext(
            "%(count)s goal that isn't shared with you serves it, too.",
            "%(count)s goals that aren't shared with you serve it, too.",
            tree.hidden,
        )
        blocks.append(context(Safe(escape(words % {"count": reader.number(tree.hidden)}))))
    if not tree.goals and not tree.hidden:
        blocks.append(section(_nothing(tree, reader)))
    if buttons := _buttons(tree, reader):
        blocks.append(actions(*buttons))
    title = reader.gettext(N_("What serves what"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def _heading(tree: GoalTree, reader: Reader) -> Safe:
    if tree.place.kind is PlaceKind.TOP:
        return reader.say(
            N_("*At the top*: what your goals, and those of your managers, serve in the end.")
        )
    if tree.place.kind is PlaceKind.GOAL and tree.here is not None:
        return reader.say(N_("*%(goal)s and what serves it*"), goal=tree.here.reference)
    return reader.say(N_("*Goals of %(name)s*"), name=tree.place.name)


def _above(tree: GoalTree, reader: Reader) -> list[Block]:
    if tree.above_hidden:
        return [section(reader.say(N_("It serves a goal that isn't shared with you.")))]
    if tree.above is None:
        return []
    words = reader.say(
        N_("↑ It serves %(reference)s %(title)s"),
        reference=tree.above.reference,
        title=tree.above.title,
    )
    up = goal_button(
        GoalAction.TREE, reader, tree.above.id, label=N_("Up"), about=tree.above.reference
    )
    return [section(words, accessory=up)]


def _here(tree: GoalTree, reader: Reader) -> list[Block]:
    if tree.here is None:
        return []
    show = None
    if tree.here.readable:
        show = goal_button(GoalAction.SHOW, reader, tree.here.id, about=tree.here.reference)
    return [
        section(_line(tree.here, reader), accessory=show),
        *_told(tree.here, tree.above, reader),
    ]


def _row(goal: TreeGoal, above: TreeGoal | None, reader: Reader) -> list[Block]:
    into = goal_button(GoalAction.TREE, reader, goal.id, label=N_("Open"), about=goal.reference)
    return [section(_line(goal, reader), accessory=into), *_told(goal, above, reader)]


def _line(goal: TreeGoal, reader: Reader) -> Safe:
    """`G-2  First reply`, and for whoever may read it, whose it is, how far, and what serves it."""
    title = reader.say(N_("*%(reference)s*  %(title)s"), reference=goal.reference, title=goal.title)
    if not goal.readable:
        return title + Safe("\n") + reader.say(N_("Only its title is shared with you."))
    facts = [escape(goal.owner), escape(reader.gettext(NAMES[goal.state]))]
    if goal.share is not None:
        facts.append(escape(reader.percent(goal.share)))
    if goal.weight is not None:
        weight = share_text(goal.weight, reader)
        facts.append(reader.say(N_("weight %(weight)s"), weight=weight))
    if goal.served_by:
        words = reader.ngettext(
            "%(count)s goal serves it", "%(count)s goals serve it", goal.served_by
        )
        facts.append(Safe(escape(words % {"count": reader.number(goal.served_by)})))
    return title + Safe("\n") + Safe(" · ").join(facts)


def _told(goal: TreeGoal, above: TreeGoal | None, reader: Reader) -> list[Block]:
    said = [_pointer(one, goal, reader) for one in pointers(goal, above)]
    return [context(Safe(" ").join([Safe("⚑"), *said]))] if said else []


def _pointer(pointer: Pointer, goal: TreeGoal, reader: Reader) -> Safe:
    if pointer is Pointer.LESS_THAN_ALL:
        return short_words(goal.carried, reader)
    carried = share_text(goal.carried, reader)
    return reader.say(_POINTERS[pointer], carried=carried, due=goal.due)


def _nothing(tree: GoalTree, reader: Reader) -> Safe:
    if tree.place.kind is PlaceKind.GOAL:
        return reader.say(
            N_("No goal serves it yet. *Align* on a goal's card says what it serves.")
        )
    return reader.say(N_("No goals are shared with you here."))


def _buttons(tree: GoalTree, reader: Reader) -> list[Block]:
    buttons = []
    if tree.more_after is not None:
        more = _MORE[tree.place.kind]
        buttons.append(goal_button(more, reader, tree.place.id, tree.more_after))
    if tree.place.kind is not PlaceKind.TOP:
        buttons.append(goal_button(GoalAction.TREE_TOP, reader))
    return buttons
