"""How the outbox is doing: for /metrics, /readyz and the doctor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, select

from domain.notices import Lane
from storage.deliveries import any_of
from storage.literals import literally
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState

# One group per partial index: counting costs what is in the queue, not what was ever sent.
_COUNTED = (
    (DeliveryState.QUEUED,),
    (DeliveryState.CLAIMED, DeliveryState.SENDING),
    (DeliveryState.UNCERTAIN,),
    (DeliveryState.DEAD,),
)
COUNTED = tuple(state for group in _COUNTED for state in group)


@dataclass(frozen=True, slots=True)
class LaneNumbers:
    """A lane's queue; `oldest_due` is how long its oldest due delivery has been waiting."""

    length: int
    due: int
    oldest_due: timedelta


@dataclass(frozen=True, slots=True)
class QueueNumbers:
    """A snapshot. `due_not_queued` are notices that are due but have no delivery: 0 in health, but
    for the moment until the clock comes by. `longest_not_queued` is since when, in business time.

    `errors` counts open and dead deliveries by the code of their last error.
    """

    lanes: Mapping[Lane, LaneNumbers]
    states: Mapping[DeliveryState, int]
    due_not_queued: int
    longest_not_queued: timedelta
    errors: Mapping[str, int]

    @property
    def oldest_due(self) -> timedelta:
        return max(lane.oldest_due for lane in self.lanes.values())


def queue_numbers(
    connection: Connection, *, machine_now: datetime, business_now: datetime
) -> QueueNumbers:
    """Count what is open and what is dead; what was sent is not counted."""
    by_state: Counter[DeliveryState] = Counter()
    by_error: Counter[str] = Counter()
    for group in _COUNTED:
        rows = connection.execute(
            select(Delivery.state, Delivery.error, func.count())
            .where(any_of(*group))
            .group_by(Delivery.state, Delivery.error)
        )
        for state, error, count in rows:
            by_state[state] += count
            if error is not None:
                by_error[error] += count
    not_queued, since = _due_not_queued(connection, business_now)
    return QueueNumbers(
        lanes=_lanes(connection, machine_now),
        states=by_state,
        due_not_queued=not_queued,
        longest_not_queued=timedelta() if since is None else business_now - since,
        errors=by_error,
    )


def _lanes(connection: Connection, machine_now: datetime) -> dict[Lane, LaneNumbers]:
    due = Delivery.not_before <= machine_now
    rows = connection.execute(
        select(
            Delivery.lane,
            func.count().label("length"),
            func.count(case((due, 1))).label("due"),
            func.min(Delivery.not_before).label("oldest"),
        )
        .where(Delivery.state == literally(DeliveryState.QUEUED))
        .group_by(Delivery.lane)
    )
    lanes = {lane: LaneNumbers(0, 0, timedelta()) for lane in Lane}
    for row in rows:
        waited = max(machine_now - row.oldest, timedelta())
        lanes[Lane(row.lane)] = LaneNumbers(row.length, row.due, waited)
    return lanes


def _due_not_queued(connection: Connection, business_now: datetime) -> tuple[int, datetime | None]:
    row = connection.execute(
        select(func.count(), func.min(Notice.due_at)).where(
            Notice.state == literally(NoticeState.WAITING),
            Notice.due_at <= business_now,
        )
    ).one()
    return row[0], row[1]
