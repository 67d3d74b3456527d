"""Which values of the record may be missing: those that a logged, approved erasure lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, select

from domain.audit import Action, ActorKind, FieldValue
from domain.entries import Entry, commitment, parse_entry
from domain.merkle import leaf_hash
from storage.audit import open_value
from storage.erasure_ledger import LedgerLine, LedgerTrouble, read_lines
from storage.keyring import Keyring, SealingError
from storage.sealing import Opener
from storage.tables.audit import AuditEntry, AuditLeaf, AuditPayload

Fields = Mapping[str, FieldValue]

NO_LEDGER = (
    "an erasure was repeated after a restore, and the ledger that it comes from is not at hand: "
    "set ACCORD_ERASURE_LEDGER"
)
ACT, PURGE = "person.erase", "retention.purge"


@dataclass(frozen=True, slots=True)
class Gaps:
    """`values` may be missing, and what is sealed with `keys` cannot be opened any more.

    `unreadable` says that a list could not be opened, `doubt` what else could not be looked at.
    """

    values: frozenset[tuple[int, str]]
    keys: frozenset[int]
    unreadable: bool = False
    doubt: str | None = None

    def has(self, seq: int, name: str) -> bool:
        return (seq, name) in self.values


NO_GAPS = Gaps(frozenset(), frozenset())


def gaps(connection: Connection, keyring: Keyring | None, ledger: Path | None) -> Gaps:
    """What every erasure in the record lists, if it is one that two people approved.

    One without approvals lists nothing. The entries themselves are verified like all others.
    """
    erasures = list(_entries(connection, Action.PERSON_ERASE))
    if not erasures:
        return NO_GAPS
    if keyring is None:
        return Gaps(frozenset(), frozenset(), unreadable=True)
    lines, doubt = _ledger(ledger)
    values: set[tuple[int, str]] = set()
    keys: set[int] = set()
    unreadable = False
    opener = Opener(connection, keyring)
    for seq, entry in erasures:
        try:
            told = _opened(connection, opener, seq, entry)
            replayed = entry.actor.kind is ActorKind.OPERATOR
            if replayed and lines is None:
                doubt = doubt or NO_LEDGER
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
    return Gaps(frozenset(values), frozenset(keys), unreadable, doubt)


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


def _ledger(path: Path | None) -> tuple[Mapping[str, LedgerLine] | None, str | None]:
    if path is None:
        return None, None
    try:
        return {str(line.erasure): line for line in read_lines(path)}, None
    except LedgerTrouble:
        return None, NO_LEDGER


def _in_ledger(told: Fields, lines: Mapping[str, LedgerLine]) -> bool:
    line = lines.get(str(told.get("erasure")))
    if line is None or line.asked_by == line.approved_by:
        return False
    return line.sha256.hex() == told.get("ledger_line")


def _listed(text: str) -> Iterator[tuple[int, str]]:
    for one in text.split():
        seq, _, name = one.partition(":")
        if seq.isdigit():
            yield int(seq), name
