"""Everything in a database, to be compared with what was there before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, select

from storage.schema import complete_metadata

Rows = dict[str, list[tuple[Any, ...]]]
"""By table, in an order of their own."""


class Stored:
    """What a SQLite database holds; it is read again only after somebody has written."""

    def __init__(self, engine: Engine, beside: sqlite3.Connection) -> None:
        self._engine = engine
        self._beside = beside
        self._found: Rows = {}
        self._as_of = -1

    def everything(self) -> Rows:
        """All rows of all tables."""
        # It differs from what this connection was told before once another has committed.
        ((version,),) = self._beside.execute("PRAGMA data_version")
        if version != self._as_of:
            with self._engine.connect() as connection:
                self._found = {
                    table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                    for table in complete_metadata().sorted_tables
                }
            self._as_of = version
        return self._found


@contextmanager
def stored_in(engine: Engine) -> Iterator[Stored]:
    beside = sqlite3.connect(str(engine.url.database), check_same_thread=False)
    try:
        yield Stored(engine, beside)
    finally:
        beside.close()
