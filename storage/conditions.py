"""Conditions that are built once and asked with many values.

SQLAlchemy needs longer to build a rule of visibility than the database needs to apply it. So the
clause of a rule has named parameters and is made once; a `Condition` is that clause with what the
parameters stand for this time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar, cast

from sqlalchemy import ColumnElement, and_, bindparam, or_, true
from sqlalchemy.orm import InstrumentedAttribute

Given = ParamSpec("Given")
Built = TypeVar("Built")


def built_once(build: Callable[Given, Built]) -> Callable[Given, Built]:
    """Keeps what is built for each set of arguments; statements never change and serve any thread.

    Bounded, lest a caller who makes a clause anew each time fill the memory.
    """
    return cast("Callable[Given, Built]", lru_cache(maxsize=256)(build))


@dataclass(frozen=True, slots=True)
class Condition:
    """A clause made once, and the values of its parameters. Parameters of one name are one."""

    clause: ColumnElement[bool]
    values: Mapping[str, object] = field(default_factory=dict)


NO_CONDITION = Condition(true())


def either(*conditions: Condition) -> Condition:
    return _joined(or_, conditions)


def both(*conditions: Condition) -> Condition:
    return _joined(and_, conditions)


def _joined(
    join: Callable[..., ColumnElement[bool]], conditions: tuple[Condition, ...]
) -> Condition:
    values = {name: value for one in conditions for name, value in one.values.items()}
    return Condition(_joined_clause(join, *(one.clause for one in conditions)), values)


@built_once
def _joined_clause(
    join: Callable[..., ColumnElement[bool]], *clauses: ColumnElement[bool]
) -> ColumnElement[bool]:
    return join(*clauses)


def one_of_words(
    column: InstrumentedAttribute[Any], words: Collection[StrEnum]
) -> ColumnElement[bool]:
    """`column IN (…)` with words that never change.

    SQLAlchemy spells out a plain list anew in each execution.
    """
    return column.in_([bindparam(None, word, type_=column.type) for word in words])
