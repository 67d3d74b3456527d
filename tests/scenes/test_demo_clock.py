"""The demo's clock: time passes fast, and everything in it happens when it is due."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from bot.demo_clock import DemoClock, end_of_quarter, remembered_clock
from bot.demo_clock_route import add_demo_clock
from domain.notices import NoticeKind
from storage.tables.outbox import Notice
from tests.company import person_id, slack_id
from tests.scenes.checkins import ASKED, begin
from tests.scenes.conftest import Company
from tests.serving import serving

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock(company: Company, tmp_path: Path) -> DemoClock:
    return DemoClock(company.parts, tmp_path / "clock")


@pytest.fixture
def client(clock: DemoClock) -> Iterator[httpx.Client]:
    server = FastAPI()
    add_demo_clock(server, clock)
    with serving(server) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


def asked_at(company: Company) -> list[datetime]:
    """When Lena was asked about her goals, in business time."""
    wanted = select(Notice.due_at).where(
        Notice.kind == NoticeKind.CHECK_IN_PROMPT, Notice.person_id == person_id("Lena Novak")
    )
    with company.parts.store.engine.connect() as connection:
        return list(connection.scalars(wanted.order_by(Notice.due_at)))


def test_a_fortnight_brings_the_question_at_its_own_moment_and_delivers_it(
    company: Company, clock: DemoClock, tmp_path: Path
) -> None:
    lena, _ = begin(company)
    assert clock.move(ASKED + timedelta(hours=5)) == frozenset()
    (moment,) = asked_at(company)
    assert ASKED <= moment < ASKED + MINUTE
    assert lena.sees("Check-in: one goal")
    restarted = remembered_clock(tmp_path / "clock")
    assert abs(restarted.business() - company.parts.clock.business()) < MINUTE


def test_a_working_morning_is_the_persons_own(company: Company, client: httpx.Client) -> None:
    company.move_to(datetime(2027, 3, 25, 12, tzinfo=UTC))  # Thursday before Easter

    def morning(person: str) -> datetime:
        steps = client.get("/demo/clock", params={"person": person}).json()["steps"]
        return datetime.fromtimestamp(steps["next_working_morning"], UTC)

    # Good Friday and Easter Monday are holidays in Germany; summer time has begun by then.
    assert morning(slack_id("Emil Berg")) == datetime(2027, 3, 30, 7, 30, tzinfo=UTC)
    assert morning(slack_id("Lena Novak")) == datetime(2027, 3, 30, 8, 30, tzinfo=UTC)
    assert morning("U0NOBODY") == datetime(2027, 3, 26, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (datetime(2027, 3, 25, 12, tzinfo=UTC), datetime(2027, 3, 31, 12, tzinfo=UTC)),
        (datetime(2027, 3, 31, 12, tzinfo=UTC), datetime(2027, 6, 30, 12, tzinfo=UTC)),
        (datetime(2027, 12, 31, 13, tzinfo=UTC), datetime(2028, 3, 31, 12, tzinfo=UTC)),
    ],
)
def test_the_end_of_the_quarter_is_always_ahead(day: datetime, end: datetime) -> None:
    assert end_of_quarter(day) == end


def test_what_cannot_be_is_refused_in_words(company: Company, client: httpx.Client) -> None:
    now = company.parts.clock.business()
    past = client.post("/demo/clock", json={"to": (now - timedelta(days=1)).isoformat()})
    assert (past.status_code, past.json()["error"]) == (409, "the clock only moves forward")
    far = client.post("/demo/clock", json={"to": (now + timedelta(days=4000)).isoformat()})
    assert (far.status_code, far.json()["error"]) == (409, "a year at once is the most")
    assert client.post("/demo/clock", json={"advance": "1 century"}).status_code == 422
    assert client.post("/demo/clock", json={}).status_code == 422


def test_a_long_move_tells_how_far_it_is_and_can_be_stopped(
    company: Company, clock: DemoClock, client: httpx.Client
) -> None:
    until = company.parts.clock.business() + timedelta(days=360)
    going = threading.Thread(target=clock.move, args=[until])
    going.start()
    while (state := client.get("/demo/clock").json())["passing"] is None:
        assert going.is_alive()
    assert state["passing"]["until"] == until.timestamp()
    second = client.post("/demo/clock", json={"advance": "1d"})
    assert (second.status_code, second.json()["error"]) == (409, "time is passing already")
    client.delete("/demo/clock")
    going.join(30)
    assert client.get("/demo/clock").json()["passing"] is None
    assert company.parts.clock.business() < until - timedelta(days=1)
