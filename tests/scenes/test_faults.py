"""What the machine beneath does to the bot: a disk that is full, a clock that is set back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.app import machine_now
from domain.clock import Clock
from domain.verification import Verdict
from storage.database import for_writing, is_full, is_sqlite
from storage.verify import verify
from tests.scenes.conftest import Company
from tests.scenes.goals import fill_goal, propose

LONG = "Ä" * 2_500  # more bytes than a page of SQLite holds, so that it needs a new one


class Watch:
    """The machine's clock, which somebody can set."""

    def __init__(self) -> None:
        self.off = timedelta()

    def __call__(self) -> datetime:
        return machine_now() + self.off


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def business_clock(watch: Watch) -> Clock:
    return Clock(watch)


@contextmanager
def full_disk(company: Company) -> Iterator[None]:
    """SQLite may not grow, and what was free in its file is used up; PostgreSQL says it is so."""
    engine = company.parts.store.engine
    if not is_sqlite(engine):
        with company.parts.store.write_alone() as connection:
            connection.execute(
                text(
                    "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
                    "$$BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END$$"
                )
            )
            connection.execute(
                text(
                    "CREATE TRIGGER full_disk BEFORE INSERT ON audit_leaf "
                    "EXECUTE FUNCTION full_disk()"
                )
            )
        yield
        with company.parts.store.write_alone() as connection:
            connection.execute(text("DROP FUNCTION full_disk CASCADE"))
        return
    # One connection writes for all of a process.
    with for_writing(engine).begin() as connection:
        connection.execute(text("CREATE TABLE ballast (bytes BLOB)"))
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    while _takes(company):
        pass
    yield
    with for_writing(engine).begin() as connection:
        connection.execute(text("PRAGMA max_page_count = 1000000"))


def _takes(company: Company) -> bool:
    try:
        with for_writing(company.parts.store.engine).begin() as connection:
            connection.execute(text("INSERT INTO ballast VALUES (zeroblob(4000))"))
    except OperationalError as error:
        return not is_full(error)
    return True


def test_on_a_full_disk_nothing_is_changed_nothing_typed_is_lost_and_the_record_stays_whole(
    company: Company,
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company, Title="Replies")
    jonas.wait_for("proposes a goal")
    fill_goal(lena, company, Title="Mentoring")
    lena.dialog.press("More detail")
    lena.dialog.fill({"Why it matters": LONG})
    store = company.parts.store
    before = verify(store.engine, store.keyring)
    with full_disk(company):
        lena.dialog.submit()
        assert "no room left to save that, so nothing was changed" in lena.dialog.text
        during = verify(store.engine, store.keyring)
        assert (during.verdict, during.root) == (Verdict.INTACT, before.root)
    lena.dialog.submit()
    assert not lena.has_dialog
    lena.wait_for("You proposed G-2")
    jonas.wait_for("Mentoring")
    after = verify(store.engine, store.keyring)
    assert (after.verdict, after.entries) == (Verdict.INTACT, before.entries + 1)


def test_when_the_clock_is_set_back_people_go_on_and_the_record_keeps_their_order(
    company: Company, watch: Watch
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company, Title="Replies")
    proposal = jonas.wait_for("proposes a goal")
    # Within what Slack's stamps may be off: no request is refused.
    watch.off = -timedelta(minutes=4)
    proposal.press("Counter")
    jonas.dialog.fill({"Target": "6", "Reason": "No second hire before March."}).submit()
    store = company.parts.store
    with store.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT action, at FROM audit_entry WHERE action LIKE 'goal.%' ORDER BY seq")
        ).all()
    assert [action for action, _ in rows] == ["goal.propose", "goal.counter"]
    assert rows[0].at > rows[1].at, "each entry tells the time as the machine had it"
    assert verify(store.engine, store.keyring).verdict is Verdict.INTACT
    lena.command("/goal history G-1")
    said = lena.dialog.text
    assert said.index("suggested a change") < said.index("You proposed"), "the newest comes first"
