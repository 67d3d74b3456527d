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
        refs = [a.actor.ref for a in shown if a.actor.kind is ActorKind.PERSON and a.actor.ref]
        names = people.members(work.connection, refs)
        return RecordOfGoal(
            card,
            viewer,
            tuple(
                ActShown(a, names[a.actor.ref].name if a.actor.ref in names else None)
                for a in shown
            ),
            shown[-1].receipt.seq if more else None,
        )
