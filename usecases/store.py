"""The store as handlers hold it: to pass to a use case, not to look into."""

from __future__ import annotations

from storage.unit_of_work import Store

__all__ = ["Store"]
