"""No figure that is told lets anybody work out one about a few people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.aggregates import EVERYBODY, SMALLEST, Cell, Figures, Grouping, groups_around, told

Told = Mapping[str, Figures | None]


@st.composite
def trees(draw: st.DrawFn, letter: str) -> Grouping:
    """Up to seven groups, each in one before it or in none."""
    names = [f"{letter}{n}" for n in range(draw(st.integers(1, 7)))]
    return {
        name: draw(st.sampled_from([EVERYBODY, *names[:number]]))
        for number, name in enumerate(names)
    }


@st.composite
def people_in(draw: st.DrawFn, groupings: tuple[Grouping, ...], columns: int) -> list[Cell]:
    places = st.tuples(*(st.sampled_from([EVERYBODY, *one]) for one in groupings))
    where = draw(st.lists(places, min_size=1, max_size=8, unique=True))
    """People each of whom is in one column, or what people did, who may have done nothing."""
    counts = st.tuples(*[st.sampled_from([0, 0, 1, 1, 2, 3, 6])] * columns)
    if draw(st.booleans()):
        return [Cell(place, sum(each), each) for place in where for each in [draw(counts)]]
    cells = []
    for place in where:
        done, people = draw(counts), draw(st.sampled_from([1, 3, 6, 12]))
        of = tuple(draw(st.integers(min(1, each), min(each, people))) for each in done)
        cells.append(Cell(place, people, done, of))
    return cells


@st.composite
def worlds(draw: st.DrawFn, letters: str = "u") -> tuple[tuple[Grouping, ...], list[Cell]]:
    groupings = tuple(draw(trees(letter)) for letter in letters)
    return groupings, draw(people_in(groupings, draw(st.integers(2, 3))))


def within(grouping: Grouping, number: int, cells: list[Cell], key: str) -> list[Cell]:
    return [one for one in cells if key in groups_around(grouping, one.places[number])]


def true_counts(grouping: Grouping, cells: list[Cell], key: str) -> tuple[int, ...]:
    return tuple(
        map(sum, zip(*(one.counts for one in within(grouping, 0, cells, key)), strict=True))
    )


def shown(found: Told) -> dict[str, Figures]:
    return {key: figures for key, figures in found.items() if figures is not None}


def moved(
    cells: list[Cell], column: int, giver: int, taker: int, back: int | None
) -> list[Cell] | None:
    """One more in a column of one cell, one less in another's; in `back` the other way round."""
    changed = [list(one.counts) for one in cells]
    for which, sign in ((column, 1), (back, -1)):
        if which is not None:
            changed[giver][which] -= sign
            changed[taker][which] += sign
    if any(count < 0 for counts in changed for count in counts):
        return None
    return [
        Cell(one.places, one.people, tuple(counts))
        for one, counts in zip(cells, changed, strict=True)
    ]


def other_worlds(cells: list[Cell], column: int, *, sizes_known: bool) -> Iterator[list[Cell]]:
    """Those that differ by one in a column; the people in each cell stay as many where known."""
    numbers = range(len(cells))
    backs: list[int | None] = [None]
    # What people did need not add up to how many they are.
    if sizes_known and cells[0].of is None:
        backs = [one for one in range(len(cells[0].counts)) if one != column]
    for giver, taker, back in product(numbers, numbers, backs):
        if giver != taker and cells[giver].people and cells[taker].people:
            world = moved(cells, column, giver, taker, back)
            if world is not None:
                yield world
    for which, back, sign in product(numbers, backs, (1, -1)):
        if cells[which].people:
            counts = list(cells[which].counts)
            counts[column] += sign
            if back is not None:
                counts[back] -= sign
            if min(counts) >= 0:
                changed = Cell(cells[which].places, cells[which].people, tuple(counts))
                yield [*cells[:which], changed, *cells[which + 1 :]]


def about(cells: Iterable[Cell]) -> tuple[int, ...]:
    """How many people they are, and of how many each count is."""
    each = [(one.people, *(one.counts if one.of is None else one.of)) for one in cells]
    return tuple(map(sum, zip(*each, strict=True)))


def nobody_or_enough(numbers: Iterable[int]) -> bool:
    return all(number == 0 or number >= SMALLEST for number in numbers)


def parts_told(grouping: Grouping, public: Mapping[str, Figures], key: str) -> list[str]:
    """The groups told in this one, without those that lie in another of them."""
    return [
        one
        for one in public
        if one != key
        and next((up for up in groups_around(grouping, one) if up != one and up in public), None)
        == key
    ]


