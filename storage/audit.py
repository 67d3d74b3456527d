"""Appending to the audited record, and reading what it says about an object."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID, uuid4

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from domain.audit import Action, AuditEvent, FieldValue, Receipt, RecordedAct
from domain.canonical import NotCanonical, canonical, parse_canonical
from domain.entries import (
    NONCE_BYTES,
    SALT_BYTES,
    Entry,
    Stamp,
    commitment,
    entry_of,
    parse_entry,
)
from domain.merkle import Frontier, leaf_hash
from domain.notices import SubjectType
from domain.sensitivity import Sensitivity
from storage.keyring import Corrupt, KeyGone
from storage.sealing import Opener, Place, Sealer, key_id
from storage.statements import Statement, insert_rows, sent_together
from storage.tables.audit import AuditEntry, AuditHead, AuditLeaf, AuditPayload

HEAD_ID = 1
# Values asked for in one statement; databases take some ten thousand parameters.
AT_ONCE = 1_000
FIRST_VERSION = 1

_entry, _leaf = AuditEntry.__table__.c, AuditLeaf.__table__.c
_head = AuditHead.__table__.c

_LOCK_HEAD = Statement(
    select(_head.size, _head.frontier).where(_head.id == HEAD_ID).with_for_update()
)
_MOVE_HEAD = Statement(update(AuditHead).where(_head.id == HEAD_ID), ["size", "frontier", "root"])
_PREVIOUS_VERSION = Statement(
    select(_leaf.hash)
    .join(AuditEntry.__table__, _entry.seq == _leaf.seq)
    .where(
        _entry.object_id == bindparam("object_id"),
        _entry.object_type == bindparam("object_type"),
        _entry.object_version < bindparam("version"),
    )
    .order_by(_entry.seq.desc())
    .limit(1)
)


def append(
    connection: Connection, sealer: Sealer, stamp: Stamp, events: Iterable[AuditEvent]
) -> tuple[Receipt, ...]:
    """Record `events`, in this order, in the transaction of the acts themselves.

    To be called after all else is written: from here to the commit every other append waits.
    Of many events, as of an import, a part is held in memory at a time.
    Raise ValueError for values that an entry cannot hold, SealingError where sealing fails.
    """
    frontier: Frontier | None = None
    receipts: list[Receipt] = []
    remaining = iter(events)
    while part := list(islice(remaining, AT_ONCE)):
        if frontier is not None:
            sealer.forget()
        drafts = _drafts(connection, sealer, stamp, part)
        # Most acts make one part: then all is ready before the others wait.
        frontier = frontier or _lock_head(connection)
        receipts += _append(connection, frontier, drafts)
    return tuple(receipts)


def _drafts(
    connection: Connection, sealer: Sealer, stamp: Stamp, events: Sequence[AuditEvent]
) -> list[_Draft]:
    if len(events) > 1:
        _preload_keys(sealer, events)
    drafts: list[_Draft] = []
    of_object: dict[UUID, list[_Draft]] = defaultdict(list)
    for event in events:
        draft = _draft(connection, sealer, stamp, event, of_object[event.object_id])
        of_object[event.object_id].append(draft)
        drafts.append(draft)
    return drafts


def _preload_keys(sealer: Sealer, events: Sequence[AuditEvent]) -> None:
    subjects: dict[Sensitivity, set[UUID]] = defaultdict(set)
    for event in events:
        if event.fields and event.subject is not None:
            subjects[event.sensitivity].add(event.subject)
    for sensitivity, several in subjects.items():
        sealer.preload_keys(several, sensitivity)


def _append(connection: Connection, frontier: Frontier, drafts: Sequence[_Draft]) -> list[Receipt]:
    first = frontier.size
    frontier.extend([draft.leaf for draft in drafts])
    grown = {"size": frontier.size, "frontier": frontier.to_bytes(), "root": frontier.root()}
    with sent_together(connection):
        _insert(connection, drafts, first)
        _MOVE_HEAD.run(connection, grown)
    return [Receipt(seq, draft.leaf) for seq, draft in enumerate(drafts, first)]


def entries_about(
    connection: Connection,
    opener: Opener,
    object_type: SubjectType,
    object_id: UUID,
    *,
    before: int | None = None,
    limit: int = 20,
    actions: Collection[Action] | None = None,
) -> tuple[RecordedAct, ...]:
    """What was recorded about an object, newest first; `before` is the last number already seen.

    Where `actions` are named, these alone.
    A field whose value or key was erased is named in `erased`. Raise WrongKey or Corrupt where a
    value that is there cannot be opened.
    """
    wanted = (
        select(AuditEntry.seq, AuditLeaf.hash, AuditEntry.body)
        .join(AuditLeaf, AuditLeaf.seq == AuditEntry.seq)
        .where(AuditEntry.object_id == object_id, AuditEntry.object_type == object_type)
        .order_by(AuditEntry.seq.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(AuditEntry.seq < before)
    if actions is not None:
        wanted = wanted.where(AuditEntry.action.in_(actions))
    rows = connection.execute(wanted).all()
    sealed = _sealed_values(connection, opener, [row.seq for row in rows])
    return tuple(
        _recorded(Receipt(row.seq, row.hash), parse_entry(row.body), opener, sealed) for row in rows
    )


def entries_of_person(
    connection: Connection, opener: Opener, person: UUID, *, after: int, limit: int
) -> tuple[RecordedAct, ...]:
    """What the person did and what was done about them, oldest first, behind the entry `after`.

    `fields` holds the values of internal entries about them; of all else it is empty, for what was
    said in confidence is no part of an entry's own readers. Raise WrongKey, Corrupt.
    """
    rows = connection.execute(
        select(AuditEntry.seq, AuditLeaf.hash, AuditEntry.body)
        .join(AuditLeaf, AuditLeaf.seq == AuditEntry.seq)
        .where(or_(AuditEntry.subject == person, AuditEntry.actor == person))
        .where(AuditEntry.seq > after)
        .order_by(AuditEntry.seq)
        .limit(limit)
    ).all()
    entries = [(Receipt(row.seq, row.hash), parse_entry(row.body)) for row in rows]
    own = [
        receipt.seq
        for receipt, entry in entries
        if entry.subject == person and entry.sensitivity is Sensitivity.INTERNAL
    ]
    sealed = _sealed_values(connection, opener, own)
    return tuple(_recorded(receipt, entry, opener, sealed) for receipt, entry in entries)


def changed_since(
    connection: Connection,
    begun: tuple[SubjectType, UUID, Action],
    what: UUID,
    actions: Collection[Action],
    limit: int,
    *,
    subject: bool,
) -> tuple[int, ...]:
    """The numbers of these acts since the act `begun` (about which thing, and which), in order.

    Acts about the thing `what` or, if it is a `subject`, about that person and whatever is theirs.
    """
    object_type, object_id, action = begun
    since = (
        select(func.min(AuditEntry.seq))
        .where(
            AuditEntry.object_id == object_id,
            AuditEntry.object_type == object_type,
            AuditEntry.action == action,
        )
        .scalar_subquery()
    )
    concerned = AuditEntry.subject if subject else AuditEntry.object_id
    found = (
        select(AuditEntry.seq)
        .where(concerned == what, AuditEntry.action.in_(actions), AuditEntry.seq > since)
        .order_by(AuditEntry.seq)
        .limit(limit)
    )
    return tuple(connection.scalars(found))


def last_act_of_anybody(connection: Connection) -> datetime | None:
    """When a person, not the clock or an operator, last did something; None if nobody ever did."""
    acts = select(AuditEntry.at).where(AuditEntry.actor.is_not(None))
    return connection.scalar(acts.order_by(AuditEntry.seq.desc()).limit(1))


def metadata(
    connection: Connection,
    which: MetadataOf,
    *,
    but: UUID,
    before: int | None = None,
    limit: int,
) -> tuple[tuple[Receipt, Entry], ...]:
    """Entries without their values, newest first, from before `before`.

    What others did about the person `but` is left out: that is no role's to show them.
    """
    match which.what, which.id:
        case SubjectType.PERSON, person:
            concerned = or_(AuditEntry.subject == person, AuditEntry.actor == person)
        case object_type, thing:
            concerned = and_(AuditEntry.object_id == thing, AuditEntry.object_type == object_type)
    wanted = (
        select(AuditEntry.seq, AuditLeaf.hash, AuditEntry.body)
        .join(AuditLeaf, AuditLeaf.seq == AuditEntry.seq)
        .where(concerned)
        .where(or_(AuditEntry.subject.is_(None), AuditEntry.subject != but))
        .order_by(AuditEntry.seq.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(AuditEntry.seq < before)
    rows = connection.execute(wanted)
    return tuple((Receipt(row.seq, row.hash), parse_entry(row.body)) for row in rows)


@dataclass(frozen=True, slots=True)
class MetadataOf:
    """Whose entries: a thing's, or all that a person did or that is about them."""

    what: SubjectType
    id: UUID


