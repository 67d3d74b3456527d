"""Reading: `/goal` in a big organisation, against a command that does nothing.

Fair because both are asked by the same client in turn, on one core, and answered by the same server
code up to and including Bolt's dispatch (see `benchmarks.server`). What differs is all that Accord
does: finding out who asks and what they may see, reading their goals and values, wording them. The
people who ask are picked at random from all, so that no cache is warmer than in earnest. On
PostgreSQL the database's own work falls on the same core.
"""

from __future__ import annotations

from functools import partial

from benchmarks.databases import BigDatabases
from benchmarks.measuring import Ratios, Slices, server, throughput
from benchmarks.requests import goal_command, ignored
from tests.databases import Kind


def goal_list(databases: BigDatabases, kind: Kind, people: int, slices: Slices) -> Ratios:
    """How many `/goal` are answered in the time of one command that does nothing."""
    url = databases.filled(kind, people)
    command = goal_command(people)
    workers = partial(databases.workers, kind)
    with server("accord", url, works_for_it=workers) as accord, server("noop", url) as noop:
        return throughput((accord, command), (noop, ignored(command)), slices)
