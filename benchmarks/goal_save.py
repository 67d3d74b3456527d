"""Writing: a new goal sent from its dialog, against a command that does nothing.

Fair for the reasons of `benchmarks.goal_list`; besides, the goal is saved as always: with its
version and step, whoever has to decide found and asked, the notices in the outbox, the entry in the
record with every field sealed, all in one transaction that is on the disk before Slack is answered
(SQLite: WAL with `synchronous=FULL`; PostgreSQL: `fsync` and `synchronous_commit` on). Waiting for
the disk is part of it, so a slow disk shows here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from benchmarks.databases import BigDatabases
from benchmarks.measuring import Ratios, Slices, server, throughput
from benchmarks.requests import goal_command, goal_submission, ignored
from tests.databases import Kind


def goal_save(databases: BigDatabases, kind: Kind, people: int, slices: Slices) -> Ratios:
    """How many goals are saved in the time of one command that does nothing."""
    url = databases.filled(kind, people)
    submission = goal_submission(people, datetime.now(UTC).date())
    nothing = ignored(goal_command(people))
    workers = partial(databases.workers, kind)
    with server("accord", url, works_for_it=workers) as accord, server("noop", url) as noop:
        return throughput((accord, submission), (noop, nothing), slices)
