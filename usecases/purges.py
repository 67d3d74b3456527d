"""Purging a kind of record: asked for by one person, approved by another, carried out in batches.

What goes is what was over on the day of the request and kept by nothing then; each batch looks
again, under a lock on everybody concerned, at what keeps it now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from domain.approvals import KindPurgeAsked, Parameters, ToConfirm
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.errors import InvalidInput, Refused
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.number_ranges import numbers_text
from domain.origin import Origin
from domain.people import Member
from domain.retention import AskKindPurge, PurgeReport, PurgeState, StoredPurge
from domain.retention_rules import PURGED, Fate, Kind, Rule
from domain.screens import Pointless
from storage import erasure_ledger, people, purged_things, purges
from storage import retention as kinds
from storage.erased_gaps import PURGE_KIND as ACT
from storage.erased_gaps import purge_approved
from storage.erasure_ledger import LedgerTrouble, PurgeLine
from storage.keyring import SealingError
from storage.retained import Source, source_named, sources_of
from storage.retention import AsOf, Key
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.approval_cards import draft
from usecases.erasures import ASKING, FROM_BACKUP, require_ledger
from usecases.guarded import Consent, GuardedAct
from usecases.retention_offices import officers, require_everywhere, today

BATCH = 200
"""Things that go in one transaction, so that nobody waits long for it."""
BATCHES = 50
"""Of one run; the next one goes on."""


def plan_kind_purge(store: Store, origin: Origin, command: AskKindPurge) -> ToConfirm:
    """The request to purge what is over of a kind, to be confirmed with a code."""
    with store.write(origin) as work:
        asker = require_member(work)
        require_everywhere(work, asker)
        if store.anchoring.ledger is None:
            raise Refused("erase_no_ledger")
        day = today(work)
        rules = work.policy.document.retention
        due = kinds.counts(work.connection, rules, command.kind, AsOf(day)).get(Fate.DUE, 0)
        if not due:
            raise InvalidInput("purge_nothing", field="kind")
        told: Parameters = {
            "kind": command.kind.value,
            "day": day.isoformat(),
            "policy": work.policy.number,
            "asked_at": work.now.isoformat(),
            "count": due,
        }
        # The same kind is asked for once at a time, whoever asks.
        about = uuid5(NAMESPACE_URL, f"accord:purge:{command.kind}")
        return draft(work, PURGE_KIND, asker, about, told, command.matter, None)


# The act that takes two people


def _may_ask(work: Reading, asker: Member, parameters: Parameters) -> None:
    require_everywhere(work, asker)
    if parameters["policy"] != work.policy.number:
        # Other rules: what was shown is not what would go.
        raise Refused("purge_other_policy")


def _approvers(work: Reading, _parameters: Parameters) -> list[Member]:
    return officers(work, ASKING)


def _matter(_work: Reading, parameters: Parameters) -> KindPurgeAsked:
    return KindPurgeAsked(_kind(parameters), _count(parameters), _day(parameters))


def _kind(parameters: Parameters) -> Kind:
    kind = Kind(str(parameters["kind"]))
    if kind not in PURGED:
        raise InvalidInput("form_state")
    return kind


def _count(parameters: Parameters) -> int:
    return int(str(parameters["count"]))


def _day(parameters: Parameters) -> date:
    return date.fromisoformat(str(parameters["day"]))


def _carry_out(work: Work, consent: Consent, parameters: Parameters) -> None:
    """From now on the clock takes it away: thousands of things are no matter of a press."""
    require_ledger(work)
    purge = StoredPurge(
        id=uuid4(),
        kind=_kind(parameters),
        day=_day(parameters),
        policy=work.policy.number,
        asked_at=datetime.fromisoformat(str(parameters["asked_at"])),
        approval=consent.approval,
        asked_by=consent.asker.id,
        approved_by=consent.approver.id,
        state=PurgeState.APPROVED,
        asked_count=_count(parameters),
        thing_count=0,
    )
    purges.add(work.connection, purge, work.now)


PURGE_KIND = GuardedAct(
    name=ACT,
    require_may_ask=_may_ask,
    approvers=_approvers,
    matter=_matter,
    carry_out=_carry_out,
    nobody="erase_no_second_person",
)


# Carrying it out


def run_purges(store: Store, origin: Origin) -> int:
    """Take away what two people approved, batch by batch; returns how many things. Idempotent.

    Raises LedgerTrouble where a batch cannot be noted outside the database: it then stays, too.
    """
    with store.read(origin) as reading:
        waiting = purges.approved(reading.connection)
    return sum(_run(store, origin, purge) for purge in waiting)


def _run(store: Store, origin: Origin, purge: UUID) -> int:
    gone = 0
    for _ in range(BATCHES):
        with store.write(origin) as work:
            stored = purges.by_id(work.connection, purge, lock=True)
            if stored is None or stored.state is not PurgeState.APPROVED:
                return gone
            if not _is_approved(work, stored):
                return gone
            taken = _batch(work, stored)
            if not taken:
                _finish(work, stored)
                return gone
            gone += taken
    return gone


def _is_approved(work: Work, purge: StoredPurge) -> bool:
    """Whether the record says so: the row alone could be anybody's who writes to the database."""
    told: dict[str, FieldValue] = {
        "kind": purge.kind.value,
        "day": purge.day.isoformat(),
        "asked_at": purge.asked_at.isoformat(),
        "approval": str(purge.approval),
        "asked_by": str(purge.asked_by),
        "approved_by": str(purge.approved_by),
    }
    try:
        return purge_approved(work.connection, work.sealer, told)
    except SealingError:
        return False


