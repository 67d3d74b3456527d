"""What retention does by itself: forgets technical rows, archives, carries out what was approved,
and tells those responsible, once a month at most, that something is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.retention import RetentionDue
from domain.retention_rules import PURGED, Fate
from domain.screens import Pointless
from storage import forgetting
from storage import retention as kinds
from storage.retention import AsOf
from storage.unit_of_work import Reading, Store
from usecases.asking import can_answer
from usecases.purges import run_purges
from usecases.retention import any_leaver
from usecases.retention_offices import SEEING, officers, today

ARCHIVED_AT_ONCE = 500
FORGOTTEN_AT_ONCE = 5_000
"""Rows of one table in one run: the next run goes on."""
RETENTION_ID = UUID("00000000-0000-4000-8000-000000000002")
"""Stands for retention as a whole, which is one for the organisation."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What one run did, in numbers."""

    forgotten: int
    archived: int
    purged: int
    told: int


def keep_terms(store: Store, origin: Origin) -> Kept:
    """All of it, once. Idempotent. Raises LedgerTrouble as `run_purges` does, after all else."""
    forgotten, archived = forget_technical(store, origin), archive_goals(store, origin)
    told = tell_what_is_due(store, origin)
    return Kept(forgotten, archived, run_purges(store, origin), told)


def forget_technical(store: Store, origin: Origin) -> int:
    """Rows that tell nothing but how Accord worked go by rule, with nobody's approval."""
    with store.write(origin) as work:
        rules = work.policy.document.retention.technical
        return forgetting.forget(
            work.connection,
            requests=work.at - timedelta(days=rules.requests_days),
            dialogs=work.at - timedelta(days=rules.dialogs_days),
            deliveries=work.at - timedelta(days=rules.deliveries_days),
            limit=FORGOTTEN_AT_ONCE,
        )


def archive_goals(store: Store, origin: Origin) -> int:
    """Goals whose time in the lists is over leave them; nothing of them is lost."""
    with store.read(origin) as reading:
        rules = reading.policy.document.retention
        if not kinds.to_archive(reading.connection, rules, today(reading), 1):
            return 0
    with store.write(origin) as work:
        rules = work.policy.document.retention
        done = kinds.archive(work.connection, rules, today(work), work.now, ARCHIVED_AT_ONCE)
        if done:
            work.record(
                AuditEvent(
                    Action.RETENTION_ARCHIVE,
                    Actor(ActorKind.CLOCK),
                    SubjectType.RETENTION,
                    RETENTION_ID,
                    fields={"count": len(done), "goals": " ".join(map(str, done))},
                )
            )
        return len(done)


def tell_what_is_due(store: Store, origin: Origin) -> int:
    """One message to each of those responsible; not again before the next month."""
    with store.read(origin) as reading:
        month = f"{reading.now:%Y-%m}"
        everybody = officers(reading, SEEING)
        known = kinds.told_already(reading.connection, [_key(one, month) for one in everybody])
        if len(known) == len({one.id for one in everybody}):
            return 0
        readers = _to_tell(reading)
    with store.write(origin) as work:
        fresh = [one for one in readers if _key(one, month) not in known]
        for one in fresh:
            work.notify(
                NewNotice(
                    kind=NoticeKind.RETENTION_DUE,
                    dedup_key=_key(one, month),
                    person=one.id,
                    lane=Lane.REMINDER,
                    subject_type=SubjectType.RETENTION,
                    subject=RETENTION_ID,
                    due_at=work.now,
                    with_morning=True,
                )
            )
        return len(fresh)


def _key(reader: Member, month: str) -> str:
    return f"retention-due:{reader.id}:{month}"


def _to_tell(work: Reading) -> list[Member]:
    due, conflict = _state(work)
    found: dict[UUID, Member] = {}
    if due:
        roles = work.policy.document.retention.told
        responsible = ([one for one in officers(work, [role]) if can_answer(one)] for role in roles)
        found |= {one.id: one for one in next(filter(None, responsible), [])}
    if conflict:
        found |= {one.id: one for one in officers(work, [Role.LEGAL]) if can_answer(one)}
    return list(found.values())


def _state(work: Reading) -> tuple[bool, bool]:
    """Whether anything is due, and whether anything has to be kept beyond its maximum."""
    rules, as_of = work.policy.document.retention, AsOf(today(work))
    found = {
        fate
        for kind in PURGED
        if rules.has_maximum(kind)
        for fate in kinds.counts(work.connection, rules, kind, as_of)
    } | any_leaver(work)
    return Fate.DUE in found, Fate.CONFLICT in found


def retention_due(
    work: Reading, _kind: NoticeKind, _subject: UUID, reader: Member, _revision: int
) -> RetentionDue | Pointless:
    if all(one.id != reader.id for one in officers(work, SEEING)):
        return Pointless("not_responsible")
    due, conflict = _state(work)
    return RetentionDue(reader, due, conflict) if due or conflict else Pointless("nothing_due")
