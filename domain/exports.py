"""Bulk exports: what is taken out of Accord as a file, of whom, and who is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from domain.audit import Receipt
from domain.holds import Matter
from domain.my_data import Plain
from domain.people import Member
from domain.regions import TypedRegion

FETCH_WITHIN = timedelta(hours=24)


class ExportContent(StrEnum):
    """What is taken out. The value is stored."""

    GOALS = "goals"
    CHECK_INS = "check_ins"
    ACCESS = "access"
    RECORD = "record"


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON_LINES = "jsonl"


class AskExport(BaseModel):
    """An export to be asked for. Without unit and region it is of everybody.

    The last day belongs to the period. `matter` is where it was decided.
    """

    model_config = ConfigDict(frozen=True)

    content: ExportContent
    file_format: ExportFormat
    matter: Matter
    org_unit: UUID | None = None
    region: TypedRegion = None
    first_day: date | None = None
    last_day: date | None = None

    @field_validator("region")
    @classmethod
    def _one_place(cls, region: str | None, info: ValidationInfo) -> str | None:
        if region is not None and info.data.get("org_unit") is not None:
            raise PydanticCustomError("export_one_place", "export_one_place")
        return region

    @field_validator("last_day")
    @classmethod
    def _a_period(cls, last_day: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("first_day")
        if last_day is not None and first is not None and last_day < first:
            raise PydanticCustomError("export_days", "export_days")
        return last_day


@dataclass(frozen=True, slots=True)
class Population:
    """Whose data: of a unit (by path) with all below it, of a region, of one person under a hold,
    else of everybody. Days are half-open.
    """

    path: str | None = None
    region: str | None = None
    person: UUID | None = None
    first_day: date | None = None
    day_after: date | None = None
    before: datetime | None = None
    """Only what was reported or shared before this moment: what is approved does not grow."""
    entries: int | None = None
    """Only so many entries of the record, for the same reason."""


@dataclass(frozen=True, slots=True)
class ExportOffer:
    """What somebody may ask for; with `hold`, of the person whom it is on."""

    viewer: Member
    contents: tuple[ExportContent, ...]
    rows_at_most: int
    hold: UUID | None = None
    person: Member | None = None
    more_under_holds: bool = False
    """Whether they may also export under a hold."""


@dataclass(frozen=True, slots=True)
class HoldToExport:
    hold: UUID
    person: Member
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class HoldsToExport:
    """The holds under which the viewer may export."""

    viewer: Member
    holds: tuple[HoldToExport, ...]


@dataclass(frozen=True, slots=True)
class ExportNotice:
    """Tells somebody that an export was approved, and whether its file was fetched."""

    reader: Member
    approval: UUID
    matter: ExportAsked
    asker: Member
    approver: Member | None
    fetched_at: datetime | None
    expires_at: datetime
    can_fetch: bool


@dataclass(frozen=True, slots=True)
class ExportAsked:
    """An export as a second person reads it. `rows` are as many as there were when it was asked."""

    content: ExportContent
    file_format: ExportFormat
    unit: str | None
    region: str | None
    person: Member | None
    first_day: date | None
    last_day: date | None
    rows: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of an export, page by page, as its rows are read."""

    name: str
    columns: tuple[str, ...]
    pages: Iterable[list[tuple[Plain, ...]]]


@dataclass(frozen=True, slots=True)
class ExportFile:
    """An export on its way out, with what marks it."""

    owner: Member
    approver: Member
    receipt: Receipt
    made_at: datetime
    passphrase: str
    matter: ExportAsked
    decided_in: str
    sheets: tuple[Sheet, ...]
