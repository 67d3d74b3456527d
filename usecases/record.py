"""The audited record, read by those it concerns: `/accord audit G-1`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

from domain.audit import Action, ActorKind, FieldValue, RecordedAct
from domain.errors import NotShared
from domain.goals import SAID_FIELDS, AlignedGoal, GoalCard
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.references import ReferenceKind, parse_reference
from domain.screens import ActShown, RecordOfGoal
from domain.state import CONTENT
from storage import audit, goals, people
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Store
from storage.visibility import held_for_legal
from usecases import goal_cards, matters
from usecases.access import require_member

PAGE = 8
TOLD_ANEW = (
    CONTENT,
    frozenset({Action.GOAL_UPDATE, Action.CHECK_IN_CONFIRM}),
    frozenset({Action.GOAL_ALIGN}),
)
"""Acts that tell the same fields anew each time."""
OF_ONE_ACT = frozenset(
    {
        *("rationale", "note", "audience", "correction", "reservation"),
        *("change", "effective_on", "marked"),
        *SAID_FIELDS,
    }
)
"""What belongs to one act alone, so that nothing was there before."""

BETWEEN_THE_SIDES = frozenset({"reservation", *SAID_FIELDS})
"""What the two sides say to each other, and nobody else reads who may read the goal."""


def record_of_goal(
    store: Store, origin: Origin, which: UUID | str, before: int | None = None
) -> RecordOfGoal:
    """What the record says about a goal, newest first, for whoever may read the goal.

    Legal reads what a hold that stands keeps of it, which is recorded first. Raises NotShared.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        try:
            card = goal_cards.chosen_card(work, viewer, which)
        except NotShared:
            if _kept(work, viewer, which) is None:
                raise
        else:
            return _record(work, viewer, card, before, matters.EVERYTHING)
    with store.write(origin) as work:
        viewer = require_member(work)
        head = _kept(work, viewer, which)
        if head is None:
            raise NotShared
        matters.note(work, viewer, SubjectType.GOAL, head.id, head.owner)
        kept = matters.actions_kept(matters.scopes_on(work, head.owner))
        # Legal reads what the hold keeps, whoever said it to whom.
        card = replace(goal_cards.card(work, viewer, head), sees_sides=True)
        found = _record(work, viewer, card, before, kept)
        return replace(found, check_ins_alone=kept == matters.REPORTS)


def _kept(work: Reading, viewer: Member, which: UUID | str) -> GoalHead | None:
    """The goal, where a hold keeps something of it for the viewer."""
    rule = held_for_legal(viewer, viewer.today(work.now))
    if isinstance(which, UUID):
        return goals.head_by_id(work.connection, which, rule)
    number = parse_reference(which, ReferenceKind.GOAL)
    return None if number is None else goals.head_by_number(work.connection, number, rule)


def _record(
    work: Reading, viewer: Member, card: GoalCard, before: int | None, actions: Collection[Action]
) -> RecordOfGoal:
    acts = audit.entries_about(
        work.connection,
        work.sealer,
        SubjectType.GOAL,
        card.id,
        before=before,
        limit=PAGE + 1,
        actions=actions,
    )
    between = frozenset() if card.sees_sides else BETWEEN_THE_SIDES
    shown = [_without(act, between) for act in acts[:PAGE]]
    more = len(acts) > PAGE
    actors = [act.actor for act in shown if act.actor.kind is ActorKind.PERSON]
    refs = {who for actor in actors for who in (actor.ref, actor.on_behalf_of) if who}
    named = people.members(work.connection, refs)
    held_before = _held_before(work, card.id, shown)
    names: dict[UUID | None, str] = {who: member.name for who, member in named.items()}
    return RecordOfGoal(
        card,
        viewer,
        tuple(
            ActShown(
                act,
                names.get(act.actor.ref),
                names.get(act.actor.on_behalf_of),
                held_before.get(act.receipt.seq, {}),
            )
            for act in shown
        ),
        shown[-1].receipt.seq if more else None,
        _aligned(work, viewer, [*(act.fields for act in shown), *held_before.values()]),
    )


def _without(act: RecordedAct, hidden: Collection[str]) -> RecordedAct:
    fields = {name: value for name, value in act.fields.items() if name not in hidden}
    return replace(act, fields=fields)


def _aligned(
    work: Reading, viewer: Member, recorded: Iterable[Mapping[str, FieldValue]]
) -> Mapping[str, AlignedGoal]:
    named = {
        str(fields[name])
        for fields in recorded
        for name in ("aligned_to", "successor")
        if fields.get(name)
    }
    found = {one: goal_cards.goal_served(work, viewer, UUID(one)) for one in named}
    return {one: goal for one, goal in found.items() if goal is not None}


def _held_before(
    work: Reading, goal: UUID, shown: Sequence[RecordedAct]
) -> dict[int, Mapping[str, FieldValue]]:
    """By number of each act that has something before it: what the same fields held then."""
    found: dict[int, Mapping[str, FieldValue]] = {
        act.receipt.seq: {"value": act.fields.get("value_before")}
        for act in shown
        if act.action is Action.GOAL_CORRECT_VALUE
    }
    for kind in TOLD_ANEW:
        telling = [act for act in shown if act.action in kind and _tells(act)]
        if not telling:
            continue
        earlier = audit.entries_about(
            work.connection,
            work.sealer,
            SubjectType.GOAL,
            goal,
            before=telling[-1].receipt.seq,
            limit=1,
            actions=kind,
        )
        for act, last in pairwise((*telling, *earlier)):
            found[act.receipt.seq] = _lasting(last)
    return found


def _tells(act: RecordedAct) -> bool:
    return bool(_lasting(act)) or bool(act.erased)


def _lasting(act: RecordedAct) -> Mapping[str, FieldValue]:
    return {name: value for name, value in act.fields.items() if name not in OF_ONE_ACT}
