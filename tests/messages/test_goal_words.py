"""How far a goal is, in words."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from domain.goals import Direction, GoalContent, Progress
from domain.measures import Measure
from domain.people import Level
from messages.goal_words import progress_text
from messages.reading import Reader

TODAY = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("locale", "unit", "said"),
    [
        ("en", "%", "96 %, 86 % of the way"),
        ("de", "%", "96 %, 86 % des Wegs"),
        ("en", "h", "96 h, 86%"),
    ],
)
def test_a_value_in_percent_is_told_from_how_far_it_is(locale: str, unit: str, said: str) -> None:
    content = GoalContent(
        title="Replies in time",
        metric="Share",
        target=Measure(value=98, text="98"),
        due_date=TODAY,
        template=Level.INDIVIDUAL,
        measure_unit=unit,
        direction=Direction.INCREASE,
    )
    latest = Measure(value=96, text="96")
    reader = Reader(locale, ZoneInfo("Europe/Lisbon"), TODAY)
    assert progress_text(Progress(0.86, latest), content, reader).replace("\xa0", " ") == said
