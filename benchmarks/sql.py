"""Sets of made-up rows, written once for SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Uuid,
    case,
    cast,
    insert,
    literal,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from storage.tables import Base

# An odd factor walks through all 32-bit numbers without meeting one twice, in no visible order:
# keys as scattered as those that are made at random.
_SCATTER = 2_654_435_761
_WORDS = 2**32


class _MadeUpId(FunctionElement[UUID]):
    type = Uuid()
    inherit_cache = True
    name = "made_up_id"


@compiles(_MadeUpId, "sqlite")
def _on_sqlite(element: _MadeUpId, compiler: SQLCompiler, **options: Any) -> str:
    scattered, number, kind = (compiler.process(part, **options) for part in element.clauses)
    return f"printf('%08x00004000800%x%012x', {scattered}, {kind}, {number})"


@compiles(_MadeUpId, "postgresql")
def _on_postgresql(element: _MadeUpId, compiler: SQLCompiler, **options: Any) -> str:
    scattered, number, kind = (compiler.process(part, **options) for part in element.clauses)
    return (
        f"(lpad(to_hex({scattered}), 8, '0') || '00004000800' || to_hex({kind}) || "
        f"lpad(to_hex({number}), 12, '0'))::uuid"
    )


def made_up_id(kind: int, number: ColumnElement[int]) -> ColumnElement[UUID]:
    """The id of the `number`-th thing of a kind (1 to 15); the same wherever it is mentioned."""
    scatter, words, kinds = (literal(n, BigInteger()) for n in (_SCATTER, _WORDS, kind))
    return _MadeUpId((number * scatter) % words, number, kinds)


def the_id(kind: int, number: int) -> UUID:
    """The same id, outside SQL."""
    return UUID(f"{number * _SCATTER % _WORDS:08x}00004000800{kind:x}{number:012x}")


def numbers(count: int) -> CTE:
    """1 to `count`, as a column `i`."""
    first = select(cast(literal(1), BigInteger).label("i")).cte("numbers", recursive=True)
    return first.union_all(select(first.c.i + 1).where(first.c.i < count))


def chosen(kind: TypeEngine[Any], *choices: Any) -> ColumnElement[Any]:
    """The value of the first pair whose condition holds, else the last of all."""
    *pairs, otherwise = choices
    whens = [(condition, _stored(value, kind)) for condition, value in pairs]
    return case(*whens, else_=_stored(otherwise, kind))


def one_of(number: ColumnElement[int], kind: TypeEngine[Any], *values: Any) -> ColumnElement[Any]:
    """The values in turn."""
    turn = number % len(values)
    return chosen(kind, *((turn == n, value) for n, value in enumerate(values[:-1])), values[-1])


def fill(
    connection: Connection,
    table: type[Base],
    rows: CTE,
    where: ColumnElement[bool] | None = None,
    **columns: Any,
) -> None:
    """Insert a row of `table` for each of `rows`; a plain value is the same in all of them."""
    types = table.__table__.c
    values = [_stored(value, types[name].type) for name, value in columns.items()]
    made = select(*values).select_from(rows).where(true() if where is None else where)
    connection.execute(insert(table).from_select(list(columns), made))


def _stored(value: Any, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    """A plain value as a column of this type stores it; an expression as it is."""
    return value if isinstance(value, ColumnElement) else literal(value, kind)
