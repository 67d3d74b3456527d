"""A database whose files are no longer whole: said in one line, and not taken for a lie."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError

from domain.verification import Progress
from storage.database import is_damaged, is_full, open_engine
from storage.verify import verify
from tests.cli.accord import accord, environment
from tests.databases import Databases, Kind
from tests.record.acts import KEYRING, SECRET, record_a_negotiation

PAGE = 4_096


def a_file(databases: Databases, folder: Path) -> Path:
    """A database with a record, as a file that nobody has open."""
    url = databases.fresh(Kind.SQLITE)
    engine = open_engine(url)
    for _ in range(20):
        record_a_negotiation(engine)
    engine.dispose()
    copy = folder / "accord.db"
    with closing(sqlite3.connect(str(make_url(url).database))) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    return copy


def page_of(file: Path, table: str) -> int:
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
        found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,))
        return int(found.fetchone()[0]) - 1


def without(page: int) -> Callable[[bytes], bytes]:
    return lambda whole: whole[: page * PAGE] + bytes(PAGE) + whole[(page + 1) * PAGE :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"\xff" * 16 + whole[16:],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole.replace(b"CREATE TABLE audit_entry", b"CREATE TABLE audit_\xff\xfetry"),
        without(0),
    ],
    ids=["header", "cut in half", "schema", "first page"],
)
def test_of_a_file_that_is_no_longer_whole_verify_cannot_tell(
    databases: Databases, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    file = a_file(databases, tmp_path)
    settings = environment(f"sqlite:///{file}") | {"ACCORD_SECRET_KEY": SECRET}
    assert accord("audit", "verify", settings=settings, folder=tmp_path).returncode == 0
    for beside in tmp_path.glob("accord.db-*"):
        beside.unlink()
    whole = file.read_bytes()
    damaged = damage(whole)
    assert damaged != whole
    file.write_bytes(damaged)
    untold = accord("audit", "verify", settings=settings, folder=tmp_path)
    assert (untold.returncode, untold.stdout) == (3, "")
    (line,) = untold.stderr.splitlines()
    assert line.startswith("accord: cannot tell: the database is damaged")
    assert "restore a backup" in line
    assert file.read_bytes() == damaged, "it is left as it was found"


def test_where_the_damage_is_in_the_record_itself_it_is_not_intact(
    databases: Databases, tmp_path: Path
) -> None:
    file = a_file(databases, tmp_path)
    whole = file.read_bytes()
    settings = environment(f"sqlite:///{file}") | {"ACCORD_SECRET_KEY": SECRET}
    for table in ("audit_entry", "audit_leaf", "audit_payload", "audit_head", "data_key"):
        file.write_bytes(without(page_of(file, table))(whole))
        broken = accord("audit", "verify", settings=settings, folder=tmp_path)
        assert (broken.returncode in (1, 3), broken.stdout) == (True, ""), table
        (line,) = broken.stderr.splitlines()
        assert line.startswith(("accord: the record was changed: ", "accord: cannot tell: ")), table
        for beside in tmp_path.glob("accord.db-*"):
            beside.unlink()
        file.write_bytes(whole)


@pytest.mark.postgres
def test_a_server_that_goes_away_meanwhile_says_nothing_of_the_record(databases: Databases) -> None:
    url = databases.fresh(Kind.POSTGRES)
    engine, other = open_engine(url), open_engine(url)
    record_a_negotiation(engine)

    def stop(_progress: Progress) -> None:
        with other.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    with pytest.raises(DBAPIError):
        verify(engine, KEYRING, stop)
    engine.dispose()
    other.dispose()


@pytest.mark.postgres
def test_what_postgresql_says_of_its_own_files_is_understood(databases: Databases) -> None:
    engine = open_engine(databases.fresh(Kind.POSTGRES))
    for state, damaged, full in (
        ("data_corrupted", True, False),
        ("index_corrupted", True, False),
        ("disk_full", False, True),
        ("lock_not_available", False, False),
    ):
        error = refused(engine, state)
        assert (is_damaged(error), is_full(error)) == (damaged, full), state
    engine.dispose()


def refused(engine: Engine, state: str) -> DBAPIError:
    with engine.connect() as connection, pytest.raises(DBAPIError) as raised:
        connection.exec_driver_sql(
            f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$"
        )
    return raised.value
