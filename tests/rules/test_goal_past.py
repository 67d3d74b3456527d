"""How a goal stood on a day follows from what had happened to it by then."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.goal_past import Stood, stood
from domain.goals import GoalState, Step, StepKind
from tests.rules.office import MONDAY

LENA, JONAS = uuid4(), uuid4()
P, C, A, W = StepKind.PROPOSED, StepKind.COUNTERED, StepKind.ACCEPTED, StepKind.WITHDRAWN


@pytest.mark.parametrize(
    ("steps", "state", "version"),
    [
        ([(P, 1)], GoalState.PROPOSED, 1),
        ([(P, 1), (C, 2)], GoalState.PROPOSED, 2),
        ([(P, 1), (C, 2), (W, 2)], GoalState.PROPOSED, 3),
        ([(P, 1), (W, 1)], GoalState.DRAFT, 1),
        ([(P, 1), (StepKind.DECLINED, 1), (P, 2)], GoalState.PROPOSED, 2),
        ([(P, 1), (A, 1), (StepKind.CHANGE_ASKED, 1)], GoalState.ACTIVE, 1),
        ([(P, 1), (A, 1), (StepKind.CHANGED, 2)], GoalState.ACTIVE, 2),
        ([(P, 1), (A, 1), (StepKind.PAUSED, 1), (StepKind.CORRECTED, 2)], GoalState.PAUSED, 2),
        ([(P, 1), (A, 1), (StepKind.ABANDONED, 1), (StepKind.REOPENED, 1)], GoalState.ACTIVE, 1),
    ],
)
def test_state_and_terms_follow_from_the_steps(
    steps: list[tuple[StepKind, int]], state: GoalState, version: int
) -> None:
    told = [
        Step(kind, MONDAY + timedelta(hours=hour), "Lena", number, by=LENA)
        for hour, (kind, number) in enumerate(steps)
    ]
    assert stood(told, LENA) == Stood(state, version)
    assert stood([], LENA) is None


def test_what_a_manager_withdraws_is_no_draft_of_the_owners() -> None:
    told = [Step(kind, MONDAY, "Jonas", 1, by=JONAS) for kind in (P, W)]
    assert stood(told, LENA) == Stood(GoalState.ABANDONED, 1)
