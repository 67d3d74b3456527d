"""The bot at its door, as in tests/edge: requests made by hand, and a company behind them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.abuse.stored import Stored, stored_in
from tests.edge.conftest import Entrance, company, door, entrance, slack

__all__ = ["Entrance", "company", "door", "entrance", "slack"]


@pytest.fixture(scope="module")
def stored(entrance: Entrance) -> Iterator[Stored]:
    """What is stored behind that door."""
    with stored_in(entrance.parts.store.engine) as stored:
        yield stored
