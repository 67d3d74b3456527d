"""What happened falls into people's own hours, whatever day the sample is loaded on."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.sample import acts
from bot.sample.days import Colleague, Company
from bot.sample.plan import LISTED_BEFORE, plan
from bot.sample.story import read_extra, read_stories
from domain.workdays import end_of_day, local_moment

EXTRA, STORIES = read_extra(), read_stories()
DAYS = (
    *(date(2027, 3, 8) + timedelta(days=offset) for offset in range(7)),  # every day of a week
    date(2027, 3, 29),  # Easter Monday, and clocks have just changed
    date(2026, 12, 26),
    date(2027, 1, 1),
    date(2026, 8, 31),
    date(2028, 2, 29),
)


def at_work(who: Colleague, at: datetime) -> bool:
    day = who.member.today(at)
    opens = local_moment(who.member, day, who.member.day_start)
    return who.rota.works(day) and opens <= at < end_of_day(who.member, day)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_everybody_acts_within_their_own_hours_and_before_today(today: date) -> None:
    company = Company(EXTRA, today)
    midnight = datetime.combine(today, time(), tzinfo=UTC)
    happened = plan(EXTRA, STORIES, today)
    outside = [
        (type(act).__name__, who, act.at)
        for act in happened
        if (who := act.actor) is not None and not at_work(company[who], act.at)
    ]
    assert outside == []
    assert happened[0].at > midnight - timedelta(days=LISTED_BEFORE)
    assert happened[-1].at < midnight
    assert happened == sorted(happened, key=lambda act: act.at)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_no_story_is_cut_short(today: date) -> None:
    happened = plan(EXTRA, STORIES, today)
    moves = Counter(act.goal for act in happened if isinstance(act, acts.Talk))
    planned = {
        goal.key: 1 if goal.talk is None else len(goal.talk)
        for goal in STORIES.goals
        if goal.talk != ()
    }
    assert moves == planned
    said = Counter(key for act in happened if isinstance(act, acts.CheckIn) for key in act.entries)
    short = {
        goal.key: said[goal.key]
        for goal in STORIES.goals
        if said[goal.key] != sum(not (one.miss or one.snooze) for one in goal.values)
    }
    # Holidays can move a last question to the day of loading or behind it.
    assert len(short) <= 3, short


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_a_goal_is_proposed_before_those_that_serve_it(today: date) -> None:
    order = [act.goal for act in plan(EXTRA, STORIES, today) if isinstance(act, acts.Propose)]
    place = {goal.key: number for number, goal in enumerate(order)}
    assert [
        goal.key for goal in order if goal.serves and place[goal.serves] > place[goal.key]
    ] == []


def test_it_is_the_same_every_time() -> None:
    assert plan(EXTRA, STORIES, DAYS[0]) == plan(EXTRA, STORIES, DAYS[0])


def test_two_quarters_lie_behind_the_company() -> None:
    first = next(act for act in plan(EXTRA, STORIES, DAYS[0]) if not isinstance(act, acts.Enter))
    assert timedelta(days=180) < datetime.combine(DAYS[0], time(), tzinfo=UTC) - first.at


def test_all_that_was_asked_for_happens_somewhere() -> None:
    kinds = Counter(type(act).__name__ for act in plan(EXTRA, STORIES, DAYS[0]))
    assert kinds.keys() >= {"Snooze", "Support", "Read", "Keep", "AskFeedback", "Summarise"}
    steps = Counter(step.does for goal in STORIES.goals for step in goal.talk or ())
    assert steps.keys() == {"counter", "decline", "revise", "accept", "help"}
    owners = {goal.owner for goal in STORIES.goals}
    assert owners == Company(EXTRA, DAYS[0]).people.keys()


def test_no_title_says_what_the_page_says_of_guests_itself() -> None:
    extra = read_extra()
    assert extra.guests
    assert not [handle for handle in extra.guests if "guest" in extra.titles[handle].casefold()]
