"""Whoever stands in for somebody never gets more by it than that person has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from sqlalchemy import Connection, Engine

from domain.people import Employment, PersonState
from storage.database import WRITING, open_engine
from storage.goals import fulfils
from storage.people import member
from storage.visibility import may_decide_goal, may_read_goal
from tests.databases import Databases, Kind
from tests.rules.test_visibility import ALWAYS, COLLEAGUE, GUEST, STANDS_IN, a_world
from tests.rules.worlds import Deputy, World, goal_of, person_of, settle, worlds

CHAIN = (STANDS_IN, Deputy(2, 3, ALWAYS, revoked=False))
"""1 leads 0; 2 stands in for 1, and 3 for 2: the goal of 0 is not for 3."""


@pytest.fixture(scope="module")
def sqlite(databases: Databases) -> Iterator[Engine]:
    url = databases.fresh(Kind.SQLITE)
    engine = open_engine(url)
    yield engine
    engine.dispose()
    databases.drop(url)


Rights = dict[int, tuple[set[int], set[int]]]
"""What each person may read, and decide."""


def rights(engine: Engine, world: World) -> Rights:
    with engine.execution_options(**{WRITING: True}).connect() as connection:
        settle(connection, world)
        found = {one: _rights_of(connection, world, one) for one in range(len(world.people))}
        connection.rollback()
    return found


def _rights_of(connection: Connection, world: World, viewer: int) -> tuple[set[int], set[int]]:
    who = member(connection, person_of(viewer))
    rules = may_read_goal(who, world.today), may_decide_goal(who, world.today)
    numbers = range(len(world.goals))
    reads, decides = (
        {one for one in numbers if fulfils(connection, goal_of(one), rule)} for rule in rules
    )
    return reads, decides


@example(world=replace(a_world(deputies=CHAIN), people=(COLLEAGUE,) * 4))
@example(world=replace(a_world(deputies=CHAIN[:1]), people=(COLLEAGUE, GUEST, COLLEAGUE)))
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_a_deputy_gets_no_more_than_whoever_named_them_has(sqlite: Engine, world: World) -> None:
    assume(world.deputies)
    # Whoever led themselves would lend a say that they never have: the directory knows no such.
    assume(all(line.person != line.manager for line in world.lines))
    without, with_ = rights(sqlite, replace(world, deputies=())), rights(sqlite, world)
    for person, (reads, _) in with_.items():
        gained = reads - without[person][0]
        lent = [
            without[one.delegator][0]
            for one in world.deputies
            if one.deputy == person
            and one.dates.holds(world.today)
            and not one.revoked
            and world.people[one.delegator].state is PersonState.ACTIVE
            and world.people[one.delegator].employment is not Employment.CONTRACTOR
        ]
        assert gained <= set().union(*lent)
        assert with_[person][1] - without[person][1] <= set().union(
            *(
                {goal for goal in range(len(world.goals)) if goal in without[one.delegator][1]}
                for one in world.deputies
                if one.deputy == person
            )
        )
