"""How patient delivery is. The defaults are the delivery design's; tests shorten them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """Durations of machine time, and counts."""

    senders: int = 4
    """Messages in flight at most, per process. Slack's history is rate-limited, so stay under 8."""
    poll: timedelta = timedelta(seconds=1)
    """How soon a message that no hint announced is noticed."""
    lease: timedelta = timedelta(seconds=60)
    http_timeout: timedelta = timedelta(seconds=10)
    margin: timedelta = timedelta(seconds=5)
    """What must be left of a lease, beside the HTTP timeout, when a message is handed to Slack."""
    settle: timedelta = timedelta(seconds=30)
    """Slack's history may lag: the first look at it comes this long after the doubt."""
    second_look: timedelta = timedelta(seconds=90)
    """Between the first look and the one that counts as a proof that nothing was sent."""
    history_margin: timedelta = timedelta(seconds=120)
    """How far before the first attempt history is read: clocks differ."""
    history_pages: int = 20
    max_failures: int = 12
    backoff: timedelta = timedelta(seconds=2)
    """Doubles with each failure."""
    backoff_limit: timedelta = timedelta(minutes=15)
    park: timedelta = timedelta(seconds=60)
    """How long everything waits after Slack refused the token, before it is tried again."""
    batch: int = 1000
    """Notices made into deliveries per transaction."""

    @property
    def fence(self) -> timedelta:
        """How old a claim may be when its message is handed to Slack."""
        return self.lease - self.http_timeout - self.margin

    def backoff_after(self, failures: int) -> timedelta:
        """The pause after the `failures`-th failure (from 1 on)."""
        # The exponent is bounded before it is used: a timedelta cannot hold 2 to the thousandth.
        doubled = self.backoff * (1 << min(max(failures - 1, 0), 20))
        return min(doubled, self.backoff_limit)
