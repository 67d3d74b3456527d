"""A page of everybody's goals as somebody may see them, against the same page for nobody's eyes.

Fair because both are the same statement with the same twenty rows, on the same connection, in turn;
only the subject asks of every goal whether the viewer may read it. The viewer is HR partner for
everybody: of each goal, every other reason to see it is tried first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from benchmarks.databases import BigDatabases
from benchmarks.measuring import Ratios
from benchmarks.organisation import slack_user
from storage import goal_lists, people
from storage.conditions import NO_CONDITION
from storage.database import open_engine
from tests.databases import Kind

PARTNER = 2
PAGE = 20
READS = 200
"""Of each, in one round."""


def visible_list(databases: BigDatabases, kind: Kind, size: int, rounds: int) -> Ratios:
    """Filtered pages in the time of one unfiltered, among so many people's goals."""
    engine = open_engine(databases.filled(kind, size))
    try:
        with engine.connect() as connection:
            viewer = people.active_by_slack_user(connection, slack_user(PARTNER))
            if viewer is None:
                raise LookupError(slack_user(PARTNER))
            today = viewer.today(datetime.now(UTC))

            def filtered() -> int:
                return len(goal_lists.list_goals(connection, viewer, today, NO_CONDITION))

            def bare() -> int:
                return len(goal_lists.everybodys(connection))

            for read in (filtered, bare):
                if read() != PAGE:
                    raise AssertionError(read)
            return Ratios([_seconds(bare) / _seconds(filtered) for _ in range(rounds)])
    finally:
        engine.dispose()


def _seconds(read: Callable[[], int]) -> float:
    begun = time.perf_counter()
    for _ in range(READS):
        read()
    return time.perf_counter() - begun
