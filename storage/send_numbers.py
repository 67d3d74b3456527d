"""How sending goes: what the last minutes brought, and how much of Slack's limits they took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, func, select

from domain.notices import Lane
from domain.pacing import BULK, POSTS, Pace, calls_a_minute
from storage.literals import literally
from storage.paces import read_paces
from storage.tables.outbox import AttemptLog, Delivery, DeliveryState, Op
from storage.tables.pace import PaceRow

LATELY = timedelta(minutes=5)
URGENT = Lane.ESCALATION
"""Up to this lane a message that waits for minutes is a sign of trouble; later ones may have to."""


class Became(StrEnum):
    """What became of an attempt to send."""

    SENT = "sent"
    RETRIED = "retried"
    SLOWED_DOWN = "slowed_down"
    """Slack answered 429."""
    UNCERTAIN = "uncertain"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class SendNumbers:
    """Attempts within `LATELY`, and how each method stands; `share` is of its budget, 0 to 1."""

    attempts: Mapping[tuple[Lane, Became], int]
    share: Mapping[str, float]
    slowed_down: Mapping[str, int]
    """How often Slack has answered 429, ever."""
    posts: Pace | None
    """Counts unknown outcomes; None before anything was sent."""


def send_numbers(connection: Connection, *, machine_now: datetime) -> SendNumbers:
    """Read from the log of attempts, by their time."""
    newest = AttemptLog.n == Delivery.attempt
    rows = connection.execute(
        select(Delivery.lane, Delivery.op, Delivery.state, newest, AttemptLog.outcome, func.count())
        .join(Delivery, Delivery.id == AttemptLog.delivery_id)
        .where(AttemptLog.started > machine_now - LATELY, AttemptLog.ended.is_not(None))
        .group_by(Delivery.lane, Delivery.op, Delivery.state, newest, AttemptLog.outcome)
    )
    attempts: Counter[tuple[Lane, Became]] = Counter()
    calls: Counter[str] = Counter()
    for lane, op, state, is_newest, outcome, count in rows:
        attempts[Lane(lane), _became(state if is_newest else None, outcome)] += count
        calls[op.method] += count
    paces = read_paces(connection)
    share = {
        op.method: calls[op.method] * pace.interval / LATELY
        for op in Op
        if (pace := paces.get(op.method)) is not None and pace.interval
    }
    slowed = connection.execute(select(PaceRow.method, PaceRow.slowed_down))
    return SendNumbers(
        attempts,
        share,
        {method: count for method, count in slowed if method != BULK},
        paces.get(POSTS),
    )


_AFTERWARDS = {
    # Found in Slack's history after all.
    DeliveryState.SENT: Became.SENT,
    DeliveryState.UNCERTAIN: Became.UNCERTAIN,
    DeliveryState.DEAD: Became.DEAD,
}


def _became(state: DeliveryState | None, outcome: str | None) -> Became:
    """`state` is the delivery's, None for an attempt that another one has followed."""
    if outcome == "sent":
        return Became.SENT
    if outcome == "ratelimited":
        return Became.SLOWED_DOWN
    return Became.RETRIED if state is None else _AFTERWARDS.get(state, Became.RETRIED)


def oldest_urgent(connection: Connection, *, machine_now: datetime) -> timedelta:
    """How long the oldest message has been waiting that ought to leave at once."""
    oldest = connection.execute(
        select(func.min(Delivery.not_before)).where(
            Delivery.state == literally(DeliveryState.QUEUED), Delivery.lane <= int(URGENT)
        )
    ).scalar_one()
    return timedelta() if oldest is None else max(machine_now - oldest, timedelta())


def bulk_ahead(connection: Connection) -> int:
    """How many reminders and announcements delivery has, which go before new ones."""
    return connection.execute(
        select(func.count())
        .select_from(Delivery)
        .where(
            Delivery.state == literally(DeliveryState.QUEUED),
            Delivery.lane >= int(Lane.REMINDER),
            Delivery.op == literally(Op.POST),
        )
    ).scalar_one()


def bulk_pace(connection: Connection) -> float:
    """How many of them leave a minute."""
    return calls_a_minute(read_paces(connection).get(BULK))
