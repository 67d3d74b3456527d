"""Spreads the messages of a morning, so that what people press then stays within Slack's limits.

Slack opens a hundred dialogs a minute for an app. When thousands are asked at half past nine, some
are asked later: each always at the same part of the window, which is no longer than it must be and
never reaches beyond somebody's hours. The day that a question is for does not change by it.
Source: the delivery design.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from domain.own_hours import Span

CLICKS_A_MINUTE = 60
"""What people may press a minute, as is to be expected, and stay well within Slack's limits."""
AIM = 0.75
"""The part of it that is aimed at: by chance some minutes have more."""
PRESS_AT_ONCE = 0.5
"""The part of those asked who open a dialog right away."""
MORNING = "morning"
"""What is spread: the one message of somebody's morning."""
_LEFT = timedelta(minutes=30)
"""Of somebody's hours, what remains to answer in at least."""


def window_for(people: int) -> timedelta:
    """Over how long the messages to so many people are spread; no time for a few."""
    clicks = people * PRESS_AT_ONCE
    at_most = CLICKS_A_MINUTE * AIM
    return timedelta() if clicks <= at_most else timedelta(minutes=clicks / at_most)


def place_of(person: UUID, rule: str) -> float:
    """Where somebody stands in the window, from 0 to 1: chosen by chance, the same every time."""
    digest = sha256(f"{person}:{rule}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def spread_over(hours: Span, people: int) -> timedelta:
    """Over how long the messages to so many people are spread who share the beginning of these."""
    return min(window_for(people), max(hours.ends - hours.begins - _LEFT, timedelta()))


def spread_into(hours: Span, people: int, person: UUID, rule: str = MORNING) -> datetime:
    """When somebody's message comes who shares the beginning of these hours with so many people."""
    return hours.begins + spread_over(hours, people) * place_of(person, rule)
