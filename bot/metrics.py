"""Prometheus metrics, read from the record at each scrape: they survive a restart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from secrets import token_hex

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from domain.dead_letters import Cause, LetterGroup
from domain.notices import Lane
from domain.origin import Origin, Via
from storage import dead_letters
from storage.checkpoints import AnchorState, anchor_states, head
from storage.overdue import Due, overdue
from storage.queue_numbers import COUNTED, QueueNumbers, queue_numbers
from storage.send_numbers import Became, SendNumbers, send_numbers
from storage.unit_of_work import Store
from usecases.role_grants import two_people


class _Queue(Collector):
    def __init__(self, numbers: QueueNumbers) -> None:
        self._numbers = numbers

    def collect(self) -> Iterator[Metric]:
        length = GaugeMetricFamily(
            "accord_queue_length", "Deliveries waiting, by lane", labels=["lane"]
        )
        oldest = GaugeMetricFamily(
            "accord_queue_oldest_due_seconds",
            "How long the oldest due delivery has been waiting, by lane",
            labels=["lane"],
        )
        for lane, one in self._numbers.lanes.items():
            length.add_metric([lane.name.lower()], one.length)
            oldest.add_metric([lane.name.lower()], one.oldest_due.total_seconds())
        states = GaugeMetricFamily(
            "accord_deliveries", "Deliveries that are open or dead, by state", labels=["state"]
        )
        for state in COUNTED:
            states.add_metric([state.value], self._numbers.states.get(state, 0))
        missing = GaugeMetricFamily(
            "accord_due_not_queued", "Notices that are due but have no delivery; 0 in health"
        )
        missing.add_metric([], self._numbers.due_not_queued)
        errors = GaugeMetricFamily(
            "accord_last_errors",
            "Deliveries that are open or dead, by the code of their last error",
            labels=["code"],
        )
        for code, count in self._numbers.errors.items():
            errors.add_metric([code], count)
        yield from (length, oldest, states, missing, errors)


class _Sending(Collector):
    def __init__(self, numbers: SendNumbers) -> None:
        self._numbers = numbers

    def collect(self) -> Iterator[Metric]:
        attempts = GaugeMetricFamily(
            "accord_attempts_lately",
            "Attempts to send within five minutes, by lane and what became of them",
            labels=["lane", "became"],
        )
        for lane in Lane:
            for became in Became:
                count = self._numbers.attempts.get((lane, became), 0)
                attempts.add_metric([lane.name.lower(), became.value], count)
        share = GaugeMetricFamily(
            "accord_budget_share",
            "Of what each method of Slack may be called, the part used within five minutes",
            labels=["method"],
        )
        for method, part in self._numbers.share.items():
            share.add_metric([method], part)
        slowed = CounterMetricFamily(
            "accord_slowed_down", "How often Slack has answered 429, by method", labels=["method"]
        )
        for method, count in self._numbers.slowed_down.items():
            slowed.add_metric([method], count)
        posts = self._numbers.posts
        unknown = GaugeMetricFamily(
            "accord_unknown_outcomes_in_a_row", "Posts of unknown fate since one last succeeded"
        )
        unknown.add_metric([], posts.unknown_in_a_row if posts else 0)
        stopped = GaugeMetricFamily(
            "accord_breaker_open", "1 while such posts keep others from being sent"
        )
        stopped.add_metric([], int(posts is not None and posts.tripped))
        yield from (attempts, share, slowed, unknown, stopped)


class _Overdue(Collector):
    def __init__(self, found: Mapping[Due, int]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        unqueued = GaugeMetricFamily(
            "accord_due_unqueued",
            "What has been due for ten minutes and was not dealt with, by what it is; 0 in health",
            labels=["what"],
        )
        for due in Due:
            unqueued.add_metric([due.value], self._found[due])
        yield unqueued


class _DeadLetters(Collector):
    def __init__(self, groups: Sequence[LetterGroup]) -> None:
        self._groups = groups

    def collect(self) -> Iterator[Metric]:
        dead = GaugeMetricFamily(
            "accord_dead_letters",
            "Messages that could not be delivered and that nobody has dealt with, by cause",
            labels=["cause"],
        )
        counts = {group.cause: group.count for group in self._groups}
        for cause in Cause:
            dead.add_metric([cause.value], counts.get(cause, 0))
        yield dead


class _Anchors(Collector):
    def __init__(self, entries: int, states: Sequence[AnchorState]) -> None:
        self._entries = entries
        self._states = states

    def collect(self) -> Iterator[Metric]:
        entries = GaugeMetricFamily("accord_record_entries", "Entries of the audited record")
        entries.add_metric([], self._entries)
        behind = GaugeMetricFamily(
            "accord_unanchored_entries",
            "Entries that no checkpoint in this place outside the database covers",
            labels=["place"],
        )
        failing = GaugeMetricFamily(
            "accord_anchor_failing", "1 where a place refuses checkpoints", labels=["place"]
        )
        for one in self._states:
            behind.add_metric([one.place], max(self._entries - one.size, 0))
            failing.add_metric([one.place], int(one.error is not None))
        yield from (entries, behind, failing)


class _Roles(Collector):
    def __init__(self, lacking: bool) -> None:
        self._lacking = lacking

    def collect(self) -> Iterator[Metric]:
        can_be_given = GaugeMetricFamily(
            "accord_roles_can_be_given", "1 while there are two people who can give roles in Slack"
        )
        can_be_given.add_metric([], int(not self._lacking))
        yield can_be_given


def metrics_text(store: Store) -> bytes:
    with store.engine.connect() as connection:
        entries, _ = head(connection)
        anchors = anchor_states(connection, store.anchoring)
        numbers = queue_numbers(
            connection,
            machine_now=store.clock.machine(),
            business_now=store.clock.business(),
        )
        sending = send_numbers(connection, machine_now=store.clock.machine())
        dead = dead_letters.groups(connection)
        found = overdue(connection, store.clock.business())
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Queue(numbers))
    registry.register(_Sending(sending))
    registry.register(_DeadLetters(dead))
    registry.register(_Overdue(found))
    registry.register(_Anchors(entries, anchors))
    origin = Origin(Via.CLI, store.clock.business(), request=token_hex(8))
    registry.register(_Roles(two_people(store, origin) is not None))
    return generate_latest(registry)
