"""Taking back one's own last proposal, and only that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import NotShared, Refused
from domain.goals import GoalState, Side
from tests.rules.office import Office


def test_a_first_proposal_taken_back_is_a_draft_again(office: Office) -> None:
    goal = office.undo("Lena", office.propose("Lena"))
    assert goal.state is GoalState.DRAFT
    assert office.acts(goal.id) == ["goal.propose", "goal.withdraw"]


def test_what_a_manager_takes_back_is_not_left_on_the_employees_desk(office: Office) -> None:
    goal = office.undo("Jonas", office.propose("Jonas", owner="Lena"))
    assert goal.state is GoalState.ABANDONED


def test_a_counter_taken_back_puts_the_earlier_version_before_the_same_person(
    office: Office,
) -> None:
    countered = office.counter("Jonas", office.propose("Lena", 5), 6)
    goal = office.undo("Jonas", countered)
    assert (goal.version, goal.content.target.value, goal.counters) == (3, 5, 0)
    assert goal.turn is Side.OTHER
    assert goal.counterpart == "Jonas Brandt"
    assert goal.can_decide
    assert office.told("Omar") == []


def test_the_owners_counter_taken_back_leaves_the_other_side_as_it_was(office: Office) -> None:
    proposed = office.counter("Jonas", office.propose("Lena", 5), 6)
    goal = office.undo("Lena", office.counter("Lena", proposed, 5.5))
    assert (goal.content.target.value, goal.turn) == (6, Side.OWNER)
    assert goal.counterpart == "Jonas Brandt"
    again = office.counter("Lena", goal, 5.2)
    assert office.show("Jonas", again).can_decide


def test_a_version_that_came_back_was_answered_once_and_stays(office: Office) -> None:
    """Or the manager's undo would bring in what the employee has just taken back."""
    proposed = office.counter("Jonas", office.propose("Lena", 5), 6)
    goal = office.undo("Lena", office.counter("Lena", proposed, 5.5))
    assert not office.show("Jonas", goal).can_undo
    with pytest.raises(Refused, match="undo_too_late"):
        office.undo("Jonas", goal)
    assert office.show("Lena", goal).content.target.value == 6


def test_undo_ends_after_ten_minutes_of_machine_time(office: Office) -> None:
    goal = office.propose("Lena")
    office.store.clock.move_to(office.store.clock.business() + timedelta(days=2))
    assert office.show("Lena", goal).can_undo
    office.wait(timedelta(minutes=10))
    with pytest.raises(Refused, match="undo_too_late"):
        office.undo("Lena", goal)


def test_asking_the_next_in_line_does_not_prolong_undo(office: Office) -> None:
    goal = office.propose("Lena")
    office.wait(timedelta(days=4))
    assert office.sweep() == 1
    assert not office.show("Lena", goal).can_undo


def test_a_former_manager_takes_nothing_back(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    office.replace_manager("Lena", "Nora")
    with pytest.raises(NotShared):
        office.undo("Jonas", goal)


@pytest.mark.parametrize("name", ["Jonas", "Omar", "Clara"])
def test_nobody_takes_back_what_somebody_else_proposed(office: Office, name: str) -> None:
    goal = office.propose("Lena")
    with pytest.raises((Refused, NotShared)):
        office.undo(name, goal)
    assert office.acts(goal.id) == ["goal.propose"]
