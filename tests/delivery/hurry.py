"""Delivery that is in a hurry: what takes a minute in earnest takes a second, in proportion."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

from scheduler.settings import DeliverySettings

# How far back history is read is no wait; and a lock is had as soon as whoever holds it is done.
_AS_EVER = ("history_margin", "lock_wait")


def hurried(times: float, usual: DeliverySettings | None = None) -> DeliverySettings:
    """So many times as fast as in earnest, Slack's limits included."""
    usual = usual or DeliverySettings()
    durations = {
        field.name: getattr(usual, field.name) / times
        for field in fields(usual)
        if isinstance(getattr(usual, field.name), timedelta) and field.name not in _AS_EVER
    }
    return replace(
        usual,
        posts_a_minute=round(usual.posts_a_minute * times),
        calls_a_minute={name: round(n * times) for name, n in usual.calls_a_minute.items()},
        **durations,
    )


# For one cell of the crash matrix: what is left behind is taken up within some two seconds. The
# lease is long enough for a machine with more to do than this.
CELL = replace(
    hurried(30),
    senders=2,
    sweep=timedelta(milliseconds=200),
    poll=timedelta(milliseconds=200),
    lease=timedelta(milliseconds=2400),
    http_timeout=timedelta(milliseconds=1000),
    margin=timedelta(milliseconds=100),
    settle=timedelta(milliseconds=300),
    second_look=timedelta(milliseconds=400),
    lock_wait=timedelta(milliseconds=400),
)
