"""What a verification of the record found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Verdict(StrEnum):
    """`CANNOT_TELL`: nothing wrong was found, but not everything could be looked at."""

    INTACT = "intact"
    BROKEN = "broken"
    CANNOT_TELL = "cannot tell"


class Flaw(StrEnum):
    """What can be wrong, as an operator reads it after the entry's number."""

    MISSING = "it is missing from the tree"
    BODY_MISSING = "its body is missing"
    BODY = "the stored body does not match its leaf hash"
    FORMAT = "the stored body is not an audit entry"
    COLUMN = "a column does not repeat what the body says"
    VALUE_MISSING = "a sealed value is missing"
    VALUE_EXTRA = "there is a sealed value that the body does not know"
    VALUE = "a sealed value is damaged or does not match its commitment"
    KEY_GONE = "the data key of a sealed value is gone"
    UNREADABLE = "the database cannot read it"
    BEYOND_END = "it stands beyond the end of the tree"
    HEAD_UNREADABLE = "there is no single, well-formed head"
    ROOT = "the entries do not add up to the root in the head"
    FRONTIER = "the entries do not add up to the frontier in the head"
    DATA_KEY = "a data key is damaged or passed off as another's"
    STORED_CHECKPOINT = "a checkpoint in the database is damaged"
    CHECKPOINT = "its beginning is not that of which a checkpoint was made"
    CUT_SHORT = "entries are missing at its end, of which there is a checkpoint"
    SIGNATURE = "its checkpoint's signature does not fit"
    FILE = "the file is no export of Accord, or ends too early"
    STATE = "what is stored is not what was recorded last"
    STATE_EXTRA = "there is no record of what is stored"
    STATE_MISSING = "what was recorded is not stored any more"


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing found wrong: which entry (None: not one entry's fault), what, which part."""

    flaw: Flaw
    seq: int | None = None
    part: str | None = None

    def __str__(self) -> str:
        """One line, such as `entry 17: the stored body does not match its leaf hash`."""
        where = "the record" if self.seq is None else f"entry {self.seq}"
        part = "" if self.part is None else f" ({self.part})"
        return f"{where}: {self.flaw.value}{part}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which something stored is not as it was recorded.

    `kind` is what it is one of, as a heading; `what` names the thing without its content, and
    without the person `whose` it is, where that may be told. `field` is None for the whole thing.
    """

    flaw: Flaw
    kind: str
    what: str
    whose: UUID | None = None
    field: str | None = None
    seq: int | None = None

    @property
    def part(self) -> str:
        return self.what if self.field is None else f"{self.what}, {self.field}"


@dataclass(frozen=True, slots=True)
class Differences:
    """The first of them, and how many there are of each kind. `names` are the people in them, by
    what the record says last; whom it does not know any more is absent."""

    shown: tuple[Difference, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[UUID, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a verification has come, in entries."""

    checked: int
    entries: int


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome. `entries` and `root` describe what was intact, up to the finding if any.

    `unopened` counts sealed values and data keys whose secret was not at hand. `anchored` is how
    many entries, from the first on, a checkpoint from outside vouches for. `doubts` has a sentence
    for each thing that was to be compared and could not be. `differences` is what else is stored
    and is not as it was recorded.
    """

    entries: int
    root: bytes
    finding: Finding | None = None
    unopened: int = 0
    anchored: int = 0
    doubts: tuple[str, ...] = ()
    differences: Differences = Differences()

    @property
    def verdict(self) -> Verdict:
        if self.finding is not None or self.differences:
            return Verdict.BROKEN
        return Verdict.CANNOT_TELL if self.unopened or self.doubts else Verdict.INTACT
