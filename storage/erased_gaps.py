"""What of the record may be missing: values, and whole bodies, that logged and approved acts list.

An erasure lists values and keys of a person; a purge by kind lists values or bodies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, select

from domain.audit import Action, ActorKind, FieldValue
from domain.entries import Entry, commitment, parse_entry
from domain.merkle import leaf_hash
from domain.number_ranges import numbers_told
from storage.audit import open_value
from storage.erasure_ledger import LedgerLine, LedgerTrouble, PurgeLine, read_lines
from storage.keyring import Keyring, SealingError
from storage.sealing import Opener
from storage.tables.audit import AuditEntry, AuditLeaf, AuditPayload

Fields = Mapping[str, FieldValue]
Acts = Sequence[tuple[int, Entry]]
Lines = Mapping[str, LedgerLine | PurgeLine]

NO_LEDGER = (
    "an erasure or a purge was repeated after a restore, and the ledger that it comes from is not "
    "at hand: set ACCORD_ERASURE_LEDGER"
)
_OF_PURGE = ("kind", "day", "approval", "asked_by", "approved_by")
ACT, PURGE, PURGE_KIND = "person.erase", "retention.purge", "retention.purge_kind"


@dataclass(frozen=True, slots=True)
class Gaps:
    """`values` may be missing, so may the `bodies` of these entries, and what is sealed with `keys`
    cannot be opened any more.

    `unreadable` says that a list could not be opened, `doubt` what else could not be looked at.
    """

    values: frozenset[tuple[int, str]]
    keys: frozenset[int]
    bodies: frozenset[int] = frozenset()
    unreadable: bool = False
    doubt: str | None = None

    def has(self, seq: int, name: str) -> bool:
        return (seq, name) in self.values


NO_GAPS = Gaps(frozenset(), frozenset())


def gaps(connection: Connection, keyring: Keyring | None, ledger: Path | None) -> Gaps:
    """What every erasure and purge in the record lists, if it is one that two people approved.

    One without approvals lists nothing. The entries themselves are verified like all others.
    """
    erasures = list(_entries(connection, Action.PERSON_ERASE))
    purges = list(_entries(connection, Action.RETENTION_PURGE))
    if not erasures and not purges:
        return NO_GAPS
    if keyring is None:
        return Gaps(frozenset(), frozenset(), unreadable=True)
    opener = Opener(connection, keyring)
    lines = _ledger(ledger)
    known = _of_erasures(connection, opener, erasures, lines)
    return _with_purges(connection, opener, purges, known, lines)


def _of_erasures(
    connection: Connection, opener: Opener, erasures: Acts, lines: Lines | None
) -> Gaps:
    doubt = None
    values: set[tuple[int, str]] = set()
    keys: set[int] = set()
    unreadable = False
    for seq, entry in erasures:
        try:
            told = _opened(connection, opener, seq, entry)
            replayed = entry.actor.kind is ActorKind.OPERATOR
            if replayed and lines is None:
                doubt = NO_LEDGER
            elif not (
                _in_ledger(told, lines or {})
                if replayed
                else _approved(connection, opener, entry, told)
            ):
                continue
        except SealingError:
            unreadable = True
            continue
        values.update(_listed(str(told.get("values", ""))))
        keys.update(int(kid) for kid in str(told.get("keys", "")).split() if kid.isdigit())
    return Gaps(frozenset(values), frozenset(keys), unreadable=unreadable, doubt=doubt)


def _with_purges(
    connection: Connection, opener: Opener, purges: Acts, known: Gaps, lines: Lines | None
) -> Gaps:
    values, bodies, unreadable = set(known.values), set[int](), known.unreadable
    doubt = known.doubt
    approved: dict[object, bool] = {}
    for seq, entry in purges:
        try:
            told = _opened(connection, opener, seq, entry)
            # All batches of a purge name the same approval; each batch is judged by its own words.
            about = tuple(told.get(name) for name in _OF_PURGE)
            if entry.actor.kind is ActorKind.OPERATOR:
                covers = lines is None or _purge_in_ledger(told, lines)
                doubt = NO_LEDGER if lines is None else doubt
            else:
                if about not in approved:
                    approved[about] = purge_approved(connection, opener, told)
                covers = approved[about]
        except SealingError:
            unreadable = True
            continue
        if covers:
            # What came after it, it cannot have taken.
            listed = _listed(str(told.get("values", "")))
            values.update(one for one in listed if one[0] < seq)
            bodies.update(numbers_told(str(told.get("bodies", "")), seq))
    return replace(
        known,
        values=frozenset(values),
        bodies=frozenset(bodies),
        unreadable=unreadable,
        doubt=doubt,
    )


def _entries(
    connection: Connection, action: Action, about: UUID | None = None
) -> Iterator[tuple[int, Entry]]:
    wanted = (
        select(AuditEntry.seq, AuditEntry.body, AuditLeaf.hash)
        .join(AuditLeaf, AuditLeaf.seq == AuditEntry.seq)
        .where(AuditEntry.action == action)
    )
    if about is not None:
        wanted = wanted.where(AuditEntry.object_id == about)
    for seq, body, leaf in connection.execute(wanted).all():
        # One that was altered counts for nothing; it is found when its turn comes.
        if not isinstance(body, bytes) or leaf_hash(body) != leaf:
            continue
        try:
            entry = parse_entry(body)
        except (ValueError, LookupError, TypeError):
            continue
        if entry.action is action:
            yield seq, entry


def _opened(connection: Connection, opener: Opener, seq: int, entry: Entry) -> Fields:
    """The fields of an entry that are what it committed to. Raise SealingError."""
    rows = connection.execute(
        select(AuditPayload.name, AuditPayload.sealed).where(AuditPayload.seq == seq)
    ).all()
    fields: dict[str, FieldValue] = {}
    for name, sealed in rows:
        salt, value = open_value(opener, entry.id, name, sealed)
        if commitment(salt, entry.id, name, value) == entry.commitments.get(name):
            fields[name] = value
    return fields


def _approved(connection: Connection, opener: Opener, entry: Entry, told: Fields) -> bool:
    """Whether one person asked for it and another approved exactly that, as the record says."""
    asked_by, approved_by = str(told.get("asked_by")), str(entry.actor.ref)
    try:
        approval = UUID(str(told.get("approval")))
    except ValueError:
        return False
    if asked_by == approved_by:
        return False
    asked = _digests(connection, opener, Action.APPROVAL_ASK, approval, asked_by, entry)
    given = _digests(connection, opener, Action.APPROVAL_GIVE, approval, approved_by, entry)
    return bool(asked & given)


def purge_approved(connection: Connection, opener: Opener, told: Fields) -> bool:
    """Whether the purge of this kind was asked for by one person and approved by another.

    It is carried out by the clock, batch by batch, so its entries name both. Raise SealingError.
    """
    asked_by, approved_by = str(told.get("asked_by")), str(told.get("approved_by"))
    try:
        approval = UUID(str(told.get("approval")))
    except ValueError:
        return False
    if asked_by == approved_by:
        return False
    return bool(
        _kind_digests(connection, opener, Action.APPROVAL_ASK, approval, asked_by, told)
        & _kind_digests(connection, opener, Action.APPROVAL_GIVE, approval, approved_by, told)
    )


def _kind_digests(
    connection: Connection, opener: Opener, action: Action, approval: UUID, by: str, purge: Fields
) -> set[FieldValue]:
    """Digests that this person asked for, or approved, to purge that kind up to that day."""
    found: set[FieldValue] = set()
    for seq, one in _entries(connection, action, approval):
        told = _opened(connection, opener, seq, one)
        parameters = str(told.get("parameters"))
        asked = action is not Action.APPROVAL_ASK or all(
            f'"{name}":"{purge.get(name)}"' in parameters
            for name in ("kind", "day", "asked_at")
            # A batch's entry does not say when it was asked for.
            if name != "asked_at" or name in purge
        )
        if str(one.actor.ref) == by and told.get("act") == PURGE_KIND and asked:
            found.add(told.get("digest"))
    return found - {None}


def _digests(
    connection: Connection, opener: Opener, action: Action, approval: UUID, by: str, entry: Entry
) -> set[FieldValue]:
    """Digests that this person asked for, or approved, to erase whom the entry says."""
    found: set[FieldValue] = set()
    for seq, one in _entries(connection, action, approval):
        told = _opened(connection, opener, seq, one)
        if str(one.actor.ref) == by and _is_about(told, str(entry.object_id), action):
            found.add(told.get("digest"))
    return found - {None}


def _is_about(told: Fields, person: str, action: Action) -> bool:
    if told.get("act") == ACT:
        return told.get("about") == person
    # A purge is about many; whom, stands in what was asked for, to which the digest holds both.
    asked = action is not Action.APPROVAL_ASK or person in str(told.get("parameters"))
    return told.get("act") == PURGE and asked


def _ledger(path: Path | None) -> Lines | None:
    """None where it is not at hand, which matters where something was repeated after a restore."""
    if path is None:
        return None
    try:
        return {str(line.id): line for line in read_lines(path)}
    except LedgerTrouble:
        return None


def _in_ledger(told: Fields, lines: Lines, name: str = "erasure") -> bool:
    line = lines.get(str(told.get(name)))
    if line is None or line.asked_by == line.approved_by:
        return False
    return line.sha256.hex() == told.get("ledger_line")


def _purge_in_ledger(told: Fields, lines: Lines) -> bool:
    """Whether the ledger has this batch, and the entry names no thing that the line does not."""
    line = lines.get(str(told.get("batch")))
    if not isinstance(line, PurgeLine) or not _in_ledger(told, lines, "batch"):
        return False
    return set(str(told.get("things", "")).split()) <= set(line.things)


def _listed(text: str) -> Iterator[tuple[int, str]]:
    for one in text.split():
        seq, _, name = one.partition(":")
        if seq.isdigit():
            yield int(seq), name
