"""Growth: what reading and writing cost as the organisation grows.

Each size is measured against the command that does nothing, as in `benchmarks.goal_list` and
`benchmarks.goal_save`; told is by how much the ratio of the smallest size, by processor time, is
better than that of each other one, so that 1 means that size does not matter. Databases of all
sizes are filled by the same statements and analysed afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.databases import BigDatabases
from benchmarks.measuring import Ratios, Slices
from tests.databases import Kind

Measure = Callable[[BigDatabases, Kind, int, Slices], Ratios]


def growth(
    databases: BigDatabases, kind: Kind, sizes: Sequence[int], measure: Measure, slices: Slices
) -> dict[int, tuple[Ratios, float]]:
    """For each size its ratios, and how many times slower it is than the first."""
    found = {people: measure(databases, kind, people, slices) for people in sizes}
    first = found[sizes[0]].work.median
    return {people: (ratios, first / ratios.work.median) for people, ratios in found.items()}
