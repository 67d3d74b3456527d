"""The audited record, read by those it concerns: `/accord audit G-1`."""

from __future__ import annotations

from uuid import UUID

from domain.audit import ActorKind
from domain.notices import SubjectType
from domain.origin import Origin
from domain.screens import ActShown, RecordOfGoal
from storage import audit, people
from storage.unit_of_work import Store
from usecases import goal_cards
from usecases.access import require_member

PAGE = 8


def record_of_goal(
    store: Store, origin: Origin, which: UUID | str, before: int | None = None
) -> RecordOfGoal:
    """What the record says about a goal, newest first, for whoever may read the goal."""
    with store.read(origin) as work:
        viewer = require_member(work)
        card = goal_cards.chosen_card(work, viewer, which)
        acts = audit.entries_about(
            work.connection, work.sealer, SubjectType.GOAL, card.id, before=before, limit=PAGE + 1
        )
        shown, more = acts[:PAGE], len(acts) > PAGE
        actors = [act.actor for act in shown if act.actor.kind is ActorKind.PERSON]
        refs = {who for actor in actors for who in (actor.ref, actor.on_behalf_of) if who}
        named = people.members(work.connection, refs)
        names: dict[UUID | None, str] = {who: member.name for who, member in named.items()}
        return RecordOfGoal(
            card,
            viewer,
            tuple(
                ActShown(act, names.get(act.actor.ref), names.get(act.actor.on_behalf_of))
                for act in shown
            ),
            shown[-1].receipt.seq if more else None,
        )
