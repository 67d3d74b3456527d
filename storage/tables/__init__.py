"""Typed tables, a file per feature. Importing this package makes the metadata complete."""

from storage.tables.base import Base

__all__ = ["Base"]
