"""What a request reads on, and what is left for others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from storage.database import for_writing
from storage.readers import KEPT, Readers
from storage.tables.people import Workspace


def _teams(readers: Readers) -> list[str]:
    with readers.connection() as connection:
        return list(connection.scalars(select(Workspace.team)))


def _lent(engine: Engine) -> int:
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedout()


def test_each_reading_sees_what_was_saved(engine: Engine) -> None:
    readers = Readers(engine)
    assert _teams(readers) == []
    row = {"id": 1, "team": "T1", "enterprise": None, "bot_user": "U1", "bot": "B1"}
    with for_writing(engine).begin() as connection:
        connection.execute(insert(Workspace), [row])
    assert _teams(readers) == ["T1"]


def test_however_many_read_at_once_others_still_find_a_connection(engine: Engine) -> None:
    readers = Readers(engine)
    at_once = KEPT + 2
    together = Barrier(at_once, timeout=10)

    def read() -> None:
        with readers.connection() as connection:
            connection.execute(select(Workspace.team))
            together.wait()

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda _: read(), range(at_once)))
    assert _lent(engine) <= KEPT


def test_a_connection_that_failed_is_not_lent_again(engine: Engine) -> None:
    readers = Readers(engine)
    with pytest.raises(DBAPIError), readers.connection() as connection:
        connection.exec_driver_sql("SELECT nothing FROM nowhere")
    assert _lent(engine) == 0
    assert _teams(readers) == []


def test_nothing_stays_open_once_the_engine_is_disposed_of(engine: Engine) -> None:
    readers = Readers(engine)
    with readers.connection() as connection:
        connection.execute(select(Workspace.team))
        driver = connection.connection.dbapi_connection
    assert driver is not None
    engine.dispose()
    with pytest.raises(Exception, match=r"(?i)closed"):
        driver.cursor().execute("SELECT 1")