def _batch(work: Work, purge: StoredPurge) -> int:
    """The next things; 0 where there are none, or where the policy is another one by now."""
    if work.policy.number != purge.policy:
        return 0
    rules = work.policy.document.retention
    as_of = AsOf(purge.day, purge.asked_at)
    for source in sources_of(purge.kind):
        found = kinds.due(work.connection, rules, source, as_of, BATCH)
        if not found:
            continue
        # Whoever places a hold, or opens a case, takes the same locks: it stands, or these go.
        for person in kinds.people_of(work.connection, source, found):
            people.lock(work.connection, person)
        found = kinds.still_due(work.connection, rules, source, as_of, found)
        if found:
            _take(work, purge, source, found)
            return len(found)
    return 0


@dataclass(frozen=True, slots=True)
class _Batch:
    """What goes in one transaction, by whom and under which rules.

    `ledger_line` is the SHA-256 of its line in the ledger.
    """

    id: UUID
    source: Source
    keys: list[Key]
    things: tuple[str, ...]
    ledger_line: bytes
    actor: Actor
    rules: Mapping[str, FieldValue] = field(default_factory=dict)
    reason: str | None = None


def _take(work: Work, purge: StoredPurge, source: Source, found: list[Key]) -> None:
    ledger = work.anchoring.ledger
    if ledger is None:
        raise LedgerTrouble("ledger_missing")
    things, batch = purged_things.told(work.connection, source, found), uuid4()
    line = erasure_ledger.line_of_batch(batch, purge, source.name, things, work.now)
    # First: what is purged but not in the ledger would come back with a backup.
    erasure_ledger.append_line(ledger, line)
    rules = work.policy.document.retention.rules_of(purge.kind)
    told = {"rules": "; ".join(rule_text(one) for one in rules)}
    ledger_line, clock = erasure_ledger.digest(line), Actor(ActorKind.CLOCK)
    _take_away(work, purge, _Batch(batch, source, found, things, ledger_line, clock, told))