def one_entry(connection: Connection, seq: int) -> tuple[Receipt, Entry | None] | None:
    """An entry by its number; without it where it was purged; None where there never was one."""
    row = connection.execute(
        select(AuditLeaf.hash, AuditEntry.body)
        .outerjoin(AuditEntry, AuditEntry.seq == AuditLeaf.seq)
        .where(AuditLeaf.seq == seq)
    ).one_or_none()
    if row is None:
        return None
    return Receipt(seq, row.hash), None if row.body is None else parse_entry(row.body)


def done_at(
    connection: Connection, object_type: SubjectType, thing: UUID, action: Action
) -> datetime | None:
    """When an act about a thing was first done, in the record's time; None if it is not there."""
    body = connection.scalar(
        select(AuditEntry.body)
        .where(
            AuditEntry.object_id == thing,
            AuditEntry.object_type == object_type,
            AuditEntry.action == action,
        )
        .order_by(AuditEntry.seq)
        .limit(1)
    )
    return None if body is None else parse_entry(body).stamp.done_at


def acts_about(
    connection: Connection,
    opener: Opener,
    object_type: SubjectType,
    object_ids: Sequence[UUID],
    actions: Collection[Action],
) -> dict[UUID, list[RecordedAct]]:
    """Which of these acts were recorded about each object, oldest first.

    Raises as `entries_about`.
    """
    rows = connection.execute(
        select(AuditEntry.seq, AuditLeaf.hash, AuditEntry.body)
        .join(AuditLeaf, AuditLeaf.seq == AuditEntry.seq)
        .where(AuditEntry.object_id.in_(object_ids), AuditEntry.object_type == object_type)
        .where(AuditEntry.action.in_(actions))
        .order_by(AuditEntry.seq)
    ).all()
    found: dict[UUID, list[RecordedAct]] = {one: [] for one in object_ids}
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        sealed = _sealed_values(connection, opener, [row.seq for row in some])
        for row in some:
            receipt = Receipt(row.seq, row.hash)
            act = _recorded(receipt, parse_entry(row.body), opener, sealed)
            found[act.object_id].append(act)
    return found


