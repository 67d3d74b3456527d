"""Retention: whose time is over, and purging them, by two people, if nothing keeps them by then."""

from __future__ import annotations

import hashlib
from collections import Counter
from uuid import UUID

from domain.approvals import Parameters, PurgeAsked, ToConfirm
from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.canonical import Json
from domain.erasure import ErasureScope, Ruled
from domain.errors import NotAllowed, Refused
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.retention import AskPurge, Fate, Leaver, RetentionPage, RetentionPreview, fate
from domain.roles import earliest_date
from storage import erasures, holds, people, roles
from storage.people import RoleScope
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.approval_cards import draft
from usecases.erasures import ASKING, erase, require_ledger
from usecases.guarded import Consent, GuardedAct
from usecases.operator import require_operator

AT_ONCE = 50
"""People purged by one request, so that whoever approves can look through it."""
NAMED = 5
REASON = "retention"


def preview_of_operator(store: Store, origin: Origin) -> RetentionPreview:
    """How many have which fate, for whoever runs Accord: numbers, no names."""
    require_operator(origin)
    with store.read(origin) as work:
        return _preview(work)


def retention_page(store: Store, origin: Origin) -> RetentionPage:
    """The same for HR and compliance of the whole organisation, with the first names."""
    with store.read(origin) as work:
        viewer = require_member(work)
        _require_everywhere(work, viewer)
        preview = _preview(work)
        return RetentionPage(viewer, preview, _names(work, preview.due))


def plan_purge(store: Store, origin: Origin, command: AskPurge) -> ToConfirm:
    """The request to purge those whose time is over, at most fifty, to be confirmed with a code."""
    with store.write(origin) as work:
        asker = require_member(work)
        _require_everywhere(work, asker)
        if store.anchoring.ledger is None:
            raise Refused("erase_no_ledger")
        due: list[Json] = [str(one) for one in _preview(work).due]
        if not due:
            raise Refused("purge_nobody")
        told: Parameters = {"people": due}
        # The same people are asked for once at a time, whoever asks.
        about = UUID(bytes=hashlib.sha256(b"retention").digest()[:16])
        return draft(work, PURGE_LEAVERS, asker, about, told, command.matter, None)


def _require_everywhere(work: Reading, member: Member) -> None:
    """Retention is one for the whole organisation: a role for a part of it does not do."""
    if all(one.id != member.id for one in _officers(work)):
        raise NotAllowed("retention_of_hr")


def _officers(work: Reading) -> list[Member]:
    everywhere = RoleScope(None, None)
    found = roles.holders(work.connection, ASKING, earliest_date(work.now))
    return [one.member for one in found if one.scope == everywhere]


def _fates(work: Reading) -> list[tuple[Leaver, Fate]]:
    """Machine time, or an earlier business one: nobody is purged early by moving a clock."""
    found = erasures.leavers(work.connection)
    held = holds.scopes_on(work.connection, [one.id for one in found])
    today = min(work.at, work.now).date()
    rules = work.policy.document.retention
    return [(one, fate(rules, one, held.get(one.id, ()), today)) for one in found]


def _preview(work: Reading) -> RetentionPreview:
    fates = _fates(work)
    due = tuple(one.id for one, what in fates if what is Fate.DUE)
    rules = work.policy.document.retention.maximums
    return RetentionPreview(Counter(what for _, what in fates), due[:AT_ONCE], rules)


def _names(work: Reading, due: tuple[UUID, ...]) -> tuple[str, ...]:
    found = people.members(work.connection, due[:NAMED])
    return tuple(found[one].name for one in due[:NAMED] if one in found)


# The act that takes two people


def _asked(parameters: Parameters) -> tuple[UUID, ...]:
    listed = parameters["people"]
    return tuple(UUID(str(one)) for one in listed) if isinstance(listed, list) else ()


def _may_ask(work: Reading, asker: Member, _parameters: Parameters) -> None:
    _require_everywhere(work, asker)


def _approvers(work: Reading, _parameters: Parameters) -> list[Member]:
    return _officers(work)


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
    rules = work.policy.document.retention.maximums
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
