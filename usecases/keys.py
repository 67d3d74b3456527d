"""Data keys wrapped anew: `accord keys rotate`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from domain.audit import Action, AuditEvent
from domain.notices import SubjectType
from domain.origin import Origin
from storage.key_rotation import Batch, keys_to_rotate, next_batch, store_batch
from storage.sealing import keys_of_missing_secrets
from storage.unit_of_work import Store
from usecases.operator import require_operator

# All data keys together are one object of the record.
KEYS_ID = UUID("00000000-0000-4000-8000-000000000002")
BATCH = 500
# More than once only where another process still makes keys under an earlier secret.
PASSES = 3


@dataclass(frozen=True, slots=True)
class Rotation:
    """What became of the data keys that an earlier secret had wrapped."""

    found: int
    """How many there were at first."""
    damaged: tuple[int, ...]
    """The kids of those that do not open: they stay as they are."""
    late: int
    """Others that an earlier secret wrapped meanwhile."""
    foreign: int
    """Those that no secret at hand wrapped, by now."""


def rotate_keys(
    store: Store,
    origin: Origin,
    on_progress: Callable[[int, int], None],
    give_way: Callable[[], None],
) -> Rotation:
    """Wrap what earlier secrets wrapped under the newest, batch by batch, each its own transaction.

    Stopped at any moment, every key opens under one secret or the other, and the next run goes on.
    Before the first batch the record says that it begins. `on_progress` hears how many of how many;
    `give_way` is called between batches, so that those who answer people get their turn.
    """
    actor = require_operator(origin)
    with store.write(origin) as work:
        found = keys_to_rotate(work.connection, store.keyring)
        if found:
            work.record(
                AuditEvent(
                    action=Action.KEYS_ROTATE,
                    actor=actor,
                    object_type=SubjectType.KEYS,
                    object_id=KEYS_ID,
                    fields={"keys": found},
                )
            )
    damaged: set[int] = set()
    done = 0
    for _ in range(PASSES):
        after = 0
        while batch := _rotate_some(store, origin, after):
            damaged.update(batch.damaged)
            done += len(batch.rewrapped)
            after = batch.last
            on_progress(done, found)
            give_way()
        left = _left(store, origin)
        if left == len(damaged):
            break
    with store.read(origin) as work:
        foreign = keys_of_missing_secrets(work.connection, store.keyring)
    return Rotation(found, tuple(sorted(damaged)), left - len(damaged), foreign)


def _rotate_some(store: Store, origin: Origin, after: int) -> Batch | None:
    with store.read(origin) as work:
        batch = next_batch(work.connection, store.keyring, after, BATCH)
    if batch is not None:
        with store.write_alone() as connection:
            store_batch(connection, batch)
    return batch


def _left(store: Store, origin: Origin) -> int:
    with store.read(origin) as work:
        return keys_to_rotate(work.connection, store.keyring)
