"""A hint tells other processes at once what is urgent; without hints nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from domain.notices import Lane
from domain.origin import Origin, Via
from scheduler.hints import Listener
from storage.database import open_engine
from storage.keyring import Keyring
from storage.tables.outbox import DeliveryState
from storage.unit_of_work import Store
from tests.delivery.post_office import PostOffice

SOON = 5.0


@pytest.fixture
def beside(database_url: str) -> Iterator[Engine]:
    """Another process's way to the same database."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def listener(office: PostOffice, beside: Engine) -> Iterator[Listener]:
    if beside.dialect.name != "postgresql":
        pytest.skip("on SQLite there is no other process to tell")
    one = Listener(beside, office.wake, pause=0.1)
    one.start()
    assert one.hears.wait(SOON)
    office.wake.clear()
    yield one
    one.stop()


class Undecided(Exception):
    pass


def tell(office: PostOffice, lane: Lane, *, break_off: bool = False) -> None:
    """Another process commits something to be told."""
    store = Store(office.engine, Keyring(("a-key-of-thirty-two-characters!!",)), office.clock)
    notice = office.notice(office.person("U0001"), lane=lane)
    notice = replace(notice, with_morning=lane in (Lane.DEVIATION, Lane.REMINDER))
    origin = Origin(Via.CLOCK, office.clock.business(), uuid4().hex)
    with store.write(origin) as work:
        work.notify(notice)
        if break_off:
            raise Undecided


@pytest.mark.usefixtures("listener")
def test_what_somebody_waits_for_wakes_the_others_at_its_commit(office: PostOffice) -> None:
    tell(office, Lane.INTERACTIVE)
    assert office.wake.wait(SOON)


@pytest.mark.usefixtures("listener")
@pytest.mark.parametrize("lane", [Lane.ESCALATION, Lane.REMINDER, Lane.BROADCAST])
def test_nobody_is_woken_for_what_can_wait(office: PostOffice, lane: Lane) -> None:
    tell(office, lane)
    assert not office.wake.wait(0.7)


@pytest.mark.usefixtures("listener")
def test_nobody_is_woken_for_what_was_not_committed(office: PostOffice) -> None:
    with pytest.raises(Undecided):
        tell(office, Lane.INTERACTIVE, break_off=True)
    assert not office.wake.wait(0.7)


def test_a_listener_whose_connection_is_cut_listens_again(
    office: PostOffice, listener: Listener
) -> None:
    cut_all(office)
    assert office.wake.wait(SOON), "it looks for what it may have missed"
    give_up = time.monotonic() + SOON
    while not listener.hears.is_set() and time.monotonic() < give_up:
        time.sleep(0.02)
    office.wake.clear()
    tell(office, Lane.INTERACTIVE)
    assert office.wake.wait(SOON)


def test_delivery_goes_on_without_a_listener(office: PostOffice) -> None:
    """Nobody wakes this one; it looks by itself."""
    delivery = office.delivery()
    delivery.start()
    office.enqueue(office.notice(office.person("U0001")))
    give_up = time.monotonic() + SOON
    while DeliveryState.SENT not in office.states() and time.monotonic() < give_up:
        time.sleep(0.02)
    delivery.stop()
    assert office.states() == [DeliveryState.SENT]


def cut_all(office: PostOffice) -> None:
    with office.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )
        )
