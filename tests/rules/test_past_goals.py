"""What goals like one have come to, told only where enough people are behind it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.goals import Direction, GoalContent
from domain.measures import Measure
from domain.past_goals import PastGoal, compare
from domain.people import Level

ME = UUID(int=99)
CONTENT = GoalContent(
    title="First reply",
    metric="Hours to reply",
    target=Measure(value=5, text="5"),
    due_date=date(2027, 6, 1),
    template=Level.INDIVIDUAL,
    measure_unit="h",
    direction=Direction.DECREASE,
)


def past(owner: int, last: float, metric: str = "hours to REPLY ") -> PastGoal:
    return PastGoal(UUID(int=owner), metric, "h", Direction.DECREASE, None, 5.0, last)


def test_eight_of_ten_with_six_in_ten_before_make_seven_in_ten() -> None:
    """The known answer of the method: (8 + 6) / (10 + 10)."""
    found = compare(CONTENT, ME, [past(one, 4 if one <= 8 else 7) for one in range(1, 11)])
    assert found is not None
    assert (found.reached, found.goals, found.share) == (8, 10, 0.7)
    # Two people missed: the counts would name them.
    assert not found.counts_told
    assert found.ended_at == pytest.approx(4.6)


def test_counts_are_told_where_each_is_about_five_or_nobody() -> None:
    found = compare(CONTENT, ME, [past(one, 4 if one <= 5 else 7) for one in range(1, 11)])
    assert found is not None
    assert found.counts_told


@pytest.mark.parametrize(
    ("of_metric", "of_others", "same_metric"),
    [(4, 0, None), (5, 0, True), (4, 1, False), (5, 4, False), (5, 5, True), (0, 5, False)],
)
def test_a_group_is_told_where_it_and_what_it_leaves_are_five_people(
    of_metric: int, of_others: int, same_metric: bool | None
) -> None:
    goals = [past(one, 4) for one in range(of_metric)]
    goals += [past(50 + one, 4, "Complaints") for one in range(of_others)]
    found = compare(CONTENT, ME, goals)
    assert (found.same_metric if found else None) == same_metric


def test_neither_own_goals_nor_many_of_one_person_make_a_group() -> None:
    assert compare(CONTENT, ME, [past(99, 4)] * 9 + [past(one, 4) for one in range(4)]) is None
    assert compare(CONTENT, ME, [past(1, 4)] * 9) is None
