"""A company whose Slack is looked at in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from bot.demo_clock import DemoClock
from bot.demo_clock_route import add_demo_clock
from tests.chromium import PATIENCE_MS
from tests.databases import Databases, Kind
from tests.scenes.conftest import Company, company, slack
from tests.serving import serving

__all__ = ["company", "slack"]


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The page does not care about the database: SQLite is enough here."""
    url = databases.fresh(Kind.SQLITE)
    yield url
    databases.drop(url)


@pytest.fixture
def timed(company: Company, tmp_path: Path) -> Iterator[Company]:
    """The company, with a clock on its page."""
    server = FastAPI()
    add_demo_clock(server, DemoClock(company.parts, tmp_path / "clock"))
    with serving(server) as url:
        company.slack.steer("clock_url", url=f"{url}/demo/clock")
        yield company


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window; whatever the page itself complains about fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.close()
    assert complaints == []
