"""Whether figures about groups, added up and taken from each other, are about a few people.

What anybody can work out of sums is what lies in the span of the groups told. Each cell gets a
weight that follows from nothing, such only that those of each group told add up to zero: then the
weights of whatever follows from the groups do so, too, and those of anything else do not (but for
an accident of one in 10^18). Cells in which nothing is counted are left out, as if that were known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import combinations

_PRIME = 2**61 - 1
_Row = dict[int, int]
_Kind = tuple[int | None, ...]
Cells = Sequence[int]
Grouped = Sequence[Sequence[Cells]]
"""For each grouping the groups told, each without those told in it: no cell is in two."""


def few_behind(grouped: Grouped, measures: Iterable[Cells], smallest: int) -> Cells | None:
    """Cells about which the groups together say how many they are.

    Each measure is a number of people for each cell; those found are some people, and fewer than
    `smallest` by one of the measures. None if there are no such cells.
    """
    for measure in measures:
        cells = [cell for cell, people in enumerate(measure) if people]
        weights = _weights((one for groups in grouped for one in groups), cells)
        blocks = _inseparable(grouped, cells, measure, smallest)
        found = _adding_up_to_nothing(blocks, weights, measure, smallest)
        if found is not None:
            return found
    return None


def known_among(grouped: Grouped, asked: Iterable[Cells], open_cells: Cells) -> Cells | None:
    """The first of the lists of cells whose sum follows from the groups; None if there is none.

    The open cells are those of which it is not known that there is nothing in them.
    """
    weights = _weights((one for groups in grouped for one in groups), open_cells)
    for cells in asked:
        if sum(weights.get(cell, 0) for cell in cells) % _PRIME == 0:
            return cells
    return None


def _weights(groups: Iterable[Cells], cells: Cells) -> dict[int, int]:
    """A weight for each cell; those of a group add up to zero."""
    there = set(cells)
    rows: dict[int, _Row] = {}
    for group in groups:
        row = dict.fromkeys(there.intersection(group), 1)
        for cell in [one for one in row if one in rows]:
            _subtract(row, rows[cell], row[cell])
        if row:
            # The smallest cell, so that the same figures are told each time.
            pivot = min(row)
            inverse = pow(row[pivot], -1, _PRIME)
            row = {cell: value * inverse % _PRIME for cell, value in row.items()}
            for other in rows.values():
                if pivot in other:
                    _subtract(other, row, other[pivot])
            rows[pivot] = row
    weights = {
        cell: int.from_bytes(sha256(b"%d" % cell).digest()) % _PRIME
        for cell in cells
        if cell not in rows
    }
    for pivot, row in rows.items():
        others = (value * weights[cell] for cell, value in row.items() if cell != pivot)
        weights[pivot] = -sum(others) % _PRIME
    return weights


def _subtract(row: _Row, other: _Row, times: int) -> None:
    for cell, value in other.items():
        left = (row.get(cell, 0) - times * value) % _PRIME
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)


def _inseparable(
    grouped: Grouped, cells: Cells, measure: Cells, smallest: int
) -> list[tuple[int, ...]]:
    """Parts of fewer than `smallest` people, of each of which all cells are found or none.

    With thousands of cells there are far too many sets of four to look at. Yet take the grouping
    with the most groups, and of each cell, as its kind, the groups of the others. Where
    `smallest` groups hold two kinds, so does one without any cell that is found; in it the two
    kinds get the same from the other groupings, and so they do everywhere.
    """
    finest = max(range(len(grouped)), key=lambda one: len(grouped[one]), default=0)
    group_of = [
        {cell: number for number, group in enumerate(groups) for cell in group}
        for groups in grouped
    ]
    fine = group_of[finest] if grouped else {}
    kind_of = {
        cell: tuple(one.get(cell) for one in (*group_of[:finest], *group_of[finest + 1 :]))
        for cell in cells
    }
    together: Counter[tuple[_Kind, _Kind]] = Counter()
    for group in grouped[finest] if grouped else ():
        kinds = sorted({kind_of[cell] for cell in group if cell in kind_of}, key=repr)
        together.update(combinations(kinds, 2))
    same = {kind: kind for kind in kind_of.values()}
    for (one, other), groups in together.items():
        if groups >= smallest:
            joined = same[other]
            same = {kind: same[one] if has == joined else has for kind, has in same.items()}
    parts = defaultdict(list)
    for cell in cells:
        parts[fine.get(cell), same[kind_of[cell]]].append(cell)
    return [tuple(part) for part in parts.values() if sum(measure[one] for one in part) < smallest]


def _adding_up_to_nothing(
    parts: Sequence[tuple[int, ...]], weights: Mapping[int, int], measure: Cells, smallest: int
) -> Cells | None:
    """Up to four parts, of fewer than `smallest` people, whose weights add up to zero."""
    people = [sum(measure[cell] for cell in part) for part in parts]
    weight = [sum(weights[cell] for cell in part) % _PRIME for part in parts]
    everyone = range(len(parts))
    halves = [
        ((), 0, 0),
        *(((one,), people[one], weight[one]) for one in everyone),
        *(
            ((one, other), people[one] + people[other], (weight[one] + weight[other]) % _PRIME)
            for one, other in combinations([n for n in everyone if people[n] < smallest - 1], 2)
            if people[one] + people[other] < smallest
        ),
    ]
    by_weight: dict[int, list[tuple[tuple[int, ...], int]]] = defaultdict(list)
    for half, size, total in halves:
        for rest, beside in by_weight.get(-total % _PRIME, ()):
            if size + beside < smallest and not set(half) & set(rest):
                return sorted(cell for one in (*half, *rest) for cell in parts[one])
        by_weight[total].append((half, size))
    return None


def not_settled(
    groups: Iterable[int], nothing: Sequence[int], open_at_first: int, *, adding_up: bool
) -> list[int]:
    """For each column the cells whose count is not known from the bounds: no count is below 0.

    Sets of cells are numbers, a bit for each cell. `nothing` has for each column the cells whose
    count is 0 in truth. Where the counts of a cell are `adding_up` to its people, and all but one
    are known to be 0, that one is known, too.
    """
    told = sorted(set(groups))
    zero = [0] * len(nothing)
    left = [open_at_first] * len(nothing)
    before: list[int] = []
    while before != left:
        before = [*left]
        for column, none in enumerate(nothing):
            found = _nothing_in(told, none, left[column])
            zero[column] |= found
            left[column] &= ~found
        for column in range(len(left)) if adding_up else ():
            elsewhere = open_at_first
            for other, none in enumerate(zero):
                if other != column:
                    elsewhere &= none
            left[column] &= ~elsewhere
    return left


def _nothing_in(told: Sequence[int], none: int, left: int) -> int:
    """Cells in which there is nothing, since a group's count is 0, or that of a group in it."""
    here = sorted({group & left for group in told} | {0})
    found = 0
    for group in here:
        some = group & ~none
        for part in here:
            if part & some == some and part & ~group == 0:
                found |= group & ~part
    return found
