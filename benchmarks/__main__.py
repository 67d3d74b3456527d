"""Runs the benchmarks and prints their ratios: `python -m benchmarks [--help]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

from benchmarks.ack_under_broadcast import ack_under_broadcast
from benchmarks.announcement import announcement_list
from benchmarks.audited import audited_write
from benchmarks.databases import BigDatabases, big_databases
from benchmarks.goal_list import goal_list
from benchmarks.goal_save import goal_save
from benchmarks.goal_tree import opening, roll_up
from benchmarks.growth import Measure, growth
from benchmarks.history import GOALS_EACH
from benchmarks.measuring import CONNECTIONS, Slices, load_elsewhere
from benchmarks.sealed_reads import sealed_reads
from benchmarks.sending import budget_share, urgent_waits
from benchmarks.sweep import sweep_against_jobs, sweep_growth
from benchmarks.verification import verification
from benchmarks.visible_list import visible_list
from tests.databases import Kind

SIZES = (1_000, 10_000, 100_000)
CADENCES = (10_000, 100_000, 1_000_000)
REPLICAS = (1, 4)
IN_THE_TREE = (200, 20_000)
"""People with 1,000 and 100,000 goals."""
LONG_ROUNDS = 3
"""Of what takes minutes each time."""
USUAL = 10_000
ENTRIES = 1_000_000


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _list(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    tell(f"{kind}: /goal at {USUAL:,} people: {goal_list(databases, kind, USUAL, slices)}")


def _save(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    tell(f"{kind}: saving a goal at {USUAL:,} people: {goal_save(databases, kind, USUAL, slices)}")


def _growth(
    what: str, measure: Measure, databases: BigDatabases, kind: Kind, slices: Slices
) -> None:
    for people, (ratios, slower) in growth(databases, kind, SIZES, measure, slices).items():
        tell(f"{kind}: {what} at {people:,} people: {ratios}, {slower:.2f} times the first")


def _all_growth(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    _growth("/goal", goal_list, databases, kind, slices)
    _growth("saving a goal", goal_save, databases, kind, slices)


def _announce(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    for people in SIZES:
        told = announcement_list(databases, kind, people, slices.rounds)
        tell(f"{kind}: the list of an announcement to {people:,} people: {told}")


def _waits(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    told = ack_under_broadcast(databases, kind, USUAL, slices.rounds)
    tell(f"{kind}: p99 while an announcement goes to {USUAL:,} people: {told}")


def _verify(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    told = verification(databases, kind, ENTRIES, slices.rounds)
    tell(f"{kind}: verifying {ENTRIES:,} entries: {told}")


def _audited(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    tell(f"{kind}: audited writes: {audited_write(databases, kind, slices)}")


def _sealed(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    tell(f"{kind}: twenty sealed answers: {sealed_reads(databases, kind, slices.rounds)}")


def _visible(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    for people in SIZES[1:]:
        told = visible_list(databases, kind, people, slices.rounds)
        tell(f"{kind}: a filtered page at {people:,} people: {told} of an unfiltered one")


def _jobs(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    if kind is Kind.SQLITE:
        told = sweep_against_jobs(databases, SIZES[-1], slices.rounds)
        tell(f"{kind}: asking {SIZES[-1]:,} people, against a job for each: {told}")


def _sweep(databases: BigDatabases, kind: Kind, _slices: Slices) -> None:
    for told in sweep_growth(databases, kind, CADENCES):
        tell(f"{kind}: asking about {told.cadences:,} goals: {told}")


def _share(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    # On SQLite one process delivers.
    for processes in REPLICAS if kind is Kind.POSTGRES else REPLICAS[:1]:
        rounds = min(slices.rounds, LONG_ROUNDS)
        told = budget_share(databases, kind, USUAL, processes, rounds)
        tell(f"{kind}: sending by {processes} processes: {told}")


def _urgent(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    told = urgent_waits(databases, kind, USUAL, min(slices.rounds, LONG_ROUNDS))
    tell(f"{kind}: p99 of what is urgent behind announcements to {USUAL:,} people: {told}")


def _tree(databases: BigDatabases, kind: Kind, slices: Slices) -> None:
    for what, ratios in opening(databases, kind, IN_THE_TREE, slices.rounds).items():
        tell(f"{kind}: {what}, {IN_THE_TREE[1]:,} people against {IN_THE_TREE[0]:,}: {ratios}")
    told = roll_up(databases, kind, IN_THE_TREE[1], slices.rounds)
    tell(f"{kind}: progress from {IN_THE_TREE[1] * GOALS_EACH:,} goals: {told}")


BENCHMARKS: Mapping[str, Callable[[BigDatabases, Kind, Slices], None]] = {
    "list": _list,
    "save": _save,
    "growth": _all_growth,
    "announce": _announce,
    "waits": _waits,
    "verify": _verify,
    "audited": _audited,
    "sealed": _sealed,
    "visible": _visible,
    "tree": _tree,
    "jobs": _jobs,
    "sweep": _sweep,
    "share": _share,
    "urgent": _urgent,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("which", nargs="*", choices=[*BENCHMARKS, []], help="all, if none is named")
    parser.add_argument("--on", choices=list(Kind), help="one database alone")
    parser.add_argument("--rounds", type=int, default=Slices().rounds)
    parser.add_argument("--connections", type=int, default=CONNECTIONS, help="that ask at once")
    told = parser.parse_args()
    slices = Slices(rounds=told.rounds, connections=told.connections)
    with big_databases() as databases, load_elsewhere():
        for which in told.which or BENCHMARKS:
            for kind in [Kind(told.on)] if told.on else Kind:
                BENCHMARKS[which](databases, kind, slices)


if __name__ == "__main__":
    main()
