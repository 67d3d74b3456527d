"""Every benchmark runs, with few people and for a moment. How fast is nobody's business here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select

from benchmarks.ack_under_broadcast import ack_under_broadcast
from benchmarks.announcement import announcement_list
from benchmarks.audited import audited_write
from benchmarks.databases import BigDatabases, big_databases
from benchmarks.goal_list import goal_list
from benchmarks.goal_save import goal_save
from benchmarks.goal_tree import opening, roll_up
from benchmarks.growth import growth
from benchmarks.history import GOALS_EACH, fill_organisation
from benchmarks.measuring import Ratios, Slices
from benchmarks.organisation import PERSON, Organisation, slack_user
from benchmarks.sealed_reads import sealed_reads
from benchmarks.sending import budget_share, urgent_waits
from benchmarks.sql import the_id
from benchmarks.sweep import sweep_against_jobs, sweep_growth
from benchmarks.verification import verification
from benchmarks.visible_list import visible_list
from domain.goals import GoalState
from storage.database import for_writing
from storage.goal_lists import own_goals
from storage.people import asker, current_managers
from storage.tables.goals import Goal
from tests.databases import Kind

FEW = 120
JUST_ENOUGH = 200
"""For what happens to one in a hundred of them."""
HANDFUL = 40
"""Of a database of its own, where nothing that others have announced is still to be sent."""
MOMENT = Slices(seconds=0.05, rounds=1, warm_up=0.05)


@pytest.fixture(scope="module")
def big() -> Iterator[BigDatabases]:
    with big_databases() as databases:
        yield databases


def test_reading_is_measured(big: BigDatabases) -> None:
    assert goal_list(big, Kind.SQLITE, FEW, MOMENT).median > 0


@pytest.mark.postgres
def test_writing_is_measured(big: BigDatabases) -> None:
    assert goal_save(big, Kind.POSTGRES, FEW, MOMENT).median > 0


def test_the_list_of_an_announcement_is_measured(big: BigDatabases) -> None:
    told = announcement_list(big, Kind.SQLITE, FEW, rounds=2)
    assert told.slower.median > 0
    assert told.peak > 0


def test_verifying_is_measured(big: BigDatabases) -> None:
    told = verification(big, Kind.SQLITE, 500, 1)
    assert told.database.median > 0
    assert told.file.median > 0
    assert all(bytes_held > 0 for bytes_held in told.memory)


def test_what_the_record_costs_is_measured(big: BigDatabases) -> None:
    told = audited_write(big, Kind.SQLITE, Slices(seconds=0.05, rounds=1, warm_up=0.05))
    assert told.of_unaudited.median > 0
    assert told.eight_of_one.median > 0


def test_growth_is_told_against_the_smallest_size(big: BigDatabases) -> None:
    def measure(_databases: BigDatabases, _kind: Kind, people: int, _slices: Slices) -> Ratios:
        return Ratios([1] * 3, [100 / people] * 3)

    found = growth(big, Kind.SQLITE, (10, 20, 40), measure, MOMENT)
    assert {people: slower for people, (_, slower) in found.items()} == {10: 1, 20: 2, 40: 4}


def test_waits_are_measured_while_an_announcement_is_sent(big: BigDatabases) -> None:
    waits = ack_under_broadcast(big, Kind.SQLITE, FEW, rounds=1, seconds=0.5)
    assert waits.quiet[0] > 0
    assert waits.announcing[0] > 0


def test_the_made_up_organisation_is_whole(engine: Engine) -> None:
    """What the benchmarks ask of it is there, and acts can go on where it ends."""
    now = datetime.now(UTC)
    fill_organisation(engine, Organisation(FEW, now))
    with for_writing(engine).begin() as connection:
        somebody = asker(connection, slack_user(77))
        assert somebody is not None
        assert somebody.member.id == the_id(PERSON, 77)
        [manager] = current_managers(connection, somebody.member.id, now.date())
        assert manager.id == the_id(PERSON, 10)
        listed = own_goals(connection, somebody.member)
        assert [goal.state for goal in listed] == [GoalState.ACTIVE] * 3 + [GoalState.PROPOSED]
        assert listed[0].latest is not None
        count = select(func.count()).select_from(Goal)
        assert connection.execute(count).scalar_one() == FEW * GOALS_EACH


def test_opening_what_is_sealed_is_measured(big: BigDatabases) -> None:
    told = sealed_reads(big, Kind.SQLITE, 1)
    assert told.one_key.median > 0
    assert told.own_keys.median > 0


def test_a_list_that_is_cut_to_its_viewer_is_measured(big: BigDatabases) -> None:
    assert visible_list(big, Kind.SQLITE, FEW, 1).median > 0


def test_the_tree_of_goals_is_measured(big: BigDatabases) -> None:
    found = opening(big, Kind.SQLITE, (20, 40), 1, each=1)
    assert all(ratios.median > 0 for ratios in found.values())
    assert roll_up(big, Kind.SQLITE, 40, 1).median > 0


def test_asking_is_measured_against_a_job_for_each(big: BigDatabases) -> None:
    told = sweep_against_jobs(big, JUST_ENOUGH, rounds=1)
    assert all(ratio.median > 0 for ratio in (told.adding, told.one_per_cent, told.all_due))


@pytest.mark.postgres
def test_the_growth_of_asking_is_measured(big: BigDatabases) -> None:
    first, second = sweep_growth(big, Kind.POSTGRES, (50, 100))
    assert first.times is None
    assert second.times is not None
    assert second.cost.work > 0


@pytest.mark.postgres
def test_the_share_of_the_limit_is_measured(big: BigDatabases) -> None:
    told = budget_share(big, Kind.POSTGRES, 400, 2, rounds=1, seconds=2, pace=600)
    assert told.shares.median > 0


def test_what_is_urgent_is_measured_behind_a_backlog(big: BigDatabases) -> None:
    told = urgent_waits(big, Kind.SQLITE, HANDFUL, rounds=1, seconds=1, backlog=50, in_line=5)
    assert min(*told.alone, *told.behind, *told.in_line) > 0
