"""Carries out one claimed delivery: render, commit that it is being sent, send, write what came.

No database transaction is open while Slack is called. Whatever happens at any line, the row says
enough for another process to go on from there.
"""

from __future__ import annotations

import secrets
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from slack_sdk import WebClient
from sqlalchemy import Engine

from domain.clock import Clock
from domain.errors import Busy
from domain.notices import Lane
from domain.pacing import LATE
from scheduler.calls import Call, Undeliverable, prepare
from scheduler.checkpoints import Checkpoint, Reached
from scheduler.gate import Gate
from scheduler.outcomes import Outcome, Verdict, judge
from scheduler.rendering import Later, Pointless, Renderer
from scheduler.retraction import note_duplicate
from scheduler.right_of_way import RightOfWay
from scheduler.settings import DeliverySettings
from storage import deliveries, paces
from storage.database import NOT_IN_TIME, for_writing
from storage.deliveries import Claim, Seen
from storage.errands import Errand, learn_dm_channel, read_errand
from storage.handover import put_off
from storage.outbox import MessageRef
from storage.tables.outbox import DeliveryState, Op

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

# Seconds between tries to write that a message was sent; with the waits for locks well in a lease.
_WRITE_PAUSES = (0.05, 0.5, 2)


def new_reference() -> str:
    """What stands in the log and with what could not be delivered, to find the one by the other."""
    return secrets.token_hex(4).upper()


class Result(StrEnum):
    """What became of one claim."""

    SENT = "sent"
    VOID = "void"
    DEAD = "dead"
    RETRY = "retry"
    UNCERTAIN = "uncertain"
    TAKEN_OVER = "taken_over"


