"""A machine's clock that was set far ahead takes nothing away until it is borne out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, insert, select, update

from bot.app import Parts, machine_now, open_parts
from bot.running import make_delivery, sweeps
from domain.audit import Actor, ActorKind
from domain.clock import Clock
from domain.people import PersonState
from storage.keyring import Keyring
from storage.tables.outbox import Inbound
from storage.tables.people import Person
from tests.cli.accord import accord, environment
from tests.company import person_id, settle_company
from tests.record.acts import STAMP, an_event, record, writing
from tests.scenes.conftest import SECRET_KEY, settings_for

AHEAD = timedelta(days=3_650)


class Watch:
    def __init__(self) -> None:
        self.off = timedelta()

    def __call__(self) -> datetime:
        return machine_now() + self.off


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def parts(engine: Engine, database_url: str, watch: Watch) -> Iterator[Parts]:
    """Emil is about to leave, and a request is known for a day; in ten years both are over."""
    settle_company(engine)
    with writing(engine) as connection:
        connection.execute(insert(Inbound).values(key="known", at=machine_now()))
        connection.execute(
            update(Person)
            .where(Person.id == person_id("Emil Berg"))
            .values(leaving_on=machine_now().date() + timedelta(days=90))
        )
    with open_parts(settings_for(database_url, "http://127.0.0.1:9"), Clock(watch)) as parts:
        yield parts


def somebody_acts(parts: Parts, at: datetime) -> None:
    lena = Actor(ActorKind.PERSON, person_id("Lena Novak"))
    record(
        parts.store.engine,
        an_event(uuid4(), actor=lena),
        keyring=Keyring([SECRET_KEY]),
        stamp=replace(STAMP, at=at),
    )


def let_it_run(parts: Parts) -> None:
    """What takes something away by itself."""
    wanted = ("leavers", "reviews", "retention", "purges")
    found = [one for one in sweeps(parts, make_delivery(parts)) if one.name in wanted]
    assert len(found) == len(wanted)
    for one in found:
        one.run()


def standing(parts: Parts) -> tuple[PersonState, bool]:
    """Whether Emil is here, and whether the request is known still."""
    with parts.store.engine.connect() as connection:
        emil = select(Person.state).where(Person.id == person_id("Emil Berg"))
        known = connection.scalars(select(Inbound.key)).all() == ["known"]
        return connection.scalars(emil).one(), known


def test_it_waits_until_somebody_has_done_something_by_that_clock(
    parts: Parts, watch: Watch
) -> None:
    somebody_acts(parts, machine_now())
    watch.off = AHEAD
    let_it_run(parts)
    assert standing(parts) == (PersonState.ACTIVE, True)
    # It is right after all: a request was let in by it.
    somebody_acts(parts, parts.clock.machine())
    let_it_run(parts)
    assert standing(parts) == (PersonState.LEFT, False)


def test_a_week_without_anybody_is_no_reason_to_wait(parts: Parts, watch: Watch) -> None:
    watch.off = AHEAD
    somebody_acts(parts, parts.clock.machine() - timedelta(days=6, hours=23))
    let_it_run(parts)
    assert standing(parts) == (PersonState.LEFT, False)


def test_a_clock_behind_the_record_is_not_believed_either(parts: Parts, watch: Watch) -> None:
    watch.off = AHEAD
    somebody_acts(parts, parts.clock.machine() + timedelta(hours=1))
    let_it_run(parts)
    assert standing(parts) == (PersonState.ACTIVE, True)


@pytest.mark.parametrize("sweep", ["retention", "reviews", "leavers"])
def test_by_hand_an_operator_says_that_the_clock_is_right(
    parts: Parts, database_url: str, tmp_path: Path, sweep: str
) -> None:
    settings = environment(database_url)
    somebody_acts(parts, datetime(2020, 3, 2, 9, 30, tzinfo=UTC))
    refused = accord("run", sweep, settings=settings, folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("accord: the last act of a person, 2020-03-02 09:30 UTC, lies")
    assert "add --clock-is-right" in refused.stderr
    done = accord("run", sweep, "--clock-is-right", settings=settings, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_doctor_tells_of_it_and_what_is_only_counted_is_counted(
    parts: Parts, database_url: str, tmp_path: Path
) -> None:
    settings = environment(database_url)
    somebody_acts(parts, datetime(2020, 3, 2, 9, 30, tzinfo=UTC))
    examined = accord("doctor", settings=settings, folder=tmp_path)
    assert "! The last act of a person, 2020-03-02 09:30 UTC, lies" in examined.stdout
    counted = accord("run", "retention", "--dry-run", settings=settings, folder=tmp_path)
    assert counted.returncode == 0, counted.stderr
