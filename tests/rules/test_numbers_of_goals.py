"""The numbers of a goal: which fit together, and how far they say it has come."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.goal_commands import Aim, ProposeGoal
from domain.goals import (
    Direction,
    GoalContent,
    Progress,
    Rhythm,
    doubt_about,
    progress_of,
)
from domain.measures import Measure
from domain.people import Level
from messages.errors import UNKNOWN, WORDS, error_words
from messages.reading import Reader

TODAY = date(2027, 3, 1)
MORNING = datetime(2027, 3, 1, 9, tzinfo=UTC)
BOUNDED = settings(deadline=None, max_examples=300)

# Few distinct values, so that equal anchors come up as often as ordered ones.
numbers = st.one_of(
    st.integers(-5, 5).map(float),
    st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda number: round(number, 4)),
)


def measure(value: float, unit: str | None = None) -> Measure:
    return Measure(value=value, text=repr(value), measure_unit=unit)


measures = st.builds(measure, numbers, st.sampled_from([None, None, None, "h", "d"]))


def goal(
    target: float,
    baseline: float | None = None,
    direction: Direction | None = None,
    threshold: float | None = None,
) -> GoalContent:
    return GoalContent(
        title="First reply",
        metric="Hours",
        target=measure(target),
        due_date=TODAY,
        template=Level.INDIVIDUAL,
        direction=direction,
        baseline=None if baseline is None else measure(baseline),
        threshold=None if threshold is None else measure(threshold),
    )


def share(content: GoalContent, *values: float) -> float | None:
    """The progress after these values were reported, one after the other."""
    return progress_of(content, values[0] if values[1:] else None, measure(values[-1])).share


@pytest.mark.parametrize(
    ("content", "values", "expected"),
    [
        pytest.param(goal(6, 0), [3], 0.5, id="three of six features"),
        pytest.param(goal(45, 32), [42], 0.77, id="NPS from 32 to 45, at 42"),
        pytest.param(goal(5, 8), [6], 0.67, id="churn from 8 to 5, at 6"),
        pytest.param(goal(5, 8), [9], -0.33, id="churn that rises"),
        pytest.param(goal(5, 8), [4], 1.33, id="churn below its target"),
        pytest.param(goal(-5, 5), [0], 0.5, id="through zero"),
        pytest.param(goal(4, direction=Direction.MILESTONES), [3], 0.75, id="milestones"),
        pytest.param(goal(1, direction=Direction.DONE), [0], 0.0, id="not done"),
        pytest.param(goal(1, direction=Direction.DONE), [1], 1.0, id="done"),
        pytest.param(goal(8, None, Direction.RANGE, 6), [7], 1.0, id="inside the range"),
        pytest.param(goal(8, None, Direction.RANGE, 6), [6], 1.0, id="at the end of the range"),
        pytest.param(goal(8, None, Direction.RANGE, 6), [9], 0.5, id="half a width outside"),
        pytest.param(goal(8, None, Direction.RANGE, 6), [3], 0.0, id="far outside"),
    ],
)
def test_known_answers(content: GoalContent, values: list[float], expected: float) -> None:
    found = share(content, *values)
    assert found is not None
    assert round(found, 2) == expected


def test_a_goal_without_values_is_not_measured_rather_than_at_zero() -> None:
    assert progress_of(goal(6, 0), None, None) == Progress(None, None)


def test_without_a_baseline_the_first_value_serves_and_the_second_shows_progress() -> None:
    first, second = measure(9), measure(7)
    assert progress_of(goal(5), None, first) == Progress(None, first, baseline_assumed=True)
    assert progress_of(goal(5), 9, second) == Progress(0.5, second, baseline_assumed=True)


@pytest.mark.parametrize(
    ("direction", "first", "reached", "missed"),
    [(Direction.INCREASE, 6, 7, 4), (Direction.DECREASE, 4, 3, 6)],
)
def test_a_first_value_at_or_beyond_the_target_is_no_baseline(
    direction: Direction, first: float, reached: float, missed: float
) -> None:
    content = goal(5, direction=direction)
    assert share(content, first, reached) == 1.0
    assert share(content, 5, reached) == 1.0
    assert share(content, first, missed) is None


@BOUNDED
@given(baseline=numbers, target=numbers)
def test_progress_is_none_at_the_baseline_and_whole_at_the_target(
    baseline: float, target: float
) -> None:
    if baseline != target:
        assert share(goal(target, baseline), baseline) == 0
        assert share(goal(target, baseline), target) == 1


@BOUNDED
@given(baseline=numbers, target=numbers, values=st.lists(numbers, min_size=2, max_size=2))
def test_nearer_the_target_never_counts_less(
    baseline: float, target: float, values: list[float]
) -> None:
    if baseline == target:
        return
    worse, better = sorted(values, reverse=target < baseline)
    less, more = share(goal(target, baseline), worse), share(goal(target, baseline), better)
    assert less is not None
    assert more is not None
    assert less <= more


@BOUNDED
@given(low=numbers, width=st.integers(1, 9), value=numbers)
def test_a_range_counts_whole_inside_and_never_below_nothing(
    low: float, width: int, value: float
) -> None:
    found = share(goal(low + width, None, Direction.RANGE, low), value)
    assert found is not None
    assert 0 <= found <= 1
    assert (found == 1) == (low <= value <= low + width)


@BOUNDED
@given(target=numbers, baseline=numbers | st.none(), value=numbers)
def test_no_value_is_doubted_that_lies_between_nought_and_twice_what_is_known(
    target: float, baseline: float | None, value: float
) -> None:
    content = goal(target, baseline)
    most = max(abs(target), abs(baseline or 0.0))
    if abs(value) <= 2 * most:
        assert doubt_about(content, measure(value), None) is None
    assert doubt_about(content, measure(0.0), None) is None


@pytest.mark.parametrize(
    ("target", "baseline", "last", "value", "doubted"),
    [
        (2.0, None, None, 100_000.0, True),
        (2.0, None, None, 22.0, False),
        (2.0, None, None, 23.0, True),
        (2.0, None, None, -21.0, True),
        (5.0, 9.0, None, 72.0, False),
        (5.0, 9.0, None, 100.0, True),
        (99.9, 99.5, None, 12.0, False),
        (0.0, None, None, 50.0, False),
        (0.0, 12.0, None, 133.0, True),
        # What was reported before, and is so known to be possible, is not doubted again.
        (2.0, None, 500.0, 600.0, False),
    ],
)
def test_what_is_far_off_is_doubted(
    target: float, baseline: float | None, last: float | None, value: float, *, doubted: bool
) -> None:
    latest = None if last is None else measure(last)
    found = doubt_about(goal(target, baseline), measure(value), latest)
    assert (found is not None) == doubted


aims = st.fixed_dictionaries(
    {"title": st.just("First reply"), "metric": st.just("Hours")},
    optional={
        "target": measures,
        "due_date": st.dates(TODAY - timedelta(days=2), TODAY + timedelta(days=3_660)),
        "measure_unit": st.sampled_from([None, "h", "d"]),
        "direction": st.sampled_from([None, *Direction]),
        "baseline": st.none() | measures,
        "threshold": st.none() | measures,
        "stretch": st.none() | measures,
        "start_date": st.none() | st.dates(TODAY, TODAY + timedelta(days=400)),
    },
)


@BOUNDED
@given(given_values=aims)
def test_what_is_accepted_runs_one_way_from_baseline_to_stretch(
    given_values: dict[str, object],
) -> None:
    try:
        aim = ProposeGoal.model_validate(given_values, context={"today": TODAY})
    except ValidationError:
        return
    content = aim.content(Level.INDIVIDUAL, Rhythm.MONTHLY)
    low = [one.value for one in (content.baseline, content.threshold) if one is not None]
    high = [] if content.stretch is None else [content.stretch.value]
    target = content.target.value
    match content.direction:
        case Direction.INCREASE:
            assert all(one < target for one in low)
            assert all(one > target for one in high)
        case Direction.DECREASE:
            assert all(one > target for one in low)
            assert all(one < target for one in high)
        case Direction.RANGE:
            assert content.threshold is not None
            assert content.threshold.value < target
        case Direction.MILESTONES:
            assert target >= 1
            assert target == int(target)
        case Direction.DONE:
            assert target == 1
        case None:
            assert low == high == []


@BOUNDED
@given(given_values=aims, value=numbers)
def test_what_is_accepted_can_be_measured(given_values: dict[str, object], value: float) -> None:
    try:
        aim = ProposeGoal.model_validate(given_values, context={"today": TODAY})
    except ValidationError:
        return
    content = aim.content(Level.INDIVIDUAL, Rhythm.MONTHLY)
    found = share(content, value)
    assert found is None or math.isfinite(found)
    assert (found is None) <= (content.baseline is None)


@BOUNDED
@given(given_values=aims)
def test_every_refusal_names_an_input_and_has_words(given_values: dict[str, object]) -> None:
    try:
        Aim.model_validate(given_values, context={"today": TODAY})
    except ValidationError as refused:
        for error in refused.errors():
            context = {"label": "Target", **error.get("ctx", {})}
            field = context.get("field") or error["loc"][0]
            assert field in Aim.model_fields
            assert error["type"] in WORDS
            reader = Reader.of_nobody(MORNING)
            assert error_words(error["type"], context, reader) != UNKNOWN


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_value_without_an_end_is_no_measure(value: float) -> None:
    with pytest.raises(ValidationError, match="finite"):
        Measure(value=value, text="much")


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"due_date": TODAY - timedelta(days=1)}, "due_date", "due_in_past"),
        ({"due_date": TODAY + timedelta(days=3_654)}, "due_date", "due_too_far"),
        ({"start_date": TODAY + timedelta(days=90)}, "start_date", "starts_after_due"),
        ({"baseline": measure(5)}, "target", "target_is_baseline"),
        ({"threshold": measure(5)}, "threshold", "anchor_is_target"),
        ({"stretch": measure(5)}, "stretch", "anchor_is_target"),
        (
            {"baseline": measure(9), "direction": Direction.INCREASE},
            "baseline",
            "baseline_wrong_side_increase",
        ),
        (
            {"baseline": measure(9), "threshold": measure(4)},
            "threshold",
            "threshold_wrong_side_decrease",
        ),
        (
            {"baseline": measure(9), "stretch": measure(6)},
            "stretch",
            "stretch_wrong_side_decrease",
        ),
        ({"direction": Direction.DONE}, "target", "target_of_done"),
        (
            {"direction": Direction.MILESTONES, "target": measure(1.5)},
            "target",
            "target_of_milestones",
        ),
        ({"direction": Direction.RANGE}, "threshold", "range_needs_lower"),
        ({"direction": Direction.RANGE, "threshold": measure(5)}, "threshold", "range_upside_down"),
        (
            {"target": measure(5, "h"), "baseline": measure(9, "d")},
            "baseline",
            "unit_differs",
        ),
    ],
)
def test_what_does_not_fit_is_refused_at_its_input(
    changed: dict[str, object], field: str, code: str
) -> None:
    fitting = {
        "title": "First reply",
        "metric": "Hours",
        "target": measure(5),
        "due_date": TODAY + timedelta(days=30),
    }
    Aim.model_validate(fitting, context={"today": TODAY})
    with pytest.raises(ValidationError) as refused:
        Aim.model_validate({**fitting, **changed}, context={"today": TODAY})
    [error] = refused.value.errors()
    assert error["type"] == code
    assert error["ctx"]["field"] == field
