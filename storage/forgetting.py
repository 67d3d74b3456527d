"""Forgetting rows that tell nothing but how Accord worked: by rule, some thousands at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, or_, select

from storage.tables.conversation import SaidWords
from storage.tables.exports import ExportLink
from storage.tables.outbox import AttemptLog, Delivery, DeliveryState, Inbound
from storage.tables.requests import FormToken
from storage.tables.step_up import Challenge

FINISHED = (DeliveryState.SENT, DeliveryState.VOID)
"""Not those that are dead: an administrator has yet to look at them."""


def forget(
    connection: Connection,
    *,
    requests: datetime,
    dialogs: datetime,
    deliveries: datetime,
    limit: int,
) -> int:
    """Delete what is older than these moments (machine time), at most `limit` rows of each table.

    Returns how many rows.
    """
    over: tuple[tuple[Any, Any, ColumnElement[bool]], ...] = (
        (Inbound, Inbound.key, Inbound.at < requests),
        (SaidWords, SaidWords.id, SaidWords.at < requests),
        (ExportLink, ExportLink.token_hash, ExportLink.expires_at < requests),
        (Challenge, Challenge.id, Challenge.expires_at < requests),
        (FormToken, FormToken.token, FormToken.at < dialogs),
    )
    rows = sum(_delete(connection, table, key, which, limit) for table, key, which in over)
    return rows + _forget_deliveries(connection, deliveries, limit)


def _delete(
    connection: Connection, table: Any, key: Any, over: ColumnElement[bool], limit: int
) -> int:
    some = select(key).where(over).limit(limit)
    return connection.execute(delete(table).where(key.in_(some))).rowcount


def _forget_deliveries(connection: Connection, before: datetime, limit: int) -> int:
    """What was sent, or is pointless, with its attempts. The messages themselves stay known, so
    that they can be brought up to date."""
    some = list(
        connection.scalars(
            select(Delivery.id)
            .where(
                Delivery.state.in_(FINISHED),
                Delivery.not_before < before,
                or_(Delivery.send_started.is_(None), Delivery.send_started < before),
            )
            .order_by(Delivery.id)
            .limit(limit)
        )
    )
    rows = 0
    for first in range(0, len(some), 500):
        part = some[first : first + 500]
        rows += connection.execute(
            delete(AttemptLog).where(AttemptLog.delivery_id.in_(part))
        ).rowcount
        rows += connection.execute(delete(Delivery).where(Delivery.id.in_(part))).rowcount
    return rows
