"""Fixtures of the delivery tests."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.delivery.scene import Scene


@pytest.fixture
def scene(engine: Engine) -> Scene:
    """An empty outbox on a fresh database, on SQLite and on PostgreSQL."""
    return Scene(engine)