class Courier:
    """Sends what a process has claimed; used by several threads at once."""

    def __init__(
        self,
        engine: Engine,
        slack: WebClient,
        renderer: Renderer,
        clock: Clock,
        settings: DeliverySettings,
        gate: Gate,
        way: RightOfWay,
        *,
        worker: str,
        monotonic: Callable[[], float],
        pause: Callable[[float], None],
        reached: Reached,
    ) -> None:
        """`pause` waits so many seconds of machine time, for a slot."""
        self._engine = engine
        self._writer = for_writing(engine)
        self._slack = slack
        self._renderer = renderer
        self._clock = clock
        self._settings = settings
        self._gate = gate
        self._way = way
        self._worker = worker
        self._monotonic = monotonic
        self._pause = pause
        self._reached = reached

    def carry(self, held: Claim, claimed_at: float) -> Result:
        """Carry out one claim, made at monotonic time `claimed_at`.

        Raises sqlalchemy's errors where the database fails: see `give_back`.
        """
        self._reached(Checkpoint.CLAIMED)
        with self._step(held), self._engine.connect() as connection:
            errand = read_errand(connection, held)
        try:
            with self._step(held):
                ready = prepare(errand, self._renderer, self._clock.business())
        except (Busy, *NOT_IN_TIME):
            # Nobody's fault and soon over; the row itself is fine.
            return self._retry(held, "database_busy", counts=False)
        except Exception as error:  # noqa: BLE001 - one poison row must not stop the others
            return self._quarantine(held, errand, error)
        match ready:
            case Call():
                return self._send(held, errand, ready, claimed_at)
            case Pointless():
                return self._void(held, ready.reason)
            case Later():
                return self._put_off(held, errand, ready.until)
            case Undeliverable():
                return self._bury(held, ready.code)

    def give_back(self, held: Claim, reference: str) -> None:
        """After an error: what was certainly not sent need not wait for its lease to end.

        A row that this process cannot even read may be another release's, whose process can; one
        that fails every time is set aside, under the `reference` that the log has.
        """
        now = self._clock.machine()
        unsent, failures = [DeliveryState.CLAIMED], held.failures + 1
        with self._writer.begin() as connection:
            if failures >= self._settings.max_failures:
                deliveries.bury(
                    connection,
                    held,
                    error="unforeseen",
                    reference=reference,
                    machine_now=now,
                    states=unsent,
                )
                return
            deliveries.requeue(
                connection,
                held,
                not_before=now + self._settings.backoff_after(failures),
                error="interrupted",
                counts=True,
                machine_now=now,
                states=unsent,
            )

    def _step(self, held: Claim) -> AbstractContextManager[None]:
        """What another person's act has caused waits for nobody."""
        return nullcontext() if held.lane is Lane.INTERACTIVE else self._way.step()

    def _send(self, held: Claim, errand: Errand, call: Call, claimed_at: float) -> Result:
        if not self._in_slot(held):
            return self._retry_unsent(held, "slot_missed")
        with self._step(held), self._writer.begin() as connection:
            mine = deliveries.begin_sending(
                connection,
                held,
                worker=self._worker,
                revision=call.revision,
                machine_now=self._clock.machine(),
            )
        if not mine:
            return self._retry_unsent(held, "asked_to_wait")
        self._reached(Checkpoint.SENDING)
        # The fence: whoever was stopped for longer may have been given up by the others.
        if self._monotonic() - claimed_at > self._settings.fence.total_seconds():
            return self._retry(held, "too_slow", counts=False)
        self._reached(Checkpoint.FENCED)
        try:
            answer = self._slack.api_call(call.method, json=call.arguments)
            named = errand.post is not None and held.op is not Op.DELETE
            sent = MessageRef(answer["channel"], answer["ts"]) if named else None
        except Exception as error:  # noqa: BLE001 - whatever it is, the message may be in Slack
            return self._not_confirmed(held, errand, judge(error))
        self._gate.reached()
        self._reached(Checkpoint.ANSWERED)
        result = self._insist(lambda: self._write_sent(held, errand, call, sent))
        self._reached(Checkpoint.SENT)
        return result

    def _in_slot(self, held: Claim) -> bool:
        """Wait for the slot. False if it was missed, or if Slack has asked this process to wait."""
        if held.slot is not None:
            wait = (held.slot - self._clock.machine()).total_seconds()
            if wait > 0:
                self._pause(wait)
            if self._clock.machine() > held.slot + LATE:
                return False
        return self._gate.is_open(held.op.method)

    def _retry_unsent(self, held: Claim, error: str) -> Result:
        """It waits for another slot, unless somebody has taken it over."""
        now = self._clock.machine()
        with self._writer.begin() as connection:
            mine = deliveries.requeue(
                connection,
                held,
                not_before=now,
                error=error,
                counts=False,
                machine_now=now,
                states=[DeliveryState.CLAIMED],
            )
        return Result.RETRY if mine else Result.TAKEN_OVER

    def _insist(self, write: Callable[[], Result]) -> Result:
        """Write what Slack has, even if the database is busy for a moment.

        If it stays busy, the lease runs out and history tells; but until then nothing could be
        changed in place.
        """
        for pause in _WRITE_PAUSES:
            try:
                return write()
            except NOT_IN_TIME:
                time.sleep(pause)
        return write()

    def _write_sent(
        self, held: Claim, errand: Errand, call: Call, sent: MessageRef | None
    ) -> Result:
        now = self._clock.machine()
        with self._step(held), self._writer.begin() as connection:
            if sent is not None and errand.addressee is not None:
                learn_dm_channel(connection, errand.addressee.id, sent.channel)
            if deliveries.finish_sent(
                connection, held, message=sent, revision=call.revision, machine_now=now
            ):
                if held.op is Op.POST:
                    gap = self._settings.gap
                    paces.note_post(
                        connection, held.destination, held.lane, machine_now=now, gap=gap
                    )
                return Result.SENT
            if sent is None or held.op is not Op.POST:
                return Result.TAKEN_OVER
            seen = deliveries.record_seen(connection, errand.uuid, sent, machine_now=now)
        if seen is Seen.STANDS:
            return Result.SENT
        note_duplicate(self._slack, errand.uuid, sent, seen)
        return Result.TAKEN_OVER

    def _not_confirmed(self, held: Claim, errand: Errand, outcome: Outcome) -> Result:
        log.warning(
            "delivery_not_confirmed",
            delivery=str(errand.uuid),
            op=held.op.value,
            verdict=outcome.verdict.value,
            code=outcome.code,
            attempt=held.attempt,
        )
        match outcome.verdict:
            case Verdict.SLOW_DOWN | Verdict.UNREACHABLE | Verdict.PARKED:
                pause = self._gate.shut(held.op.method, outcome)
                if outcome.verdict is Verdict.SLOW_DOWN:
                    self._tell_all(held.op.method, pause)
                return self._requeue(
                    held, outcome.code, self._clock.machine() + pause, counts=False
                )
            case Verdict.UNCERTAIN if held.op is Op.POST:
                return self._doubt(held, outcome.code)
            case Verdict.UNCERTAIN | Verdict.RETRY:
                # Anything else may be repeated: an update or a Home says the newest in any case.
                return self._retry(held, outcome.code, counts=True)
            case Verdict.GONE:
                return self._void(held, outcome.code)
            case Verdict.REFUSED:
                return self._bury(held, outcome.code)

    def _tell_all(self, method: str, pause: timedelta) -> None:
        now = self._clock.machine()
        with self._writer.begin() as connection:
            paces.block(connection, method, until=now + pause, machine_now=now)

    def _quarantine(self, held: Claim, errand: Errand, error: Exception) -> Result:
        reference = new_reference()
        frames = traceback.extract_tb(error.__traceback__)
        # Neither the exception's text nor its arguments: they may quote what people wrote.
        log.error(
            "delivery_quarantined",
            reference=reference,
            delivery=str(errand.uuid),
            op=held.op.value,
            error=type(error).__name__,
            where=[f"{frame.filename}:{frame.lineno}" for frame in frames[-5:]],
        )
        return self._bury(held, "unforeseen", reference)

    def _retry(self, held: Claim, error: str, *, counts: bool) -> Result:
        failures = held.failures + 1
        if counts and failures >= self._settings.max_failures:
            return self._bury(held, error)
        pause = self._settings.backoff_after(failures)
        return self._requeue(held, error, self._clock.machine() + pause, counts=counts)

    def _requeue(self, held: Claim, error: str, not_before: datetime, *, counts: bool) -> Result:
        with self._writer.begin() as connection:
            deliveries.requeue(
                connection,
                held,
                not_before=not_before,
                error=error,
                counts=counts,
                machine_now=self._clock.machine(),
            )
        return Result.RETRY

    def _doubt(self, held: Claim, error: str) -> Result:
        now = self._clock.machine()
        look_at = now + self._settings.settle
        with self._writer.begin() as connection:
            if deliveries.doubt(connection, held, look_at=look_at, error=error, machine_now=now):
                paces.note_unknown_post(
                    connection,
                    held.destination,
                    held.lane,
                    machine_now=now,
                    gap=self._settings.gap,
                )
            else:
                # Later than any look that is to come: Slack has it since a moment ago at most.
                deliveries.seek_copies(
                    connection, held, look_at=look_at + self._settings.second_look
                )
        return Result.UNCERTAIN

    def _void(self, held: Claim, reason: str) -> Result:
        with self._writer.begin() as connection:
            deliveries.void(connection, held, reason=reason, machine_now=self._clock.machine())
        return Result.VOID

    def _put_off(self, held: Claim, errand: Errand, until: datetime) -> Result:
        """It becomes a delivery anew when its time has come; this one is over."""
        with self._writer.begin() as connection:
            mine = deliveries.void(
                connection, held, reason="outside_hours", machine_now=self._clock.machine()
            )
            if mine and errand.post is not None:
                put_off(connection, errand.post.id, until)
        return Result.VOID

    def _bury(self, held: Claim, error: str, reference: str | None = None) -> Result:
        with self._writer.begin() as connection:
            deliveries.bury(
                connection,
                held,
                error=error,
                reference=reference,
                machine_now=self._clock.machine(),
            )
        return Result.DEAD
