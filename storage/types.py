"""Column types that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, Dialect, String
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class NaiveMoment(ValueError):
    """A moment without a zone was about to be stored; SQLite would have lost its meaning."""


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored as UTC microseconds since 1970 in a BIGINT."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMoment(f"{value!r} has no time zone")
        return (value - EPOCH) // MICROSECOND

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        # SQLAlchemy's own asks the type beneath about each value, which has nothing to add.
        return partial(self.process_bind_param, dialect=dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - SQLAlchemy's signature
        return _moment


def _moment(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + timedelta(microseconds=value)


class Word(TypeDecorator[StrEnum]):
    """A member of a StrEnum, stored as its value; an unknown stored word raises ValueError."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__(40)
        self.words = words

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else self.words(value).value

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002 - SQLAlchemy's signature
        # As in `Moment`. A member is found like its value, which it equals.
        return self._known({word.value: word.value for word in self.words})

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - SQLAlchemy's signature
        return self._known({word.value: word for word in self.words})

    def _known(self, words: Mapping[Any, str]) -> Callable[[Any], Any]:
        known: dict[str | None, str | None] = {None: None}
        known.update(words)

        def member(value: str | None) -> str | None:
            try:
                return known[value]
            except KeyError:
                raise ValueError(f"{value!r} is none of {self.words.__name__}") from None

        return member
