"""How sensitive a stored value is; decides sealing, logging of reads, and where it may be shown."""

from __future__ import annotations

from enum import StrEnum


class Sensitivity(StrEnum):
    """Internal is plain and searchable; the others are sealed and shown in dialogs only."""

    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"
