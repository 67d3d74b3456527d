"""How fast Slack may be called: what the processes that share a database have reserved and learnt.

All moments are machine time, given by the caller. Slots are taken within the transaction that
claims, see `storage.deliveries`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    case,
    delete,
    exists,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from domain.notices import Lane
from domain.pacing import POSTS, Pace, pause_after
from storage.conditions import built_once
from storage.conflicts import insert_if_new
from storage.literals import literally
from storage.statements import Statement
from storage.tables.base import Base
from storage.tables.outbox import Delivery, DeliveryState, Op
from storage.tables.pace import DestinationPace, PaceRow
from storage.types import MICROSECOND, Moment

KEPT = timedelta(minutes=1)

_ALL = Statement(
    select(
        PaceRow.method,
        PaceRow.tat,
        PaceRow.interval,
        PaceRow.blocked_until,
        PaceRow.unknown_in_a_row,
        PaceRow.probe_at,
    )
)
_TAKEN = Statement(
    update(PaceRow)
    .where(PaceRow.method == bindparam("of"))
    .values(tat=bindparam("next", type_=Moment()), probe_at=bindparam("probe", type_=Moment()))
)
_BUDGET = Statement(
    update(PaceRow)
    .where(PaceRow.method == bindparam("of"), PaceRow.interval != bindparam("wanted"))
    .values(interval=bindparam("wanted"))
)
_KNOWN_AGAIN = Statement(
    update(PaceRow)
    .where(PaceRow.method == POSTS, PaceRow.unknown_in_a_row > 0)
    .values(unknown_in_a_row=0, probe_at=None)
)
_BEHIND_THE_OTHERS = Statement(
    update(Delivery)
    .where(
        Delivery.destination == bindparam("to"),
        Delivery.state == literally(DeliveryState.QUEUED),
        Delivery.op == literally(Op.POST),
        Delivery.lane == bindparam("of_lane"),
        Delivery.not_before < bindparam("free", type_=Moment()),
    )
    .values(not_before=bindparam("free", type_=Moment()))
)
# What came for it meanwhile counts, too; what is put off for other reasons is due later than that.
_REST_ENDS = Statement(
    select(DestinationPace.free_at)
    .where(
        DestinationPace.free_at > bindparam("now", type_=Moment()),
        exists().where(
            Delivery.destination == DestinationPace.destination,
            Delivery.state == literally(DeliveryState.QUEUED),
            Delivery.op == literally(Op.POST),
            Delivery.not_before <= DestinationPace.free_at,
        ),
    )
    .order_by(DestinationPace.free_at)
    .limit(1)
)


def read_paces(connection: Connection) -> dict[str, Pace]:
    """How each method stands."""
    return {
        method: Pace(method, tat, interval * MICROSECOND, blocked, unknown, probe)
        for method, tat, interval, blocked, unknown, probe in _ALL.rows(connection, {})
    }


def store_taken(connection: Connection, paces: Iterable[Pace]) -> None:
    """Slots were taken; only what claims may change is written, under the lock of claims."""
    rows = [{"of": one.method, "next": one.tat, "probe": one.probe_at} for one in paces]
    if rows:
        _TAKEN.run_each(connection, rows)


def set_budgets(
    connection: Connection, intervals: Mapping[str, timedelta], *, machine_now: datetime
) -> None:
    """From now on these methods have slots at these intervals, in all processes."""
    for method, interval in sorted(intervals.items()):
        insert_if_new(connection, PaceRow, _new(method, interval, machine_now))
        _BUDGET.run(connection, {"of": method, "wanted": interval // MICROSECOND})


def take_one(connection: Connection, method: str, *, machine_now: datetime) -> bool:
    """Take the slot of this moment, outside of claims; False where it is taken or not given.

    A method without a row has no budget.
    """
    asked = select(PaceRow.interval).where(PaceRow.method == method)
    interval = connection.execute(asked).scalar_one_or_none()
    if interval is None:
        return True
    taken = connection.execute(
        update(PaceRow)
        .where(
            PaceRow.method == method,
            PaceRow.tat <= machine_now,
            or_(PaceRow.blocked_until.is_(None), PaceRow.blocked_until <= machine_now),
        )
        .values(tat=machine_now + interval * MICROSECOND)
    )
    return taken.rowcount == 1


def block(connection: Connection, method: str, *, until: datetime, machine_now: datetime) -> None:
    """Slack has asked to wait: no process calls the method before `until`."""
    insert_if_new(connection, PaceRow, _new(method, timedelta(), machine_now))
    connection.execute(
        update(PaceRow)
        .where(PaceRow.method == method)
        .values(
            blocked_until=case(
                (PaceRow.blocked_until > until, PaceRow.blocked_until),
                else_=literal(until, Moment()),
            ),
            slowed_down=PaceRow.slowed_down + 1,
        )
    )


def blocked_now(method: str, machine_now: datetime) -> ColumnElement[bool]:
    """Whether Slack has asked to wait, for a statement that is about to send."""
    return (
        select(PaceRow.method)
        .where(PaceRow.method == method, PaceRow.blocked_until > machine_now)
        .exists()
    )


def note_post(
    connection: Connection, destination: str, lane: Lane, *, machine_now: datetime, gap: timedelta
) -> None:
    """Slack has taken a post: outcomes are known again, and the destination has a rest."""
    _KNOWN_AGAIN.run(connection, {})
    _rest(connection, destination, lane, machine_now + gap, gap)


def note_unknown_post(
    connection: Connection, destination: str, lane: Lane, *, machine_now: datetime, gap: timedelta
) -> int:
    """A post may or may not be in Slack; returns how many in a row. Too many stop new ones."""
    insert_if_new(connection, PaceRow, _new(POSTS, timedelta(), machine_now))
    in_a_row = connection.execute(
        update(PaceRow)
        .where(PaceRow.method == POSTS)
        .values(unknown_in_a_row=PaceRow.unknown_in_a_row + 1)
        .returning(PaceRow.unknown_in_a_row)
    ).scalar_one()
    pause = pause_after(in_a_row)
    if pause:
        connection.execute(
            update(PaceRow).where(PaceRow.method == POSTS).values(probe_at=machine_now + pause)
        )
    _rest(connection, destination, lane, machine_now + gap, gap)
    return in_a_row


def _rest(
    connection: Connection, destination: str, lane: Lane, free_at: datetime, gap: timedelta
) -> None:
    """What waits for the same destination goes behind what waits for others: by turns."""
    if not gap:
        return
    _keep_free_at(connection.dialect.name).run(
        connection, {"destination": destination, "free_at": free_at}
    )
    _BEHIND_THE_OTHERS.run(connection, {"to": destination, "of_lane": int(lane), "free": free_at})


def resting(
    destination: InstrumentedAttribute[str], now: ColumnElement[datetime]
) -> ColumnElement[bool]:
    """Whether a destination has just had a post."""
    return (
        select(DestinationPace.destination)
        .where(DestinationPace.destination == destination, DestinationPace.free_at > now)
        .exists()
    )


def rest_ends(connection: Connection, *, machine_now: datetime) -> datetime | None:
    """When a post can leave that only the rest of its destination holds up; None without one."""
    row = _REST_ENDS.row(connection, {"now": machine_now})
    return None if row is None else row[0]


def forget_destinations(connection: Connection, *, machine_now: datetime) -> int:
    """Those that have long been free."""
    return connection.execute(
        delete(DestinationPace).where(DestinationPace.free_at < machine_now - KEPT)
    ).rowcount


def age(connection: Connection, *, waiting_since: datetime, limit: int = 1000) -> int:
    """Reminders that have waited since then go with the deviations; returns how many."""
    old = (
        select(Delivery.id)
        .where(
            Delivery.state == literally(DeliveryState.QUEUED),
            Delivery.lane == int(Lane.REMINDER),
            Delivery.not_before <= waiting_since,
        )
        .order_by(Delivery.not_before)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("old")
        .prefix_with("MATERIALIZED")
    )
    aged = connection.execute(
        update(Delivery)
        .where(Delivery.id.in_(select(old.c.id)))
        .values(lane=int(Lane.DEVIATION))
        .returning(Delivery.id)
    )
    return len(aged.all())


def _new(method: str, interval: timedelta, machine_now: datetime) -> dict[str, object]:
    return {
        "method": method,
        "tat": machine_now,
        "interval": interval // MICROSECOND,
        "blocked_until": None,
        "slowed_down": 0,
        "unknown_in_a_row": 0,
        "probe_at": None,
    }


@built_once
def _keep_free_at(dialect_name: str) -> Statement:
    table: type[Base] = DestinationPace
    insert = sqlite.insert(table) if dialect_name == "sqlite" else postgresql.insert(table)
    statement = insert.on_conflict_do_update(
        index_elements=["destination"], set_={"free_at": insert.excluded.free_at}
    )
    return Statement(statement.inline(), ("destination", "free_at"))
