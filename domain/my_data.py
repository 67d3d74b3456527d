"""A person's own data: what is about it in dialogs, and the file that leaves Accord."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.people import Member

Plain = str | int | float | bool | None
Rows = Sequence[Mapping[str, Plain]]


class ExportKind(StrEnum):
    """What a link leads to. The value is stored: never rename one."""

    MY_DATA = "my_data"
    BULK = "bulk"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class MyData:
    """What the dialog says before anything is made: whose data, and who answers questions."""

    viewer: Member
    contacts: tuple[str, ...]
    """Those in HR who answer for the viewer, by name."""


@dataclass(frozen=True, slots=True)
class MyRights:
    """Whom the viewer can ask about what is kept: as policy says, else who answers in HR."""

    viewer: Member
    contact: str
    """Empty where policy names nobody."""
    hr: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileLink:
    """A link that was just made. Token and passphrase are nowhere else in clear."""

    viewer: Member
    token: str
    passphrase: str
    open_for: timedelta


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that was just made, to a file that everybody in the directory may read."""

    viewer: Member
    token: str
    open_for: timedelta


@dataclass(frozen=True, slots=True)
class DataFile:
    """Everything held on a person that they may see, by section, and the count of what they may
    not: feedback about them that its giver kept from them."""

    owner: Member
    made_at: datetime
    passphrase: str
    sections: Mapping[str, Rows]
    feedback_not_shared: int
    contacts: tuple[str, ...]
