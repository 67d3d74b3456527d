"""Connections on which requests read, kept at hand from one to the next.

SQLAlchemy takes longer to hand out a connection and to take it back, and to begin there and end,
than SQLite takes to find somebody. To SQLAlchemy a connection that is kept is in one long
transaction; in the database each request has its own, and sees its own moment.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from storage.database import for_reading, is_sqlite

# Fewer than any pool has: whoever takes a connection from the pool itself still finds one.
KEPT = 4


class Readers:
    """Lends connections for reading. Used by many threads.

    PostgreSQL's go back to the pool each time: it finds out which of them a restart has cut off.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = for_reading(engine)
        self._most = KEPT if is_sqlite(engine) else 0
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        if self._most:
            event.listen(engine, "engine_disposed", self._let_go)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection for the length of the block, whose transaction ends with it."""
        connection = self._take()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if not self._kept(connection):
            connection.close()

    def _take(self) -> Connection:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._engine.connect()
            if self._most:
                connection.begin()
            return connection
        _run(connection, "BEGIN")
        return connection

    def _kept(self, connection: Connection) -> bool:
        if not self._most:
            return False
        _run(connection, "ROLLBACK")
        with self._lock:
            room = len(self._idle) < self._most
            if room:
                self._idle.append(connection)
        return room

    def _let_go(self, _engine: Engine) -> None:
        while self._idle:
            connection = self._idle.pop()
            connection.detach()
            connection.close()


def _run(connection: Connection, command: str) -> None:
    """Tell the driver alone, which keeps the command at hand."""
    driver: Any = connection.connection.driver_connection
    driver.execute(command)
