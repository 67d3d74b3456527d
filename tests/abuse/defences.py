"""What a row of the table of abuse cases is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


class NotFound(LookupError):
    """A text that was to be replaced is not there, or there more than once."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One place in the code, and what stands there without the defence."""

    file: str
    text: str
    instead: str

    def apply(self, root: Path) -> None:
        """Replace the text in the tree under `root`; NotFound unless it is there exactly once."""
        path = root / self.file
        if not path.is_file():
            raise NotFound(f"{self.file} is not there")
        found = path.read_text(encoding="utf-8")
        times = found.count(self.text)
        if times != 1:
            first = self.text.strip().splitlines()[0]
            raise NotFound(f"{self.file}: {first!r} is there {times} times instead of once")
        path.write_text(found.replace(self.text, self.instead), encoding="utf-8")

    def look(self) -> None:
        """NotFound unless the text is in our own tree exactly once."""
        path = ROOT / self.file
        times = path.read_text(encoding="utf-8").count(self.text) if path.is_file() else 0
        if times != 1:
            raise NotFound(f"{self.file}: {self.text.strip()!r} is there {times} times")


@dataclass(frozen=True, slots=True)
class Defence:
    """Something that stands in the way, the edits that take it out, and tests that then fail.

    The tests are run on SQLite, unless it takes PostgreSQL to see the difference.
    """

    what: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    on_postgresql: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One of the 22 cases, or of another table such as delivery's.

    `to_come` says what of it is not built, and which issue brings it.
    """

    number: int
    name: str
    defences: tuple[Defence, ...]
    to_come: str | None = None


def without(what: str, file: str, text: str, instead: str, *tests: str) -> Defence:
    """A defence that stands in one place."""
    return Defence(what, (Edit(file, text, instead),), tests)
