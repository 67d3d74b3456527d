"""response_url: five answers within half an hour."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.conversations import Message
from sandbox.errors import SlackError

USES = 5
LIFETIME = 30 * 60.0


@dataclass
class ResponseUrl:
    """``source`` is the message that was acted on; a command has none."""

    user: str
    channel: str
    expires: float
    source: Message | None = None
    uses: int = 0


class ResponseUrls:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._given: dict[str, ResponseUrl] = {}

    def give(self, user: str, channel: str, source: Message | None = None) -> str:
        """A new key; the address is the sandbox's own plus ``/respond/`` and the key."""
        now = self._clock.now()
        self._given = {k: u for k, u in self._given.items() if u.expires > now - LIFETIME}
        key = secrets.token_urlsafe(24)
        self._given[key] = ResponseUrl(user, channel, now + LIFETIME, source)
        return key

    def use(self, key: str) -> ResponseUrl:
        """Raises SlackError ``no_such_url``, ``expired_url`` or ``used_url``."""
        found = self._given.get(key)
        if found is None:
            raise SlackError("no_such_url")
        if self._clock.now() > found.expires:
            raise SlackError("expired_url")
        if found.uses >= USES:
            raise SlackError("used_url")
        found.uses += 1
        return found
