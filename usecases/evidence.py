"""Messages kept as evidence for one's own goals: a link and a fingerprint, never a copy."""

from __future__ import annotations

from domain.audit import Action, FieldValue
from domain.errors import InvalidInput
from domain.evidence import AddEvidence, EvidenceSource
from domain.goals import OPEN_STATES, GoalCard, GoalOption
from domain.origin import Origin
from domain.people import Member
from domain.references import ReferenceKind, reference_text
from storage import evidence, goal_lists, requests
from storage.unit_of_work import Reading, Store
from usecases import goal_cards
from usecases.access import require_member
from usecases.goal_record import goal_event

MOST_OPTIONS = 100


def own_goals(store: Store, origin: Origin, words: str = "") -> tuple[GoalOption, ...]:
    """The asker's own open goals whose reference or title holds the words."""
    with store.read(origin) as work:
        wanted = words.strip().casefold()
        options = _own_goals(work, require_member(work))
        return tuple(o for o in options if wanted in f"{o.reference} {o.title}".casefold())


def _own_goals(work: Reading, viewer: Member) -> list[GoalOption]:
    return [
        GoalOption(
            listed.id, reference_text(ReferenceKind.GOAL, listed.number), listed.content.title
        )
        for listed in goal_lists.own_goals(work.connection, viewer, limit=MOST_OPTIONS)
    ]


def add_evidence(
    store: Store, origin: Origin, command: AddEvidence, source: EvidenceSource, token: str
) -> GoalCard:
    """Keep a message as evidence for an open goal of one's own."""
    with store.write(origin) as work:
        owner = require_member(work)
        head = goal_cards.locked_head(work, owner, command.goal)
        earlier = requests.consume_token(work.connection, token, owner.id, head.id, work.at)
        if earlier is not None:
            earlier.require(owner.id, head.id)
            return goal_cards.card(work, owner, head)
        if head.owner != owner.id or head.state not in OPEN_STATES:
            raise InvalidInput("evidence_own_goals_only", field="goal")
        evidence.add(work.connection, head.id, owner.id, source, command.note, work.now)
        fields: dict[str, FieldValue] = {"permalink": source.permalink, "sha256": source.sha256}
        if command.note is not None:
            fields["note"] = command.note
        work.record(
            goal_event(Action.GOAL_EVIDENCE, owner, head.id, head.owner, head.version, fields)
        )
        return goal_cards.card(work, owner, head)
