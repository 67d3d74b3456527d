"""Who may see and decide which goal: the rules in SQL against an oracle in plain Python.

A single read, a list and the oracle must agree for every person and goal of every made-up world.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import Connection, Engine, select

from domain.goals import OPEN_STATES, Audience, Capacity, GoalState, Side
from domain.holds import HoldScope
from domain.people import Employment, GrantState, LineKind, Member, PersonState, Role
from storage.conditions import NO_CONDITION, both
from storage.database import WRITING, open_engine
from storage.goal_lists import list_goals, own_goals, search_goals, waiting_for
from storage.goals import fulfils
from storage.people import member, role_holders
from storage.tables.goals import Goal
from storage.visibility import (
    held_for_legal,
    may_correct_goal,
    may_decide_goal,
    may_read_goal,
    may_read_title,
    may_see_metadata,
    took_part,
)
from tests.databases import Databases, Kind
from tests.rules import oracle
from tests.rules.worlds import (
    TODAY,
    Aim,
    Case,
    Deputy,
    Grant,
    Kept,
    Line,
    Range,
    Somebody,
    World,
    goal_of,
    person_of,
    settle,
    worlds,
)


@pytest.fixture(scope="module")
def sqlite(databases: Databases) -> Iterator[Engine]:
    yield from _empty(databases, Kind.SQLITE)


@pytest.fixture(scope="module")
def postgres(databases: Databases) -> Iterator[Engine]:
    yield from _empty(databases, Kind.POSTGRES)


def _empty(databases: Databases, kind: Kind) -> Iterator[Engine]:
    url = databases.fresh(kind)
    engine = open_engine(url)
    yield engine
    engine.dispose()
    databases.drop(url)


MANY = 1_000
COLLEAGUE = Somebody(4, "DE-BY", Employment.REGULAR, PersonState.ACTIVE)
GUEST = replace(COLLEAGUE, employment=Employment.CONTRACTOR)
GONE = replace(COLLEAGUE, state=PersonState.LEFT)
ALWAYS = Range(date(2020, 1, 1), None)
GOAL = Aim(0, Audience.LINE, title_visible=False, state=GoalState.ACTIVE, counterpart=None)
REPORTS = Line(0, 1, LineKind.PRIMARY, ALWAYS)
STANDS_IN = Deputy(1, 2, ALWAYS, revoked=False)
PROPOSED = replace(GOAL, state=GoalState.PROPOSED, turn=Side.OTHER)
KEPT = Kept(0, HoldScope.CHECK_INS, released=False)
HR = Grant(2, Role.HR, None, None, GrantState.ACTIVE, ALWAYS)


def a_world(
    *, manager: Somebody = COLLEAGUE, lines: tuple[Line, ...] = (REPORTS,), **more: object
) -> World:
    """Person 0 owns every goal and reports to 1; 2 is the one who may or may not see them."""
    plain = World((COLLEAGUE, manager, COLLEAGUE), lines, (), (), (GOAL,), (), ())
    return replace(plain, **more)  # type: ignore[arg-type] # each example names fields of World


# What random worlds come upon too seldom.
@example(world=a_world(goals=(PROPOSED,)))
@example(world=a_world(goals=(PROPOSED,), cases=(Case(0, 2, Capacity.ROLE, None),)))
@example(world=a_world(deputies=(STANDS_IN,)))
@example(world=a_world(deputies=(STANDS_IN,), manager=GONE))
@example(world=a_world(deputies=(STANDS_IN,), manager=GUEST))
@example(
    world=a_world(
        lines=(Line(0, 1, LineKind.MATRIX, ALWAYS),),
        deputies=(STANDS_IN,),
        cases=(Case(0, 2, Capacity.DEPUTY, None),),
    )
)
@example(world=a_world(deputies=(Deputy(1, 2, Range(TODAY, TODAY), revoked=False),)))
@example(world=a_world(grants=(HR,)))
@example(world=a_world(grants=(HR,), lines=(Line(2, 0, LineKind.MATRIX, ALWAYS),)))
@example(world=a_world(grants=(HR,), lines=(Line(2, 0, LineKind.PRIMARY, Range(TODAY, TODAY)),)))
@example(world=a_world(grants=(HR,), lines=(Line(0, 2, LineKind.MATRIX, ALWAYS),)))
@example(world=a_world(grants=(HR,), deputies=(STANDS_IN,)))
@example(world=a_world(grants=(HR,), goals=(replace(GOAL, owner=2),)))
@example(world=a_world(grants=(replace(HR, role=Role.COMPLIANCE),)))
@example(world=a_world(grants=(replace(HR, role=Role.LEGAL),)))
@example(world=a_world(grants=(replace(HR, role=Role.LEGAL),), holds=(KEPT,)))
@example(world=a_world(grants=(replace(HR, role=Role.LEGAL, unit=2),), holds=(KEPT,)))
@example(
    world=a_world(grants=(replace(HR, role=Role.LEGAL),), holds=(replace(KEPT, released=True),))
)
@example(
    world=a_world(
        grants=(replace(HR, role=Role.LEGAL),), holds=(replace(KEPT, scope=HoldScope.FEEDBACK),)
    )
)
@example(world=a_world(grants=(replace(HR, unit=2),)))
@example(world=a_world(grants=(replace(HR, unit=4),)))
@example(world=a_world(grants=(replace(HR, unit=0),)))
@example(world=a_world(grants=(replace(HR, unit=1),)))
@example(world=a_world(grants=(replace(HR, region="DE"),)))
@example(world=a_world(grants=(replace(HR, unit=1, region="DE"),)))
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.data_too_large])
@given(world=worlds())
def test_on_sqlite_reads_lists_and_oracle_agree(sqlite: Engine, world: World) -> None:
    compare(sqlite, world)


@pytest.mark.postgres
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.data_too_large])
@given(world=worlds())
def test_on_postgresql_reads_lists_and_oracle_agree(postgres: Engine, world: World) -> None:
    compare(postgres, world)


def compare(engine: Engine, world: World) -> None:
    with engine.execution_options(**{WRITING: True}).connect() as connection:
        settle(connection, world)
        for viewer in range(len(world.people)):
            if world.people[viewer].state is PersonState.ACTIVE:
                compare_for(connection, world, viewer)
        connection.rollback()


def compare_for(connection: Connection, world: World, viewer: int) -> None:
    who = member(connection, person_of(viewer))
    numbers = range(len(world.goals))
    readable = {n for n in numbers if oracle.reads(world, viewer, n)}
    rule = may_read_goal(who, world.today)
    assert {n for n in numbers if fulfils(connection, goal_of(n), rule)} == readable
    assert listed(connection, who, world.today) == readable
    own = {goal.number - 1 for goal in own_goals(connection, who)}
    assert own == {n for n in readable if open_goal_of(world.goals[n], viewer)}
    waiting = {goal.number - 1 for goal in waiting_for(connection, who, world.today)}
    assert waiting == {n for n in numbers if oracle.waits_for(world, viewer, n)}
    titles = {n for n in numbers if oracle.reads_title(world, viewer, n)}
    for by_title, known in ((True, titles), (False, readable)):
        found = search_goals(connection, who, world.today, "", MANY, by_title=by_title)
        shown = {n for n in known if world.goals[n].state in OPEN_STATES}
        assert {row.number - 1 for row in found} == shown
    rules = (
        may_read_title(who, world.today),
        may_decide_goal(who, world.today),
        took_part(who),
        may_correct_goal(who, world.today),
        may_see_metadata(who, world.today),
        held_for_legal(who, world.today),
    )
    clauses = [rule.clause for rule in rules]
    told_of_all = connection.execute(select(Goal.number - 1, *clauses), both(*rules).values)
    for number, *told in told_of_all:
        title = oracle.reads_title(world, viewer, number)
        decides = oracle.decides(world, viewer, number)
        # A clause that is unknown lets nobody in.
        part = oracle.took_part(world, viewer, number)
        corrects = oracle.corrects(world, viewer, number)
        by_role = [
            oracle.sees_metadata(world, viewer, number),
            oracle.kept_for(world, viewer, number),
        ]
        assert [*map(bool, told)] == [title, decides, part, corrects, *by_role]
        assert not corrects or number in readable
        assert not decides or number in readable or world.goals[number].state is GoalState.DRAFT


def open_goal_of(goal: Aim, viewer: int) -> bool:
    return goal.owner == viewer and goal.state in OPEN_STATES


def listed(connection: Connection, viewer: Member, today: date) -> set[int]:
    found = list_goals(connection, viewer, today, NO_CONDITION, states=tuple(GoalState))
    return {goal.number - 1 for goal in found}


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.data_too_large])
@given(world=worlds())
def test_who_holds_a_role_for_a_place_covers_the_people_there(sqlite: Engine, world: World) -> None:
    """The look-up that finds whom to ask and the rule that lets them read must not part."""
    with sqlite.execution_options(**{WRITING: True}).connect() as connection:
        settle(connection, world)
        for owner, somebody in enumerate(world.people):
            place = member(connection, person_of(owner))
            found = role_holders(connection, Role.HR, place, TODAY)
            assert {one.id for one in found} == {
                person_of(grant.person)
                for grant in world.grants
                if grant.role is Role.HR
                and oracle.in_force(grant, TODAY)
                and oracle.covers(grant, somebody)
                and world.people[grant.person].state is PersonState.ACTIVE
            }
        connection.rollback()
