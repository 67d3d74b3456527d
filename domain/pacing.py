"""How many calls Slack gets, and when: slots at an even pace, reserved before anything is sent.

Pure: `Room` is asked within the transaction that claims messages, on what all processes have
reserved so far. A call leaves in its slot or at most `LATE` after it, else it needs another one; so
no minute ever has more calls than the budget allows, whoever stalls. Source: the delivery design.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

POSTS = "chat.postMessage"
BULK = "bulk"
"""Not a method: the share of the posts that reminders and announcements may have."""

WINDOW = timedelta(minutes=1)
"""What Slack counts in."""
LATE = timedelta(milliseconds=500)
"""How long after its slot a call may still leave."""
SLACK_IN_WINDOW = timedelta(seconds=1)
"""Budgets are spread over so much more than a minute: calls leave up to `LATE` late, and the
network takes now more, now less time."""

USUAL_POSTS = 240
USUAL_SHARE = 0.75

TRIPS_AT = 5
"""Posts of unknown outcome in a row after which no more are sent for a while."""
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=5)


def interval_for(calls_a_minute: float) -> timedelta:
    """Between two slots, so that no minute has more calls than these."""
    return (WINDOW + SLACK_IN_WINDOW) / calls_a_minute


def calls_a_minute(bulk: Pace | None) -> float:
    """How many bulk posts leave a minute; as by default where nothing is paced yet."""
    interval = bulk.interval if bulk is not None and bulk.interval else USUAL_BULK
    return WINDOW / interval


def pause_after(unknown_in_a_row: int) -> timedelta:
    """How long no post is sent; nothing below `TRIPS_AT`, then doubling."""
    if unknown_in_a_row < TRIPS_AT:
        return timedelta()
    # Bounded before it is used, lest the number grow without end.
    return min(FIRST_PAUSE * (1 << min(unknown_in_a_row - TRIPS_AT, 10)), LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Pace:
    """How the calls of one method stand, for all processes. All moments are machine time."""

    method: str
    tat: datetime
    """The next free slot; those before are taken, or over."""
    interval: timedelta
    """Between slots; zero where the method has no budget."""
    blocked_until: datetime | None = None
    """Slack has asked to wait so long."""
    unknown_in_a_row: int = 0
    """Posts whose outcome nobody knew, since one last succeeded."""
    probe_at: datetime | None = None
    """When one post may find out whether outcomes are known again."""

    @property
    def tripped(self) -> bool:
        """Whether too many outcomes in a row were unknown."""
        return self.unknown_in_a_row >= TRIPS_AT

    def opens_at(self, now: datetime, horizon: timedelta) -> datetime | None:
        """When a slot can be reserved; None if one can be now."""
        waits = [self.blocked_until, self.probe_at]
        if self.interval:
            waits.append(self.tat - horizon)
        later = [moment for moment in waits if moment is not None and moment > now]
        return max(later, default=None)

    def after(self, now: datetime) -> Pace:
        """As it stands once the slot that is next `now` is taken."""
        probe = now + pause_after(self.unknown_in_a_row) if self.tripped else self.probe_at
        return replace(self, tat=max(self.tat, now) + self.interval, probe_at=probe)


USUAL_BULK = interval_for(USUAL_POSTS * USUAL_SHARE)


class Room:
    """Reserves slots that begin up to `horizon` from now; `changed` is to be stored.

    The horizon bounds how long what is urgent waits behind what has a slot already.
    """

    def __init__(self, paces: Mapping[str, Pace], now: datetime, horizon: timedelta) -> None:
        self._paces = dict(paces)
        self._now = now
        self._horizon = horizon
        self._changed: set[str] = set()

    def opens_at(self, method: str, *, bulk: bool = False) -> datetime | None:
        """When this method has a slot to give; None if it has one now."""
        opens = [pace.opens_at(self._now, self._horizon) for pace in self._asked(method, bulk=bulk)]
        return max((moment for moment in opens if moment is not None), default=None)

    def take(self, method: str, *, bulk: bool = False) -> datetime | None:
        """The slot in which one call may be made; None where none is free."""
        asked = self._asked(method, bulk=bulk)
        if any(pace.opens_at(self._now, self._horizon) is not None for pace in asked):
            return None
        slot = max([self._now, *(pace.tat for pace in asked if pace.interval)])
        for pace in asked:
            # The share counts from now: what urgent messages delay is not lost to the others.
            begins = self._now if pace.method == BULK else slot
            self._paces[pace.method] = pace.after(begins)
            self._changed.add(pace.method)
        return slot

    def changed(self) -> Iterable[Pace]:
        return [self._paces[method] for method in sorted(self._changed)]

    def _asked(self, method: str, *, bulk: bool) -> list[Pace]:
        names = (method, BULK) if bulk and method == POSTS else (method,)
        return [self._paces[name] for name in names if name in self._paces]
