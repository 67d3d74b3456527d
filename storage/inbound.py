"""Which of Slack's requests have been dealt with; Slack repeats what it thinks was lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from storage.conflicts import insert_if_new
from storage.tables.outbox import Inbound


def arrive(connection: Connection, key: str, at: datetime) -> bool:
    """Note the request `key`; False if it was seen before.

    Belongs into the transaction that does the work: then a request is noted if and only if it has
    been dealt with. A concurrent repeat waits for that transaction. `at` is machine time.
    """
    return insert_if_new(connection, Inbound, {"key": key, "at": at})
