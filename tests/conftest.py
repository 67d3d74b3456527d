"""Fixtures that every part of the suite shares."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog
from playwright.sync_api import Browser
from sqlalchemy import Engine

from domain.clock import Clock
from storage.database import open_engine
from tests.chromium import MISSING, chromium, chromium_path
from tests.compiled import share_compiled_statements
from tests.databases import Databases, Kind
from tests.scenes.phones import MachineTime

SCENES_START = datetime(2027, 1, 12, 10, tzinfo=UTC)
"""A Tuesday without holidays near, before every date that scenes name."""

share_compiled_statements()


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """What fails in the background shows its traceback without paint, which takes seconds."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """For tests that need several databases, or one per Hypothesis example."""
    makers = Databases(tmp_path_factory.mktemp("databases"))
    yield makers
    makers.close()


@pytest.fixture(params=[Kind.SQLITE, pytest.param(Kind.POSTGRES, marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A fresh database with the current schema; the test runs on SQLite and on PostgreSQL."""
    url = databases.fresh(request.param)
    yield url
    databases.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the fresh database."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def machine_time() -> MachineTime:
    """The machine's clock, which a scene may move a little."""
    return MachineTime()


@pytest.fixture
def business_clock(machine_time: MachineTime) -> Clock:
    """The clock that a scene moves; the bot lives by it, and Slack's page shows it.

    It starts at the same working hour whatever day it is outside, so that no scene passes on a
    Wednesday and fails at a weekend.
    """
    return Clock(machine_time, SCENES_START - machine_time())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of all tests; where there is none, they skip and say so."""
    path = chromium_path()
    if path is None:
        pytest.skip(MISSING)
    with chromium(path) as browser:
        yield browser
