"""How sensitive a column is stands beside it, and what is sensitive is sealed."""

from __future__ import annotations

from sqlalchemy import LargeBinary

from domain.sensitivity import Sensitivity
from storage.schema import complete_metadata
from storage.tables.base import SENSITIVITY, Base


def test_every_column_declares_its_class_and_what_is_sensitive_is_bytes() -> None:
    complete_metadata()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            declared = column.info.get(SENSITIVITY)
            assert declared is not None, f"{column} declares no class"
            plain = declared is Sensitivity.INTERNAL
            assert plain or isinstance(column.type, LargeBinary), f"{column} is not sealed"
