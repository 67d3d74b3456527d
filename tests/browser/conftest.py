"""Debian's Chromium, driven by Playwright; without it these tests skip and say so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from bot.demo_clock import DemoClock
from bot.demo_clock_route import add_demo_clock
from tests.databases import Databases, Kind
from tests.scenes.conftest import Company, company, slack
from tests.serving import serving

__all__ = ["company", "slack"]

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no chromium on this machine; `apt-get install chromium` brings it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window; whatever the page itself complains about fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(8_000)
    yield page
    context.close()
    assert complaints == []
