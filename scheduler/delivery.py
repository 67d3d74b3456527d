"""Delivery of the outbox: claims what is due, has it sent, and keeps the queue healthy.

Any number of processes may run it on one PostgreSQL; on SQLite one holds the lock.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime

import structlog
from slack_sdk import WebClient
from sqlalchemy import Connection, Engine

from domain.clock import Clock
from domain.notices import Lane
from domain.pacing import Room
from scheduler.checkpoints import Checkpoint, Reached, carry_on
from scheduler.clock import Sweep
from scheduler.courier import Courier, Result, new_reference
from scheduler.gate import Gate
from scheduler.outcomes import judge
from scheduler.reconciler import Reconciler
from scheduler.rendering import Renderer
from scheduler.right_of_way import RightOfWay
from scheduler.settings import DeliverySettings
from storage import deliveries, outbox, paces
from storage.database import for_writing
from storage.deliveries import Claim
from storage.stalled import end_stalled
from storage.tables.outbox import Op

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_AGE_SECONDS = 30
_PROBE = "auth.test"
_A_MOMENT = 0.005


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one run did, by result; `parked` is why nothing could be sent, if so."""

    results: Mapping[Result, int]
    parked: str | None


class Delivery:
    """The delivery of one process. Nothing runs before `start` or `deliver_until_idle`."""

    def __init__(
        self,
        engine: Engine,
        slack: WebClient,
        renderer: Renderer,
        clock: Clock,
        settings: DeliverySettings,
        *,
        wake: threading.Event,
        way: RightOfWay | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
        reached: Reached = carry_on,
    ) -> None:
        """`wake` is set by whoever commits something that is due; a message then leaves at once.

        `way` is what counts the requests that this process answers, if it answers any.
        """
        self._reader = engine
        self._writer = for_writing(engine)
        self._slack = slack
        self._clock = clock
        self._settings = settings
        self._wake = wake
        self._monotonic = monotonic
        self._pause = pause
        self._reached = reached
        self._gate = Gate(settings, monotonic)
        self._way = way or RightOfWay()
        self._courier = Courier(
            engine,
            slack,
            renderer,
            clock,
            settings,
            self._gate,
            self._way,
            worker=f"{socket.gethostname()}:{os.getpid()}"[:80],
            monotonic=monotonic,
            pause=pause,
            reached=reached,
        )
        self._reconciler = Reconciler(engine, slack, clock, settings, self._gate, reached)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._tally: Counter[tuple[Lane, Result]] = Counter()
        self._tally_lock = threading.Lock()
        self._alive_at = monotonic()
        self._budgets_set = False
        # Seconds until a slot can be had, or a destination has rested, for what waits only for it.
        self._slot_in: float | None = None

    def start(self) -> None:
        """Send what is due, on threads of its own, until `stop`."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="delivery")
        self._thread.start()

    def stop(self) -> None:
        """Claim nothing more, finish what is in flight, then return."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def deliver_until_idle(self) -> DeliveryReport:
        """Make deliveries of what is due, settle what can be settled, send until nothing is due.

        Waits for slots, and for conversations that have just had a message. What is to be tried
        again later is left for later.
        """
        before = self.tally()
        with self._pool() as pool:
            while True:
                moved = self.materialise() + self.reap() + self.reconcile()
                claimed = self._claim(self._settings.senders)
                wait([self._submit(pool, held, at) for held, at in claimed])
                if moved or claimed:
                    continue
                if self._slot_in is None or self._slot_in > self._settings.longest_wait:
                    break
                self._pause(self._slot_in)
        done: Counter[Result] = Counter()
        for (_, result), count in (Counter(self.tally()) - Counter(before)).items():
            done[result] += count
        return DeliveryReport(done, self.parked)

    def sweeps(self) -> tuple[Sweep, ...]:
        """What the clock is to run beside the sending; each is idempotent."""
        often = self._settings.sweep.total_seconds()
        return (
            Sweep("materialise", often, self.materialise),
            Sweep("reap", often, self.reap),
            Sweep("age", _AGE_SECONDS, self.age),
            Sweep("reconcile", often, self.reconcile),
            Sweep("probe", often, self.probe),
        )

    def materialise(self) -> int:
        """Make deliveries of the notices that have become due; returns of how many."""
        total = 0
        while True:
            with self._writer.begin() as connection:
                dealt_with = outbox.materialise_due(
                    connection,
                    business_now=self._clock.business(),
                    machine_now=self._clock.machine(),
                    limit=self._settings.batch,
                )
                if dealt_with:
                    self._reached(Checkpoint.MATERIALISING)
            total += dealt_with
            if dealt_with < self._settings.batch:
                break
        if total:
            self._wake.set()
        return total

    def reap(self) -> int:
        """Free what was leased to processes that did not come back; returns how many."""
        self._end_stalled()
        with self._writer.begin() as connection:
            freed = deliveries.reap(
                connection,
                machine_now=self._clock.machine(),
                settle=self._settings.settle,
                max_failures=self._settings.max_failures,
            )
        if freed:
            log.warning("leases_reaped", count=freed)
        return freed

    def age(self) -> int:
        """Make reminders more urgent that have waited long; returns how many."""
        now = self._clock.machine()
        with self._writer.begin() as connection:
            paces.forget_destinations(connection, machine_now=now)
            return paces.age(connection, waiting_since=now - self._settings.age_after)

    def reconcile(self) -> int:
        """Ask Slack's history about messages of unknown fate; returns about how many."""
        return self._reconciler.look_at_due()

    def probe(self) -> None:
        """While parked, ask Slack now and then whether it would have us again.

        Otherwise a process with nothing to send would never learn that all is well.
        """
        if self.parked is None or not self._gate.is_open(_PROBE):
            return
        try:
            self._slack.auth_test()
        except Exception as error:  # noqa: BLE001 - whatever it is, we stay parked
            self._gate.shut(_PROBE, judge(error))
        else:
            self._gate.reached()

    def tally(self) -> Mapping[tuple[Lane, Result], int]:
        """What became of this process's claims since it started, by lane."""
        with self._tally_lock:
            return dict(self._tally)

    @property
    def parked(self) -> str | None:
        """The code for which nothing can be sent (`token_revoked`, `unreachable`), or None."""
        return self._gate.reason

    @property
    def alive_at(self) -> float:
        """Monotonic time of the last turn of the sending loop."""
        return self._alive_at

    def _end_stalled(self) -> None:
        """Whoever stands still for a lease is given up, and others need its locks."""
        with self._reader.connect() as connection:
            ended = end_stalled(connection, self._settings.lease)
        if ended:
            log.warning("stalled_transactions_ended", count=ended)

    def _run(self) -> None:
        flying: set[Future[None]] = set()
        with self._pool() as pool:
            while not self._stopping.is_set():
                self._alive_at = self._monotonic()
                # Cleared before the look: a hint that comes during it is not lost.
                self._wake.clear()
                flying = {future for future in flying if not future.done()}
                claimed = self._claim_or_wait(self._settings.senders - len(flying))
                for held, at in claimed:
                    future = self._submit(pool, held, at)
                    # Who is done frees a place, and a destination for the next message to it.
                    future.add_done_callback(lambda _: self._wake.set())
                    flying.add(future)
                if not claimed:
                    poll = self._settings.poll.total_seconds()
                    # Only as long as it takes: what is due leaves as soon as there is a slot.
                    self._wake.wait(poll if self._slot_in is None else min(self._slot_in, poll))

    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._settings.senders, thread_name_prefix="sender")

    def _claim_or_wait(self, limit: int) -> list[tuple[Claim, float]]:
        try:
            return self._claim(limit)
        except Exception:  # the loop outlives a database that is away for a while
            log.exception("claim_failed")
            return []

    def _claim(self, limit: int) -> list[tuple[Claim, float]]:
        self._slot_in = None
        ops = [op for op in Op if self._gate.is_open(op.method)]
        if limit <= 0 or not ops:
            return []
        self._set_budgets()
        with self._way.step():
            return self._claim_now(limit, ops)

    def _claim_now(self, limit: int, ops: Collection[Op]) -> list[tuple[Claim, float]]:
        # On SQLite a writer shuts out all others, so nobody becomes one in vain.
        with self._reader.connect() as connection:
            now = self._clock.machine()
            room = Room(paces.read_paces(connection), now, self._settings.horizon)
            wanted = deliveries.open_queue(room, ops)
            if wanted is None or not deliveries.anything_due(connection, wanted, machine_now=now):
                waits = (
                    self._due_in(connection, room, ops, now),
                    self._rested_in(connection, ops, now),
                )
                self._slot_in = min((one for one in waits if one is not None), default=None)
                return []
        # Taken before the lease begins, so that the fence never errs on the late side.
        at = self._monotonic()
        with self._writer.begin() as connection:
            claimed = deliveries.claim(
                connection,
                machine_now=self._clock.machine(),
                lease=self._settings.lease,
                limit=limit,
                ops=ops,
                horizon=self._settings.horizon,
            )
            if claimed:
                self._reached(Checkpoint.CLAIMING)
        return [(held, at) for held in claimed]

    def _due_in(
        self, connection: Connection, room: Room, ops: Collection[Op], now: datetime
    ) -> float | None:
        """Seconds until the first slot for something that is due; None where nothing is."""
        asked = [(op, False) for op in ops] + [(op, True) for op in ops if op is Op.POST]
        opens = [room.opens_at(op.method, bulk=bulk) for op, bulk in asked]
        later = [moment for moment in opens if moment is not None]
        everything = deliveries.OpenQueue(frozenset(ops), bulk_posts=True)
        if not later or not deliveries.anything_due(connection, everything, machine_now=now):
            return None
        return max((min(later) - now).total_seconds(), _A_MOMENT)

    def _rested_in(
        self, connection: Connection, ops: Collection[Op], now: datetime
    ) -> float | None:
        """Seconds until a conversation may have its next post; None where none waits for that."""
        ends = paces.rest_ends(connection, machine_now=now) if Op.POST in ops else None
        return None if ends is None else max((ends - now).total_seconds(), _A_MOMENT)

    def _set_budgets(self) -> None:
        """Once: what this process was told is what all go by."""
        if not self._budgets_set and self._settings.budgets:
            with self._writer.begin() as connection:
                paces.set_budgets(
                    connection, self._settings.budgets, machine_now=self._clock.machine()
                )
        self._budgets_set = True

    def _submit(self, pool: ThreadPoolExecutor, held: Claim, claimed_at: float) -> Future[None]:
        return pool.submit(self._carry, held, claimed_at)

    def _carry(self, held: Claim, claimed_at: float) -> None:
        try:
            result = self._courier.carry(held, claimed_at)
        except Exception:  # the sender goes on with the next
            reference = new_reference()
            log.exception(
                "delivery_interrupted", delivery_id=held.id, op=held.op.value, reference=reference
            )
            self._give_back(held, reference)
            return
        with self._tally_lock:
            self._tally[held.lane, result] += 1

    def _give_back(self, held: Claim, reference: str) -> None:
        try:
            self._courier.give_back(held, reference)
        except Exception:  # then its lease frees the row
            log.exception("claim_kept", delivery_id=held.id)
