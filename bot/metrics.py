"""Prometheus metrics, read from the record at each scrape: they survive a restart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from storage.checkpoints import AnchorState, anchor_states, head
from storage.queue_numbers import QueueNumbers, queue_numbers
from storage.unit_of_work import Store


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
        for state, count in self._numbers.states.items():
            states.add_metric([state.value], count)
        missing = GaugeMetricFamily(
            "accord_due_not_queued", "Notices that are due but have no delivery; 0 in health"
        )
        missing.add_metric([], self._numbers.due_not_queued)
        yield from (length, oldest, states, missing)


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


def metrics_text(store: Store) -> bytes:
    with store.engine.connect() as connection:
        entries, _ = head(connection)
        anchors = anchor_states(connection, store.anchoring)
        numbers = queue_numbers(
            connection,
            machine_now=store.clock.machine(),
            business_now=store.clock.business(),
        )
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Queue(numbers))
    registry.register(_Anchors(entries, anchors))
    return generate_latest(registry)
