"""Where a request comes from: the person as Slack names them, the channel, and business time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Via(StrEnum):
    """The kind of channel a request came through; part of every audit entry."""

    COMMAND = "command"
    ACTION = "action"
    DIALOG = "dialog"
    EVENT = "event"
    CLI = "cli"
    CLOCK = "clock"
    LINK = "link"
    """A link of ours, opened in a browser."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One request as it arrived.

    `now` is business time (movable in demo and tests). `request` is a random id that stands in the
    log and in the audit entry. `delivery_key` identifies this very request among Slack's retries.
    `slack_user` is None for the CLI and the clock, which act for the organisation itself. `clicked`
    is the message (channel, ts) whose button was pressed. `as_of` is set where an operator asked
    for another business moment than the present one, or enters what happened then.
    """

    via: Via
    now: datetime
    request: str
    slack_user: str | None = None
    team: str | None = None
    enterprise: str | None = None
    delivery_key: str | None = None
    clicked: tuple[str, str] | None = None
    as_of: datetime | None = None
