"""Saying which goal another one serves, and how much of it: the two sides of a goal do so.

Whoever links two goals holds all links until the commit, so that two people who link at the same
moment make no circle together.
"""

from __future__ import annotations

from uuid import UUID

from domain.alignment import (
    DEEPEST,
    AlignGoal,
    AlignmentShown,
    may_be_served,
)
from domain.audit import Action, FieldValue
from domain.errors import AccordError, AlreadyDone, InvalidInput, NotAllowed, Refused
from domain.goal_status import ENDED
from domain.goals import AlignedGoal, GoalCard, StepKind
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.references import ReferenceKind, parse_reference
from domain.roll_up import WHOLE
from storage import goal_history, goal_links, goals, requests
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Store, Work
from storage.visibility import may_read_title
from usecases import goal_cards
from usecases.access import require_member
from usecases.goal_record import goal_event


def alignment_of(
    store: Store, origin: Origin, which: UUID | str, to: str | None = None
) -> AlignmentShown:
    """The goal, by id or reference, for one of its two sides who wants to say what it serves.

    `to` is the reference of the goal that they have named already. Raises as `align_goal`.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        card = goal_cards.chosen_card(work, viewer, which)
        _require_side(card)
        return AlignmentShown(card, None if to is None else _named(work, viewer, to))


def _named(work: Reading, viewer: Member, reference: str) -> AlignedGoal:
    number = parse_reference(reference, ReferenceKind.GOAL)
    if number is None:
        raise Refused("not_a_reference")
    known = may_read_title(viewer, viewer.today(work.now))
    head = goals.head_by_number(work.connection, number, known)
    found = None if head is None else goal_cards.goal_served(work, viewer, head.id)
    if found is None:
        raise InvalidInput("aligned_not_shared", field="aligned_to")
    return found


def _require_side(card: GoalCard) -> None:
    if card.viewer_side is None:
        raise NotAllowed("only_sides_align", card=card)
    if card.state in ENDED:
        raise Refused("ended_goal_stays", card=card)


def align_goal(store: Store, origin: Origin, command: AlignGoal, token: str) -> AlignmentShown:
    """Link the goal, or take it off what it serves; both sides can, and it is put on record.

    What the parent's goals carry together is told, not limited. Raises InvalidInput at the field
    for a parent that is not shared, has ended, lies below the goal or too deep.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        goal_links.hold_trees(work.connection)
        head = goal_cards.locked_head(work, actor, command.goal)
        earlier = requests.consume_token(work.connection, token, actor.id, head.id, work.at)
        if earlier is not None:
            earlier.require(actor.id, head.id)
            return _shown(work, actor, head.id)
        card = goal_cards.card(work, actor, head)
        _require_side(card)
        parent, contribution = command.parent, command.basis_points
        if (parent, contribution) == (head.parent, head.contribution):
            raise AlreadyDone("aligned_so_already")
        if parent is not None and parent != head.parent:
            require_alignable(work, actor, parent, head.id)
        goal_links.relink(work.connection, head.id, parent, contribution)
        _note(work, actor, head, parent, contribution)
        return _shown(work, actor, head.id)


def _note(
    work: Work, actor: Member, head: GoalHead, parent: UUID | None, contribution: int | None
) -> None:
    """On record, in the history, and in every message about the goal."""
    goals.set_turn(work.connection, head.id)
    goal_history.add_step(
        work.connection,
        head.id,
        StepKind.ALIGNED,
        actor=actor.id,
        at=work.now,
        version=head.version,
    )
    fields = link_fields(parent, contribution)
    work.record(goal_event(Action.GOAL_ALIGN, actor, head.id, head.owner, head.version, fields))
    work.touch(SubjectType.GOAL, head.id)


def link_fields(parent: UUID | None, contribution: int | None) -> dict[str, FieldValue]:
    """A link as it stands in the record."""
    fields: dict[str, FieldValue] = {} if parent is None else {"aligned_to": str(parent)}
    return fields if contribution is None else {**fields, "contribution": contribution}


def _shown(work: Reading, actor: Member, goal: UUID) -> AlignmentShown:
    card = goal_cards.fresh_card(work, actor, goal)
    return AlignmentShown(card, carried=carried(work, card))


def carried(work: Reading, card: GoalCard) -> int | None:
    """What all goals carry of the one that this one serves, where that is more than all of it."""
    if card.aligned is None or card.aligned.id is None or card.aligned.contribution is None:
        return None
    others = goal_links.pledged(work.connection, card.aligned.id, card.id)
    whole = others + card.aligned.contribution
    return whole if whole > WHOLE else None


def require_alignable(work: Reading, actor: Member, parent: UUID, goal: UUID | None = None) -> None:
    """That the goal, None for one to come, can serve this one. Raises InvalidInput at the field."""
    trouble = _trouble(work, actor, parent, goal)
    if trouble is not None:
        raise trouble


def _trouble(work: Reading, actor: Member, parent: UUID, goal: UUID | None) -> AccordError | None:
    connection, field = work.connection, "aligned_to"
    head = goals.head_by_id(connection, parent, may_read_title(actor, actor.today(work.now)))
    if head is None:
        return InvalidInput("aligned_not_shared", field=field)
    if not may_be_served(head.state):
        return InvalidInput("aligned_to_ended", field=field)
    if goal == parent:
        return InvalidInput("aligned_to_itself", field=field)
    over = goal_links.above(connection, parent)
    if goal in over:
        return InvalidInput("aligned_in_a_circle", field=field)
    below = 0 if goal is None else goal_links.levels_below(connection, goal)
    if len(over) + 2 + below > DEEPEST:
        return InvalidInput("aligned_too_deep", field=field, most=DEEPEST)
    return None
