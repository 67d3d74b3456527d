"""A quarter with changes of the clock on six dates: nobody hears anything outside their hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from domain.goal_commands import AcceptGoal, CounterGoal, ProposeGoal
from domain.goals import GoalCard, Rhythm
from domain.measures import Measure
from domain.notices import Lane
from domain.origin import Origin, Via
from storage.database import open_engine
from storage.tables.checkins import CheckInAsked, CheckInPrompt
from tests.databases import Databases, Kind
from tests.rules.quarter import BEGINS, BY_NAME, DAY, ENDS, WORLD, Quarter, Sent, Somebody
from usecases.checkins import nothing_changed
from usecases.goals import show_goal
from usecases.negotiation import accept_goal, counter_goal, propose_goal

pytestmark = pytest.mark.timeout(400)  # about 600 looks of the clock, on a machine with other work

RHYTHMS = {
    "Berit": (Rhythm.WEEKLY, Rhythm.BIWEEKLY),
    "Ana": (Rhythm.WEEKLY,),
    "Zoe": (Rhythm.WEEKLY, Rhythm.MONTHLY),
}
"""How often people are asked; those not named every two weeks."""
ANSWERS = ("Lou", "Kumar")
"""They answer what they are asked; nobody else does."""
LAST_DAY = date(2026, 11, 30)
"""Up to here all of everybody's day has passed."""
AIM = {
    "title": "First reply to customers",
    "metric": "Hours",
    "target": Measure(value=5, text="5"),
    "due_date": date(2027, 6, 30),
}


class Play:
    """What people do in the quarter, beside being silent."""

    def __init__(self, quarter: Quarter) -> None:
        self.quarter = quarter
        self.tokens = iter(f"token-{number:012}" for number in range(10_000))
        self.agreed: dict[UUID, tuple[Somebody, Rhythm]] = {}

    def by(self, name: str) -> Origin:
        now = self.quarter.office.watch.now
        return Origin(Via.ACTION, now, next(self.tokens), BY_NAME[name].slack)

    def propose(self, name: str, rhythm: Rhythm = Rhythm.MONTHLY) -> GoalCard:
        command = ProposeGoal(**AIM, check_in_every=rhythm)
        store = self.quarter.office.store
        goal = propose_goal(store, self.by(name), command, next(self.tokens))
        return show_goal(store, self.by(name), goal)

    def agree(self, one: Somebody, rhythm: Rhythm) -> None:
        goal = self.propose(one.name, rhythm)
        answering = AcceptGoal(goal=goal.id, version=goal.version)
        accept_goal(self.quarter.office.store, self.by(one.manager or "Hana"), answering)
        self.agreed[goal.id] = (one, rhythm)

    def leave_open(self, name: str) -> None:
        """A proposal that nobody answers, and one that its owner does not answer."""
        self.propose(name)
        goal = self.propose(name)
        aim = {**AIM, "target": Measure(value=6, text="6")}
        command = CounterGoal(**aim, goal=goal.id, version=goal.version, reason="It fits better.")
        manager = BY_NAME[name].manager or "Hana"
        counter_goal(self.quarter.office.store, self.by(manager), command, next(self.tokens))

    def answer(self, name: str) -> None:
        """What the person is asked today, if anything."""
        with self.quarter.engine.connect() as connection:
            asked = connection.scalars(
                select(CheckInPrompt.id)
                .join(CheckInAsked)
                .where(
                    CheckInPrompt.owner_id == BY_NAME[name].id, CheckInAsked.answered_at.is_(None)
                )
            ).first()
        if asked is not None:
            nothing_changed(self.quarter.office.store, self.by(name), asked)

    def run(self) -> None:
        for one in WORLD:
            for rhythm in RHYTHMS.get(one.name, (Rhythm.BIWEEKLY,)):
                self.agree(one, rhythm)
        silences = iter([(BEGINS + 8 * n * DAY, one.name) for n, one in enumerate(WORLD)])
        next_silence = next(silences, None)
        by_chance = Random(2026)  # noqa: S311 - the same moments in every run
        while self.quarter.office.watch.now < ENDS:
            sent = self.quarter.happen()
            if next_silence is not None and self.quarter.office.watch.now >= next_silence[0]:
                self.leave_open(next_silence[1])
                next_silence = next(silences, None)
            for name in ANSWERS if sent else ():
                self.answer(name)
            # The clock looks at odd moments, as after a night on which nothing ran.
            self.quarter.office.wait(timedelta(minutes=by_chance.randint(90, 330)))


@pytest.fixture(scope="module")
def play(databases: Databases) -> Iterator[Play]:
    engine = open_engine(databases.fresh(Kind.SQLITE))
    played = Play(Quarter(engine))
    played.run()
    yield played
    engine.dispose()


@pytest.fixture(scope="module")
def sent(play: Play) -> list[Sent]:
    """What nobody's act caused."""
    return [one for one in play.quarter.sent() if one.lane != Lane.INTERACTIVE]


def test_nothing_reaches_anybody_outside_their_hours(sent: list[Sent]) -> None:
    outside = [one for one in sent if one.person.shift_of(one.at) is None]
    assert outside == []
    assert {one.person.name for one in sent} == {one.name for one in WORLD}
    kinds = Counter(kind for one in sent for kind in one.kinds)
    assert set(kinds) == {
        "check_in_prompt",
        "goal_reminder",
        "goal_to_decide",
        "goal_unanswered",
    }
    assert kinds["goal_reminder"] > len(WORLD)


def test_nobody_hears_of_what_is_not_urgent_twice_a_day(sent: list[Sent]) -> None:
    mornings = Counter(
        (one.person.name, one.person.shift_of(one.at)) for one in sent if one.lane > Lane.ESCALATION
    )
    assert set(mornings.values()) == {1}
    assert any(len(one.kinds) > 1 for one in sent)


def test_each_question_comes_on_its_own_first_working_day_and_on_no_other(play: Play) -> None:
    asked: dict[UUID, set[date]] = {goal: set() for goal in play.agreed}
    with play.quarter.engine.connect() as connection:
        rows = connection.execute(
            select(CheckInAsked.goal_id, CheckInPrompt.local_date).join(CheckInPrompt)
        )
        for goal, day in rows:
            asked[goal].add(day)
    for goal, (one, rhythm) in play.agreed.items():
        if one.name not in ANSWERS:
            days = {day for day in asked[goal] if day < LAST_DAY}
            assert days == set(expected(one, rhythm)), (one.name, rhythm)


def expected(one: Somebody, rhythm: Rhythm) -> Iterator[date]:
    """The first working day from each nominal day on."""
    anchor = BEGINS.astimezone(ZoneInfo(one.zone)).date()
    weeks = {Rhythm.WEEKLY: 1, Rhythm.BIWEEKLY: 2}
    for step in range(1, 14):
        if rhythm in weeks:
            nominal = anchor + step * timedelta(weeks=weeks[rhythm])
        else:
            months = anchor.month - 1 + step
            nominal = date(anchor.year + months // 12, months % 12 + 1, anchor.day)
        day = one.first_working(nominal)
        if day < LAST_DAY:
            yield day
