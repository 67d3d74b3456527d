"""A folder to work in, databases as an operator finds them, and a Slack to talk to."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from storage.database import open_engine
from tests.scenes.conftest import slack

__all__ = ["slack"]  # a fixture, shared with the scenes


def emptied(database_url: str) -> str:
    """The database, without any table."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).unlink()
        return database_url
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return database_url


@pytest.fixture
def empty_url(database_url: str) -> str:
    """A database without any table."""
    return emptied(database_url)
