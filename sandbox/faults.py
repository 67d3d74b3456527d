"""Faults on demand: what goes wrong, where, how often."""

from __future__ import annotations

import random
from typing import Literal

from pydantic import BaseModel, ConfigDict

FaultKind = Literal[
    # Web API calls
    "drop_before",  # the connection breaks, nothing is stored
    "drop_after",  # the call is done, then the connection breaks
    "status_after",  # the call is done, then HTTP 5xx
    "status_before",  # HTTP 5xx, nothing is done
    "error_after",  # the call is done, then ok=false with `error`
    "error_before",  # ok=false with `error`, nothing is done
    "rate_limited",  # HTTP 429 with Retry-After
    "delay",  # the answer takes `seconds` longer
    "hang",  # the call is done, an answer never comes (or after `seconds`)
    "slow_history",  # what is posted shows up in history only after `seconds`
    # requests to the bot
    "lose",  # the request never reaches the bot and is not retried
    "duplicate",  # the same body is delivered twice
    "old_timestamp",  # signed, but `seconds` ago
    "wrong_signature",
]


class Fault(BaseModel):
    """One rule. ``method`` is a Web API method or a kind of request to the bot (``event``,
    ``command``, ``block_actions``…); ``*`` means any."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    method: str = "*"
    times: int | None = None
    """How often; without it until cleared."""
    probability: float = 1.0
    channel: str | None = None
    seconds: float = 60.0
    error: str = "internal_error"
    status: int = 503


class Faults:
    """The rules in force."""

    def __init__(self, seed: int = 0) -> None:
        self.rules: list[Fault] = []
        self._random = random.Random(seed)  # noqa: S311  seeded on purpose: runs must repeat

    def add(self, fault: Fault) -> None:
        self.rules.append(fault)

    def clear(self) -> None:
        self.rules.clear()

    def strike(self, method: str, *kinds: FaultKind, channel: str | None = None) -> Fault | None:
        """The first rule of these kinds that hits this call; it is used up by one."""
        for rule in self.rules:
            matches = (
                rule.kind in kinds
                and rule.method in ("*", method)
                and rule.channel in (None, channel)
            )
            if matches and self._random.random() < rule.probability:
                if rule.times is not None:
                    rule.times -= 1
                    if rule.times <= 0:
                        self.rules.remove(rule)
                return rule
        return None
