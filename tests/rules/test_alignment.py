"""Links between goals: no circle, no more levels than allowed, in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Engine

from domain.alignment import DEEPEST, AlignGoal
from domain.errors import AlreadyDone, InvalidInput, NotAllowed, NotShared
from domain.goals import Audience, GoalCard
from domain.measures import Measure, TypedNumber
from tests.company import settle_company
from tests.rules.office import Office
from usecases.alignment import align_goal

MANY = 6


def share(percent: float) -> Measure:
    return Measure(value=percent, text=f"{percent:g}")


def link(
    office: Office, by: str, goal: GoalCard, parent: GoalCard | None, percent: float | None = None
) -> None:
    command = AlignGoal(
        goal=goal.id,
        aligned_to=parent.id if parent else None,
        contribution=None if percent is None else share(percent),
    )
    align_goal(office.store, office.by(by), command, f"token-{next(_TOKENS):020}")


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


_TOKENS = _numbers()


@pytest.fixture
def office(engine: Engine) -> Office:
    settle_company(engine)
    return Office(engine)


def test_any_order_of_links_makes_trees(office: Office) -> None:
    goals = [office.propose("Lena") for _ in range(MANY)]

    @settings(max_examples=12, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, MANY - 1), st.none() | st.integers(0, MANY - 1)),
            max_size=14,
        )
    )
    def any_links(wanted: list[tuple[int, int | None]]) -> None:
        parents: dict[int, int | None] = {}
        for child in range(MANY):
            parents[child] = None
            _try(office, goals[child], None)
        for child, parent in wanted:
            circle = parent is not None and child in _path(parents, parent)
            said = _try(office, goals[child], None if parent is None else goals[parent])
            if circle:
                itself = child == parent
                assert said == ("aligned_to_itself" if itself else "aligned_in_a_circle")
                continue
            assert said == ("aligned_so_already" if parents[child] == parent else None)
            parents[child] = parent
        for child, parent in parents.items():
            shown = office.show("Lena", goals[child]).content.aligned_to
            assert shown == (None if parent is None else goals[parent].id)

    any_links()


def _path(parents: dict[int, int | None], goal: int | None) -> list[int]:
    path = []
    while goal is not None:
        path.append(goal)
        goal = parents[goal]
    return path


def _try(office: Office, goal: GoalCard, parent: GoalCard | None) -> str | None:
    try:
        link(office, "Lena", goal, parent)
    except (InvalidInput, AlreadyDone) as error:
        return error.code
    return None


def test_at_most_so_many_goals_stand_one_above_the_other(office: Office) -> None:
    chain = [office.propose("Lena") for _ in range(DEEPEST + 1)]
    # Half of them from below, so that what hangs below a goal counts as well.
    for child in range(DEEPEST - 1, 0, -1):
        link(office, "Lena", chain[child], chain[child - 1])
    assert _try(office, chain[DEEPEST], chain[DEEPEST - 1]) == "aligned_too_deep"
    assert _try(office, chain[0], chain[DEEPEST]) == "aligned_too_deep"
    link(office, "Lena", chain[DEEPEST], chain[DEEPEST - 2])


def test_its_two_sides_alone_say_what_a_goal_serves_among_what_they_see(office: Office) -> None:
    own, hidden = office.propose("Lena"), office.propose("Tarik")
    open_to_all = office.propose("Clara", audience=Audience.EVERYONE)
    assert _try(office, own, hidden) == "aligned_not_shared"
    link(office, "Jonas", own, open_to_all, 12.5)
    assert office.show("Lena", own).contribution == 1250
    with pytest.raises(NotShared):
        link(office, "Nora", own, open_to_all)
    with pytest.raises(NotAllowed):
        link(office, "Ines", own, open_to_all)
    # What it serves may be taken from its owner's eyes; the link stays, and its title goes.
    assert office.show("Lena", own).aligned is not None


@pytest.mark.parametrize("typed", ["0", "-5", "101", "0.001"])
def test_a_weight_is_a_share_of_the_whole(typed: str) -> None:
    number = TypedNumber(value=Decimal(typed), unit="%", text=typed)
    with pytest.raises(ValidationError):
        AlignGoal(goal=UUID(int=1), aligned_to=UUID(int=2), contribution=number)
    with pytest.raises(ValidationError):
        AlignGoal(goal=UUID(int=1), contribution=share(5))