@settings(deadline=None)
@given(worlds(), st.booleans())
def test_whatever_is_not_told_could_be_otherwise_while_all_that_is_told_stays(
    world: tuple[tuple[Grouping, ...], list[Cell]], sizes_known: bool
) -> None:
    (grouping,), cells = world
    (found,) = told(cells, [grouping])
    public = shown(found)
    for key, figures in public.items():
        assert figures.people >= SMALLEST
        assert figures.counts == true_counts(grouping, cells, key)
    if not public:
        return
    for key in found.keys() - public.keys():
        for column in range(len(cells[0].counts)):
            assert any(
                true_counts(grouping, other, key)[column]
                != true_counts(grouping, cells, key)[column]
                for other in other_worlds(cells, column, sizes_known=sizes_known)
                if all(true_counts(grouping, other, one) == public[one].counts for one in public)
            ), (key, column)


@settings(deadline=None)
@given(worlds())
def test_what_is_told_of_a_group_less_its_parts_is_about_nobody_or_enough(
    world: tuple[tuple[Grouping, ...], list[Cell]],
) -> None:
    (grouping,), cells = world
    (found,) = told(cells, [grouping])
    public = shown(found)
    for key in public:
        whole = about(within(grouping, 0, cells, key))
        assert nobody_or_enough(whole)
        inside = [
            about(within(grouping, 0, cells, one)) for one in parts_told(grouping, public, key)
        ]
        parts = map(sum, zip(*inside, strict=True)) if inside else [0] * len(whole)
        assert nobody_or_enough(a - b for a, b in zip(whole, parts, strict=True))


@settings(deadline=None)
@given(worlds("ur"))
def test_the_difference_of_two_figures_side_by_side_is_about_nobody_or_enough(
    world: tuple[tuple[Grouping, ...], list[Cell]],
) -> None:
    groupings, cells = world
    tables = told(cells, groupings)
    groups = [
        {n for n, cell in enumerate(cells) if cell in within(grouping, number, cells, key)}
        for number, (grouping, found) in enumerate(zip(groupings, tables, strict=True))
        for key in shown(found)
    ]
    for one, other in product(groups, groups):
        if other < one:
            assert nobody_or_enough(about(cells[n] for n in one - other))


def table(*units: tuple[str, str, int, int]) -> Told:
    """Units by name, parent, people with and people without."""
    grouping = {name: parent for name, parent, _, _ in units}
    cells = [Cell((name,), a + b, (a, b)) for name, _, a, b in units]
    (found,) = told(cells, [grouping])
    return found


def test_four_people_are_blank_and_so_is_their_neighbour_and_five_are_not() -> None:
    blank = table(
        ("Lisbon", EVERYBODY, 2, 2), ("Porto", EVERYBODY, 5, 6), ("Faro", EVERYBODY, 9, 7)
    )
    assert blank["Lisbon"] is None
    assert blank["Porto"] is None, "all of them less Faro and Porto would be Lisbon"
    assert blank["Faro"] == Figures(16, (9, 7))
    assert blank[EVERYBODY] == Figures(31, (16, 15))
    told_all = table(("Lisbon", EVERYBODY, 0, 5), ("Porto", EVERYBODY, 5, 6))
    assert None not in told_all.values()


def test_six_of_seven_are_not_told_since_they_name_the_seventh_and_neither_are_33_of_34() -> None:
    found = table(
        ("Company", EVERYBODY, 0, 0), ("Lisbon", "Company", 6, 1), ("Porto", "Company", 27, 0)
    )
    assert found["Lisbon"] is None
    assert found["Company"] is None
    assert found[EVERYBODY] is None
    assert found["Porto"] == Figures(27, (27, 0)), "which says nothing of Lisbon"


def test_a_part_is_not_told_where_six_of_seven_would_be_left_over() -> None:
    found = table(("Lisbon", EVERYBODY, 6, 1), ("Porto", EVERYBODY, 20, 8))
    assert found["Lisbon"] is None
    assert found["Porto"] is None
    assert found[EVERYBODY] == Figures(35, (26, 9))


