"""Evidence for a goal: a link to a message, a note, and a fingerprint of what it said. No copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.goal_commands import Prose


class AddEvidence(BaseModel):
    """Keep a message as evidence for one of one's own goals."""

    model_config = ConfigDict(frozen=True)

    goal: UUID
    note: Prose | None = None


@dataclass(frozen=True, slots=True)
class EvidenceSource:
    """A message in Slack: its link, and the SHA-256 (hexadecimal) of its text at the time."""

    permalink: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence as it is shown."""

    permalink: str
    note: str | None
    by: str
    at: datetime
