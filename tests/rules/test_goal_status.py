"""The states of a goal: only legal moves, by whoever may make them, whatever two people try."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine

from domain.errors import AccordError, AlreadyDone, NotAllowed
from domain.goal_status import BY_MOVE, CHOSEN, ENDED, WAYS, Move, MoveGoal, Need, moved, moves_from
from domain.goals import GoalCard, GoalState, Side
from domain.policy import Status
from domain.verification import Verdict
from storage.database import open_engine
from storage.verify import verify
from tests.company import settle_company
from tests.databases import Databases, Kind
from tests.rules.goal_states import PAGE, drawing, drawn
from tests.rules.office import KEYRING, Office
from usecases.goal_status import end_pauses, move_goal, moves_of
from usecases.goals import show_goal

OWNER_MAY = Status().owner_may


def test_the_drawing_in_the_docs_is_that_of_the_code() -> None:
    assert drawn(PAGE.read_text()) == drawing()


@pytest.mark.parametrize("state", GoalState)
@pytest.mark.parametrize("move", Move)
def test_a_move_that_is_not_in_the_table_does_not_exist(state: GoalState, move: Move) -> None:
    way = BY_MOVE[move]
    if state in way.before:
        assert moved(state, move) is way.after
    else:
        with pytest.raises(ValueError, match=move):
            moved(state, move)


def test_every_state_is_reached_and_none_is_a_dead_end() -> None:
    reached = {GoalState.PROPOSED} | {way.after for way in WAYS}
    left = {state for way in WAYS for state in way.before}
    assert reached == left == set(GoalState)


def test_owners_alone_are_offered_what_policy_leaves_them() -> None:
    def offered(side: Side, state: GoalState = GoalState.ACTIVE) -> set[Move]:
        return set(moves_from(state, side, agreed=True, owner_may=OWNER_MAY))

    assert offered(Side.OWNER) == {Move.COMPLETE, Move.PAUSE}
    assert offered(Side.OTHER) == {
        Move.COMPLETE,
        Move.PAUSE,
        Move.SUPERSEDE,
        Move.DEPRECATE,
        Move.ABANDON,
    }
    assert moves_from(GoalState.ACTIVE, None, agreed=True, owner_may=CHOSEN) == ()
    assert moves_from(GoalState.PROPOSED, Side.OWNER, agreed=True, owner_may=CHOSEN) == ()


def filled(move: Move, successor: GoalCard, today: date) -> MoveGoal:
    """The move with all that it needs."""
    given = {
        Need.REASON: "Because.",
        Need.NOTE: "It went well.",
        Need.UNTIL: today + timedelta(days=3),
        Need.SUCCESSOR: successor.id,
    }
    return MoveGoal.model_validate(
        {"move": move} | {n.value: given[n] for n in BY_MOVE[move].needs}
    )


class Lives(RuleBasedStateMachine):
    """Lena and her manager Jonas look at one goal, and act on what they saw, late or not."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        settle_company(engine)
        self.office = Office(engine)
        self.goal = self.office.propose("Lena")
        self.office.accept("Jonas", self.office.show("Jonas", self.goal))
        self.other = self.office.propose("Lena")
        self.office.accept("Jonas", self.office.show("Jonas", self.other))
        self.state = GoalState.ACTIVE
        self.until: date | None = None

    @property
    def today(self) -> date:
        return self.office.watch.now.date()

    @rule(name=st.sampled_from(("Lena", "Jonas")), move=st.sampled_from(CHOSEN))
    def somebody_tries(self, name: str, move: Move) -> None:
        side = Side.OWNER if name == "Lena" else Side.OTHER
        allowed = moves_from(self.state, side, agreed=True, owner_may=OWNER_MAY)
        command = filled(move, self.other, self.today)
        try:
            card = move_goal(
                self.office.store, self.office.by(name), self.goal.id, command, uuid4().hex
            )
        except (AlreadyDone, NotAllowed):
            assert move not in allowed
            return
        assert move in allowed
        self.state, self.until = moved(self.state, move), command.until
        assert card.state is self.state

    @rule(name=st.sampled_from(("Tarik", "Ines", "Omar")), move=st.sampled_from(CHOSEN))
    def somebody_else_tries(self, name: str, move: Move) -> None:
        command = filled(move, self.other, self.today)
        with pytest.raises(AccordError):
            move_goal(self.office.store, self.office.by(name), self.goal.id, command, uuid4().hex)

    @rule(value=st.floats(1, 9))
    def lena_reports(self, value: float) -> None:
        try:
            self.office.update("Lena", self.goal, value)
        except AccordError:
            assert self.state is not GoalState.ACTIVE
        else:
            assert self.state is GoalState.ACTIVE

    @rule(days=st.integers(1, 5))
    def days_pass(self, days: int) -> None:
        self.office.wait(timedelta(days=days))
        end_pauses(self.office.store, self.office.operator())
        if self.state is GoalState.PAUSED and self.until is not None and self.until <= self.today:
            self.state, self.until = GoalState.ACTIVE, None

    @invariant()
    def what_is_shown_is_what_happened(self) -> None:
        card = self.office.show("Lena", self.goal)
        assert card.state is self.state
        assert (card.paused_until is not None) == (self.state is GoalState.PAUSED)
        assert (card.successor is not None) == (self.state is GoalState.SUPERSEDED)
        assert card.can_update == (self.state is GoalState.ACTIVE)
        assert not (self.state in ENDED and card.next_check_in)

    def teardown(self) -> None:
        assert verify(self.office.engine, KEYRING).verdict is Verdict.INTACT
        self.office.engine.dispose()


def test_the_life_of_a_goal_keeps_to_the_table(databases: Databases) -> None:
    class OnAFreshDatabase(Lives):
        def __init__(self) -> None:
            super().__init__(open_engine(databases.fresh(Kind.SQLITE)))

    run_state_machine_as_test(
        OnAFreshDatabase,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            phases=[phase for phase in Phase if phase is not Phase.explain],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_who_may_not_move_it_is_offered_nothing(office: Office) -> None:
    goal = office.propose("Lena")
    office.accept("Jonas", office.show("Jonas", goal))
    with pytest.raises(NotAllowed):
        moves_of(office.store, office.by("Ines"), goal.id)
    assert not show_goal(office.store, office.by("Ines"), goal.id).may_move
