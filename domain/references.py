"""Short references that people type and read: `G-12`, `g12`, `G 12`."""

from __future__ import annotations

import re
from enum import StrEnum


class ReferenceKind(StrEnum):
    GOAL = "G"
    AGREEMENT = "A"
    CHANGE = "R"
    """A request for a change of a goal."""


_SHAPE = re.compile(r"\s*([A-Za-z])\s*[-‐‑–—−]?\s*([0-9]{1,9})\s*", re.ASCII)  # noqa: RUF001 - people paste every kind of dash


def reference_text(kind: ReferenceKind, number: int) -> str:
    return f"{kind.value}-{number}"


def parse_reference(text: str, kind: ReferenceKind) -> int | None:
    """The number in a reference of this kind, or None if the text is no such reference."""
    match = _SHAPE.fullmatch(text)
    if match is None or match[1].upper() != kind.value:
        return None
    return int(match[2])
