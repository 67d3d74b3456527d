"""What `accord doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `mend` is what to do about it, None if it is well.

    `advice` is what would be better, where nothing is wrong.
    """

    what: str
    mend: str | None = None
    advice: str | None = None
