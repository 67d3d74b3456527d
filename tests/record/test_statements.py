"""What goes to the driver as compiled once does what `Connection.execute` would have done."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, NoResultFound, OperationalError

from domain.own_hours import ListDay
from domain.people import Employment, Level, PersonState, Standing
from storage.conditions import one_of_words
from storage.database import for_reading, for_writing, open_engine
from storage.literals import literally
from storage.statements import SHORT, Statement, insert_row, insert_rows, sent_together
from storage.tables.people import Person
from storage.types import NaiveMoment
from tests.databases import Databases, Kind

SEEN = datetime(2026, 3, 2, 9, 30, 0, 120, tzinfo=UTC)

BY_NAME = select(Person).where(Person.name == bindparam("name"))


def somebody(name: str, **facts: object) -> dict[str, object]:
    return {
        "id": uuid4(),
        "email": f"{uuid4()}@company.example",
        "name": name,
        "name_folded": name.casefold(),
        "state": PersonState.ACTIVE,
        "level": Level.MANAGER,
        "employment": Employment.REGULAR,
        "fte_percent": 80,
        "working_days": "12345",
        "day_start": time(9, 30),
        "start_date": date(2024, 2, 29),
        "timezone": "Europe/Lisbon",
        "locale": "pt-PT",
        "standing": Standing.FULL,
        "list_day": ListDay.AS_USUAL,
        "home_opened_at": SEEN,
    } | facts


@pytest.fixture
def writing(engine: Engine) -> Any:
    with for_writing(engine).begin() as connection:
        yield connection


def test_a_row_comes_back_as_it_went_in_and_as_sqlalchemy_reads_it(writing: Connection) -> None:
    row = somebody("Zoë Lindqvist")
    insert_row(writing, Person, row)
    [found] = Statement(BY_NAME).rows(writing, {"name": "Zoë Lindqvist"})
    assert found == tuple(writing.execute(BY_NAME, {"name": "Zoë Lindqvist"}).one())
    columns = [column.key for column in Person.__table__.columns]
    stored = dict(zip(columns, found, strict=True))
    assert {name: stored[name] for name in row} == row
    assert stored["slack_user"] is None


def test_words_dates_and_moments_are_found_by_their_meaning(writing: Connection) -> None:
    insert_rows(
        writing, Person, [somebody("Mara"), somebody("Jonas", level=Level.EXECUTIVE, locale="de")]
    )
    wanted = Statement(
        select(Person.name)
        .where(
            Person.start_date == bindparam("since"),
            Person.home_opened_at <= bindparam("now"),
            Person.standing == Standing.FULL,
            Person.state == literally(PersonState.ACTIVE),
            one_of_words(Person.level, (Level.MANAGER, Level.EXECUTIVE)),
        )
        .order_by(Person.name)
    )
    asked = {"since": date(2024, 2, 29), "now": SEEN}
    assert wanted.rows(writing, asked) == [("Jonas",), ("Mara",)]
    assert wanted.rows(writing, {**asked, "since": date(2024, 3, 1)}) == []


def test_a_parameter_for_several_values_takes_any_number(writing: Connection) -> None:
    insert_rows(writing, Person, [somebody("Mara"), somebody("Jonas"), somebody("Lena")])
    among = Statement(
        select(Person.name)
        .where(Person.name.in_(bindparam("names", expanding=True)))
        .order_by(Person.name)
    )
    assert among.rows(writing, {"names": ["Lena", "Mara"]}) == [("Lena",), ("Mara",)]
    assert among.rows(writing, {"names": []}) == []
    many = [f"Nobody {number}" for number in range(SHORT)]
    assert among.rows(writing, {"names": ["Lena", *many[:-1]]}) == [("Lena",)]
    assert among.rows(writing, {"names": ["Lena", *many]}) == [("Lena",)]


def test_lists_beside_each_other_and_beside_single_values_keep_apart(writing: Connection) -> None:
    insert_rows(
        writing, Person, [somebody("Mara"), somebody("Jonas", level=Level.EXECUTIVE, locale="de")]
    )
    moved = Statement(
        update(Person).where(
            Person.level.in_(bindparam("levels", expanding=True)),
            Person.standing == Standing.FULL,
            Person.home_opened_at <= bindparam("now"),
            Person.name.in_(bindparam("names", expanding=True)),
        ),
        ["locale"],
    )
    levels = [Level.MANAGER, Level.EXECUTIVE]
    told = {"levels": levels, "names": ["Jonas", "Mara"], "now": SEEN, "locale": "fr"}
    assert moved.run(writing, told | {"names": ["Jonas"]}) == 1
    assert moved.run(writing, told | {"levels": levels[:1]}) == 1
    assert moved.run(writing, told) == 2
    assert moved.run(writing, told | {"now": SEEN - timedelta(seconds=1)}) == 0
    assert moved.run(writing, told | {"levels": []}) == 0


def test_rows_written_are_counted(writing: Connection) -> None:
    insert_rows(writing, Person, [somebody("Mara"), somebody("Jonas")])
    renamed = Statement(update(Person).where(Person.name == bindparam("old")), ["name"])
    assert renamed.run(writing, {"old": "Mara", "name": "Maren"}) == 1
    assert renamed.run(writing, {"old": "Mara", "name": "Maren"}) == 0
    gone = Statement(delete(Person).where(Person.name == bindparam("name")))
    assert gone.run_each(writing, [{"name": "Maren"}, {"name": "Jonas"}, {"name": "Nobody"}]) == 2
    returned = Statement(insert(Person).returning(Person.name, Person.level), list(somebody("Ina")))
    assert returned.rows(writing, somebody("Ina")) == [("Ina", Level.MANAGER)]


def test_where_no_row_is_there_the_answer_says_so(writing: Connection) -> None:
    nobody = Statement(BY_NAME)
    assert nobody.row(writing, {"name": "Nobody"}) is None
    with pytest.raises(NoResultFound):
        nobody.only(writing, {"name": "Nobody"})


def test_a_moment_without_a_zone_is_refused(writing: Connection) -> None:
    with pytest.raises(NaiveMoment):
        insert_row(writing, Person, somebody("Mara", home_opened_at=datetime(2026, 3, 2)))  # noqa: DTZ001 - the fault under test


def test_errors_are_sqlalchemys_and_quote_no_value(engine: Engine) -> None:
    mara = somebody("Mara", email="mara@company.example")
    with (
        pytest.raises(IntegrityError) as caught,
        for_writing(engine).begin() as connection,
    ):
        insert_rows(connection, Person, [mara, mara | {"id": uuid4()}])
    assert "mara@company.example" not in str(caught.value).replace(str(caught.value.orig), "")
    with for_writing(engine).begin() as connection:
        assert Statement(BY_NAME).rows(connection, {"name": "Mara"}) == []


def test_what_is_sent_together_is_there_and_fails_as_one_alone_does(engine: Engine) -> None:
    ada = somebody("Ada")
    with for_writing(engine).begin() as connection, sent_together(connection):
        insert_row(connection, Person, ada)
        insert_rows(connection, Person, [somebody("Bea"), somebody("Cid")])
    with engine.connect() as connection:
        assert len(connection.execute(select(Person.id)).all()) == 3
    with (
        pytest.raises(IntegrityError) as caught,
        for_writing(engine).begin() as connection,
        sent_together(connection),
    ):
        insert_row(connection, Person, ada)
    assert ada["email"] not in str(caught.value)


def test_it_reads_within_a_transaction_that_it_began_itself(engine: Engine) -> None:
    with engine.connect() as connection:
        Statement(BY_NAME).rows(connection, {"name": "Mara"})
        assert connection.in_transaction()
    with for_reading(engine).connect() as connection:
        assert Statement(BY_NAME).rows(connection, {"name": "Mara"}) == []


@pytest.mark.postgres
def test_a_lost_connection_is_given_up(databases: Databases) -> None:
    engine = open_engine(databases.fresh(Kind.POSTGRES))
    with engine.connect() as connection, engine.connect() as other:
        process = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
        with pytest.raises(OperationalError) as caught:
            Statement(BY_NAME).rows(connection, {"name": "Mara"})
    assert caught.value.connection_invalidated
    with engine.connect() as connection:
        assert Statement(BY_NAME).rows(connection, {"name": "Mara"}) == []
    engine.dispose()
