"""The declarative base, and columns that declare how sensitive they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column

from domain.sensitivity import Sensitivity

SENSITIVITY = "sensitivity"


class Base(DeclarativeBase):
    """All tables; constraints get predictable names so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def internal(*args: Any, **options: Any) -> Any:
    """A plain column: ids, states, dates, titles, values."""
    return mapped_column(*args, info={SENSITIVITY: Sensitivity.INTERNAL}, **options)


def confidential(*args: Any, **options: Any) -> Any:
    """A sealed column (bytes): feedback, blockers, support, notes to a facilitator."""
    return mapped_column(*args, info={SENSITIVITY: Sensitivity.CONFIDENTIAL}, **options)


def restricted(*args: Any, **options: Any) -> Any:
    """A sealed column (bytes): ratings, pay, disputes, one-time-code secrets."""
    return mapped_column(*args, info={SENSITIVITY: Sensitivity.RESTRICTED}, **options)
