"""Slack's rate limits, as far as they are documented. Off unless asked for."""

from __future__ import annotations

from collections import defaultdict, deque
from math import ceil

from sandbox.clock import Clock

MINUTE = 60.0
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
SPECIAL = 600
METHOD_TIERS = {
    "chat.update": 3,
    "chat.delete": 3,
    "chat.postEphemeral": 4,
    "views.open": 4,
    "views.push": 4,
    "views.update": 4,
    "views.publish": 4,
    "conversations.open": 3,
    "conversations.info": 3,
    "conversations.members": 4,
    "conversations.list": 2,
    "conversations.history": 3,
    "conversations.replies": 3,
    "users.list": 2,
    "users.info": 4,
    "users.lookupByEmail": 3,
    "files.getUploadURLExternal": 4,
    "files.completeUploadExternal": 4,
    "files.info": 4,
    "bots.info": 3,
    "apps.connections.open": 1,
}
POST = "chat.postMessage"
CHANNEL_BURST = 4
"""Posts to one channel that Slack tolerates at once before it insists on one a second."""


class RateLimits:
    """Counts calls per method over the last minute, and posts per channel.

    ``minute`` is how many seconds that minute lasts: fewer for a bot that is run in fast motion.
    """

    def __init__(
        self, clock: Clock, posts_per_minute: int, *, on: bool, minute: float = MINUTE
    ) -> None:
        self._clock = clock
        self.on = on
        self.posts_per_minute = posts_per_minute
        self._minute = minute
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._channel_free: dict[str, float] = {}

    def wait_for(self, method: str, channel: str | None) -> int:
        """Whole seconds to wait before this call may be made; 0 lets it pass and counts it."""
        if not self.on:
            return 0
        now = self._clock.now()
        calls = self._calls[method]
        while calls and calls[0] <= now - self._minute:
            calls.popleft()
        if len(calls) >= self._allowed(method):
            return max(1, ceil(calls[0] + self._minute - now))
        if method == POST and channel:
            between = self._minute / MINUTE
            ahead = (CHANNEL_BURST - 1) * between
            free_at = max(self._channel_free.get(channel, now), now)
            if free_at - now > ahead:
                return ceil(free_at - now - ahead)
            self._channel_free[channel] = free_at + between
        calls.append(now)
        return 0

    def _allowed(self, method: str) -> int:
        if method == POST:
            return self.posts_per_minute
        tier = METHOD_TIERS.get(method)
        return TIERS[tier] if tier else SPECIAL
