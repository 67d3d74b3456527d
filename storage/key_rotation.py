"""Data keys wrapped anew under the newest secret, some at a time, while others read and write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from storage.keyring import Corrupt, Keyring, WrongKey
from storage.sealing import identity_of, unwrap_row
from storage.statements import Statement
from storage.tables.sealing import DataKey

_key = DataKey.__table__.c
# Only if it is still as it was read: another run may have been faster, and an erasure goes first.
_WRAP_ANEW = Statement(
    update(DataKey)
    .where(_key.kid == bindparam("of"), _key.wrapped == bindparam("before"))
    .values(wrapped=bindparam("anew"), wrapped_by=bindparam("by"))
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Data keys made ready to be stored, and those that could not be unwrapped, by their kids."""

    rewrapped: Sequence[dict[str, Any]]
    damaged: tuple[int, ...]
    last: int
    """The largest kid that it looked at."""


def keys_to_rotate(connection: Connection, keyring: Keyring) -> int:
    """How many data keys an earlier secret of those at hand has wrapped."""
    earlier = keyring.fingerprints[1:]
    wanted = select(func.count()).select_from(DataKey).where(_key.wrapped_by.in_(earlier))
    return connection.execute(wanted).scalar_one()


def next_batch(connection: Connection, keyring: Keyring, after: int, limit: int) -> Batch | None:
    """The next data keys behind the kid `after`, wrapped anew; None where none are left.

    Writes nothing, so that nobody waits while it computes.
    """
    rows = connection.execute(
        select(DataKey.__table__)
        .where(_key.wrapped_by.in_(keyring.fingerprints[1:]), _key.kid > after)
        .order_by(_key.kid)
        .limit(limit)
    ).mappings()
    found = [dict(row) for row in rows]
    if not found:
        return None
    rewrapped, damaged = [], []
    for row in found:
        try:
            fresh = keyring.wrap(identity_of(row), unwrap_row(keyring, row))
        except (Corrupt, WrongKey):
            damaged.append(row["kid"])
        else:
            rewrapped.append(
                {
                    "of": row["kid"],
                    "before": row["wrapped"],
                    "anew": fresh.key,
                    "by": fresh.wrapped_by,
                }
            )
    return Batch(rewrapped, tuple(damaged), found[-1]["kid"])


def store_batch(connection: Connection, batch: Batch) -> None:
    """Store what `next_batch` made ready; a key that changed meanwhile stays as it is."""
    if batch.rewrapped:
        _WRAP_ANEW.run_each(connection, batch.rewrapped)
