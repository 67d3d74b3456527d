"""Fixtures of the delivery tests."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.delivery.scene import Scene


@pytest.fixture
def scene(engine: Engine) -> Scene:
    """An empty outbox on a fresh database, on SQLite and on PostgreSQL."""
    return Scene(engine)


@pytest.fixture
def broken_answers() -> Iterator[None]:
    """For tests marked to ignore it: the SDK leaves the socket of a broken answer to the collector,
    which then warns. It is to warn within the test that broke the answer.
    """
    yield
    gc.collect()
