"""The company of the tests, at work on a database of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.database import open_engine
from tests.company import settle_company
from tests.databases import Databases, Kind
from tests.rules.office import Office


@pytest.fixture
def office(databases: Databases) -> Iterator[Office]:
    """On SQLite; what depends on the database has tests on both."""
    url = databases.fresh(Kind.SQLITE)
    engine = open_engine(url)
    settle_company(engine)
    yield Office(engine)
    engine.dispose()
    databases.drop(url)
