"""Words that stand literally in SQL.

SQLite uses a partial index only where it can read its condition in the statement; a bound
parameter hides it.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BindParameter, literal

from storage.types import Word


def literally(word: StrEnum) -> BindParameter[StrEnum]:
    """The word as part of the statement's text."""
    return literal(word, Word(type(word)), literal_execute=True)
