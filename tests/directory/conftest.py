"""Fixtures of the directory's tests."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.directory.files import Directory


@pytest.fixture
def directory(engine: Engine) -> Directory:
    """An empty directory, on both kinds of database."""
    return Directory.on(engine)
