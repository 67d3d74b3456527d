"""What the audited record says of the rules: `/accord audit policy`."""

from __future__ import annotations

from domain.audit import ActorKind
from domain.notices import SubjectType
from domain.origin import Origin
from domain.policy_record import PolicyRecord
from domain.policy_versions import POLICY_ID
from domain.screens import ActShown
from storage import audit, people
from storage.unit_of_work import Store
from usecases.access import require_member

PAGE = 8


def record_of_policy(store: Store, origin: Origin, before: int | None = None) -> PolicyRecord:
    """Every act about the rules, newest first, for everybody in the directory: they hold for all.

    `before` is the last number already seen.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        acts = audit.entries_about(
            work.connection,
            work.sealer,
            SubjectType.POLICY,
            POLICY_ID,
            before=before,
            limit=PAGE + 1,
        )
        shown = acts[:PAGE]
        refs = {act.actor.ref for act in shown if act.actor.kind is ActorKind.PERSON}
        named = people.members(work.connection, [one for one in refs if one])
        names = {who: member.name for who, member in named.items()}
        return PolicyRecord(
            viewer,
            tuple(
                ActShown(act, names.get(act.actor.ref) if act.actor.ref else None) for act in shown
            ),
            shown[-1].receipt.seq if len(acts) > PAGE else None,
        )
