"""Two people act on one goal at the same moment: one wins, the other hears what happened."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from domain.errors import AccordError, AlreadyDone, Busy, Changed, NotShared, Refused
from domain.goal_status import Move, MoveGoal
from domain.goals import GoalCard, GoalState
from domain.verification import Verdict
from storage.verify import verify
from tests.company import settle_company
from tests.rules.office import KEYRING, Office
from usecases.goal_status import move_goal

Act = Callable[[Office, GoalCard], GoalCard]
ROUNDS = 4


@pytest.fixture
def company(engine: Engine) -> Office:
    settle_company(engine)
    return Office(engine)


def at_once(office: Office, goal: GoalCard, *acts: Act) -> list[GoalCard | AccordError]:
    """What each of them hears. Who hears *Please press again* does."""
    start = Barrier(len(acts))

    def do(act: Act) -> GoalCard | AccordError:
        start.wait(timeout=10)
        while True:
            try:
                return act(office, goal)
            except Busy:
                continue
            except AccordError as refused:
                return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def jonas_accepts(office: Office, goal: GoalCard) -> GoalCard:
    return office.accept("Jonas", goal)


def jonas_counters(office: Office, goal: GoalCard) -> GoalCard:
    return office.counter("Jonas", goal, 6)


def omar_accepts(office: Office, goal: GoalCard) -> GoalCard:
    return office.accept("Omar", goal)


def omar_declines(office: Office, goal: GoalCard) -> GoalCard:
    return office.decline("Omar", goal)


def lena_takes_it_back(office: Office, goal: GoalCard) -> GoalCard:
    return office.undo("Lena", goal)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (jonas_accepts, omar_accepts),
        (jonas_accepts, omar_declines),
        (jonas_counters, omar_accepts),
        (jonas_counters, omar_declines),
        (jonas_accepts, jonas_counters),
    ],
)
def test_one_of_two_answers_counts(company: Office, first: Act, second: Act) -> None:
    goals = [company.propose("Lena") for _ in range(ROUNDS)]
    company.wait(timedelta(days=4))
    company.sweep()
    for goal in goals:
        heard = at_once(company, goal, first, second)
        [lost] = [one for one in heard if isinstance(one, AccordError)]
        assert isinstance(lost, AlreadyDone | Changed)
        assert len(company.acts(goal.id)) == len(["propose", "reassign", "answer"])
    assert verify(company.engine, KEYRING).verdict is Verdict.INTACT


def test_a_proposal_is_taken_back_or_answered(company: Office) -> None:
    for _ in range(ROUNDS):
        goal = company.propose("Lena")
        undone, accepted = at_once(company, goal, lena_takes_it_back, jonas_accepts)
        if isinstance(undone, GoalCard):
            assert isinstance(accepted, AlreadyDone)
            assert undone.state is GoalState.DRAFT
        else:
            assert isinstance(undone, Refused)
            assert isinstance(accepted, GoalCard)
        assert len(company.acts(goal.id)) == len(["propose", "answer"])


def jonas_gives_it_up(office: Office, goal: GoalCard) -> GoalCard:
    given_up = MoveGoal(move=Move.ABANDON, reason="The market is gone.")
    return move_goal(office.store, office.by("Jonas"), goal.id, given_up, uuid4().hex)


def lena_completes_it(office: Office, goal: GoalCard) -> GoalCard:
    completed = MoveGoal(move=Move.COMPLETE, note="It went well.")
    return move_goal(office.store, office.by("Lena"), goal.id, completed, uuid4().hex)


def test_a_goal_is_completed_or_given_up(company: Office) -> None:
    for _ in range(ROUNDS):
        goal = company.accept("Jonas", company.propose("Lena"))
        heard = at_once(company, goal, lena_completes_it, jonas_gives_it_up)
        [lost] = [one for one in heard if isinstance(one, AccordError)]
        [card] = [one for one in heard if isinstance(one, GoalCard)]
        assert isinstance(lost, AlreadyDone)
        assert card.state in (GoalState.COMPLETED, GoalState.ABANDONED)
        assert len(company.acts(goal.id)) == len(["propose", "accept", "move"])


def test_a_dialog_sent_twice_at_once_counts_once(company: Office) -> None:
    for number in range(ROUNDS):
        goal = company.propose("Lena")

        def decline(office: Office, goal: GoalCard, token: str = f"dialog {number}") -> GoalCard:
            return office.decline("Jonas", goal, token=token)

        one, other = at_once(company, goal, decline, decline)
        assert one == other
        assert company.acts(goal.id) == ["goal.propose", "goal.decline"]


def test_a_manager_who_is_just_being_replaced_answers_in_time_or_not_at_all(
    company: Office,
) -> None:
    for manager, successor in (("Jonas", "Nora"), ("Nora", "Jonas")):
        goal = company.propose("Lena")

        def replaced(office: Office, goal: GoalCard, successor: str = successor) -> GoalCard:
            office.replace_manager("Lena", successor)
            return office.show("Lena", goal)

        def accepted(office: Office, goal: GoalCard, manager: str = manager) -> GoalCard:
            return office.accept(manager, goal)

        seen, answered = at_once(company, goal, replaced, accepted)
        assert isinstance(seen, GoalCard)
        if isinstance(answered, GoalCard):
            assert company.show("Lena", goal).state is GoalState.ACTIVE
        else:
            assert isinstance(answered, NotShared)
            assert company.show(successor, goal).can_decide