def _take_away(work: Work, purge: StoredPurge, batch: _Batch) -> None:
    connection = work.connection
    values = purges.values_of(connection, batch.source, batch.keys)
    bodies = purges.bodies_of(connection, work.sealer, batch.source, batch.keys)
    purges.take_from_record(connection, purge.id, values, bodies)
    purges.destroy(connection, batch.source, batch.keys)
    purges.count(connection, purge.id, len(batch.keys))
    purges.add_batch(connection, batch.id, purge.id, batch.ledger_line)
    work.record(
        AuditEvent(
            Action.RETENTION_PURGE,
            batch.actor,
            SubjectType.PURGE,
            purge.id,
            reason=batch.reason,
            fields={
                "purge": str(purge.id),
                "kind": purge.kind.value,
                "day": purge.day.isoformat(),
                **batch.rules,
                "count": len(batch.keys),
                "things": " ".join(batch.things),
                "values": " ".join(f"{seq}:{name}" for seq, name in values),
                "bodies": numbers_text(bodies),
                "approval": str(purge.approval),
                "asked_by": str(purge.asked_by),
                "approved_by": str(purge.approved_by),
                "batch": str(batch.id),
                "ledger_line": batch.ledger_line.hex(),
            },
        )
    )


def purge_again(work: Work, line: PurgeLine) -> int:
    """Repeat a batch that the ledger knows and the database does not; returns how many things.

    What has been put under a hold since stays: its batch was noted, but never came to its end.
    """
    source = source_named(line.source)
    if source is None or source.kind is not line.kind:
        raise LedgerTrouble("ledger_foreign")
    found = purged_things.found(work.connection, source, line.things)
    for person in kinds.people_of(work.connection, source, found):
        people.lock(work.connection, person)
    held = kinds.held_since(work.connection, source, found, line.at)
    found = [key for key in found if key not in held]
    if not found:
        return 0
    purge = purges.by_id(work.connection, line.purge, lock=True) or _restored(work, line)
    things = purged_things.told(work.connection, source, found)
    operator = Actor(ActorKind.OPERATOR)
    _take_away(
        work,
        purge,
        _Batch(line.id, source, found, things, line.sha256, operator, reason=FROM_BACKUP),
    )
    return len(found)


def _restored(work: Work, line: PurgeLine) -> StoredPurge:
    """A purge of which the backup knows nothing; what it had not come to by then is due anew."""
    purge = StoredPurge(
        id=line.purge,
        kind=line.kind,
        day=line.day,
        policy=line.policy,
        asked_at=line.asked_at,
        approval=line.approval,
        asked_by=line.asked_by,
        approved_by=line.approved_by,
        state=PurgeState.DONE,
        asked_count=len(line.things),
        thing_count=0,
    )
    purges.add(work.connection, purge, line.at)
    purges.finish(work.connection, purge.id, line.at)
    return purge


def _finish(work: Work, purge: StoredPurge) -> None:
    purges.finish(work.connection, purge.id, work.now)
    work.record(
        AuditEvent(
            Action.RETENTION_FINISH,
            Actor(ActorKind.CLOCK),
            SubjectType.PURGE,
            purge.id,
            fields={
                "kind": purge.kind.value,
                "count": purge.thing_count,
                "left_out": max(purge.asked_count - purge.thing_count, 0),
            },
        )
    )
    work.notify(
        NewNotice(
            kind=NoticeKind.PURGE_DONE,
            dedup_key=f"purge:{purge.id}",
            person=purge.asked_by,
            lane=Lane.INTERACTIVE,
            subject_type=SubjectType.PURGE,
            subject=purge.id,
            due_at=work.now,
        )
    )


def rule_text(rule: Rule) -> str:
    """A rule in few words, for the record and for operators: `US at least 12 (29 CFR 1602.14)`."""
    terms = []
    if rule.min_months:
        terms.append(f"at least {rule.min_months}")
    if rule.max_months:
        terms.append(f"{rule.action.value} after {rule.max_months}")
    return f"{rule.region or 'everywhere'} {', '.join(terms)} ({rule.legal_ref})"


def purge_report(
    work: Reading, _kind: NoticeKind, purge: UUID, reader: Member, _revision: int
) -> PurgeReport | Pointless:
    stored = purges.by_id(work.connection, purge)
    if stored is None or stored.asked_by != reader.id:
        return Pointless("purge_gone")
    return PurgeReport(reader, stored, people.member(work.connection, stored.approved_by).name)