def test_where_all_that_was_done_was_done_by_some_it_is_not_told_that_the_few_did_nothing() -> None:
    levels = dict.fromkeys(("executive", "manager", "individual"), EVERYBODY)
    cells = [
        Cell(("executive",), 3, (0,), (0,)),
        Cell(("manager",), 7, (0,), (0,)),
        Cell(("individual",), 24, (18,), (12,)),
    ]
    (found,) = told(cells, [levels])
    assert found["executive"] is None
    assert found["individual"] is None, "it would equal what all did"
    assert found["manager"] is None
    assert found[EVERYBODY] == Figures(34, (18,))


def test_what_four_did_is_not_told_however_often_they_did_it() -> None:
    cells = [Cell(("Lisbon",), 30, (9,), (4,)), Cell(("Porto",), 30, (6,), (6,))]
    (found,) = told(cells, [dict.fromkeys(("Lisbon", "Porto"), EVERYBODY)])
    assert found["Lisbon"] is None
    assert found["Porto"] is None
    assert found[EVERYBODY] == Figures(60, (15,))


def test_a_head_without_a_team_of_their_own_is_not_told_by_what_their_units_leave_over() -> None:
    found = table(
        ("Support", EVERYBODY, 0, 1), ("Lisbon", "Support", 7, 5), ("Porto", "Support", 5, 6)
    )
    assert found["Support"] == Figures(24, (12, 12))
    assert found["Porto"] is None
    assert found["Lisbon"] == Figures(12, (7, 5))


def test_two_small_ones_are_not_told_together() -> None:
    found = table(
        ("Lisbon", EVERYBODY, 1, 1), ("Porto", EVERYBODY, 1, 1), ("Faro", EVERYBODY, 9, 7)
    )
    assert found["Faro"] is None, "all of them less Faro would be four people"
    assert found[EVERYBODY] == Figures(20, (11, 9))


def test_a_unit_in_a_unit_of_its_own_is_not_told_by_the_other_ones_name() -> None:
    found = table(
        ("Support", EVERYBODY, 0, 0),
        ("Lisbon", "Support", 4, 0),
        ("Porto", "Support", 2, 5),
        ("Sales", EVERYBODY, 5, 5),
    )
    assert found["Lisbon"] is None
    assert found["Porto"] is None
    assert found["Support"] == Figures(11, (6, 5))


def test_where_all_that_is_left_over_say_the_same_it_is_not_told_either() -> None:
    found = table(
        ("Support", EVERYBODY, 0, 0),
        ("Lisbon", "Support", 4, 0),
        ("Porto", "Support", 4, 0),
        ("Sales", EVERYBODY, 5, 5),
        ("Legal", EVERYBODY, 6, 5),
    )
    assert found["Support"] is None, "else everybody in Lisbon would be known to have a goal"


BY_REGION = dict.fromkeys(("DE", "ES", "FR"), EVERYBODY)


def test_twenty_people_are_not_told_beside_the_region_that_all_but_one_are_in() -> None:
    cells = [
        Cell(("DE", "Support"), 19, (9, 10)),
        Cell(("FR", "Support"), 1, (0, 1)),
        Cell(("FR", "Sales"), 20, (10, 10)),
    ]
    units = dict.fromkeys(("Support", "Sales"), EVERYBODY)
    region, unit = told(cells, [BY_REGION, units])
    assert region["DE"] is not None
    assert unit["Support"] is None, "Support less DE would be one person"


def test_neither_are_they_where_all_their_teams_are_told() -> None:
    cells = [
        Cell(("DE", "Lisbon"), 10, (5, 5)),
        Cell(("DE", "Porto"), 11, (6, 5)),
        Cell(("FR", "Porto"), 1, (0, 1)),
        Cell(("FR", "Sales"), 20, (10, 10)),
        Cell(("ES", "Sales"), 20, (10, 10)),
    ]
    units = {"Support": EVERYBODY, "Lisbon": "Support", "Porto": "Support", "Sales": EVERYBODY}
    _, unit = told(cells, [BY_REGION, units])
    assert unit["Support"] is None


def test_nor_is_what_they_leave_over() -> None:
    cells = [
        Cell(("DE", "Support"), 11, (6, 5)),
        Cell(("DE", "Sales"), 1, (0, 1)),
        Cell(("FR", "Lisbon"), 10, (5, 5)),
        Cell(("FR", "Sales"), 20, (10, 10)),
    ]
    units = {"Support": EVERYBODY, "Lisbon": "Support", "Sales": EVERYBODY}
    region, unit = told(cells, [BY_REGION, units])
    assert region["DE"] is not None
    assert unit["Lisbon"] is None, "DE less what Support has besides Lisbon would be one person"
