"""The bot at its door, as in tests/edge: requests made by hand, and a company behind them."""

from __future__ import annotations

from tests.edge.conftest import Entrance, company, door, entrance, slack

__all__ = ["Entrance", "company", "door", "entrance", "slack"]
