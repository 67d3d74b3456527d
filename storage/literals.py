"""Words that stand literally in SQL.

SQLite uses a partial index only where it can read its condition in the statement; a bound
parameter hides it.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, literal_column

from storage.types import Word


def literally(word: StrEnum) -> ColumnElement[StrEnum]:
    """The word as part of the statement's text."""
    if not word.value.isidentifier():
        raise ValueError(f"{word.value!r} cannot stand in a statement as it is")
    return literal_column(f"'{word.value}'", Word(type(word)))
