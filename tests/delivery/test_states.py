"""Processes crash, stall and lose answers in any order: every message arrives exactly once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select

from storage import deliveries, doubts
from storage.database import open_engine
from storage.deliveries import Claim
from storage.outbox import MessageRef
from storage.tables.outbox import Delivery, DeliveryState, Op
from tests.databases import Databases, Kind
from tests.delivery.scene import LEASE, Scene

SETTLE = timedelta(seconds=30)
FENCE = LEASE - timedelta(seconds=15)


@dataclass
class Worker:
    """A process in the middle of a message: what it holds and what it has heard from Slack."""

    held: Claim
    uuid: UUID
    claimed_at: datetime
    sending: bool = False
    answer: MessageRef | None = None
    posted: bool = False


@dataclass
class PretendSlack:
    """Stores what it is sent, by marker."""

    messages: dict[UUID, list[MessageRef]] = field(default_factory=dict)

    def post(self, marker: UUID) -> MessageRef:
        number = sum(len(found) for found in self.messages.values())
        message = MessageRef("D1", f"{number}.0")
        self.messages.setdefault(marker, []).append(message)
        return message


class Outbox(RuleBasedStateMachine):
    """The steps of the courier and the reconciler, one at a time, by processes that may die."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.scene = Scene(engine)
        self.people = [self.scene.person() for _ in range(3)]
        self.slack = PretendSlack()
        self.workers: list[Worker] = []
        self.notices = 0

    @rule(person=st.integers(0, 2))
    def something_is_to_be_said(self, person: int) -> None:
        self.notices += self.scene.enqueue(self.scene.notice(self.people[person]))

    @precondition(lambda self: len(self.workers) < 4)
    @rule()
    def a_process_claims(self) -> None:
        at = self.scene.now
        for held in self.scene.claim(limit=2):
            self.workers.append(Worker(held, self.scene.uuid(held), at))

    @precondition(lambda self: any(not worker.sending for worker in self.workers))
    @rule()
    def a_process_says_that_it_is_sending(self) -> None:
        worker = next(worker for worker in self.workers if not worker.sending)
        worker.sending = self.scene.begin(worker.held)
        if not worker.sending:
            self.workers.remove(worker)

    @precondition(lambda self: any(w.sending and not w.posted for w in self.workers))
    @rule(heard=st.booleans(), stored=st.booleans())
    def a_process_posts(self, heard: bool, stored: bool) -> None:
        worker = next(w for w in self.workers if w.sending and not w.posted)
        if self.scene.now - worker.claimed_at > FENCE:
            self.workers.remove(worker)
            return
        worker.posted = True
        message = self.slack.post(worker.uuid) if stored else None
        if heard and message is not None:
            worker.answer = message
            return
        self.workers.remove(worker)
        if heard:
            self._write(
                lambda connection: deliveries.doubt(
                    connection,
                    worker.held,
                    look_at=self.scene.now + SETTLE,
                    error="internal_error",
                    machine_now=self.scene.now,
                )
            )

    @precondition(lambda self: any(worker.answer for worker in self.workers))
    @rule()
    def a_process_writes_what_it_heard(self) -> None:
        worker = next(worker for worker in self.workers if worker.answer)
        self.workers.remove(worker)
        assert worker.answer is not None
        if not self.scene.finish(worker.held, worker.answer):
            assert self._seen(worker.uuid, worker.answer)

    @precondition(lambda self: self.workers)
    @rule(which=st.integers(0, 9))
    def a_process_dies(self, which: int) -> None:
        self.workers.pop(which % len(self.workers))

    @rule(seconds=st.sampled_from([1, 20, 40, 70]))
    def time_passes(self, seconds: int) -> None:
        self.scene.wait(seconds)

    @rule()
    def leases_are_reaped(self) -> None:
        with self.scene.writing() as connection:
            deliveries.reap(
                connection, machine_now=self.scene.now, settle=SETTLE, max_failures=1000
            )

    @rule()
    def history_is_read(self) -> None:
        with self.scene.writing() as connection:
            taken = doubts.take_doubts(
                connection, machine_now=self.scene.now, lease=LEASE, limit=10
            )
        for doubt in taken:
            for message in self.slack.messages.get(doubt.uuid, []):
                assert self._seen(doubt.uuid, message)
            if doubt.uuid not in self.slack.messages:
                with self.scene.writing() as connection:
                    doubts.not_in_slack(
                        connection, doubt, not_before=self.scene.now, look_at=self.scene.now
                    )

    @invariant()
    def nothing_is_in_slack_twice(self) -> None:
        assert all(len(found) == 1 for found in self.slack.messages.values())

    @invariant()
    def what_is_written_as_sent_is_in_slack(self) -> None:
        assert set(self._uuids(DeliveryState.SENT)) <= set(self.slack.messages)

    def teardown(self) -> None:
        """However it was left, one healthy process brings every message home."""
        self.workers.clear()
        for _ in range(20):
            self.scene.wait(100)
            self.leases_are_reaped()
            self.history_is_read()
            self.a_process_claims()
            while any(not worker.sending for worker in self.workers):
                self.a_process_says_that_it_is_sending()
            while any(not worker.posted for worker in self.workers):
                self.a_process_posts(heard=True, stored=True)
            while self.workers:
                self.a_process_writes_what_it_heard()
            if len(self.slack.messages) == self.notices == len(self._uuids(DeliveryState.SENT)):
                break
        else:
            raise AssertionError(self.scene.states())
        self.nothing_is_in_slack_twice()
        self.engine.dispose()

    def _seen(self, uuid: UUID, message: MessageRef) -> bool:
        with self.scene.writing() as connection:
            seen = deliveries.record_seen(connection, uuid, message, machine_now=self.scene.now)
        return seen is deliveries.Seen.STANDS

    def _write(self, act: Callable[..., object]) -> None:
        with self.scene.writing() as connection:
            act(connection)

    def _uuids(self, state: DeliveryState) -> list[UUID]:
        with self.engine.connect() as connection:
            return list(
                connection.execute(
                    select(Delivery.uuid).where(Delivery.state == state, Delivery.op == Op.POST)
                ).scalars()
            )


def test_every_message_arrives_exactly_once(databases: Databases) -> None:
    class OnAFreshDatabase(Outbox):
        def __init__(self) -> None:
            super().__init__(open_engine(databases.fresh(Kind.SQLITE)))

    run_state_machine_as_test(
        OnAFreshDatabase,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
