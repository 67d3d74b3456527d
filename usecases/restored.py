"""After a restore: what the ledger outside the database knows of is taken away again."""

from __future__ import annotations

from dataclasses import dataclass

from domain.origin import Origin
from storage import erasure_ledger, erasures, purges
from storage.erasure_ledger import LedgerLine
from storage.unit_of_work import Store
from usecases.erasures import erase_again
from usecases.operator import require_operator
from usecases.purges import purge_again


@dataclass(frozen=True, slots=True)
class Replayed:
    """How much a restored backup had brought back."""

    erasures: int
    things: int
    """Of kinds of record that were purged."""


def replay_ledger(store: Store, origin: Origin) -> Replayed:
    """Erase and purge again what a restored backup has brought back.

    To be called before anything is served. Raises LedgerTrouble where the ledger cannot be read.
    """
    require_operator(origin)
    ledger = store.anchoring.ledger
    erased = things = 0
    lines = [] if ledger is None else erasure_ledger.read_lines(ledger)
    if not lines:
        return Replayed(0, 0)
    with store.read(origin) as reading:
        known = erasures.known(reading.connection) | purges.known_batches(reading.connection)
    for line in lines:
        if line.id in known:
            continue
        with store.write(origin) as work:
            if isinstance(line, LedgerLine):
                erased += erase_again(work, line)
            else:
                things += purge_again(work, line)
    return Replayed(erased, things)
