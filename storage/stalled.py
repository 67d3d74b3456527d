"""Locks of clock-and-delivery processes that stand still, which PostgreSQL would keep for them.

Its own limit for idle transactions does not do: after several statements sent at once the driver
adds a request that stops that clock.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, text

CLOCK = "accord clock"
"""The `application_name` of clock and delivery: only their connections are ever ended."""

_END = text(
    "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename = current_user AND application_name = :name"
    " AND pid <> pg_backend_pid()"
    # Whoever stood still between statements that it sent at once counts as active.
    " AND (state LIKE 'idle in transaction%' OR state = 'active' AND wait_event = 'ClientRead')"
    " AND state_change < clock_timestamp() - make_interval(secs => :seconds)"
)


def end_stalled(connection: Connection, longer_than: timedelta) -> int:
    """End transactions that have waited for their process for so long; returns how many.

    A process that goes on afterwards finds that nothing of it was written. SQLite's one process
    holds up nobody but itself.
    """
    if connection.dialect.name != "postgresql":
        return 0
    asked = {"name": CLOCK, "seconds": longer_than.total_seconds()}
    ended: int = connection.execute(_END, asked).scalar_one()
    return ended
