"""The directory as `/accord people` shows it, and an import on its way through Slack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.departures import Leaving
from domain.directory_guard import Barred
from domain.directory_plan import Plan
from domain.people import Member
from domain.roles import Reason
from domain.uploads import UploadedFile


@dataclass(frozen=True, slots=True)
class LastImport:
    """By whom, or None for whoever runs Accord; and what it changed."""

    at: datetime
    by: Member | None
    created: int
    changed: int
    lines: int


@dataclass(frozen=True, slots=True)
class DirectoryNumbers:
    """How many people there are, and what is missing of them. Of those who are here."""

    people: int
    left: int
    org_units: int
    without_manager: int
    without_slack: int


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    viewer: Member
    numbers: DirectoryNumbers
    roles_waiting: int
    last: LastImport | None
    can_import: bool
    leaving: tuple[Leaving, ...] | None = None
    """Whose last day is entered; None for whoever may not enter one."""


@dataclass(frozen=True, slots=True)
class ImportOffer:
    """What a file would change, and what keeps it from being imported in Slack, if anything."""

    viewer: Member
    plan: Plan
    digest: str
    barred: Barred | None


class AskImport(BaseModel):
    """Why a file that changes very many people is imported; whoever approves reads it."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


class UploadPeople(BaseModel):
    """A file of people to look at."""

    model_config = ConfigDict(frozen=True)

    file: tuple[UploadedFile, ...]
