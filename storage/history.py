"""Entering what happened long ago through the same use cases as everything else.

A company that comes with goals of its own, or a sample of one, has a past: its acts are entered
each as of their own business moment, while the record says when they were really entered.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from domain.origin import Origin
from storage.sealing import Sealer
from storage.unit_of_work import Reading, Store, Work


@contextmanager
def entering_history(store: Store, now: datetime) -> Iterator[History]:
    """A store whose units of work are committed together at the end of the block, or none is.

    Nobody is told of what was due by `now` (business time): see `storage.past_messages`. Everybody
    else waits to write until the block ends, so it is for an empty database, or for a quiet hour.
    """
    with store.write_alone() as connection:
        yield History(store, connection, now)


class History(Store):
    """One transaction for many units of work, each undone alone where it raises."""

    def __init__(self, store: Store, connection: Connection, now: datetime) -> None:
        super().__init__(store.engine, store.keyring, store.clock, store.initial_policy)
        self.connection = connection
        self._now = now
        self._sealers: dict[str, Sealer] = {}

    @contextmanager
    def read(self, origin: Origin) -> Iterator[Reading]:
        """A read within the transaction: it sees all that was entered so far."""
        connection = self.connection
        yield Reading(
            connection,
            origin,
            self._sealer(connection, origin),
            self.clock.machine(),
            self._policies,
        )

    @contextmanager
    def write(self, origin: Origin) -> Iterator[Work]:
        """A unit of work of its own; where it raises, nothing of it is left behind."""
        connection, origin = self.connection, replace(origin, as_of=origin.now)
        try:
            with connection.begin_nested():
                work = Work(
                    connection,
                    origin,
                    self._sealer(connection, origin),
                    self.clock.machine(),
                    self._policies,
                    untold_until=self._now,
                )
                yield work
                work.finish()
        except BaseException:
            # A key that was made in there is gone with it.
            self._sealers.clear()
            raise

    def _sealer(self, connection: Connection, origin: Origin) -> Sealer:
        # Kept for the whole block: it is one transaction, and no key of it is erased meanwhile.
        cohort = str(origin.now.year)
        if cohort not in self._sealers:
            self._sealers[cohort] = super()._sealer(connection, origin)
        return self._sealers[cohort]
