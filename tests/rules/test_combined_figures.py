"""No number of figures, added up and taken from each other, is about a few people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.aggregates import EVERYBODY, SMALLEST, Cell, Figures, Grouping, groups_around, told

Vector = tuple[int, ...]
LEVELS = dict.fromkeys(("executive", "manager", "individual"), EVERYBODY)
COUNTRIES = dict.fromkeys(("DE", "FR"), EVERYBODY)
UNITS = {"A": EVERYBODY, "A / X": "A", "A / Y": "A", "B": EVERYBODY}
GROUPINGS: tuple[Grouping, ...] = (LEVELS, COUNTRIES, UNITS)


def groups_of(
    groupings: Sequence[Grouping], cells: Sequence[Cell]
) -> Iterator[tuple[Vector, Figures | None]]:
    """Each group of each grouping: which cells lie in it, and what is told of it."""
    for number, (grouping, found) in enumerate(zip(groupings, told(cells, groupings), strict=True)):
        for key, figures in found.items():
            yield (
                tuple(int(key in groups_around(grouping, one.places[number])) for one in cells),
                figures,
            )


class Span:
    """Whatever adds up from some vectors, by elimination with fractions."""

    def __init__(self, vectors: Sequence[Vector]) -> None:
        self._rows: list[tuple[int, list[Fraction]]] = []
        for vector in vectors:
            rest = self._rest(vector)
            at = next((n for n, value in enumerate(rest) if value), None)
            if at is not None:
                self._rows.append((at, [value / rest[at] for value in rest]))

    def __contains__(self, vector: Vector) -> bool:
        return not any(self._rest(vector))

    def _rest(self, vector: Vector) -> list[Fraction]:
        rest = [Fraction(value) for value in vector]
        for at, row in self._rows:
            if rest[at]:
                rest = [a - rest[at] * b for a, b in zip(rest, row, strict=True)]
        return rest


@st.composite
def companies(draw: st.DrawFn) -> list[Cell]:
    """Levels, countries and units as a report has them; some people have no country or no unit."""
    places = st.tuples(*(st.sampled_from([*grouping, EVERYBODY]) for grouping in GROUPINGS))
    cells = []
    for place in draw(st.lists(places, min_size=3, max_size=12, unique=True)):
        people = draw(st.sampled_from([20, 20, 8, 3, 2, 1]))
        having = draw(st.sampled_from([people // 2, people // 2, 0, people]))
        cells.append(Cell(place, people, (having, people - having)))
    return cells


def small_sets(numbers: Sequence[int]) -> Iterator[Vector]:
    """All sets of cells that are together some, and fewer than too few to be told."""
    few = [n for n, number in enumerate(numbers) if 0 < number < SMALLEST]
    for size in range(1, SMALLEST):
        for some in combinations(few, size):
            if sum(numbers[n] for n in some) < SMALLEST:
                yield tuple(int(n in some) for n in range(len(numbers)))


@settings(max_examples=300, deadline=None)
@given(companies())
def test_whoever_solves_all_figures_together_learns_nothing_about_a_few(cells: list[Cell]) -> None:
    public = [where for where, figures in groups_of(GROUPINGS, cells) if figures]
    people = [one.people for one in cells]
    for numbers in (people, *zip(*(one.counts for one in cells), strict=True)):
        span = Span(
            [
                tuple(there if n else 0 for there, n in zip(where, numbers, strict=True))
                for where in public
            ]
        )
        for some in small_sets(numbers):
            assert some not in span, [one for one, n in zip(cells, some, strict=True) if n]


def test_what_two_figures_leave_of_a_third_is_not_about_one_person() -> None:
    """Managers, less those in FR, less the individual contributors in FR: no two are near."""
    cells = [
        Cell(("manager", "FR", ""), 20, (10, 10)),
        Cell(("manager", "", ""), 1, (1, 0)),
        Cell(("individual", "FR", "A / X"), 20, (10, 10)),
        Cell(("individual", "", "B"), 20, (10, 10)),
    ]
    found = [*groups_of(GROUPINGS, cells)]
    assert (0, 1, 0, 0) not in Span([where for where, figures in found if figures])
    assert [where for where, figures in found if figures]


def could_differ(cells: Sequence[Cell], public: Sequence[Vector], group: Vector) -> bool:
    """Whether other numbers of people with a goal go with all that is public, but not in the group.

    Everybody knows how many people are in each cell.
    """
    return any(
        sum(a * b for a, b in zip(group, moves, strict=True))
        for moves in product((0, 1, -1, 2, -2), repeat=len(cells))
        if all(0 <= one.counts[0] + by <= one.people for one, by in zip(cells, moves, strict=True))
        and all(not sum(a * b for a, b in zip(one, moves, strict=True)) for one in public)
    )


@pytest.mark.parametrize(
    "cells",
    [
        # All individual contributors are without, and so would be the few of them in FR.
        [
            Cell(("individual", "DE", "A"), 20, (0, 20)),
            Cell(("individual", "FR", "A"), 1, (0, 1)),
            Cell(("individual", "", "A / Y"), 5, (0, 5)),
            Cell(("manager", "", "A"), 8, (4, 4)),
        ],
        # All but the managers, less DE, are five with a goal: so all of those have one.
        [
            Cell(("individual", "FR", "A / Y"), 2, (2, 0)),
            Cell(("manager", "FR", "A / Y"), 8, (3, 5)),
            Cell(("manager", "FR", "B"), 5, (5, 0)),
            Cell(("manager", "", "A / X"), 2, (1, 1)),
            Cell(("executive", "DE", "B"), 5, (0, 5)),
            Cell(("executive", "FR", ""), 3, (3, 0)),
        ],
        [
            Cell(("individual", "", "A / Y"), 8, (0, 8)),
            Cell(("individual", "", "B"), 5, (5, 0)),
            Cell(("manager", "", "A / Y"), 1, (0, 1)),
            Cell(("executive", "DE", "B"), 5, (0, 5)),
            Cell(("executive", "", "A / X"), 20, (20, 0)),
        ],
    ],
)
def test_nor_does_it_say_what_a_few_did_that_everybody_around_them_did_the_same(
    cells: list[Cell],
) -> None:
    found = [*groups_of(GROUPINGS, cells)]
    public = [where for where, figures in found if figures]
    small = [
        where
        for where, _ in found
        if sum(one.people for one, there in zip(cells, where, strict=True) if there) < SMALLEST
    ]
    assert small
    assert all(could_differ(cells, public, group) for group in small)


def test_of_a_company_where_nobody_stands_out_nothing_is_kept_back() -> None:
    """Ten units of twelve people, in two countries, a manager each."""
    units = dict.fromkeys((f"Unit {n}" for n in range(10)), EVERYBODY)
    cells = [
        Cell((level, "DE" if n < 5 else "FR", f"Unit {n}"), people, counts)
        for n in range(10)
        for level, people, counts in (("manager", 1, (1, 0)), ("individual", 11, (6, 5)))
    ]
    for found in told(cells, (LEVELS, COUNTRIES, units)):
        assert None not in found.values()
