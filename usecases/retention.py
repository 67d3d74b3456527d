"""Retention: whose time is over, and purging them, by two people, if nothing keeps them by then."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from uuid import UUID

from domain.approvals import Parameters, PurgeAsked, ToConfirm
from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.canonical import Json
from domain.erasure import ErasureScope, Ruled
from domain.errors import Refused
from domain.goals import GoalState
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.references import ReferenceKind, reference_text
from domain.retention import (
    AskPurge,
    KindPreview,
    Leaver,
    RetentionPage,
    RetentionPreview,
    fate,
)
from domain.retention_rules import PURGED, Fate, Kind
from storage import corrections, erasures, goal_lists, holds, people
from storage import retention as kinds
from storage.retained import sources_of
from storage.retention import AsOf
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.approval_cards import draft
from usecases.erasures import ASKING, erase, require_ledger
from usecases.guarded import Consent, GuardedAct
from usecases.operator import require_operator
from usecases.retention_offices import officers, require_everywhere, require_sight, today

AT_ONCE = 50
"""People purged by one request, so that whoever approves can look through it."""
NAMED = 5
MOST_COUNTED = 1_000
REASON = "retention"


def preview_of_operator(store: Store, origin: Origin) -> RetentionPreview:
    """How many have which fate, for whoever runs Accord: numbers, no names."""
    require_operator(origin)
    with store.read(origin) as work:
        return _preview(work)


def retention_page(store: Store, origin: Origin) -> RetentionPage:
    """The same for HR, compliance and legal of the whole organisation, with the first names."""
    with store.read(origin) as work:
        viewer = require_member(work)
        require_sight(work, viewer)
        preview = _preview(work)
        can_ask = any(one.id == viewer.id for one in officers(work, ASKING))
        names = _names(work, preview.due)
        return RetentionPage(viewer, _with_examples(work, viewer, preview), names, can_ask)


def plan_purge(store: Store, origin: Origin, command: AskPurge) -> ToConfirm:
    """The request to purge those whose time is over, at most fifty, to be confirmed with a code."""
    with store.write(origin) as work:
        asker = require_member(work)
        require_everywhere(work, asker)
        if store.anchoring.ledger is None:
            raise Refused("erase_no_ledger")
        due: list[Json] = [str(one) for one in _preview(work).due]
        if not due:
            raise Refused("purge_nobody")
        told: Parameters = {"people": due}
        # The same people are asked for once at a time, whoever asks.
        about = UUID(bytes=hashlib.sha256(b"retention").digest()[:16])
        return draft(work, PURGE_LEAVERS, asker, about, told, command.matter, None)


def _with_examples(work: Reading, viewer: Member, preview: RetentionPreview) -> RetentionPreview:
    """With numbers of goals that are due and that the viewer may read."""
    goals = preview.of(Kind.GOALS)
    if goals is None or not goals.due:
        return preview
    rules, as_of = work.policy.document.retention, AsOf(today(work))
    due = [
        key.thing
        for source in sources_of(Kind.GOALS)
        for key in kinds.due(work.connection, rules, source, as_of, AT_ONCE)
    ]
    seen = goal_lists.list_goals(
        work.connection,
        viewer,
        viewer.today(work.now),
        goal_lists.among(due),
        states=tuple(GoalState),
        limit=NAMED,
        archived=True,
    )
    told = tuple(reference_text(ReferenceKind.GOAL, one.number) for one in seen)
    shown = [replace(one, examples=told) if one is goals else one for one in preview.kinds]
    return replace(preview, kinds=tuple(shown))


def _fates(work: Reading) -> list[tuple[Leaver, Fate]]:
    found = erasures.leavers(work.connection)
    everybody = [one.id for one in found]
    held = holds.scopes_on(work.connection, everybody)
    disputed = corrections.open_on(work.connection, everybody)
    rules, day = work.policy.document.retention, today(work)
    return [
        (one, fate(rules, one, held.get(one.id, ()), day, disputed=one.id in disputed))
        for one in found
    ]


def any_leaver(work: Reading) -> set[Fate]:
    """Which fates those who have left have."""
    return {what for _, what in _fates(work)}


def _preview(work: Reading) -> RetentionPreview:
    fates = _fates(work)
    due = tuple(one.id for one, what in fates if what is Fate.DUE)
    rules = work.policy.document.retention
    as_of = AsOf(today(work))
    previews = (
        KindPreview(one, kinds.counts(work.connection, rules, one, as_of), rules.rules_of(one))
        for one in PURGED
        if rules.rules_of(one)
    )
    return RetentionPreview(
        Counter(what for _, what in fates),
        due[:AT_ONCE],
        rules.leaver_maximums,
        tuple(previews),
        kinds.to_archive(work.connection, rules, as_of.day, MOST_COUNTED),
    )


def _names(work: Reading, due: tuple[UUID, ...]) -> tuple[str, ...]:
    found = people.members(work.connection, due[:NAMED])
    return tuple(found[one].name for one in due[:NAMED] if one in found)


# The act that takes two people


def _asked(parameters: Parameters) -> tuple[UUID, ...]:
    listed = parameters["people"]
    return tuple(UUID(str(one)) for one in listed) if isinstance(listed, list) else ()


def _may_ask(work: Reading, asker: Member, _parameters: Parameters) -> None:
    require_everywhere(work, asker)


def _approvers(work: Reading, _parameters: Parameters) -> list[Member]:
    return officers(work, ASKING)


def _matter(work: Reading, parameters: Parameters) -> PurgeAsked:
    asked = _asked(parameters)
    return PurgeAsked(len(asked), _names(work, asked))


def _carry_out(work: Work, consent: Consent, parameters: Parameters) -> None:
    """Whom a hold or a law keeps by now is left out; the record tells who was purged."""
    asked = _asked(parameters)
    for one in sorted(asked):
        people.lock(work.connection, one)
    due = {leaver.id for leaver, what in _fates(work) if what is Fate.DUE}
    if not due & set(asked):
        raise Refused("purge_nobody")
    ledger = require_ledger(work)
    everything = Ruled(ErasureScope.EVERYTHING.parts, {})
    for one in asked:
        if one in due:
            erase(work, consent, one, everything, ledger, REASON)
    rules = work.policy.document.retention.leaver_maximums
    work.record(
        AuditEvent(
            Action.RETENTION_PURGE,
            Actor(ActorKind.PERSON, consent.approver.id),
            SubjectType.APPROVAL,
            consent.approval,
            fields={
                "people": " ".join(str(one) for one in asked if one in due),
                "left_out": sum(one not in due for one in asked),
                "rules": "; ".join(
                    f"{one.region or '*'} {one.months}: {one.reference}" for one in rules
                ),
                "asked_by": str(consent.asker.id),
            },
        )
    )


PURGE_LEAVERS = GuardedAct(
    name="retention.purge",
    require_may_ask=_may_ask,
    approvers=_approvers,
    matter=_matter,
    carry_out=_carry_out,
    nobody="erase_no_second_person",
)
