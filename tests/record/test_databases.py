"""The suite's own promise: every test starts on an empty database of its own."""

from __future__ import annotations

from sqlalchemy import Engine, insert, select

from storage.tables.people import Workspace


def _a_workspace(engine: Engine) -> None:
    with engine.begin() as connection:
        assert connection.execute(select(Workspace.id)).all() == []
        row = {"id": 1, "team": "T1", "enterprise": None, "bot_user": "U1", "bot": "B1"}
        connection.execute(insert(Workspace), [row])


def test_a_test_finds_its_database_empty(engine: Engine) -> None:
    _a_workspace(engine)


def test_another_test_finds_its_database_empty_too(engine: Engine) -> None:
    _a_workspace(engine)
