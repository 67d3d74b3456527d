"""What the sweep knows of people in groups while a transaction lasts, in temporary tables.

`storage.checkin_groups` fills them, `storage.checkin_group_questions` writes what follows.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Double,
    Integer,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    cast,
    func,
)

from storage.temporary import OF_A_TRANSACTION
from storage.types import Moment

COUNTED = {"preserve_rowcount": True}
MICROSECOND = timedelta(microseconds=1)

DUE_PERSON = Table(
    "due_person",
    OF_A_TRANSACTION,
    Column("person_id", Uuid, primary_key=True),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
GROUPED_PERSON = Table(
    "grouped_person",
    OF_A_TRANSACTION,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("person_id", Uuid, unique=True),
    Column("group_no", Integer),
    Column("asked_on", Date),
    # Whether one decision does not fit them.
    Column("apart", Boolean),
    # Where they stand in the spread of a morning; 0 where nobody asks.
    Column("place", Double),
    Column("up", Boolean),
    Column("asks", Boolean),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
GROUPED_CADENCE = Table(
    "grouped_cadence",
    OF_A_TRANSACTION,
    Column("m", Integer, primary_key=True, autoincrement=True),
    Column("goal_id", Uuid),
    Column("person_id", Uuid),
    Column("alike", String),
    Column("finished", Boolean),
    Column("active", Boolean),
    Column("reported_at", Moment),
    Column("due_since", Date),
    Column("decided", Integer),
    # An index that comes with the table.
    UniqueConstraint("person_id", "m"),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
GROUP_DECIDED = Table(
    "group_decided",
    OF_A_TRANSACTION,
    Column("group_no", Integer, primary_key=True, autoincrement=False),
    Column("up", Boolean, primary_key=True),
    Column("shift", Date),
    Column("expires", Moment),
    Column("turns_begin", Moment),
    Column("turns_spread", BigInteger),
    Column("list_day", Date),
    Column("look", Moment),
    Column("spread", BigInteger),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
CADENCE_DECIDED = Table(
    "cadence_decided",
    OF_A_TRANSACTION,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("group_no", Integer),
    Column("up", Boolean),
    Column("alike", String),
    Column("reported_from", Moment),
    Column("reported_to", Moment),
    Column("handled", Date),
    Column("next_local", Date),
    Column("look", Moment),
    Column("spread", BigInteger),
    Column("due_since", Date),
    Column("ask_again_on", Date),
    Column("wanted", Boolean),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)


def part_of(spread: ColumnElement[int], place: ColumnElement[float]) -> ColumnElement[int]:
    return cast(func.round(spread * place), BigInteger)
