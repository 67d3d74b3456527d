"""Which figures about groups may be told, so that nobody can work out one about a few people.

A group's figures are told or not as a whole. They are not told for fewer than `SMALLEST` people,
nor where a count is about fewer, unless about nobody: of seven people six with a goal name the one
without. They are not told either where they would make the figures of another group known: what is
told of a group less what is told of its parts is about nobody, or about at least as many people,
each count too, and each group among them that is not told could have had other counts. Where
several groupings of the same people are told side by side, no figure of one lies so near to a
figure of another that their difference is about a few. Nothing about a few follows from any number
of them, added up and taken from each other, nor does the count of a group that is too small, also
where a count of nobody, or of everybody, in a group or in what it has beside another one is
reckoned with (`domain.combined_figures`).

What this does not hold back: what three groups together leave over where nearly all in them did the
same, and what the same figures a day later give when a single person has come or gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.combined_figures import few_behind, known_among, not_settled

SMALLEST = 5
EVERYBODY = ""
"""The group of all, in every grouping."""

Grouping = Mapping[str, str]
"""The group in which each group lies; `EVERYBODY` for one that lies in no other."""


@dataclass(frozen=True, slots=True)
class Cell:
    """People who stand in the same group of every grouping, in the order of the groupings.

    `people` are all of them, also those of whom nothing is counted. A group that holds others may
    have people of its own. `of` is how many of them each count is about; the counts themselves
    where people are counted.
    """

    places: tuple[str, ...]
    people: int
    counts: tuple[int, ...]
    of: tuple[int, ...] | None = None

    @property
    def about(self) -> tuple[int, ...]:
        """How many people each count is about."""
        return self.counts if self.of is None else self.of


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of a group with all that lies in it."""

    people: int
    counts: tuple[int, ...]


def told(
    cells: Sequence[Cell], groupings: Sequence[Grouping], smallest: int = SMALLEST
) -> tuple[dict[str, Figures | None], ...]:
    """For each grouping the figures of each of its groups; None for one that is not told.

    A group that nobody stands in is left out. Where anybody may know how many people a group has,
    its counts must add up to that: those with a goal, and those without. Where groupings get into
    each other's way, the later one tells less.
    """
    trees = [_Tree(cells, number, grouping, smallest) for number, grouping in enumerate(groupings)]
    while True:
        beside: list[_Part] = []
        shown = []
        for tree in trees:
            shown.append(tree.prune(beside))
            beside += tree.derivable(shown[-1])
        few = _given_away(cells, trees, shown, smallest)
        if few is None:
            break
        _keep_one_back(few, trees, shown)
    return tuple(
        {
            key: Figures(part.people, part.counts) if key in keys else None
            for key, part in tree.whole.items()
        }
        for tree, keys in zip(trees, shown, strict=True)
    )


def _given_away(
    cells: Sequence[Cell], trees: Sequence[_Tree], shown: Sequence[set[str]], smallest: int
) -> Sequence[int] | None:
    """Cells of a few people about whom all that is told, put together, says something."""
    told_of = [*zip(trees, shown, strict=True)]
    groups = [[_numbers(part.mask) for part in tree.rests(keys)] for tree, keys in told_of]
    measures = [*zip(*((cell.people, *cell.about) for cell in cells), strict=True)]
    found = few_behind(groups, measures, smallest)
    if found is not None:
        return found
    small = [_numbers(part.mask) for tree in trees for part in tree.too_small()]
    nothing = [
        sum(1 << n for n, cell in enumerate(cells) if not cell.counts[column])
        for column in range(len(measures) - 1)
    ]
    for still_open in not_settled(
        [part.mask for tree, keys in told_of for part in tree.derivable(keys)],
        nothing,
        (1 << len(cells)) - 1,
        adding_up=all(cell.of is None for cell in cells),
    ):
        known = known_among(groups, small, _numbers(still_open))
        if known is not None:
            return known
    return None


def _numbers(mask: int) -> list[int]:
    found = []
    while mask:
        found.append((mask & -mask).bit_length() - 1)
        mask &= mask - 1
    return found


def _keep_one_back(few: Sequence[int], trees: Sequence[_Tree], shown: Sequence[set[str]]) -> None:
    """One told group less among those in which the cells lie: of the last grouping, the smallest.

    As long as one of them is told, so is a group that has to do with the cells.
    """
    mask = sum(1 << number for number in few)
    *_, key, tree = min(
        (key == EVERYBODY, -number, one.whole[key].people, key, number)
        for number, (one, keys) in enumerate(zip(trees, shown, strict=True))
        for key in keys
        if one.whole[key].mask & mask
    )
    trees[tree].keep_back(key)


