"""Confirming one exact act with a one-time code; what people see of their codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from domain.canonical import Json, canonical
from domain.people import Member


@dataclass(frozen=True, slots=True)
class Act:
    """An act that a code confirms: its name and all that it will do. Another act, another code."""

    name: str
    parameters: Mapping[str, Json]

    @property
    def digest(self) -> bytes:
        """SHA-256 over name and parameters; changes with any of them."""
        return sha256(canonical({"act": self.name, "parameters": dict(self.parameters)})).digest()


@dataclass(frozen=True, slots=True)
class CodesOffered:
    """A secret for somebody who has no codes yet; shown to them alone, in a dialog.

    `version` tells it from one that was offered before or after.
    """

    reader: Member
    secret: str
    address: str
    version: int


@dataclass(frozen=True, slots=True)
class CodesInUse:
    """Somebody who has codes; `locked_minutes` while wrong ones keep them from being used."""

    reader: Member
    since: datetime
    locked_minutes: int | None


Codes = CodesOffered | CodesInUse


@dataclass(frozen=True, slots=True)
class CodesLockedNotice:
    """Warns somebody that five wrong codes were typed in their name."""

    reader: Member
