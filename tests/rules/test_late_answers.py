"""Pressing again, or too late: the answer is what has already happened, never a riddle."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import AlreadyDone, Changed, NotAllowed, NotShared
from domain.goals import Audience, GoalCard, GoalState
from domain.notices import NoticeKind
from domain.screens import GoalNotice, Notice, Pointless
from tests.rules.office import Office, id_of
from usecases.notices import read_notice


def test_a_decline_sent_twice_counts_once_and_tells_its_outcome(office: Office) -> None:
    goal = office.propose("Lena")
    declined = office.decline("Jonas", goal, token="one dialog")
    again = office.decline("Jonas", goal, token="one dialog")
    assert declined == again
    assert again.state is GoalState.DRAFT
    assert office.acts(goal.id) == ["goal.propose", "goal.decline"]


def test_a_counter_sent_twice_counts_once(office: Office) -> None:
    goal = office.propose("Lena")
    office.counter("Jonas", goal, 6, token="one dialog")
    assert office.counter("Jonas", goal, 6, token="one dialog").version == 2
    assert office.acts(goal.id) == ["goal.propose", "goal.counter"]


def test_whoever_was_asked_hears_that_a_goal_was_declined_already(office: Office) -> None:
    goal = office.propose("Lena")
    office.decline("Jonas", goal)
    with pytest.raises(AlreadyDone, match="already_answered"):
        office.accept("Jonas", goal)


def test_whoever_was_asked_hears_that_a_goal_was_taken_back(office: Office) -> None:
    goal = office.propose("Lena")
    office.undo("Lena", goal)
    with pytest.raises(AlreadyDone, match="already_answered"):
        office.accept("Jonas", goal)


@pytest.mark.parametrize("name", ["Nora", "Emil", "Mara", "Ines"])
def test_a_draft_that_was_declined_is_nobody_elses_business(office: Office, name: str) -> None:
    goal = office.propose("Lena")
    office.decline("Jonas", goal)
    with pytest.raises(NotShared):
        office.accept(name, goal)


def test_who_was_asked_earlier_does_not_hear_of_a_later_negotiation(office: Office) -> None:
    goal = office.propose("Lena")
    draft = office.decline("Jonas", goal)
    office.wait(timedelta(days=1))
    office.replace_manager("Lena", "Nora")
    office.decline("Nora", office.revise("Lena", draft, 4))
    with pytest.raises(NotShared):
        office.accept("Jonas", goal)


def test_a_goal_may_be_read_by_all_and_decided_by_few(office: Office) -> None:
    goal = office.propose("Lena", audience=Audience.EVERYONE)
    with pytest.raises(NotAllowed, match="not_yours_to_decide"):
        office.accept("Nora", goal)


def test_an_answer_to_an_older_version_is_refused(office: Office) -> None:
    goal = office.propose("Lena")
    office.counter("Lena", office.counter("Jonas", goal, 6), 5.5)
    with pytest.raises(Changed):
        office.accept("Jonas", goal)


def message(office: Office, name: str, goal: GoalCard) -> Notice | Pointless:
    """What the question that was put to somebody says now."""
    return read_notice(
        office.store, office.by(name), NoticeKind.GOAL_TO_DECIDE, goal.id, id_of(name), goal.version
    )


def test_an_old_message_tells_the_outcome_and_nothing_of_a_later_negotiation(
    office: Office,
) -> None:
    goal = office.propose("Lena")
    office.deliver()
    draft = office.decline("Jonas", goal)
    told = message(office, "Jonas", goal)
    assert isinstance(told, GoalNotice)
    assert told.card.state is GoalState.DRAFT
    office.wait(timedelta(days=1))
    office.replace_manager("Lena", "Nora")
    revised = office.revise("Lena", draft, 4)
    assert message(office, "Jonas", goal) == Pointless("no_longer_shared")
    office.accept("Nora", revised)
    assert message(office, "Jonas", goal) == Pointless("no_longer_shared")
    assert isinstance(message(office, "Nora", revised), GoalNotice)


def test_a_deputy_hears_in_their_message_that_the_manager_answered(office: Office) -> None:
    goal = office.propose("Lena")
    office.wait(timedelta(days=4))
    office.sweep()
    office.accept("Jonas", goal)
    told = message(office, "Omar", goal)
    assert isinstance(told, GoalNotice)
    assert told.card.state is GoalState.ACTIVE
    assert not told.card.can_decide