def open_value(opener: Opener, entry_id: UUID, name: str, blob: bytes) -> tuple[bytes, FieldValue]:
    """The salt and value sealed for one field of an entry. Raise WrongKey, Corrupt, KeyGone."""
    content = opener.open_bytes(_place(entry_id, name), blob)
    try:
        value = parse_canonical(content[SALT_BYTES:])
    except NotCanonical as error:
        raise Corrupt(f"field {name} of entry {entry_id} is no canonical value") from error
    if not isinstance(value, str | int | None):
        raise Corrupt(f"field {name} of entry {entry_id} is no single value")
    return content[:SALT_BYTES], value


class _Draft:
    """One event on its way into the record, complete but for its number."""

    def __init__(self, entry: Entry, sealed: dict[str, bytes]) -> None:
        self.entry = entry
        self.sealed = sealed
        self.body = entry.body()
        self.leaf = leaf_hash(self.body)


def _draft(
    connection: Connection,
    sealer: Sealer,
    stamp: Stamp,
    event: AuditEvent,
    earlier: Sequence[_Draft],
) -> _Draft:
    """`earlier` are the drafts about the same object that come before in the same transaction."""
    entry_id = uuid4()
    commitments: dict[str, bytes] = {}
    sealed: dict[str, bytes] = {}
    for name, value in event.fields.items():
        salt = os.urandom(SALT_BYTES)
        commitments[name] = commitment(salt, entry_id, name, value)
        sealed[name] = sealer.seal_bytes(
            _place(entry_id, name), event.subject, event.sensitivity, salt + canonical(value)
        )
    entry = entry_of(
        event,
        stamp,
        entry_id=entry_id,
        nonce=os.urandom(NONCE_BYTES),
        prev=_previous_version(connection, event, earlier),
        commitments=commitments,
    )
    return _Draft(entry, sealed)


