"""What the database refuses to do to the record, whoever asks it by mistake."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from storage.audit_guards import REFUSAL
from storage.database import is_sqlite
from storage.tables.checkpoints import AuditCheckpoint
from storage.tables.sealing import DataKey
from tests.record.acts import record_a_negotiation, writing

WHEN = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_leaf SET seq = seq",
        "DELETE FROM audit_leaf WHERE seq = 3",
        "UPDATE audit_entry SET subject = NULL",
        "DELETE FROM audit_entry WHERE seq = 3",
        "UPDATE audit_payload SET kid = kid",
        "DELETE FROM audit_payload WHERE seq = 3",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET size = size",
        "UPDATE audit_head SET id = 2, size = size + 1",
        "UPDATE data_key SET subject = NULL",
        "UPDATE data_key SET cohort = '2030'",
    ],
)
def test_the_database_refuses_to_change_what_was_recorded(engine: Engine, statement: str) -> None:
    record_a_negotiation(engine)
    with pytest.raises(DBAPIError, match=REFUSAL), writing(engine) as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "table",
    ["audit_leaf", "audit_entry", "audit_payload", "audit_head", "audit_checkpoint"],
)
def test_the_database_refuses_to_empty_a_table_of_the_record(engine: Engine, table: str) -> None:
    record_a_negotiation(engine)
    _make_checkpoint(engine)
    empty = f"DELETE FROM {table}" if is_sqlite(engine) else f"TRUNCATE {table} CASCADE"
    with pytest.raises(DBAPIError, match=REFUSAL), writing(engine) as connection:
        connection.execute(text(empty))


def _make_checkpoint(engine: Engine) -> None:
    with writing(engine) as connection:
        row = {"size": 1, "id": uuid4(), "root": bytes(32), "note": "", "at": WHEN}
        connection.execute(insert(AuditCheckpoint).values(row))


def test_data_keys_may_be_wrapped_anew(engine: Engine) -> None:
    record_a_negotiation(engine)
    with writing(engine) as connection:
        connection.execute(update(DataKey).values(wrapped=bytes(40), wrapped_by=bytes(8)))
        assert set(connection.scalars(select(DataKey.wrapped))) == {bytes(40)}
