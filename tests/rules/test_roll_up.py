"""How far a goal has come by those below it: the sum itself, and the statement against a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isclose
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert, update

from domain.alignment import COUNTING
from domain.goals import Audience, Direction, GoalCard, GoalContent, GoalState, progress_of
from domain.measures import Measure
from domain.people import Level
from domain.roll_up import WHOLE, Carried, roll_up
from storage.database import WRITING
from storage.people import members
from storage.roll_up import carried
from storage.tables.goals import Goal, GoalLink, GoalValue, GoalVersion
from tests.company import person_id, settle_company
from tests.rules.office import MONDAY, Office

shares = st.none() | st.floats(-2, 3)
weights = st.none() | st.integers(1, WHOLE)


@given(st.lists(st.builds(Carried, weights, shares), max_size=8))
def test_the_sum_is_that_of_weights_and_never_of_more_than_the_whole(parts: list[Carried]) -> None:
    found = roll_up(parts)
    weighted = [one for one in parts if one.weight]
    assert (found is None) == (not weighted)
    known = [one for one in weighted if one.share is not None]
    if found is None or not known:
        assert found is None or found.share is None
        return
    assert found.share is not None
    average = sum((one.weight or 0) * (one.share or 0) for one in known) / found.measured
    whole = min(sum(one.weight or 0 for one in weighted), WHOLE) / WHOLE
    assert isclose(found.share, average * whole, rel_tol=1e-9, abs_tol=1e-12)


def test_a_sum_by_hand() -> None:
    """Half of 40 %, all of 20 %, 20 % unknown: 40 of 60 measured, 53 of the 80 that are carried."""
    found = roll_up([Carried(4000, 0.5), Carried(2000, 1.0), Carried(2000, None), Carried(None, 1)])
    assert found is not None
    assert (found.weight, found.measured) == (8000, 6000)
    assert isclose(found.reached, 0.4)
    assert isclose(found.share or 0, 0.4 * 80 / 60)


MANY = 7


@dataclass(frozen=True)
class One:
    """A goal of the model; its parent stands before it."""

    parent: int | None
    weight: int | None
    state: GoalState
    content: GoalContent
    values: tuple[float, ...]
    hidden: bool


numbers = st.integers(-5, 12).map(float)


@st.composite
def _goals(draw: st.DrawFn) -> list[One]:
    return [
        One(
            draw(st.none() | st.integers(0, place - 1)) if place else None,
            draw(st.none() | st.integers(1, 6) | st.sampled_from([2500, 6000, WHOLE])),
            draw(st.sampled_from([*COUNTING, *COUNTING, GoalState.PAUSED])),
            draw(_contents()),
            tuple(draw(st.lists(numbers, max_size=3))),
            draw(st.integers(0, 5)) == 0,
        )
        for place in range(MANY)
    ]


@st.composite
def _contents(draw: st.DrawFn) -> GoalContent:
    way = draw(st.none() | st.sampled_from(Direction))
    target = draw(numbers if way is not Direction.MILESTONES else st.integers(1, 5).map(float))
    if way is Direction.RANGE:
        low = target - draw(st.integers(1, 4))
        return replace(ANY, direction=way, target=_measure(target), threshold=_measure(low))
    baseline = draw(st.none() | numbers)
    if baseline is not None and way in (Direction.INCREASE, Direction.DECREASE):
        # What a form would refuse is not stored.
        far = abs(baseline - target) or 1.0
        baseline = target - far if way is Direction.INCREASE else target + far
    if baseline == target:
        baseline = None
    measure = None if baseline is None else _measure(baseline)
    return replace(ANY, direction=way, target=_measure(target), baseline=measure)


def _measure(value: float) -> Measure:
    return Measure(value=value, text=f"{value:g}")


@pytest.fixture
def office(engine: Engine) -> Office:
    settle_company(engine)
    return Office(engine)


ANY = GoalContent(
    title="A",
    metric="B",
    target=_measure(1),
    due_date=date(2027, 6, 1),
    template=Level.INDIVIDUAL,
)


def test_the_statement_agrees_with_the_model(office: Office) -> None:
    goals = [office.propose("Lena", audience=Audience.EVERYONE) for _ in range(MANY)]

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(_goals())
    def any_trees(model: list[One]) -> None:
        _store(office.engine, goals, model)
        ids = [goal.id for goal in goals]
        with office.engine.connect() as connection:
            viewer = members(connection, [person_id("Nora Sand")])[person_id("Nora Sand")]
            for place in range(MANY):
                rows = carried(connection, viewer, MONDAY.date(), ids[place])
                found = {row.goal: (row.weight, row.own, row.below) for row in rows}
                assert found.keys() == {ids[child] for child in _children(model, place)}
                for child in _children(model, place):
                    weight, own, below = found[ids[child]]
                    assert weight == model[child].weight
                    assert _same(own, _own(model, child))
                    if own is None:
                        assert _same(below, _below(model, child))

    any_trees()


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _children(model: Sequence[One], place: int) -> list[int]:
    return [
        child for child, one in enumerate(model) if one.parent == place and one.state in COUNTING
    ]


def _own(model: Sequence[One], place: int) -> float | None:
    one = model[place]
    if one.hidden or not one.values:
        return None
    first = one.values[0] if len(one.values) > 1 else None
    return progress_of(one.content, first, _measure(one.values[-1])).share


def _below(model: Sequence[One], place: int) -> float | None:
    if model[place].hidden:
        return None
    parts = []
    for child in _children(model, place):
        own = _own(model, child)
        parts.append(Carried(model[child].weight, _below(model, child) if own is None else own))
    found = roll_up(parts)
    return None if found is None else found.share


def _store(engine: Engine, goals: Sequence[GoalCard], model: Sequence[One]) -> None:
    """The rows as the model has them, whatever stood there before."""
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        connection.execute(delete(GoalLink))
        connection.execute(delete(GoalValue))
        for goal, one in zip(goals, model, strict=True):
            audience = Audience.LINE if one.hidden else Audience.EVERYONE
            head = {"state": one.state, "audience": audience}
            connection.execute(update(Goal).where(Goal.id == goal.id).values(**head))
            content = one.content
            version: Mapping[str, object] = {
                "direction": content.direction,
                "target": content.target.value,
                "baseline": content.baseline.value if content.baseline else None,
                "threshold": content.threshold.value if content.threshold else None,
            }
            connection.execute(
                update(GoalVersion).where(GoalVersion.goal_id == goal.id).values(**version)
            )
            if one.parent is not None:
                link = {"goal_id": goal.id, "parent_id": goals[one.parent].id}
                connection.execute(insert(GoalLink).values(**link, contribution=one.weight))
            for number, value in enumerate(one.values):
                connection.execute(insert(GoalValue).values(**_value(goal.id, number, value)))


def _value(goal: UUID, number: int, value: float) -> dict[str, object]:
    return {
        "id": uuid4(),
        "goal_id": goal,
        "value": value,
        "value_text": f"{value:g}",
        "reported_by": person_id("Lena Novak"),
        "at": MONDAY + timedelta(hours=number),
    }
