"""The data keys that sealed columns are encrypted with, themselves wrapped."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Index, Integer, LargeBinary, String, Uuid, text
from sqlalchemy.orm import Mapped

from domain.sensitivity import Sensitivity
from storage.tables.base import Base, internal, restricted
from storage.types import Word


class DataKey(Base):
    """One key per person, class and retention cohort; destroying it destroys what it sealed.

    `kid` is random, made by us, and stands in every blob that the key sealed. `wrapped_by` tells
    which of the organisation's secrets wrapped it, without telling anything about the secret.
    """

    __tablename__ = "data_key"

    kid: Mapped[int] = internal(Integer, primary_key=True, autoincrement=False)
    subject: Mapped[UUID | None] = internal(Uuid)
    sensitivity: Mapped[Sensitivity] = internal(Word(Sensitivity))
    cohort: Mapped[str] = internal(String(20))
    wrapped: Mapped[bytes] = restricted(LargeBinary)
    wrapped_by: Mapped[bytes] = internal(LargeBinary)


Index(
    "uq_data_key_subject_sensitivity_cohort",
    DataKey.subject,
    DataKey.sensitivity,
    DataKey.cohort,
    unique=True,
)
# NULLs are all different to a unique index, so keys of nobody in particular need their own.
Index(
    "uq_data_key_sensitivity_cohort_of_nobody",
    DataKey.sensitivity,
    DataKey.cohort,
    unique=True,
    sqlite_where=text("subject IS NULL"),
    postgresql_where=text("subject IS NULL"),
)
