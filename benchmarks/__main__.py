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
from benchmarks.growth import Measure, growth
from benchmarks.measuring import CONNECTIONS, Slices, load_elsewhere
from benchmarks.sealed_reads import sealed_reads
from benchmarks.verification import verification
from benchmarks.visible_list import visible_list
from tests.databases import Kind

SIZES = (1_000, 10_000, 100_000)
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
