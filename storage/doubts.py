"""Deliveries of which nobody knows whether Slack has them, and what its history says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from storage.literals import literally
from storage.tables.outbox import Delivery, DeliveryState, Post
from storage.tables.people import Person


@dataclass(frozen=True, slots=True)
class Doubt:
    """A post, taken by this process for one look at Slack's history until `until`.

    It is uncertain; or `sent`, and may be there a second time.

    `channel` is None where Slack has not yet told which conversation the person's is.
    """

    id: int
    uuid: UUID
    until: datetime
    channel: str | None
    thread_ts: str | None
    person: UUID | None
    slack_user: str | None
    send_started: datetime
    looks: int
    failures: int
    sent: bool = False


def take_doubts(
    connection: Connection, *, machine_now: datetime, lease: timedelta, limit: int
) -> list[Doubt]:
    """Take posts whose look is due: uncertain ones, else those that may be there twice.

    If this process dies, they are due again after `lease`.
    """
    for state in (DeliveryState.UNCERTAIN, DeliveryState.SENT):
        taken = _take(connection, state, machine_now, machine_now + lease, limit)
        if taken:
            return taken
    return []


def _take(
    connection: Connection, state: DeliveryState, now: datetime, until: datetime, limit: int
) -> list[Doubt]:
    due = (
        select(Delivery.id)
        .where(Delivery.state == literally(state), Delivery.reconcile_at <= now)
        .order_by(Delivery.reconcile_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
        .prefix_with("MATERIALIZED")
    )
    taken = (
        connection.execute(
            update(Delivery)
            .where(Delivery.id.in_(select(due.c.id)))
            .values(reconcile_at=until)
            .returning(Delivery.id)
        )
        .scalars()
        .all()
    )
    if not taken:
        return []
    rows = connection.execute(
        select(
            Delivery.id,
            Delivery.uuid,
            Delivery.send_started,
            Delivery.looks,
            Delivery.failures,
            func.coalesce(Post.channel, Person.dm_channel).label("channel"),
            Post.thread_ts,
            Post.person_id,
            Person.slack_user,
        )
        .join(Post, Post.id == Delivery.post_id)
        .outerjoin(Person, Person.id == Post.person_id)
        .where(Delivery.id.in_(taken))
        .order_by(Delivery.id)
    )
    return [
        Doubt(
            id=row.id,
            uuid=row.uuid,
            until=until,
            channel=row.channel,
            thread_ts=row.thread_ts,
            person=row.person_id,
            slack_user=row.slack_user,
            send_started=row.send_started,
            looks=row.looks,
            failures=row.failures,
            sent=state is DeliveryState.SENT,
        )
        for row in rows
    ]


def look_again(
    connection: Connection,
    doubt: Doubt,
    *,
    look_at: datetime,
    looked: bool,
    error: str | None = None,
) -> bool:
    """Read history again at `look_at`; `looked` says whether it could be read this time."""
    return _settle(
        connection,
        doubt,
        reconcile_at=look_at,
        looks=Delivery.looks + int(looked),
        **({} if error is None else {"error": error}),
    )


def not_in_slack(
    connection: Connection, doubt: Doubt, *, not_before: datetime, look_at: datetime
) -> bool:
    """Its history does not have it, and would by now: send it again from `not_before` on.

    Whoever sent it the first time may only stand still: copies are looked for at `look_at`.
    """
    return _settle(
        connection,
        doubt,
        state=DeliveryState.QUEUED,
        not_before=not_before,
        failures=Delivery.failures + 1,
        lease_token=None,
        reconcile_at=look_at,
    )


def no_more_copies(connection: Connection, doubt: Doubt) -> bool:
    """Of one that was sent: what its history had beside it is dealt with."""
    changed = connection.execute(
        update(Delivery)
        .where(
            Delivery.id == doubt.id,
            Delivery.state == DeliveryState.SENT,
            Delivery.reconcile_at == doubt.until,
        )
        .values(reconcile_at=None)
    ).rowcount
    return changed == 1


def give_up(
    connection: Connection, doubt: Doubt, *, error: str, machine_now: datetime, in_doubt: bool
) -> bool:
    """Nobody can tell (`in_doubt`), or sending failed too often: an administrator is to know."""
    return _settle(
        connection,
        doubt,
        state=DeliveryState.DEAD,
        lease_token=None,
        # What may be in Slack is looked for there before it is ever sent again.
        reconcile_at=machine_now if in_doubt else None,
        died_at=machine_now,
        error=error,
    )


def _settle(connection: Connection, doubt: Doubt, **values: object) -> bool:
    changed = connection.execute(
        update(Delivery)
        .where(
            Delivery.id == doubt.id,
            Delivery.state == literally(DeliveryState.UNCERTAIN),
            # Somebody else's look has begun if the moment moved.
            Delivery.reconcile_at == doubt.until,
        )
        .values(**values)
    ).rowcount
    return changed == 1
