"""The suite's own promise: every test starts on an empty database of its own."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, insert, make_url, select, text

from storage.database import open_engine
from storage.tables.people import Workspace
from tests.company import settle_company
from tests.databases import Databases, Kind
from tests.reused import UNGUARDED, Pristine


def _a_workspace(engine: Engine) -> None:
    with engine.begin() as connection:
        assert connection.execute(select(Workspace.id)).all() == []
        row = {"id": 1, "team": "T1", "enterprise": None, "bot_user": "U1", "bot": "B1"}
        connection.execute(insert(Workspace), [row])


def test_a_test_finds_its_database_empty(engine: Engine) -> None:
    _a_workspace(engine)


def test_another_test_finds_its_database_empty_too(engine: Engine) -> None:
    _a_workspace(engine)


@pytest.fixture
def used(databases: Databases) -> Iterator[tuple[str, Pristine]]:
    """A PostgreSQL database, and what it held before the test."""
    url = databases.fresh(Kind.POSTGRES)
    yield url, _held(url)
    databases.drop(url)


def _held(url: str) -> Pristine:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, options=UNGUARDED, autocommit=True) as connection:
        return Pristine.of(connection)


def _restored(url: str, before: Pristine) -> bool:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, options=UNGUARDED, autocommit=True) as connection:
        return before.restore(connection)


@pytest.mark.postgres
def test_rows_and_counters_that_a_test_left_are_as_they_were(used: tuple[str, Pristine]) -> None:
    url, before = used
    engine = open_engine(url)
    settle_company(engine)
    with engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("UPDATE audit_head SET size = 7"))
        for counter, _, _ in before.counters:
            connection.execute(text("SELECT nextval(:counter)"), {"counter": counter})
    engine.dispose()
    left = _held(url)
    assert left.rows.keys() > before.rows.keys()
    assert left.rows["audit_head"] != before.rows["audit_head"]
    assert left.counters != before.counters

    assert _restored(url, before)

    assert _held(url) == before


@pytest.mark.postgres
@pytest.mark.parametrize(
    "act",
    [
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "ALTER TABLE person ALTER COLUMN email DROP NOT NULL",
        "ALTER TABLE person ALTER COLUMN email SET DEFAULT ''",
        "CREATE TABLE another (id int)",
        "CREATE SCHEMA another",
        "CREATE INDEX another ON person (email)",
        "DROP SCHEMA public CASCADE",
        "GRANT SELECT ON person TO public",
        "SELECT lo_create(0)",
        (
            "CREATE OR REPLACE FUNCTION refuse_to_change_the_record() RETURNS trigger"
            " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        ),
    ],
)
def test_nobody_gets_a_database_whose_schema_was_changed(
    act: str, used: tuple[str, Pristine]
) -> None:
    url, before = used
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text(act))
    engine.dispose()

    assert not _restored(url, before)
