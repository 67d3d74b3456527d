"""The schema: from nothing to what the code needs, on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

import storage
from storage.database import WRITING, open_engine
from storage.schema import SchemaState, complete_metadata, migrate, schema_state
from tests.cli.accord import accord, environment
from tests.databases import Databases, Kind
from tests.slack import SlackWorkspace


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = open_engine(empty_url)
    yield engine
    engine.dispose()


def at_revision(engine: Engine, revision: str) -> None:
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


def structure(engine: Engine) -> dict[str, list[str]]:
    found = inspect(engine)
    return {
        table: sorted(column["name"] for column in found.get_columns(table))
        for table in found.get_table_names()
    }


def test_from_nothing_to_the_current_schema(empty: Engine) -> None:
    assert schema_state(empty) is SchemaState.EMPTY
    migrate(empty)
    assert schema_state(empty) is SchemaState.CURRENT
    assert set(complete_metadata().tables) <= set(inspect(empty).get_table_names())


def test_the_migrated_schema_is_the_one_that_the_tables_describe(empty: Engine) -> None:
    migrate(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, complete_metadata()) == []


def test_migrating_twice_changes_nothing(empty: Engine) -> None:
    migrate(empty)
    before = structure(empty)
    migrate(empty)
    assert structure(empty) == before
    assert schema_state(empty) is SchemaState.CURRENT


def test_a_migration_that_fails_leaves_nothing_behind(empty: Engine) -> None:
    """One that meets a table of another program, for example."""
    with empty.execution_options(**{WRITING: True}).begin() as connection:
        connection.execute(text("CREATE TABLE audit_entry (other text)"))
    with pytest.raises(DBAPIError, match="audit_entry"):
        migrate(empty)
    assert set(inspect(empty).get_table_names()) <= {"audit_entry"}
    assert schema_state(empty) is SchemaState.EMPTY


def test_processes_that_start_at_once_on_an_empty_database_migrate_it_once(
    empty_url: str, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(3) as pool:
        started = [
            pool.submit(accord, "migrate", settings=environment(empty_url), folder=tmp_path)
            for _ in range(3)
        ]
        ended = [each.result() for each in started]
    assert [(each.returncode, each.stderr) for each in ended] == [(0, "")] * 3


def test_a_schema_of_a_later_release_is_told_from_an_older_one(engine: Engine) -> None:
    at_revision(engine, "9999")
    assert schema_state(engine) is SchemaState.AHEAD


@pytest.fixture
def next_release(tmp_path: Path) -> str:
    """Where the code of a later release lies: the same, with one more migration."""
    code = tmp_path / "next_release"
    shutil.copytree(Path(storage.__file__).parent, code / "storage")
    versions = code / "storage" / "migrations" / "versions"
    newest = max(versions.glob("[0-9]*.py")).name.partition("_")[0]
    (versions / "9999_later.py").write_text(
        f'revision = "9999"\ndown_revision = "{newest}"\n\n\ndef upgrade() -> None:\n    pass\n'
    )
    return str(code)


def test_an_outdated_schema_is_refused_with_the_command_that_mends_it(
    databases: Databases, slack: SlackWorkspace, next_release: str, tmp_path: Path
) -> None:
    now = environment(databases.fresh(Kind.SQLITE), slack)
    later = {**now, "PYTHONPATH": next_release}
    for command in (["serve"], ["audit", "verify"]):
        refused = accord(*command, settings=later, folder=tmp_path)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "older schema" in refused.stderr
        assert "`accord migrate`" in refused.stderr
        assert refused.stderr.count("\n") == 1
    assert accord("migrate", settings=later, folder=tmp_path).stdout == "Migrated.\n"

    # The earlier release goes on until it is replaced.
    assert accord("run", "escalations", settings=now, folder=tmp_path).returncode == 0
    left = accord("migrate", settings=now, folder=tmp_path)
    assert (left.returncode, left.stdout) == (0, "")
    assert "newer" in left.stderr


def test_the_command_migrates_an_empty_database_once(empty_url: str, tmp_path: Path) -> None:
    settings = environment(empty_url)
    first = accord("migrate", settings=settings, folder=tmp_path)
    second = accord("migrate", settings=settings, folder=tmp_path)
    assert (first.returncode, first.stdout) == (0, "Migrated.\n")
    assert (second.returncode, second.stdout) == (0, "The schema was current.\n")
    assert first.stderr == second.stderr == ""