def _place(entry_id: UUID, name: str) -> Place:
    return Place(AuditPayload.__tablename__, entry_id, name)


def _previous_version(
    connection: Connection, event: AuditEvent, earlier: Sequence[_Draft]
) -> bytes | None:
    """The leaf hash of the latest entry on an earlier version of the object, if there is one."""
    if event.object_version is None or event.object_version <= FIRST_VERSION:
        return None
    for draft in reversed(earlier):
        if _is_earlier_version(draft.entry, event):
            return draft.leaf
    asked = {
        "object_id": event.object_id,
        "object_type": event.object_type,
        "version": event.object_version,
    }
    row = _PREVIOUS_VERSION.row(connection, asked)
    return row[0] if row else None


def _is_earlier_version(entry: Entry, event: AuditEvent) -> bool:
    if entry.object_version is None or event.object_version is None:
        return False
    return entry.object_type == event.object_type and entry.object_version < event.object_version


def _lock_head(connection: Connection) -> Frontier:
    """The frontier as it stands; on PostgreSQL others now wait, on SQLite they already do."""
    size, frontier = _LOCK_HEAD.only(connection, {})
    return Frontier.from_bytes(size, frontier)


def _insert(connection: Connection, drafts: Sequence[_Draft], first: int) -> None:
    numbered = list(enumerate(drafts, first))
    leaves = [{"seq": seq, "hash": draft.leaf} for seq, draft in numbered]
    insert_rows(connection, AuditLeaf, leaves)
    insert_rows(connection, AuditEntry, [_row(seq, draft) for seq, draft in numbered])
    payloads = [
        {"seq": seq, "name": name, "kid": key_id(blob), "sealed": blob}
        for seq, draft in numbered
        for name, blob in draft.sealed.items()
    ]
    if payloads:
        insert_rows(connection, AuditPayload, payloads)


def _row(seq: int, draft: _Draft) -> dict[str, object]:
    entry = draft.entry
    return {
        "seq": seq,
        "body": draft.body,
        "at": entry.stamp.at,
        "actor": entry.actor.ref,
        "action": entry.action,
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "object_version": entry.object_version,
        "subject": entry.subject,
        "sensitivity": entry.sensitivity,
    }


def _sealed_values(
    connection: Connection, opener: Opener, seqs: Sequence[int]
) -> dict[tuple[int, str], bytes]:
    rows = connection.execute(
        select(AuditPayload.seq, AuditPayload.name, AuditPayload.sealed).where(
            AuditPayload.seq.in_(seqs)
        )
    ).all()
    opener.preload(row.sealed for row in rows)
    return {(row.seq, row.name): row.sealed for row in rows}


def _recorded(
    receipt: Receipt, entry: Entry, opener: Opener, sealed: dict[tuple[int, str], bytes]
) -> RecordedAct:
    fields: dict[str, FieldValue] = {}
    for name, promised in entry.commitments.items():
        blob = sealed.get((receipt.seq, name))
        if blob is None:
            continue
        try:
            salt, value = open_value(opener, entry.id, name, blob)
        except KeyGone:
            continue
        if commitment(salt, entry.id, name, value) != promised:
            raise Corrupt(f"field {name} of entry {receipt.seq} is not what was committed to")
        fields[name] = value
    return RecordedAct(
        receipt=receipt,
        at=entry.stamp.at,
        as_of=entry.stamp.as_of,
        actor=entry.actor,
        action=entry.action,
        object_type=entry.object_type,
        object_id=entry.object_id,
        object_version=entry.object_version,
        subject=entry.subject,
        sensitivity=entry.sensitivity,
        reason=entry.reason,
        policy=entry.stamp.policy,
        fields=fields,
        erased=frozenset(entry.commitments.keys() - fields.keys()),
    )
