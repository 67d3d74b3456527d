"""Statements that nearly every request runs, compiled once and handed to the driver as they are.

SQLAlchemy spends several times as long on running a short statement as the database does. Of what
it does each time, a fixed statement needs three things: its parameters in order, converted as their
columns' types say; its rows converted back; and errors that are SQLAlchemy's own. These are worked
out here once for each kind of database. Everything else is as with `Connection.execute`: the same
connection, the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg.pq import Format
from sqlalchemy import (
    BindParameter,
    Connection,
    Delete,
    Dialect,
    Insert,
    Select,
    Update,
    insert,
)
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.types import TypeEngine

from storage.conditions import built_once
from storage.tables.base import Base

Convert = Callable[[Any], Any] | None
Values = Mapping[str, object]
Built = Select[*tuple[Any, ...]] | Insert | Update | Delete

# With more values than this in its lists a statement is rare, and each number is another one.
SHORT = 16


class Statement:
    """A SELECT, INSERT, UPDATE or DELETE whose text never changes.

    Its parameters are those made by `bindparam`; of an INSERT, also the `columns` named here, by
    their own names. One that stands for several values (`expanding`) makes a statement of its own
    for each number of values; beyond `SHORT`, SQLAlchemy spells it out anew each time.
    """

    def __init__(self, built: Built, columns: Sequence[str] | None = None) -> None:
        self._built = built
        self._columns = columns
        self._plans: dict[tuple[str, tuple[int, ...]], _Plan] = {}

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """All rows that it gives."""
        plan = self._plan(connection, values)
        if plan.varies:
            return [tuple(row) for row in connection.execute(self._built, values)]
        with _Running(connection, plan) as cursor:
            cursor.execute(plan.text, plan.parameters(values))
            found = cursor.fetchall()
            return plan.converted(found, cursor.description) if found else []

    def row(self, connection: Connection, values: Values) -> tuple[Any, ...] | None:
        """Its first row, None where it gives none."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def only(self, connection: Connection, values: Values) -> tuple[Any, ...]:
        """Its first row; raises NoResultFound where it gives none."""
        found = self.rows(connection, values)
        if not found:
            raise NoResultFound("no row was found when one was required")
        return found[0]

    def stored(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """All rows as the driver has them, so that none is refused for what it holds.

        For many at a time: PostgreSQL sends them in binary, which for bytes is half as long.
        """
        plan = self._plan_for(connection.dialect, ())
        with _Running(connection, plan) as cursor:
            if connection.dialect.name == "postgresql":
                cursor.format = Format.BINARY
            cursor.execute(plan.text, plan.parameters(values))
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def run(self, connection: Connection, values: Values) -> int:
        """Run it once; returns how many rows it wrote."""
        plan = self._plan(connection, values)
        if plan.varies:
            return connection.execute(self._built, values).rowcount
        with _Running(connection, plan) as cursor:
            cursor.execute(plan.text, plan.parameters(values))
            written: int = cursor.rowcount
            return written

    def run_each(self, connection: Connection, rows: Sequence[Values]) -> int:
        """Run it once for each of these; returns how many rows were written in all."""
        plan = self._plan(connection, {})
        if plan.varies:
            raise TypeError("a statement that varies cannot run for many rows")
        with _Running(connection, plan) as cursor:
            cursor.executemany(plan.text, [plan.parameters(values) for values in rows])
            written: int = cursor.rowcount
            return written

    def _plan(self, connection: Connection, values: Values) -> _Plan:
        plan = self._plan_for(connection.dialect, ())
        if not plan.lists or not values:
            return plan
        sizes = tuple(len(values[name]) for name in plan.lists)  # type: ignore[arg-type] # lists
        return plan if sum(sizes) > SHORT else self._plan_for(connection.dialect, sizes)

    def _plan_for(self, dialect: Dialect, sizes: tuple[int, ...]) -> _Plan:
        plan = self._plans.get((dialect.name, sizes))
        if plan is None:
            # Two threads at once make the same plan twice, which does no harm.
            plan = _Plan.of(self._built, self._columns, dialect, sizes)
            self._plans[dialect.name, sizes] = plan
        return plan


def insert_row(connection: Connection, table: type[Base], row: Values) -> None:
    """Store a row, given as a whole or in part."""
    _insert(table, *row).run(connection, row)


def insert_rows(connection: Connection, table: type[Base], rows: Sequence[Values]) -> None:
    """Store one row or more, all with the same columns."""
    statement = _insert(table, *rows[0])
    if len(rows) == 1:
        # Drivers make ready for many before they run one.
        statement.run(connection, rows[0])
    else:
        statement.run_each(connection, rows)


@contextmanager
def sent_together(connection: Connection) -> Iterator[None]:
    """Wait once for all that is run within, where the database is asked over a network.

    For statements alone whose rows and numbers nobody looks at: PostgreSQL has not answered yet.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline():
            yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy_says(connection, error, None, "") from error


@built_once
def _insert(table: type[Base], *columns: str) -> Statement:
    # Nobody asks for generated keys, which SQLAlchemy would otherwise fetch.
    return Statement(insert(table).inline(), columns)


class _Running:
    """A cursor for one execution; the driver's errors leave as SQLAlchemy's."""

    __slots__ = ("_connection", "_cursor", "_plan")

    def __init__(self, connection: Connection, plan: _Plan) -> None:
        self._connection, self._plan = connection, plan

    def __enter__(self) -> Any:
        if not self._connection.in_transaction():
            self._connection.begin()
        self._cursor = self._connection.connection.cursor()
        return self._cursor

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        try:
            if isinstance(error, self._connection.dialect.loaded_dbapi.Error):
                text = self._plan.text
                raise _as_sqlalchemy_says(self._connection, error, self._cursor, text) from error
        finally:
            self._cursor.close()


def _as_sqlalchemy_says(
    connection: Connection, error: Any, cursor: Any, statement: str
) -> BaseException:
    """The error that `Connection.execute` would have raised; a lost connection is given up."""
    raw = connection.connection.dbapi_connection
    lost = connection.dialect.is_disconnect(error, raw, cursor)
    if lost:
        connection.invalidate(error)
    told: BaseException = DBAPIError.instance(
        statement,
        None,
        error,
        connection.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=connection.dialect,
    )
    return told


@dataclass(slots=True)
class _Plan:
    """What is known of a statement for one kind of database."""

    text: str
    constants: list[Any] | dict[str, Any]
    """Every parameter in its place; those that are given each time are None."""
    given: Sequence[tuple[Any, str, Convert]]
    """Place, name and conversion of the parameters that are given each time."""
    types: Sequence[TypeEngine[Any]]
    dialect: Dialect
    varies: bool
    """Whether SQLAlchemy must spell it out each time."""
    lists: Sequence[str]
    """Names of the parameters that stand for several values."""
    members: Mapping[str, Sequence[str]]
    """For each of them, the names of the single values, where their number is known."""
    conversions: Sequence[tuple[int, Callable[[Any], Any]]] | None = None
    """Which columns of a row are converted, known once rows have been seen."""

    @classmethod
    def of(
        cls, built: Any, columns: Sequence[str] | None, dialect: Dialect, sizes: Sequence[int]
    ) -> _Plan:
        """`sizes` tells how many values each of the lists has; empty while that is open."""
        compiled = built.compile(dialect=dialect, column_keys=columns)
        binds: Mapping[str, BindParameter[Any]] = compiled.binds
        lists = [name for name, one in binds.items() if one.expanding]
        varies = any(one.literal_execute for one in binds.values()) or len(lists) > len(sizes)
        text, members = str(compiled), {}
        order = compiled.positiontup if compiled.positional else list(binds)
        if sizes:
            blank: dict[str, Any] = {name: None for name, one in binds.items() if one.required}
            blank |= {name: [None] * size for name, size in zip(lists, sizes, strict=True)}
            told = compiled.construct_expanded_state(blank, escape_names=False)
            text, members = told.statement, told.parameter_expansion
            order = told.positiontup if compiled.positional else list(told.parameters)
        lists_of = {member: name for name, several in members.items() for member in several}
        constants: dict[Any, Any] = {}
        given: list[tuple[Any, str, Convert]] = []
        for number, name in enumerate([] if varies else order):
            bound = binds[lists_of.get(name, name)]
            place = number if compiled.positional else name
            convert = bound.type.dialect_impl(dialect).bind_processor(dialect)
            constants[place] = None
            if bound.required:
                given.append((place, name, convert))
            else:
                value = bound.effective_value
                constants[place] = value if convert is None else convert(value)
        return cls(
            text=text,
            constants=list(constants.values()) if compiled.positional else constants,
            given=given,
            types=[column.type for column in built.exported_columns],
            dialect=dialect,
            varies=varies,
            lists=lists,
            members=members,
        )

    def parameters(self, values: Values) -> list[Any] | dict[str, Any]:
        if self.members:
            values = dict(values)
            for name, several in self.members.items():
                values |= zip(several, values[name], strict=True)  # type: ignore[call-overload] # a list
        filled = self.constants.copy()
        for place, name, convert in self.given:
            value = values[name]
            filled[place] = value if convert is None else convert(value)
        return filled

    def converted(
        self, rows: Sequence[Sequence[Any]], description: Sequence[Sequence[Any]]
    ) -> list[tuple[Any, ...]]:
        if self.conversions is None:
            self.conversions = self._conversions(description)
        found = []
        for row in rows:
            values = list(row)
            for place, convert in self.conversions:
                values[place] = convert(values[place])
            found.append(tuple(values))
        return found

    def _conversions(
        self, description: Sequence[Sequence[Any]]
    ) -> list[tuple[int, Callable[[Any], Any]]]:
        found: list[tuple[int, Callable[[Any], Any]]] = []
        for place, (kind, column) in enumerate(zip(self.types, description, strict=True)):
            convert = kind.dialect_impl(self.dialect).result_processor(self.dialect, column[1])
            if convert is not None:
                found.append((place, convert))
        return found