def groups_around(grouping: Grouping, place: str) -> Iterator[str]:
    """The group itself and all in which it lies, `EVERYBODY` last."""
    while place != EVERYBODY:
        yield place
        place = grouping.get(place, EVERYBODY)
    yield EVERYBODY


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the people: which cells (a bit each), how many people, their counts, and how many
    people each count is about."""

    mask: int
    people: int
    counts: tuple[int, ...]
    of: tuple[int, ...]

    def without(self, other: _Part) -> _Part:
        return _Part(
            self.mask & ~other.mask,
            self.people - other.people,
            _minus(self.counts, other.counts),
            _minus(self.of, other.of),
        )

    def is_about_few(self, smallest: int) -> bool:
        """Whether it, or a count in it, is about some people, and too few."""
        return any(0 < number < smallest for number in (self.people, *self.of))


class _Tree:
    def __init__(
        self, cells: Sequence[Cell], number: int, grouping: Grouping, smallest: int
    ) -> None:
        self._smallest = smallest
        columns = max((len(cell.counts) for cell in cells), default=0)
        nobody = _Part(0, 0, (0,) * columns, (0,) * columns)
        self.whole: dict[str, _Part] = {}
        self._outermost: list[str] = []
        for bit, cell in enumerate(cells):
            if not cell.people:
                continue
            part = _Part(1 << bit, cell.people, cell.counts, cell.about)
            place = cell.places[number]
            for key in groups_around(grouping, place):
                self.whole[key] = _sum(self.whole.get(key, nobody), part)
        # What is in a group that is not told itself can be told as a part of the next one around.
        self._told = {key for key, part in self.whole.items() if not part.is_about_few(smallest)}
        self._children: dict[str, list[str]] = defaultdict(list)
        self._holds_untold: set[str] = set()
        for key in sorted(self.whole):
            around = groups_around(grouping, key)
            above = [one for one in around if one != key and one in self._told]
            if key not in self._told:
                self._holds_untold.update(above[:1])
            elif above:
                self._children[above[0]].append(key)
            else:
                self._outermost.append(key)

    def prune(self, beside: Sequence[_Part]) -> set[str]:
        """The groups that may be told."""
        shown = set(self._told)
        for key in self._leaves_first():
            if key not in shown:
                continue
            while self._betrays(key, shown, beside):
                smaller = [child for child in self._children[key] if child in shown]
                if not smaller:
                    self._hide(key, shown)
                    break
                self._hide(min(smaller, key=lambda one: (self.whole[one].people, one)), shown)
            if key in shown and self._is_near(self.whole[key], beside):
                self._hide(key, shown)
        return shown

    def keep_back(self, key: str) -> None:
        """The group is not told, and nothing in it."""
        self._hide(key, self._told)

    def too_small(self) -> list[_Part]:
        """The groups that are about too few people, or say something about so few."""
        return [part for part in self.whole.values() if part.is_about_few(self._smallest)]

    def rests(self, shown: set[str]) -> list[_Part]:
        """What is told less what is told of its parts; what is told adds up from these."""
        rests = [self._rest(key, shown) for key in sorted(shown)]
        return [rest for rest in rests if rest.people]

    def derivable(self, shown: set[str]) -> list[_Part]:
        """What is told, and what is told less what is told of its parts."""
        return [self.whole[key] for key in sorted(shown)] + self.rests(shown)

    def _leaves_first(self) -> list[str]:
        order, waiting = [], [*self._outermost]
        while waiting:
            key = waiting.pop()
            order.append(key)
            waiting += self._children[key]
        return order[::-1]

    def _hide(self, key: str, shown: set[str]) -> None:
        for one in self._below(key):
            shown.discard(one)

    def _below(self, key: str) -> Iterator[str]:
        waiting = [key]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += self._children[one]

    def _rest(self, key: str, shown: set[str]) -> _Part:
        rest = self.whole[key]
        for child in self._children[key]:
            if child in shown:
                rest = rest.without(self.whole[child])
        return rest

    def _betrays(self, key: str, shown: set[str], beside: Sequence[_Part]) -> bool:
        """Whether the group's figures, less those told of its parts, say too much."""
        rest = self._rest(key, shown)
        if not rest.people:
            return False
        if rest.is_about_few(self._smallest) or self._is_near(rest, beside):
            return True
        # One that is kept alone is kept for what would be true of the rest as well.
        kept = key in self._holds_untold or any(one not in shown for one in self._children[key])
        # Where a count is 0, it is 0 of each. Else one person could be in another of the groups.
        return kept and not all(rest.counts)

    def _is_near(self, part: _Part, beside: Iterable[_Part]) -> bool:
        """Whether what tells the part from something told elsewhere is about a few people."""
        for other in beside:
            shared = part.mask & other.mask
            if shared == other.mask and part.without(other).is_about_few(self._smallest):
                return True
            if shared == part.mask and other.without(part).is_about_few(self._smallest):
                return True
        return False


def _plus(some: tuple[int, ...], others: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(some, others, strict=True))


def _minus(some: tuple[int, ...], others: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a - b for a, b in zip(some, others, strict=True))


def _sum(one: _Part, other: _Part) -> _Part:
    return _Part(
        one.mask | other.mask,
        one.people + other.people,
        _plus(one.counts, other.counts),
        _plus(one.of, other.of),
    )
