"""Proofs and exports of the record, for whoever runs Accord."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection

from domain.audit import Action, Actor, AuditEvent
from domain.entries import Entry
from domain.origin import Origin
from domain.sensitivity import Sensitivity
from domain.signed_notes import UnknownKey, Verifier, opened
from domain.tlog_proofs import EntryProof
from storage import checkpoints, proofs
from storage.checkpoints import StoredCheckpoint
from storage.sealing import Opener
from storage.unit_of_work import Store
from storage.verify import snapshot
from usecases.checkpoints import make_checkpoint
from usecases.operator import require_operator


class NoCheckpoint(Exception):
    """No checkpoint covers the entry, and there is no key to make one."""


def prove_entry(store: Store, origin: Origin, seq: int) -> EntryProof:
    """The proof of one entry, with its values. What is confidential is a logged read, beforehand.

    Raise NoSuchEntry, NoCheckpoint, LeavesMissing; SealingError for a value that does not open.
    """
    actor = require_operator(origin)
    with store.write(origin) as work:
        entry = proofs.entry(work.connection, seq)
        if entry.sensitivity is not Sensitivity.INTERNAL:
            work.record(_looked_at(actor, entry, seq))
    with store.read(origin) as work:
        checkpoint = checkpoints.covering(work.connection, seq)
    if checkpoint is None:
        checkpoint = make_checkpoint(store, origin)
    if checkpoint is None:
        raise NoCheckpoint
    with snapshot(store.engine) as connection:
        opener = Opener(connection, store.keyring)
        proof = proofs.prove_entry(connection, opener, seq, checkpoint)
    return replace(proof, key=key_of(store, checkpoint))


def newest_checkpoint(store: Store, origin: Origin) -> StoredCheckpoint | None:
    """One of the record as it stands if there is a key; else the last that was made."""
    made = make_checkpoint(store, origin)
    if made is not None:
        return made
    with store.read(origin) as work:
        return checkpoints.latest(work.connection)


@contextmanager
def looking(store: Store) -> Iterator[Connection]:
    """The record as it stands now, while people go on working."""
    with snapshot(store.engine) as connection:
        yield connection


def key_of(store: Store, checkpoint: StoredCheckpoint | None) -> str | None:
    """The verifier key of whichever of our keys signed it."""
    if checkpoint is None or store.anchoring.keys is None:
        return None
    return next(
        (one.vkey for one in store.anchoring.keys.verifiers if _signed(checkpoint, one)), None
    )


def _signed(checkpoint: StoredCheckpoint, verifier: Verifier) -> bool:
    try:
        opened(checkpoint.note, [verifier])
    except UnknownKey:
        return False
    return True


def _looked_at(actor: Actor, entry: Entry, seq: int) -> AuditEvent:
    return AuditEvent(
        Action.READ_ENTRY,
        actor,
        entry.object_type,
        entry.object_id,
        subject=entry.subject,
        sensitivity=entry.sensitivity,
        fields={"entry": seq},
    )
