"""Finds out, from Slack's history, whether a message of unknown fate was sent.

A message found is written down, the deletion of further copies is queued. A message is taken as not
sent only after a second look, because history may lag.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk import WebClient
from sqlalchemy import Engine

from domain.clock import Clock
from scheduler import marker
from scheduler.checkpoints import Checkpoint, Reached
from scheduler.gate import Gate
from scheduler.outcomes import Outcome, Verdict, judge
from scheduler.retraction import note_duplicate
from scheduler.settings import DeliverySettings
from storage import doubts, paces
from storage.database import for_writing
from storage.deliveries import Seen, record_seen
from storage.doubts import Doubt
from storage.errands import learn_dm_channel
from storage.outbox import MessageRef

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

HISTORY = "conversations.history"
REPLIES = "conversations.replies"
OPEN = "conversations.open"

_PAGE = 100
_SOON = timedelta(seconds=5)


class _NotYet(Exception):
    """There is no slot for the call now."""


class _TooLong(Exception):
    """History since the attempt is longer than we are ready to read."""


class Reconciler:
    """Looks at uncertain posts, one after the other."""

    def __init__(
        self,
        engine: Engine,
        slack: WebClient,
        clock: Clock,
        settings: DeliverySettings,
        gate: Gate,
        reached: Reached,
    ) -> None:
        self._writer = for_writing(engine)
        self._slack = slack
        self._clock = clock
        self._settings = settings
        self._gate = gate
        self._reached = reached

    def look_at_due(self, limit: int = 20) -> int:
        """Look at the posts whose look is due; returns how many were looked at.

        Safe on several processes at once, and to be stopped at any point.
        """
        looked = 0
        while looked < limit and self._gate.is_open(HISTORY):
            with self._writer.begin() as connection:
                taken = doubts.take_doubts(
                    connection,
                    machine_now=self._clock.machine(),
                    lease=self._settings.lease,
                    limit=1,
                )
            if not taken:
                break
            self._look(taken[0])
            looked += 1
        return looked

    def _look(self, doubt: Doubt) -> None:
        self._reached(Checkpoint.LOOKING)
        try:
            found = sorted(self._search(doubt), key=lambda message: message.ts)
        except _TooLong:
            self._again(doubt, self._settings.second_look, looked=False, error="history_too_long")
        except _NotYet:
            self._again(doubt, _SOON, looked=False)
        except Exception as error:  # noqa: BLE001 - an unreadable history leaves the doubt as it is
            self._unreadable(doubt, judge(error))
        else:
            self._gate.reached()
            self._decide(doubt, found)

    def _decide(self, doubt: Doubt, found: list[MessageRef]) -> None:
        if doubt.sent:
            for message in found:
                self._settle(doubt, message)
            self._no_more_copies(doubt)
        elif found:
            self._reached(Checkpoint.FOUND)
            for message in found:
                self._settle(doubt, message)
        elif doubt.looks == 0:
            self._again(doubt, self._settings.second_look, looked=True)
        elif doubt.failures + 1 >= self._settings.max_failures:
            self._give_up(doubt, "never_arrived", in_doubt=False)
        else:
            now = self._clock.machine()
            pause = (
                self._settings.backoff_after(doubt.failures + 1) if doubt.failures else timedelta()
            )
            with self._writer.begin() as connection:
                doubts.not_in_slack(
                    connection,
                    doubt,
                    not_before=now + pause,
                    look_at=now + pause + self._settings.lease,
                )

    def _settle(self, doubt: Doubt, message: MessageRef) -> None:
        with self._writer.begin() as connection:
            seen = record_seen(connection, doubt.uuid, message, machine_now=self._clock.machine())
        if seen is not Seen.STANDS:
            note_duplicate(self._slack, doubt.uuid, message, seen)

    def _unreadable(self, doubt: Doubt, outcome: Outcome) -> None:
        log.warning(
            "history_not_read",
            delivery=str(doubt.uuid),
            verdict=outcome.verdict.value,
            code=outcome.code,
        )
        match outcome.verdict:
            case Verdict.REFUSED:
                self._give_up(doubt, outcome.code, in_doubt=True)
            case Verdict.SLOW_DOWN | Verdict.UNREACHABLE | Verdict.PARKED:
                pause = self._gate.shut(HISTORY, outcome)
                if outcome.verdict is Verdict.SLOW_DOWN:
                    self._tell_all(pause)
                self._again(doubt, pause, looked=False)
            case _:
                self._again(doubt, self._settings.settle, looked=False, error=outcome.code)

    def _no_more_copies(self, doubt: Doubt) -> None:
        with self._writer.begin() as connection:
            doubts.no_more_copies(connection, doubt)

    def _give_up(self, doubt: Doubt, error: str, *, in_doubt: bool) -> None:
        if doubt.sent:
            self._no_more_copies(doubt)
            return
        now = self._clock.machine()
        with self._writer.begin() as connection:
            doubts.give_up(connection, doubt, error=error, machine_now=now, in_doubt=in_doubt)

    def _tell_all(self, pause: timedelta) -> None:
        now = self._clock.machine()
        with self._writer.begin() as connection:
            paces.block(connection, HISTORY, until=now + pause, machine_now=now)

    def _take_slot(self, method: str) -> None:
        with self._writer.begin() as connection:
            if not paces.take_one(connection, method, machine_now=self._clock.machine()):
                raise _NotYet

    def _again(
        self, doubt: Doubt, pause: timedelta, *, looked: bool, error: str | None = None
    ) -> None:
        look_at = self._clock.machine() + pause
        with self._writer.begin() as connection:
            doubts.look_again(connection, doubt, look_at=look_at, looked=looked, error=error)

    def _search(self, doubt: Doubt) -> Iterator[MessageRef]:
        channel = doubt.channel or self._open_conversation(doubt)
        oldest = doubt.send_started - self._settings.history_margin
        for message in self._messages(channel, doubt.thread_ts, oldest):
            if marker.delivery_of(message) == doubt.uuid:
                yield MessageRef(channel, message["ts"])

    def _messages(
        self, channel: str, thread_ts: str | None, oldest: datetime
    ) -> Iterator[Mapping[str, Any]]:
        arguments: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{oldest.timestamp():.6f}",
            # Without it Slack strips the payload, and with it the marker.
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        for _ in range(self._settings.history_pages):
            self._take_slot(HISTORY if thread_ts is None else REPLIES)
            if thread_ts is None:
                page = self._slack.conversations_history(**arguments)
            else:
                page = self._slack.conversations_replies(ts=thread_ts, **arguments)
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            arguments["cursor"] = cursor
        raise _TooLong

    def _open_conversation(self, doubt: Doubt) -> str:
        """Which conversation is the person's; asked only where no reply has told us."""
        self._take_slot(OPEN)
        opened = self._slack.conversations_open(users=[doubt.slack_user or ""])
        channel: str = opened["channel"]["id"]
        if doubt.person is not None:
            with self._writer.begin() as connection:
                learn_dm_channel(connection, doubt.person, channel)
        return channel
