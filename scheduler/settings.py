"""How patient delivery is. The defaults are the delivery design's; tests shorten them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from domain.pacing import BULK, POSTS, USUAL_POSTS, USUAL_SHARE, interval_for

# What Slack documents for each method, a minute. The clicks of people have their share, too.
_OTHERS = {
    "chat.delete": 50,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.open": 50,
    "conversations.replies": 50,
    "views.publish": 100,
}


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """Durations of machine time, and counts."""

    senders: int = 6
    """Messages in flight, or waiting for their slot, at most, per process. Slack's history is
    rate-limited, so stay under 8."""
    posts_a_minute: int = USUAL_POSTS
    """Of all processes together. 0: nothing is paced, which Slack bears for a few messages only."""
    bulk_share: float = USUAL_SHARE
    """Of the posts, what reminders and announcements may have."""
    horizon: timedelta = timedelta(milliseconds=500)
    """How far ahead slots are taken: so long may what is urgent wait behind what is not."""
    destination_gap: timedelta = timedelta(milliseconds=1100)
    """Between two posts to one conversation."""
    age_after: timedelta = timedelta(hours=1)
    """A reminder that has waited so long is as urgent as a deviation."""
    calls_a_minute: Mapping[str, int] = field(default_factory=lambda: _OTHERS)
    """Of the other methods, of all processes together."""
    sweep: timedelta = timedelta(seconds=5)
    """Between two looks for what has become due, was left behind, or is unclear."""
    lock_wait: timedelta = timedelta(seconds=5)
    """How long clock and delivery wait for other writers: nobody waits for their answer."""
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
    def budgets(self) -> Mapping[str, timedelta]:
        """The time between two slots of each method."""
        if not self.posts_a_minute:
            return {}
        calls = {
            **self.calls_a_minute,
            POSTS: self.posts_a_minute,
            BULK: self.posts_a_minute * self.bulk_share,
        }
        return {method: interval_for(most) for method, most in calls.items()}

    @property
    def longest_wait(self) -> float:
        """Seconds: nobody who waits only for a slot, or for their conversation, waits longer."""
        return max(one.total_seconds() for one in (self.gap, *self.budgets.values()))

    @property
    def gap(self) -> timedelta:
        """Between two posts to one conversation; none where nothing is paced."""
        return self.destination_gap if self.posts_a_minute else timedelta()

    @property
    def fence(self) -> timedelta:
        """How old a claim may be when its message is handed to Slack."""
        return self.lease - self.http_timeout - self.margin

    def backoff_after(self, failures: int) -> timedelta:
        """The pause after the `failures`-th failure (from 1 on)."""
        # The exponent is bounded before it is used: a timedelta cannot hold 2 to the thousandth.
        doubled = self.backoff * (1 << min(max(failures - 1, 0), 20))
        return min(doubled, self.backoff_limit)
