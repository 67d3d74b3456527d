"""A release replaces the one before it while people work: the schema goes first, and only grows."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Inspector, inspect
from sqlalchemy.exc import OperationalError

from domain.notices import NewNotice
from storage.database import WRITING, for_writing, is_sqlite, open_engine
from storage.outbox import enqueue
from storage.schema import DEADLOCK, MIGRATIONS
from tests.abuse.defences import ROOT
from tests.cli.accord import Running, accord, environment, running
from tests.company import PEOPLE, person_id, settle_company
from tests.delivery.account import account, anything_open
from tests.delivery.fleet import wait_until
from tests.delivery.matrix import not_listed
from tests.slack import Person, SlackWorkspace

# Columns and an index on tables in use, and a table of its own.
EXPANSION = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"


def upgrade() -> None:
    for table in ("delivery", "goal", "audit_leaf"):
        op.add_column(table, sa.Column("a_later_thing", sa.String(40), nullable=True))
    op.create_index("ix_notice_kind_later", "notice", ["kind"])
    op.create_table("a_later_table", sa.Column("id", sa.Uuid(), primary_key=True))
"""
ASKED_BETWEEN = 5
TOLD_EVERY_SECONDS = 0.3


def alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


REVISIONS = [script.revision for script in ScriptDirectory.from_config(alembic()).walk_revisions()][
    ::-1
]


def upgrade(engine: Engine, revision: str) -> None:
    config = alembic()
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@dataclass(frozen=True, slots=True)
class Table:
    """What code of the release before relies on."""

    columns: dict[str, tuple[str, bool]]
    """Type, and whether it may be empty."""
    given: set[str]
    """Columns that an insert which does not know them may leave out."""
    unique: set[tuple[str, ...]]
    checks: set[str]


def tables_of(engine: Engine) -> dict[str, Table]:
    found = inspect(engine)
    return {name: table_of(found, name) for name in found.get_table_names()}


def table_of(found: Inspector, name: str) -> Table:
    columns = found.get_columns(name)
    unique = [one["column_names"] for one in found.get_unique_constraints(name)]
    unique += [one["column_names"] for one in found.get_indexes(name) if one["unique"]]
    return Table(
        columns={one["name"]: (str(one["type"]), bool(one["nullable"])) for one in columns},
        given={one["name"] for one in columns if one["nullable"] or one["default"] is not None},
        unique={tuple(str(column) for column in one) for one in unique},
        checks={str(one["name"]) for one in found.get_check_constraints(name)},
    )


def contractions(before: dict[str, Table], after: dict[str, Table]) -> list[str]:
    """What the release before could stumble over."""
    found = [f"table {name} is gone" for name in before.keys() - after.keys()]
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        for column, what in old.columns.items():
            if new.columns.get(column) != what:
                found.append(f"{name}.{column} was {what}, is {new.columns.get(column)}")
        must = new.columns.keys() - old.columns.keys() - new.given
        found += [f"{name}.{column} must be given" for column in must]
        found += [f"{name} {one} must be unique" for one in new.unique - old.unique]
        found += [f"{name} has the new check {one}" for one in new.checks - old.checks]
    return sorted(found)


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = open_engine(empty_url)
    yield engine
    engine.dispose()


def test_the_newest_migration_takes_nothing_from_the_release_before(empty: Engine) -> None:
    upgrade(empty, REVISIONS[-2])
    before = tables_of(empty)
    upgrade(empty, REVISIONS[-1])
    assert contractions(before, tables_of(empty)) == []


@pytest.fixture
def next_release(tmp_path: Path) -> str:
    """Where the code of the next release lies: the same, with one more migration."""
    code = tmp_path / "next_release"
    shutil.copytree(ROOT / "storage", code / "storage")
    later = code / "storage" / "migrations" / "versions" / "9999_later.py"
    later.write_text(EXPANSION.format(newest=REVISIONS[-1]))
    return os.pathsep.join([str(code), str(ROOT)])


@dataclass
class Working:
    """Somebody goes on asking `/goal`, and everybody is told something in turn, until enough."""

    person: Person
    engine: Engine
    answered: int = 0
    refused: list[str] = field(default_factory=list)
    told: int = 0
    next_at: float = 0.0
    enough: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.enough.is_set():
            answer = self.person.command("/goal list")
            if answer.error is None and answer.status == 200:
                self.answered += 1
            else:
                self.refused.append(f"{answer.status} {answer.text}")
            # No more than a conversation takes, which is one message in a second.
            if time.monotonic() > self.next_at:
                self.next_at = time.monotonic() + TOLD_EVERY_SECONDS
                self.tell(PEOPLE[self.told % len(PEOPLE)].name)

    def tell(self, name: str) -> None:
        now = datetime.now(UTC)
        new = not_listed(person_id(name), f"rolling-{self.told}", now)
        while not self._told(new, now):
            pass
        self.told += 1

    def _told(self, new: NewNotice, now: datetime) -> bool:
        """Whoever waits for a schema that waits for them is told to try again, and does."""
        try:
            with for_writing(self.engine).begin() as connection:
                enqueue(connection, [new], business_now=now, machine_now=now)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != DEADLOCK:
                raise
            return False
        return True

    def wait_for_answers(self, more: int = ASKED_BETWEEN) -> None:
        wanted = self.answered + more
        wait_until("answers", lambda: self.answered >= wanted)


@pytest.mark.timeout(300)
def test_people_work_on_while_the_schema_grows_and_the_next_release_takes_over(
    database_url: str, engine: Engine, slack: SlackWorkspace, next_release: str, tmp_path: Path
) -> None:
    settle_company(engine)
    now = {**environment(database_url, slack), "ACCORD_POSTS_PER_MINUTE": "1000"}
    later = {**now, "PYTHONPATH": next_release}
    patient = open_engine(database_url, lock_wait_ms=20_000)
    working = Working(slack.person("Lena"), patient)
    with ExitStack() as stack:
        stack.callback(patient.dispose)
        old = stack.enter_context(running("serve", "--port", "0", settings=now, folder=tmp_path))
        listen_to(slack, old)
        thread = threading.Thread(target=working.run)
        thread.start()
        stack.callback(thread.join)
        stack.callback(working.enough.set)
        working.wait_for_answers()
        migrated = accord("migrate", settings=later, folder=tmp_path)
        assert (migrated.returncode, migrated.stdout) == (0, "Migrated.\n"), migrated.stderr
        working.wait_for_answers()
        # On SQLite one process has clock and delivery: the next one serves beside it, at first.
        only_serve = ["--no-scheduler"] if is_sqlite(engine) else []
        new = stack.enter_context(
            running("serve", "--port", "0", *only_serve, settings=later, folder=tmp_path)
        )
        listen_to(slack, new)
        working.wait_for_answers()
        assert old.stop() == 0
        if is_sqlite(engine):
            stack.enter_context(running("worker", settings=later, folder=tmp_path))
        working.wait_for_answers()
        working.enough.set()
        thread.join()
        wait_until("everything to be sent", lambda: not anything_open(engine))
    assert working.refused == []
    found = account(engine, slack)
    assert found.flawless, found
    assert found.wanted == working.told > ASKED_BETWEEN


def listen_to(slack: SlackWorkspace, process: Running) -> None:
    slack.steer("request_url", url=f"{process.url}/slack/events")
