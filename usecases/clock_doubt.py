"""Whether this machine's clock may be believed before it takes anything away.

What somebody does in Slack bears out the clock: Slack's stamp on the request lay within five
minutes of it. Where nobody has done anything for a week, it may have been set ahead; then nothing
is archived, purged or ended until somebody does, or an operator says that the clock is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.origin import Origin
from storage.audit import last_act_of_anybody
from storage.unit_of_work import Store

QUIET = timedelta(days=7)
TOLERANCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ClockDoubt:
    """The clock, and the last act of a person: long before it, or after it."""

    now: datetime
    last_act: datetime

    @property
    def days(self) -> int:
        return abs(self.now - self.last_act).days

    @property
    def is_behind(self) -> bool:
        return self.last_act > self.now


def clock_doubt(store: Store, origin: Origin) -> ClockDoubt | None:
    """None where the clock is borne out, or nobody has ever done anything here."""
    with store.read(origin) as reading:
        last = last_act_of_anybody(reading.connection)
        if last is None or -TOLERANCE <= reading.at - last <= QUIET:
            return None
        return ClockDoubt(reading.at, last)
